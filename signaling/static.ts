/**
 * The exported app on the tracker's port: pages, assets, /healthz, /metrics. PROTOCOL.md §2 (SV).
 * All files are read once at the start: a page is served with the hashes of the very bytes it consists of, a request never reaches the
 * file system (so no path leads out of the folder), and a build that runs meanwhile changes nothing. An export is a few MiB.
 * Ranges are not served: sirv, the usual choice, throws on `bytes=5-2`. Leaves out: policy (csp.ts).
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { contentSecurityPolicy, fixedHeaders, noHashes, pageHashes, type PageHashes } from './csp';

interface Asset {
  readonly type: string;
  readonly cache: string;
  readonly etag: string;
  readonly page: PageHashes | undefined;
  readonly bytes: Buffer;
  readonly brotli: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

/** The export, by path as requested: '/', '/r', '/_next/static/…'. */
export type Assets = ReadonlyMap<string, Asset>;

export interface StaticConfig {
  /** Send Strict-Transport-Security: only where the server is reached over https alone. */
  readonly hsts: boolean;
  /** Whether /metrics answers. */
  readonly metrics: boolean;
}

export interface StaticSources {
  /** False once the server is stopping: /healthz answers 503, so that a balancer sends nobody any more. */
  ready(): boolean;
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Where the pages worker takes what other apps share (app/manifest.ts). Only a browser that lost its worker asks the server. */
const handedPath = '/share';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
const compressible = /^(text|application\/(json|manifest|wasm)|image\/svg)/;

const deflate = promisify(gzip);
const brotli = promisify(brotliCompress);

/** Reads an export. Rejects when `folder` is not there. */
export async function loadAssets(folder: string): Promise<Assets> {
  const names = await readdir(folder, { recursive: true });
  const assets = new Map<string, Asset>();
  for (const name of names) {
    const file = join(folder, name);
    if (!(await stat(file)).isFile()) continue;
    const path = `/${name.split(sep).join('/')}`;
    const asset = await loadAsset(file, path);
    assets.set(path, asset);
    if (path === '/index.html') assets.set('/', asset);
    else if (path.endsWith('.html')) assets.set(path.slice(0, -'.html'.length), asset);
  }
  return assets;
}

async function loadAsset(file: string, path: string): Promise<Asset> {
  const bytes = await readFile(file);
  const type = types[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const pack = compressible.test(type) && bytes.length > 1024;
  return {
    type,
    // Names under /_next/static hold a hash of their content. Everything else is asked for again, cheaply: an ETag answers 304.
    cache: path.startsWith('/_next/static/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    page: path.endsWith('.html') ? pageHashes(bytes.toString('utf8')) : undefined,
    bytes,
    brotli: pack ? await brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }) : undefined,
    gzip: pack ? await deflate(bytes) : undefined,
  };
}

/** Sets the headers that every response of this port carries, whoever answers it. */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  config: Pick<StaticConfig, 'hsts'>,
  page: PageHashes = noHashes,
): void {
  for (const [name, value] of Object.entries(fixedHeaders(config.hsts))) response.setHeader(name, value);
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(page, request.headers.host));
}

/** Answers every request that is not socket.io's. */
export function createStaticHandler(
  assets: Assets,
  config: StaticConfig,
  sources: StaticSources,
): RequestListener {
  return (request, response) => {
    setSecurityHeaders(request, response, config);
    if (request.method === 'POST' && pathOf(request.url ?? '/') === handedPath) {
      sendBack(request, response);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      sendText(request, response, 405, 'text/plain; charset=utf-8', 'Only GET and HEAD are answered here.\n');
      return;
    }
    const path = pathOf(request.url ?? '/');
    if (path === '/healthz') {
      const ok = sources.ready();
      sendText(request, response, ok ? 200 : 503, 'application/json; charset=utf-8', JSON.stringify({ ok }));
    } else if (path === '/metrics' && config.metrics) {
      sources.metrics().then(
        ({ contentType, body }) => {
          sendText(request, response, 200, contentType, body);
        },
        () => {
          sendText(request, response, 503, 'text/plain; charset=utf-8', 'The figures cannot be read now.\n');
        },
      );
    } else {
      sendPath(assets, config, path, request, response);
    }
  };
}

/** Nothing of the body is read: the connection ends, and the page tells the person to share it again. */
function sendBack(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Location', '/#handed=none');
  response.setHeader('Connection', 'close');
  sendText(request, response, 303, 'text/plain; charset=utf-8', '');
}

function sendPath(
  assets: Assets,
  config: StaticConfig,
  path: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const asset = path === undefined ? undefined : assets.get(path);
  if (asset) {
    sendAsset(asset, 200, config, request, response);
    return;
  }
  // '/r/' was meant as '/r'; the target is a known path, so this leads nowhere else. Browsers keep the fragment.
  const bare = path?.replace(/\/+$/, '');
  if (bare !== undefined && bare !== '' && assets.has(bare)) {
    response.setHeader('Location', bare);
    sendText(request, response, 308, 'text/plain; charset=utf-8', '');
    return;
  }
  const missing = assets.get('/404.html');
  if (missing) sendAsset(missing, 404, config, request, response);
  else sendText(request, response, 404, 'text/plain; charset=utf-8', 'There is nothing here.\n');
}

function sendAsset(
  asset: Asset,
  status: number,
  config: StaticConfig,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (asset.page) setSecurityHeaders(request, response, config, asset.page);
  response.setHeader('Cache-Control', status === 200 ? asset.cache : 'no-cache');
  if (asset.brotli) response.setHeader('Vary', 'Accept-Encoding');
  if (status === 200) {
    // Weak: packed and plain bodies share it (RFC 9110 §8.8.3).
    const etag = asset.brotli ? `W/${asset.etag}` : asset.etag;
    response.setHeader('ETag', etag);
    if (request.headers['if-none-match']?.split(/,\s*/).includes(etag)) {
      response.writeHead(304).end();
      return;
    }
  }
  const accepted = request.headers['accept-encoding'] ?? '';
  let body = asset.bytes;
  if (asset.brotli && accepts(accepted, 'br')) {
    body = asset.brotli;
    response.setHeader('Content-Encoding', 'br');
  } else if (asset.gzip && accepts(accepted, 'gzip')) {
    body = asset.gzip;
    response.setHeader('Content-Encoding', 'gzip');
  }
  response.writeHead(status, { 'Content-Type': asset.type, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const accepts = (header: string, coding: string): boolean =>
  header.split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The decoded path without query; undefined when it cannot be decoded. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/s, ''));
  } catch {
    return undefined;
  }
}
