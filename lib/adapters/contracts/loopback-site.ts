/**
 * For tests in a real browser with a profile on disk: a page of our own modules on a loopback port (a secure context), with the headers a
 * strict deployment sends. Vitest's browser mode has neither service workers of our scope nor a disk (research/pitfalls.md 4.2).
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';

export interface LoopbackSite {
  readonly origin: string;
  close(): Promise<void>;
}

/** `scripts`: path on the site → module to bundle for it. '/' is a page that loads '/page.js', '/frameless' the same without frames. */
export async function serveSite(scripts: Readonly<Record<string, string>>): Promise<LoopbackSite> {
  const bodies = new Map<string, string>();
  for (const [path, entry] of Object.entries(scripts)) {
    const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'iife', write: false });
    bodies.set(path, outputFiles[0]?.text ?? '');
  }
  for (const path of ['/', '/frameless'])
    bodies.set(path, '<!doctype html><title>test</title><body><script src="/page.js"></script>');

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    const body = bodies.get(path);
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': `text/${path.endsWith('.js') ? 'javascript' : 'html'}; charset=utf-8`,
      'Content-Security-Policy': [
        "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'",
        `frame-src ${path === '/frameless' ? "'none'" : "'self'"}`,
      ].join('; '),
      'X-Frame-Options': 'DENY',
    });
    response.end(body ?? 'not on this site');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
