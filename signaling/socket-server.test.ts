import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { request } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromBase64Url } from '../lib/base/bytes';
import type { PeerId, RoomId } from '../lib/base/ids';
import * as packets from '../lib/wire/socket-packets';
import { signalingLimits } from '../lib/wire/signaling';
import type { ServerConfig } from './config';
import type { Rate } from './limits';
import { joinMessage, peerIdOf } from './proof';
import { startServer, type RunningServer } from './server';
import { peerId, roomId, sessionId, silent, summary, testConfig } from './testing';

interface Answer {
  ok: boolean;
  code?: string;
  retryMs?: number;
  peers?: { peer: PeerId }[];
  members?: number;
}

class Identity {
  readonly publicKey: Uint8Array;
  readonly peer: PeerId;
  private readonly key: KeyObject;
  constructor() {
    const pair = generateKeyPairSync('ed25519');
    this.key = pair.privateKey;
    this.publicKey = fromBase64Url(pair.publicKey.export({ format: 'jwk' }).x as string)!;
    this.peer = peerIdOf(this.publicKey);
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
class Client {
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

const soon = <Value>(check: () => Value): Promise<Value> =>
  vi.waitFor(check, { timeout: 4_000, interval: 5 });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('socket server', () => {
  let server: RunningServer | undefined;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await server?.close();
    server = undefined;
  });

  async function serve(
    env: Record<string, string> = {},
    edit = (config: ServerConfig): ServerConfig => config,
  ): Promise<void> {
    server = await startServer(edit(testConfig(env)), silent, {
      request: (_request, response) => response.end(),
    });
  }
  const withRates =
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

  function open(headers: Record<string, string> = { origin: `http://127.0.0.1:${server!.port}` }): Socket {
    const socket = io(`http://127.0.0.1:${server!.port}`, {
      transports: ['websocket'],
      parser: packets,
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
    });
    sockets.push(socket);
    return socket;
  }
  function connect(headers?: Record<string, string>): Promise<Client> {
    const socket = open(headers);
    return new Promise((resolve, reject) => {
      socket.once('challenge', ({ nonce }: { nonce: Uint8Array }) => resolve(new Client(socket, nonce)));
      socket.once('connect_error', reject);
    });
  }
  async function member(room = roomId(1)): Promise<{ client: Client; peer: PeerId; identity: Identity }> {
    const client = await connect();
    const identity = new Identity();
    expect(await client.join(identity, room)).toMatchObject({ ok: true });
    return { client, peer: identity.peer, identity };
  }
  const metrics = async (): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${server!.port}/metrics`);
    return response.text();
  };

  describe('admission', () => {
    it.each([
      ['another site', { origin: 'https://evil.example' }],
      ['another port', { origin: 'http://127.0.0.1:1' }],
      ['a sandboxed page', { origin: 'null' }],
      ['no origin', {}],
    ])('[SV2] refuses %s', async (_who, headers) => {
      await serve();
      await expect(connect(headers as Record<string, string>)).rejects.toThrow('websocket error');
    });

    it('[SV2] lets in its own origin, allowed ones, and none where that is wanted', async () => {
      await serve({ ALLOWED_ORIGINS: 'https://files.example', ALLOW_NO_ORIGIN: '1' });
      await connect();
      await connect({ origin: 'https://files.example' });
      await connect({});
    });

    it('[SV11] speaks websocket only', async () => {
      await serve();
      const response = await fetch(`http://127.0.0.1:${server!.port}/socket.io/?EIO=4&transport=polling`);
      expect(response.status).toBe(400);
      const client = await fetch(`http://127.0.0.1:${server!.port}/socket.io/socket.io.js`);
      expect(client.status).toBe(400);
    });

    it('[SV11] ends upgrades to other paths', async () => {
      await serve();
      const ended = await new Promise<string>((resolve) => {
        const upgrade = request({
          port: server!.port,
          host: '127.0.0.1',
          path: '/other',
          headers: { connection: 'Upgrade', upgrade: 'websocket' },
        });
        upgrade.on('error', () => resolve('ended'));
        upgrade.on('close', () => resolve('ended'));
        upgrade.on('upgrade', () => resolve('upgraded'));
        upgrade.end();
      });
      expect(ended).toBe('ended');
    });

    it('[SV12] holds so many connections of one address, and takes the next when one is gone', async () => {
      await serve({ MAX_CONNECTIONS_PER_ADDRESS: '2' });
      const first = await connect();
      await connect();
      await expect(connect()).rejects.toThrow();
      first.socket.disconnect();
      await soon(() => connect());
    });

    it('[SV12] tells addresses apart behind a trusted proxy', async () => {
      await serve({ MAX_CONNECTIONS_PER_ADDRESS: '1', TRUST_PROXY: '1' });
      const origin = `http://127.0.0.1:${server!.port}`;
      await connect({ origin, 'x-forwarded-for': '1.1.1.1' });
      await connect({ origin, 'x-forwarded-for': '2.2.2.2' });
      await expect(connect({ origin, 'x-forwarded-for': '3.3.3.3, 1.1.1.1' })).rejects.toThrow();
    });

    it('[SV12] limits how often an address may connect', async () => {
      await serve({}, withRates({}, { connect: { points: 3, seconds: 60 } }));
      for (let i = 0; i < 3; i++) (await connect()).socket.disconnect();
      await expect(connect()).rejects.toThrow();
    });

    it('[SV12] holds so many connections in all', async () => {
      await serve({ MAX_CONNECTIONS: '1' });
      await connect();
      await expect(connect()).rejects.toThrow();
    });
  });

  describe('join', () => {
    it('[SG3] each connection is challenged afresh', async () => {
      await serve();
      const [a, b] = [await connect(), await connect()];
      expect(a.nonce).toHaveLength(32);
      expect(a.nonce).not.toEqual(b.nonce);
    });

    it('[SG4] takes a proof of the peer id and answers with who is there and how to connect', async () => {
      await serve({ STUN_URLS: 'stun:stun.example.org' });
      const first = await member();
      const client = await connect();
      expect(await client.join(new Identity())).toEqual({
        ok: true,
        peers: [{ peer: first.peer, shares: [] }],
        members: 2,
        iceServers: [{ urls: ['stun:stun.example.org'] }],
        icePolicy: 'all',
        iceTtlMs: null,
      });
    });

    it('[SG4] refuses a proof made for another connection, another room, by another key, or of nothing', async () => {
      await serve();
      const [client, other] = [await connect(), await connect()];
      const [identity, someone] = [new Identity(), new Identity()];
      const good = identity.proof(client.nonce, roomId(1));
      for (const join of [
        identity.proof(other.nonce, roomId(1)),
        { ...good, room: roomId(2) },
        { ...good, publicKey: someone.publicKey },
        { ...good, signature: new Uint8Array(64) },
        { ...good, publicKey: new Uint8Array(32).fill(255) },
      ])
        expect(await client.ask('join', join)).toEqual({ ok: false, code: 'bad-proof' });
      expect(await client.ask('handout', { room: roomId(1), linked: [] })).toEqual({
        ok: false,
        code: 'not-joined',
      });
    });

    it('[SG5] a second connection with the same id takes the place of the first, which is told', async () => {
      await serve();
      const { client, identity } = await member();
      const second = await connect();
      expect(await second.join(identity)).toMatchObject({ ok: true, members: 1 });
      await soon(() => expect(client.told('replaced')).toEqual([{ room: roomId(1) }]));
      expect(await client.ask('announce', { room: roomId(1), shares: [] })).toEqual({
        ok: false,
        code: 'not-joined',
      });
      client.socket.disconnect();
      await pause(30);
      expect(await second.ask('handout', { room: roomId(1), linked: [] })).toMatchObject({
        ok: true,
        members: 1,
      });
    });

    it('[TR2] refuses a peer too many in a room, and a room too many', async () => {
      await serve({ MAX_PEERS_PER_ROOM: '2', MAX_ROOMS_PER_CONNECTION: '2', MAX_ROOMS: '2' });
      const { client } = await member();
      await member();
      const third = await connect();
      expect(await third.join(new Identity())).toEqual({ ok: false, code: 'room-full' });
      expect(await client.join(new Identity(), roomId(2))).toMatchObject({ ok: true });
      expect(await client.join(new Identity(), roomId(3))).toEqual({ ok: false, code: 'too-many-rooms' });
      expect(await third.join(new Identity(), roomId(3))).toEqual({ ok: false, code: 'server-full' });
    });

    it('[TR1] whoever disconnects is gone from all rooms', async () => {
      await serve();
      const { client } = await member();
      await client.join(new Identity(), roomId(2));
      client.socket.disconnect();
      const next = await connect();
      await soon(async () =>
        expect(await next.join(new Identity(), roomId(2))).toMatchObject({ members: 1 }),
      );
      expect(await next.join(new Identity())).toMatchObject({ peers: [], members: 1 });
    });

    it('[SG15] a leave right behind its join is not overtaken by it', async () => {
      await serve();
      const client = await connect();
      const [joined, left] = await Promise.all([
        client.join(new Identity()),
        client.ask('leave', { room: roomId(1) }),
      ]);
      expect([joined.ok, left.ok]).toEqual([true, true]);
      const next = await connect();
      expect(await next.join(new Identity())).toMatchObject({ members: 1 });
      expect(await client.ask('leave', { room: roomId(1) })).toEqual({ ok: false, code: 'not-joined' });
    });

    it('[TR1] a connection that ends while its proof is being checked leaves nobody behind', async () => {
      await serve();
      for (let i = 0; i < 10; i++) {
        const client = await connect();
        void client.join(new Identity()).catch(() => undefined);
        await pause(i / 5);
        client.socket.disconnect();
      }
      await pause(50);
      const next = await connect();
      expect(await next.join(new Identity())).toMatchObject({ peers: [], members: 1 });
    });
  });

  describe('events', () => {
    it('[SG7] hands signals to a member of the same room, with the proven sender', async () => {
      await serve();
      const [a, b] = [await member(), await member()];
      const sealed = new Uint8Array(signalingLimits.signalBytes).fill(7);
      const sent = { room: roomId(1), to: b.peer, session: sessionId(1), sealed };
      expect(await a.client.ask('signal', sent)).toEqual({ ok: true });
      await soon(() => expect(b.client.told('signal')).toHaveLength(1));
      expect(b.client.told('signal')[0]).toMatchObject({
        room: roomId(1),
        from: a.peer,
        session: sessionId(1),
      });
      expect(a.client.told('signal')).toEqual([]);
    });

    it('[SG7] hands them to nobody else: other rooms, sockets by their id, strangers', async () => {
      await serve();
      const [a, b] = [await member(), await member(roomId(2))];
      const signal = { room: roomId(1), session: sessionId(1), sealed: Uint8Array.of(1) };
      expect(await a.client.ask('signal', { ...signal, to: b.peer })).toEqual({
        ok: false,
        code: 'unknown-peer',
      });
      expect(await a.client.ask('signal', { ...signal, to: peerId(9) })).toEqual({
        ok: false,
        code: 'unknown-peer',
      });
      expect(await a.client.ask('signal', { ...signal, to: b.client.socket.id })).toEqual({
        ok: false,
        code: 'malformed',
      });
      expect(await a.client.ask('signal', { ...signal, room: roomId(2), to: b.peer })).toEqual({
        ok: false,
        code: 'not-joined',
      });
      await pause(30);
      expect(b.client.told('signal')).toEqual([]);
    });

    it('[SG1] carries the largest announce and a handout of it', async () => {
      await serve();
      const [a, b] = [await member(), await member()];
      const shares = Array.from({ length: signalingLimits.shares }, (_, i) => summary(i, i % 65));
      expect(await a.client.ask('announce', { room: roomId(1), shares })).toEqual({ ok: true });
      const answer = await b.client.ask('handout', { room: roomId(1), linked: [] });
      expect(answer.peers?.[0]).toMatchObject({ peer: a.peer });
      expect((answer.peers?.[0] as unknown as { shares: unknown[] }).shares).toHaveLength(256);
    });

    it('[HD2] leaves out who is linked', async () => {
      await serve();
      const [a, b, c] = [await member(), await member(), await member()];
      const answer = await a.client.ask('handout', { room: roomId(1), linked: [b.peer] });
      expect(answer).toEqual({ ok: true, members: 3, peers: [{ peer: c.peer, shares: [] }] });
    });

    it('[SG6] refuses what is malformed and ends a connection that keeps at it', async () => {
      await serve();
      const { client } = await member();
      const bad: [string, unknown][] = [
        ['join', undefined],
        ['join', { room: roomId(1) }],
        ['join', { room: roomId(1), publicKey: new Uint8Array(31), signature: new Uint8Array(64) }],
        ['leave', 'room'],
        ['leave', { room: '../../etc' }],
        ['leave', { room: roomId(1), more: 1 }],
        ['announce', { room: roomId(1), shares: [{ share: 'x', band: 1, regions: new Uint8Array(8) }] }],
        ['announce', { room: roomId(1), shares: [{ ...summary(1, 1), band: 5 }] }],
        ['announce', { room: roomId(1), shares: [{ ...summary(1, 1), regions: new Uint8Array(9) }] }],
        ['announce', { room: roomId(1), shares: null }],
        ['handout', { room: roomId(1), linked: [1] }],
        ['handout', { room: roomId(1), linked: Array.from({ length: 65 }, () => peerId(1)) }],
        ['signal', { room: roomId(1), to: peerId(1), session: sessionId(1), sealed: 'text' }],
        ['signal', { room: roomId(1), to: peerId(1), session: sessionId(1), sealed: new Uint8Array(0) }],
      ];
      for (const [event, payload] of bad)
        expect(await client.ask(event, payload)).toEqual({ ok: false, code: 'malformed' });
      expect(await client.ask('leave', { room: roomId(1) })).toEqual({ ok: true });
      expect(client.ended).toBeUndefined();
      for (let i = bad.length; i < 20; i++) await client.ask('leave', {});
      await soon(() => expect(client.ended).toBe('io server disconnect'));
    });

    it('[SG8] ignores events without an acknowledgement and events it does not know', async () => {
      await serve();
      const [a, b] = [await member(), await member()];
      a.client.socket.emit('leave', { room: roomId(1) });
      a.client.socket.emit('signal', {
        room: roomId(1),
        to: b.peer,
        session: sessionId(1),
        sealed: Uint8Array.of(1),
      });
      a.client.socket.emit('shutdown', { now: true });
      a.client.socket.emit('leave');
      await pause(30);
      expect(b.client.told('signal')).toEqual([]);
      expect(await a.client.ask('handout', { room: roomId(1), linked: [] })).toMatchObject({ members: 2 });
    });

    it('[SG2] ends connections that send too much at once or no packets at all', async () => {
      await serve();
      const large = await connect();
      large.socket.emit('leave', { room: new Uint8Array(signalingLimits.messageBytes) });
      await soon(() => expect(large.ended).toBeDefined());
      const text = await connect();
      (text.socket.io.engine as unknown as { write(data: string): void }).write('2["join",{}]');
      await soon(() => expect(text.ended).toBeDefined());
      const junk = await connect();
      (junk.socket.io.engine as unknown as { write(data: Uint8Array): void }).write(
        new Uint8Array([0xc1, 0xff]),
      );
      await soon(() => expect(junk.ended).toBeDefined());
      await member();
    });

    it('[SG6] no payload, however odd, brings the server down', async () => {
      await serve({}, withRates({}));
      for (const odd of [
        null,
        [],
        0,
        -1,
        'x',
        true,
        new Uint8Array(9),
        [[[[]]]],
        { constructor: 1, toString: 2 },
        { room: { room: {} } },
      ]) {
        const client = await connect();
        for (const event of ['join', 'leave', 'announce', 'handout', 'signal'])
          expect(await client.ask(event, odd)).toEqual({ ok: false, code: 'malformed' });
        client.socket.disconnect();
      }
      await member();
    });
  });

  describe('limits', () => {
    it('[SG10] refuses what comes too often and says when to try again', async () => {
      await serve({}, withRates({ handout: { points: 2, seconds: 1 } }));
      const { client } = await member();
      const handout = (): Promise<Answer> => client.ask('handout', { room: roomId(1), linked: [] });
      expect((await handout()).ok).toBe(true);
      expect((await handout()).ok).toBe(true);
      const refused = await handout();
      expect(refused).toMatchObject({ ok: false, code: 'rate-limited' });
      expect(refused.retryMs).toBeGreaterThan(0);
      expect(refused.retryMs).toBeLessThanOrEqual(1000);
      expect(await client.ask('announce', { room: roomId(1), shares: [] })).toEqual({ ok: true });
      await pause(refused.retryMs! + 20);
      expect((await handout()).ok).toBe(true);
    });

    it('[SG10] counts an address over all its connections', async () => {
      await serve({}, withRates({}, { join: { points: 2, seconds: 60 } }));
      await member();
      await member();
      expect(await (await connect()).join(new Identity())).toMatchObject({ ok: false, code: 'rate-limited' });
    });

    it('[SG10] ends a connection that sends more bytes than it may', async () => {
      await serve({}, withRates({ bytes: { points: 50_000, seconds: 60 } }));
      const { client } = await member();
      for (let i = 0; i < 4; i++) client.socket.emit('noise', new Uint8Array(15_000));
      await soon(() => expect(client.ended).toBe('io server disconnect'));
    });
  });

  describe('operation', () => {
    it('[SG11] says goodbye before it stops', async () => {
      await serve();
      const { client } = await member();
      const stopped = server!.close();
      server = undefined;
      await soon(() => expect(client.told('goingAway')).toEqual([{ withinMs: 5000 }]));
      await soon(() => expect(client.ended).toBeDefined());
      await stopped;
    });

    it('[SV10] figures name no room and no peer', async () => {
      const { createServer } = await import('node:http');
      const { createSocketServer } = await import('./socket-server');
      const { createMemoryStore } = await import('./store-memory');
      const http = createServer();
      const tracker = createSocketServer(
        http,
        createMemoryStore(),
        { ...testConfig().socket, sharesUpgrades: false },
        silent,
      );
      http.on('request', (incoming, response) => {
        if (incoming.url === '/metrics') void tracker.metrics.text().then(({ body }) => response.end(body));
      });
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      server = { url: '', port: (http.address() as { port: number }).port, close: () => tracker.close() };
      const [a, b] = [await member(), await member()];
      await a.client.ask('signal', {
        room: roomId(1),
        to: b.peer,
        session: sessionId(1),
        sealed: new Uint8Array(100),
      });
      await a.client.ask('leave', {});
      const text = await metrics();
      for (const line of [
        'shoal_sockets 2',
        'shoal_rooms 1',
        'shoal_peers 2',
        'shoal_joins_total 2',
        'shoal_signals_total 1',
        'shoal_signal_bytes_total 100',
        'shoal_refusals_total{code="malformed"} 1',
      ])
        expect(text).toContain(`${line}\n`);
      expect(text).toMatch(/shoal_received_bytes_total [1-9]/);
      for (const secret of [roomId(1), a.peer, b.peer, '127.0.0.1']) expect(text).not.toContain(secret);
    });

    it('[SG9] a store that fails is told as busy, not as a crash', async () => {
      const { createServer } = await import('node:http');
      const { createSocketServer } = await import('./socket-server');
      const { createMemoryStore } = await import('./store-memory');
      const http = createServer();
      const errors: unknown[] = [];
      const store = { ...createMemoryStore(), announce: () => Promise.reject(new Error('no database')) };
      const log = { warn: () => undefined, error: (fields: unknown) => errors.push(fields) };
      const tracker = createSocketServer(http, store, { ...testConfig().socket, sharesUpgrades: false }, log);
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      server = { url: '', port: (http.address() as { port: number }).port, close: () => tracker.close() };
      const { client } = await member();
      expect(await client.ask('announce', { room: roomId(1), shares: [] })).toEqual({
        ok: false,
        code: 'server-full',
        retryMs: 5000,
      });
      expect(errors).toHaveLength(1);
      expect(await client.ask('handout', { room: roomId(1), linked: [] })).toMatchObject({ ok: true });
    });
  });
});
