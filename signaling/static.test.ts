import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentSecurityPolicy, noHashes, pageHashes } from './csp';
import { createStaticHandler, loadAssets } from './static';

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const inline = 'self.__next_f.push([1,"a>b\\u003c/p> & \'c\'"])';
const page = (title: string): string =>
  `<!DOCTYPE html><html><head><title>${title}</title><script src="/_next/static/chunks/a.js" async=""></script>` +
  `<style data-x="a>b">p{color:red}</style></head><body><p style="margin:0;font-family:&quot;x&quot;">${'word '.repeat(400)}</p>` +
  `<script>${inline}</script><script id="_R_">${title}</script></body></html>`;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

let folder: string;
let server: Server;
let ready = true;

/** Without fetch: it would clean paths and hide headers. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-static-'));
  await writeFile(join(folder, '..', 'shoal-secret.txt'), 'secret');
  const out = join(folder, 'out');
  await mkdir(join(out, '_next', 'static', 'chunks'), { recursive: true });
  for (const [name, content] of [
    ['index.html', page('home')],
    ['r.html', page('room')],
    ['404.html', page('missing')],
    ['sw.js', 'self.skipWaiting()'],
    ['a b.txt', 'spaced'],
    ['_next/static/chunks/a.js', `/*${'x'.repeat(3000)}*/`],
  ] as const)
    await writeFile(join(out, name), content);
  const assets = await loadAssets(out);
  server = createServer(
    createStaticHandler(
      assets,
      { hsts: false, metrics: true },
      {
        ready: () => ready,
        metrics: () => Promise.resolve({ contentType: 'text/plain', body: 'shoal_sockets 1\n' }),
      },
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
  await rm(join(tmpdir(), 'shoal-secret.txt'), { force: true });
});

describe('pages', () => {
  it.each([
    ['/', 'home'],
    ['/index.html', 'home'],
    ['/r', 'room'],
    ['/r?x=1', 'room'],
    ['/r.html', 'room'],
  ])('[SV4] serves %s', async (path, title) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache');
    expect(body.toString()).toBe(page(title));
  });

  it('[SV15] what a share sheet sends without a worker is not read: the page says what to do', async () => {
    const { status, headers, body } = await get('/share', { 'content-type': 'text/plain' }, 'POST');
    expect(status).toBe(303);
    expect(headers.location).toBe('/#handed=none');
    expect(headers.connection).toBe('close');
    expect(body.length).toBe(0);
    expect((await get('/r', {}, 'POST')).status).toBe(405);
  });

  it('[SV4] sends /r/ on to /r and answers what is not there with the page for that', async () => {
    expect(await get('/r/')).toMatchObject({ status: 308, headers: { location: '/r' } });
    const missing = await get('/nothing');
    expect(missing.status).toBe(404);
    expect(missing.body.toString()).toBe(page('missing'));
    expect((await get('/a%20b.txt')).body.toString()).toBe('spaced');
  });

  it.each(['//evil.example/', '//evil.example/%2e%2e/', '/\\evil.example/'])(
    '[SV4] never sends anyone to another site (%s)',
    async (path) => {
      const { status, headers } = await get(path);
      expect(status).toBe(404);
      expect(headers.location).toBeUndefined();
    },
  );

  it.each([
    '/../shoal-secret.txt',
    '/../../shoal-secret.txt',
    '/%2e%2e/shoal-secret.txt',
    '/..%2f..%2fshoal-secret.txt',
    '/_next/../../../shoal-secret.txt',
    '/%00',
    '/%',
    '/..\\..\\shoal-secret.txt',
    '/constructor',
  ])('[SV5] serves nothing from outside the export (%s)', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body.toString()).not.toContain('secret');
  });

  it('[SV6] keeps hashed assets for good and asks again about everything else', async () => {
    const asset = await get('/_next/static/chunks/a.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const worker = await get('/sw.js');
    expect(worker.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'text/javascript; charset=utf-8',
    });
    const again = await get('/', { 'if-none-match': (await get('/')).headers.etag! });
    expect(again).toMatchObject({ status: 304 });
    expect(again.body).toHaveLength(0);
    expect((await get('/', { 'if-none-match': '"old"' })).status).toBe(200);
  });

  it('[SV6] packs what gets smaller, for those who take it', async () => {
    const plain = await get('/');
    const brotli = await get('/', { 'accept-encoding': 'gzip, deflate, br' });
    const gzip = await get('/', { 'accept-encoding': 'gzip, br;q=0' });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
    expect(brotli.body.length).toBeLessThan(plain.body.length / 2);
    expect(plain.headers.vary).toBe('Accept-Encoding');
  });

  it('[SV6] answers HEAD without a body, ranges in full, and nothing but GET and HEAD', async () => {
    const head = await get('/', {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(page('home').length) } });
    expect(head.body).toHaveLength(0);
    expect((await get('/', { range: 'bytes=5-2' })).status).toBe(200);
    expect(await get('/', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });
});

describe('security headers', () => {
  it.each(['/', '/r', '/nothing', '/r/', '/sw.js', '/healthz', '/metrics', '/%'])(
    '[SV7] stand on %s',
    async (path) => {
      const { headers } = await get(path);
      expect(headers).toMatchObject({
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(headers['permissions-policy']).toContain('camera=()');
      expect(headers['strict-transport-security']).toBeUndefined();
      const policy = headers['content-security-policy'];
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("'unsafe-inline'");
      expect(policy).not.toContain("'unsafe-eval'");
    },
  );

  it('[SV7] also on answers to other methods', async () => {
    expect((await get('/', {}, 'DELETE')).headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('[SV8] the policy of a page names the hashes of its own inline scripts and styles, and of no other page', async () => {
    const home = (await get('/')).headers['content-security-policy'] as string;
    const scripts = /script-src ([^;]*)/.exec(home)?.[1];
    expect(scripts).toBe(`'self' ${sha256(inline)} ${sha256('home')}`);
    expect(/style-src ([^;]*)/.exec(home)?.[1]).toBe(
      `'self' ${sha256('p{color:red}')} 'unsafe-hashes' ${sha256('margin:0;font-family:"x"')}`,
    );
    const missing = (await get('/nothing')).headers['content-security-policy'];
    expect(missing).toContain(sha256('missing'));
    expect(missing).not.toContain(sha256('home'));
    expect((await get('/sw.js')).headers['content-security-policy']).toContain("script-src 'self';");
  });

  it('[SV8] names nothing for pages without inline code', () => {
    expect(pageHashes('<p>a</p><script src=/a.js></script><link rel=stylesheet href=/a.css>')).toEqual(
      noHashes,
    );
    expect(contentSecurityPolicy(noHashes, undefined)).toContain(
      "script-src 'self'; style-src 'self'; img-src",
    );
  });

  it('[SV14] the page loads pictures and frames of its own origin and no media: those stand in a frame with a policy of its own', () => {
    const directives = contentSecurityPolicy(noHashes, undefined).split('; ');
    expect(directives).toContain("default-src 'none'");
    expect(directives).toContain("img-src 'self'");
    expect(directives).toContain("frame-src 'self'");
    expect(directives.filter((directive) => /media-src|data:|blob:/.test(directive))).toEqual([
      "worker-src 'self' blob:",
    ]);
  });

  it('[SV8] hashes what a parser sees', () => {
    expect(pageHashes('<SCRIPT type="module">a\r\nb</SCRIPT >').scripts).toEqual([sha256('a\nb')]);
    expect(pageHashes('<script data-a="x>y">1</script>').scripts).toEqual([sha256('1')]);
    expect(pageHashes(`<script>"<p style='a'>"</script>`).styleAttributes).toEqual([]);
  });

  it.each([
    ['share.example:3000', "connect-src 'self' ws://share.example:3000 wss://share.example:3000;"],
    ["a; script-src 'unsafe-inline'", "connect-src 'self';"],
    ['a b', "connect-src 'self';"],
    ['[::1]:3000', "connect-src 'self';"],
    ['*', "connect-src 'self';"],
    [undefined, "connect-src 'self';"],
  ])('[SV9] a Host of %s can add no source but itself', (host, directive) => {
    expect(contentSecurityPolicy(noHashes, host)).toContain(directive);
  });

  it('[SV7] browsers are pinned to https only where that is wanted', async () => {
    const { fixedHeaders } = await import('./csp');
    expect(fixedHeaders(true)['Strict-Transport-Security']).toBe('max-age=31536000');
  });
});

describe('health and figures', () => {
  it('[SV10] /healthz tells whether the server takes work', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    ready = false;
    const { status, body } = await get('/healthz');
    ready = true;
    expect(status).toBe(503);
    expect(JSON.parse(body.toString())).toEqual({ ok: false });
  });

  it('[SV10] /metrics answers in text', async () => {
    expect((await get('/metrics')).body.toString()).toContain('shoal_sockets');
  });
});
