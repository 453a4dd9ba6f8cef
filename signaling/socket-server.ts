/**
 * The tracker on socket.io, bound to an http.Server. Decides: who gets a connection, frames, what ends one. PROTOCOL.md §2 (SG, SV).
 * Websocket only (no polling, so no sticky sessions and no polling flood), 64 KiB a packet, no compression (pitfalls 9.1 to 9.5).
 * Leaves out: what events mean (session.ts), state (store.ts), pages (static.ts).
 */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import * as packets from '../lib/wire/socket-packets';
import {
  clientEvents,
  signalingLimits,
  type ClientEvent,
  type ServerEvent,
  type ServerPayload,
} from '../lib/wire/signaling';
import { addressGroup, clientAddress, originAllowed, type OriginRule } from './admission';
import { createRateLimiter, type RateLimits } from './limits';
import { createMetrics, type ConnectionRefusal, type Metrics } from './metrics';
import { createNearbyBook } from './nearby';
import { networkOf } from './network';
import { newNonce } from './proof';
import { Session, type SessionConfig, type SessionHost } from './session';
import type { TrackerStore } from './store';
import { iceGrant, type IceConfig } from './turn';

export interface SocketServerConfig extends OriginRule {
  /** Proxies in front whose X-Forwarded-For is believed. */
  readonly trustedProxies: number;
  /** Whether people of one network may find each other. */
  readonly nearby: boolean;
  readonly rates: RateLimits;
  readonly session: SessionConfig;
  readonly ice: IceConfig;
  /** Clients told to go away come back within this time, each at a random moment (guess: a restart takes less). */
  readonly comeBackWithinMs: number;
  /** How long a stopping server waits for clients to leave by themselves (guess). */
  readonly drainMs: number;
  /** Whether someone else takes upgrades on this port too (a development server). If not, upgrades to other paths are ended. */
  readonly sharesUpgrades: boolean;
}

/** What an operator reads. Fields never hold names, addresses, room ids or peer ids. */
export interface ServerLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface SocketServer {
  readonly metrics: Metrics;
  /** Tells clients to come back later, waits for them to go, closes sockets and then the http server. */
  close(): Promise<void>;
}

type ServerEvents = { [Name in ServerEvent]: (payload: ServerPayload<Name>) => void };
type ClientEvents = Record<ClientEvent, (...args: unknown[]) => void>;
type TrackerSocket = Socket<ClientEvents, ServerEvents>;

const eventNames = Object.keys(clientEvents) as ClientEvent[];

export function createSocketServer(
  http: HttpServer,
  store: TrackerStore,
  config: SocketServerConfig,
  log: ServerLog,
): SocketServer {
  const limiter = createRateLimiter(config.rates);
  /** Open connections of each address. */
  const connections = new Map<string, number>();
  let stopping = false;

  const io = new Server<ClientEvents, ServerEvents>(http, {
    path: '/socket.io/',
    transports: ['websocket'],
    parser: packets,
    maxHttpBufferSize: signalingLimits.messageBytes,
    connectTimeout: 10_000,
    serveClient: false,
    perMessageDeflate: false,
    // A development server takes upgrades of its own on the same port (pitfalls 9.10).
    destroyUpgrade: !config.sharesUpgrades,
    allowRequest: (request, answer) => {
      admit(request).then(
        (reason) => {
          if (reason) metrics.connectionRefused(reason);
          answer(reason, reason === undefined);
        },
        (error: unknown) => {
          failed(error);
          answer('server-full', false);
        },
      );
    },
  });
  const metrics = createMetrics(store, () => io.engine.clientsCount);

  const addressOf = (request: IncomingMessage): string =>
    addressGroup(clientAddress(request.headers, request.socket.remoteAddress, config.trustedProxies));

  async function admit(request: IncomingMessage): Promise<ConnectionRefusal | undefined> {
    if (!originAllowed(request.headers, config)) return 'origin';
    if (stopping) return 'stopping';
    if (io.engine.clientsCount >= config.rates.connections) return 'server-full';
    const address = addressOf(request);
    if ((connections.get(address) ?? 0) >= config.rates.connectionsPerAddress) return 'address-full';
    return (await limiter.takeConnect(address)) === undefined ? undefined : 'address-rate';
  }

  const failed = (error: unknown): void => {
    log.error({ err: error }, 'The tracker store failed.');
  };

  const host: SessionHost = {
    store,
    nearby: createNearbyBook(),
    limiter,
    metrics,
    iceGrant: () => iceGrant(config.ice, Date.now()),
    now: () => Date.now(),
    send: (to, event, payload) => {
      // `to` comes from the store, never from a client: every socket is in the socket.io room of its own id.
      const args = [payload] as Parameters<ServerEvents[typeof event]>;
      io.to(to).emit(event, ...args);
    },
    failed,
  };

  const addresses = new WeakMap<TrackerSocket['conn'], string>();
  const networks = new WeakMap<TrackerSocket['conn'], string>();
  io.engine.on('connection', (connection: TrackerSocket['conn']) => {
    const address = addressOf(connection.request);
    addresses.set(connection, address);
    const { headers, socket: raw } = connection.request;
    const network = config.nearby ? networkOf(headers, raw.remoteAddress, config.trustedProxies) : undefined;
    if (network !== undefined) networks.set(connection, network);
    connections.set(address, (connections.get(address) ?? 0) + 1);
    connection.on('close', () => {
      const left = (connections.get(address) ?? 1) - 1;
      if (left > 0) connections.set(address, left);
      else connections.delete(address);
    });
    // The handshake request is never read again: several KiB a connection (socket.io, "Memory usage").
    (connection as { request: unknown }).request = null;
  });

  io.on('connection', (socket) => {
    const address = addresses.get(socket.conn) ?? 'unknown';
    const network = networks.get(socket.conn);
    const nonce = newNonce();
    const session = new Session(host, { connection: socket.id, address, network, nonce }, config.session);

    const end = (reason: ConnectionRefusal): void => {
      if (!socket.connected) return;
      metrics.connectionRefused(reason);
      log.warn({ reason }, 'A connection was ended.');
      socket.disconnect(true);
    };
    socket.conn.on('packet', (packet: { type: string; data?: unknown }) => {
      const size =
        packet.data instanceof Uint8Array || typeof packet.data === 'string' ? packet.data.length : 0;
      metrics.received(size);
      limiter.take('bytes', socket.id, address, size).then((wait) => {
        if (wait !== undefined) end('bytes');
      }, failed);
    });
    // A frame that is no packet: socket.io closes the connection after this.
    socket.on('error', () => metrics.connectionRefused('bad-frame'));
    for (const event of eventNames) {
      socket.on(event, (...args: unknown[]) => {
        const ack = args.at(-1);
        if (!isAck(ack)) return;
        void session.handle(event, args.length === 2 ? args[0] : undefined).then((answer) => {
          ack(answer);
          if (session.hopeless) end('malformed');
        });
      });
    }
    socket.on('disconnect', () => {
      limiter.release(socket.id);
      void session.end();
    });
    socket.emit('challenge', { nonce });
  });

  return {
    metrics,
    async close() {
      stopping = true;
      io.emit('goingAway', { withinMs: config.comeBackWithinMs });
      await drained(io, config.drainMs);
      const closed = io.close();
      // Kept-alive connections without a request would hold the close until they time out (pitfalls 9.9).
      http.closeIdleConnections();
      await closed;
      await store.close();
    },
  };
}

const isAck = (value: unknown): value is (answer: unknown) => void => typeof value === 'function';

/** Resolves when no socket is left, at the latest after `ms`. */
function drained(io: Server<ClientEvents, ServerEvents>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearInterval(poll);
      clearTimeout(timeout);
      resolve();
    };
    const poll = setInterval(() => {
      if (io.engine.clientsCount === 0) done();
    }, 20);
    const timeout = setTimeout(done, ms);
    if (io.engine.clientsCount === 0) done();
  });
}
