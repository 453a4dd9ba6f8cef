/**
 * One http server with pages and tracker on one port. Decides: the order of start and stop, and what a failed start is told as.
 * Leaves out: environment and signals of the process (main.ts).
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerConfig } from './config';
import { createSocketServer, type ServerLog } from './socket-server';
import { createStaticHandler, loadAssets, setSecurityHeaders, type Assets } from './static';
import { createMemoryStore } from './store-memory';

export interface RunningServer {
  /** For a person on this machine. */
  readonly url: string;
  readonly port: number;
  /** Tells clients, closes everything; settles when the last connection is gone or 2 s passed. */
  close(): Promise<void>;
}

/** Cause and next step for a person at a terminal. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Connections that do not end by themselves are cut after this (pitfalls 9.9). */
const closePatienceMs = 2_000;

/** Answers requests instead of the exported app, with whatever headers it likes: a development server. */
export interface LivePages {
  readonly request: RequestListener;
  /** Upgrades that are not socket.io's (live reload). Without it they are ended. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export async function startServer(
  config: ServerConfig,
  log: ServerLog,
  pages?: LivePages,
): Promise<RunningServer> {
  const assets = pages ? new Map<never, never>() : await assetsIn(config.outDir);
  let stopping = false;
  const http = createServer();
  const sockets = createSocketServer(
    http,
    createMemoryStore({ limits: config.tracker }),
    { ...config.socket, sharesUpgrades: pages?.upgrade !== undefined },
    log,
  );
  if (pages) {
    addHandler(http, pages.request);
    const { upgrade } = pages;
    if (upgrade)
      http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (!isTrackers(request)) upgrade(request, socket, head);
      });
  } else {
    const sources = { ready: () => !stopping, metrics: () => sockets.metrics.text() };
    addHandler(http, createStaticHandler(assets, config.static, sources));
    // First in line, so that what socket.io answers by itself carries them as well.
    http.prependListener('request', (request, response) => {
      setSecurityHeaders(request, response, config.static);
    });
  }
  await listen(http, config);
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://${shownHost(config.host)}:${port}`,
    port,
    async close() {
      stopping = true;
      const cut = setTimeout(() => http.closeAllConnections(), closePatienceMs);
      await sockets.close();
      clearTimeout(cut);
    },
  };
}

/** socket.io took over the listeners there were when it was bound and passes on what is not its own; later ones must look themselves. */
function addHandler(http: HttpServer, handler: RequestListener): void {
  http.on('request', (request, response) => {
    if (!isTrackers(request)) handler(request, response);
  });
}

const isTrackers = (request: IncomingMessage): boolean => request.url?.startsWith('/socket.io/') === true;

async function assetsIn(folder: string): Promise<Assets> {
  try {
    const assets = await loadAssets(folder);
    if (assets.has('/')) return assets;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  throw new StartError(
    'The app is not built yet. Run "npm run build" first, or "npm start", which does both.',
  );
}

function listen(http: HttpServer, { host, port }: ServerConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error) => {
      reject(explain(error, port, host));
    });
    // Without a host Node listens on :: and through it on IPv4 as well, and falls back to 0.0.0.0 where there is no IPv6;
    // naming '::' or '0.0.0.0' here would fail on some machines or leave IPv6 out.
    http.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
  });
}

function explain(error: Error, port: number, host: string | undefined): Error {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} is already in use. Stop the other program, or choose another port: PORT=${port + 1} npm start`,
      );
    case 'EACCES':
      return new StartError(
        `This account may not use port ${port}. Choose one above 1023: PORT=3000 npm start`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(
        `HOST is "${host ?? ''}", which is no address of this machine. Correct it or leave it out.`,
      );
    default:
      return error;
  }
}

function shownHost(host: string | undefined): string {
  if (host === undefined || host === '::' || host === '0.0.0.0') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
