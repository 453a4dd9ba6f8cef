/** The tests' clients: sockets that say exactly what they are told to, identities that sign, and servers to try them on. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { vi } from 'vitest';
import { fromBase64Url } from '../lib/base/bytes';
import type { PeerId, RoomId } from '../lib/base/ids';
import { invariant } from '../lib/base/invariant';
import * as packets from '../lib/wire/socket-packets';
import type { ServerConfig } from './config';
import type { Rate } from './limits';
import { joinMessage, peerIdOf } from './proof';
import { startServer } from './server';
import { createSocketServer, type ServerLog, type SocketServer } from './socket-server';
import type { TrackerStore } from './store';
import { roomId, silent, testConfig } from './testing';

export interface Answer {
  ok: boolean;
  code?: string;
  retryMs?: number;
  peers?: { peer: PeerId }[];
  members?: number;
}

export class Identity {
  readonly publicKey: Uint8Array;
  readonly peer: PeerId;
  private readonly key: KeyObject;
  constructor() {
    const pair = generateKeyPairSync('ed25519');
    this.key = pair.privateKey;
    this.publicKey = fromBase64Url(pair.publicKey.export({ format: 'jwk' }).x ?? '') ?? new Uint8Array();
    this.peer = peerIdOf(this.publicKey);
  }
  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.key));
  }
  proof(nonce: Uint8Array, room: RoomId): { room: RoomId; publicKey: Uint8Array; signature: Uint8Array } {
    return {
      room,
      publicKey: this.publicKey,
      signature: new Uint8Array(sign(null, joinMessage(nonce, room), this.key)),
    };
  }
}

/** A client that says exactly what it is told to. */
export class Client {
  readonly received: [event: string, payload: unknown][] = [];
  ended: string | undefined;
  constructor(
    readonly socket: Socket,
    readonly nonce: Uint8Array,
  ) {
    socket.onAny((event: string, payload: unknown) => this.received.push([event, payload]));
    socket.on('disconnect', (reason) => (this.ended = reason));
  }
  ask(event: string, payload: unknown): Promise<Answer> {
    return this.socket.timeout(3000).emitWithAck(event, payload) as Promise<Answer>;
  }
  join(identity: Identity, room = roomId(1)): Promise<Answer> {
    return this.ask('join', identity.proof(this.nonce, room));
  }
  told(event: string): unknown[] {
    return this.received.filter(([name]) => name === event).map(([, payload]) => payload);
  }
}

export const soon = <Value>(check: () => Value): Promise<Value> =>
  vi.waitFor(check, { timeout: 20_000, interval: 5 });
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Other limits than the defaults. */
export const withRates =
  (perConnection: Partial<Record<string, Rate>>, perAddress: Partial<Record<string, Rate>> = {}) =>
  (config: ServerConfig): ServerConfig => {
    const { rates } = config.socket;
    return {
      ...config,
      socket: {
        ...config.socket,
        rates: {
          ...rates,
          perConnection: { ...rates.perConnection, ...perConnection },
          perAddress: { ...rates.perAddress, ...perAddress },
        },
      },
    };
  };

export interface World {
  serve: (env?: Record<string, string>, edit?: (config: ServerConfig) => ServerConfig) => Promise<void>;
  /** The tracker alone, on a store of the test's. */
  serveStore: (store: TrackerStore, log?: ServerLog) => Promise<SocketServer>;
  port: () => number;
  /** Rejects when the server does not let it in. */
  connect: (headers?: Record<string, string>) => Promise<Client>;
  /** Connects and joins with a new identity. */
  member: (room?: RoomId) => Promise<{ client: Client; peer: PeerId; identity: Identity }>;
  stopServer: () => Promise<void>;
  end: () => Promise<void>;
}

export function createWorld(): World {
  let server: { port: number; close: () => Promise<void> } | undefined;
  const sockets: Socket[] = [];

  const port = (): number => {
    invariant(server, 'a server was started');
    return server.port;
  };
  const connect = (headers?: Record<string, string>): Promise<Client> => {
    const url = `http://127.0.0.1:${port()}`;
    const socket = io(url, {
      transports: ['websocket'],
      parser: packets,
      forceNew: true,
      reconnection: false,
      extraHeaders: headers ?? { origin: url },
    });
    sockets.push(socket);
    return new Promise((resolve, reject) => {
      socket.once('challenge', ({ nonce }: { nonce: Uint8Array }) => resolve(new Client(socket, nonce)));
      socket.once('connect_error', reject);
    });
  };
  const stopServer = async (): Promise<void> => {
    const stopped = server?.close();
    server = undefined;
    await stopped;
  };
  return {
    port,
    connect,
    stopServer,
    async serve(env = {}, edit = (config) => config) {
      const running = await startServer(edit(testConfig(env)), silent, {
        request: (_request, response) => response.end(),
      });
      server = { port: running.port, close: () => running.close() };
    },
    async serveStore(store, log = silent) {
      const http = createServer();
      const tracker = createSocketServer(http, store, { ...testConfig().socket, sharesUpgrades: false }, log);
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      server = { port: (http.address() as AddressInfo).port, close: () => tracker.close() };
      return tracker;
    },
    async member(room = roomId(1)) {
      const client = await connect();
      const identity = new Identity();
      const answer = await client.join(identity, room);
      invariant(answer.ok, `joined, not ${answer.code ?? ''}`);
      return { client, peer: identity.peer, identity };
    },
    async end() {
      for (const socket of sockets.splice(0)) socket.disconnect();
      await stopServer();
    },
  };
}
