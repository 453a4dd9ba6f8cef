import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ServerConfig } from '../../signaling/config';
import { startServer, type RunningServer } from '../../signaling/server';
import { peerId, roomId, sessionId, silent, testConfig } from '../../signaling/testing';
import type { Clock, TrackerClient } from '../ports';
import * as packets from '../wire/socket-packets';
import { MembershipRecorder, trackerContract } from './contracts/tracker-contract';
import { encodedEndingBytes } from '../wire/ending';
import { createSocketTracker } from './socket-tracker';
import { createWebCrypto } from './web-crypto';

const crypto = createWebCrypto();
const noPages = { request: (): void => undefined };

function quick(env: Record<string, string> = {}, socket: Partial<ServerConfig['socket']> = {}): ServerConfig {
  const config = testConfig(env);
  return { ...config, socket: { ...config.socket, comeBackWithinMs: 50, ...socket } };
}

const clientOf = (port: number, clock?: Clock): TrackerClient =>
  createSocketTracker({
    url: `http://127.0.0.1:${port}`,
    crypto,
    extraHeaders: { origin: `http://127.0.0.1:${port}` },
    ...(clock ? { clock } : {}),
  });

trackerContract(
  'socket.io against the real server',
  async () => {
    const config = quick();
    let server: RunningServer | undefined = await startServer(config, silent, noPages);
    const { port } = server;
    return {
      client: () => clientOf(port),
      async setOnline(online) {
        if (online) server = await startServer({ ...config, port }, silent, noPages);
        else {
          await server?.close();
          server = undefined;
        }
      },
      close: () => server?.close(),
    };
  },
  () => crypto.createIdentity(),
);

/** Real time, but timers fire only when told to. */
class HeldClock implements Clock {
  readonly timers = new Map<() => void, number>();
  now(): number {
    return performance.now();
  }
  wall(): number {
    return Date.now();
  }
  at(time: number, run: () => void): () => void {
    this.timers.set(run, time - this.now());
    return () => this.timers.delete(run);
  }
  /** Fires the timers that were due in at least `fromMs` and at most `toMs`. */
  fire(fromMs: number, toMs: number): number {
    const due = [...this.timers].filter(([, left]) => left >= fromMs && left <= toMs);
    for (const [run] of due) {
      this.timers.delete(run);
      run();
    }
    return due.length;
  }
}

const soon = <Value>(check: () => Value): Promise<Value> =>
  vi.waitFor(check, { timeout: 30_000, interval: 5 });

describe('socket tracker', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function serve(config: ServerConfig): Promise<RunningServer> {
    const server = await startServer(config, silent, noPages);
    ends.push(() => server.close());
    return server;
  }
  function connect(port: number, clock?: Clock): TrackerClient {
    const client = clientOf(port, clock);
    ends.push(() => client.close());
    return client;
  }
  const recorder = async (): Promise<MembershipRecorder> =>
    new MembershipRecorder(await crypto.createIdentity());

  it('[SG16] joins again before the credentials end, and goes on without a gap', async () => {
    const turn = { urls: ['turn:turn.example.org'], secret: 'a long secret', ttlSeconds: 1000 };
    const { port } = await serve(quick({}, { ice: { stunUrls: [], turn, policy: 'relay' } }));
    const clock = new HeldClock();
    const me = await recorder();
    connect(port, clock).join(roomId(1), me);
    await soon(() => expect(me.answers).toHaveLength(1));
    expect(me.answers[0]).toMatchObject({ icePolicy: 'relay', iceTtlMs: 1_000_000 });
    expect(clock.fire(740_000, 760_000)).toBe(1);
    await soon(() => expect(me.answers).toHaveLength(2));
    expect(me.answers[1]?.iceServers[0]?.username).not.toBe(me.answers[0]?.iceServers[0]?.username);
    expect(me.states).toEqual(['connecting', 'online']);
    expect(me.answers[1]?.members).toBe(1);
  });

  it('[OP9] an end the server will not have still leaves the room, and the client’s other rooms stand', async () => {
    const { port } = await serve(quick());
    const [a, b] = [connect(port), connect(port)];
    const [gone, stays, other] = [await recorder(), await recorder(), await recorder()];
    a.join(roomId(1), gone);
    a.join(roomId(2), stays);
    b.join(roomId(1), other);
    await soon(() => expect([gone, stays, other].map(({ answers }) => answers.length)).toEqual([1, 1, 1]));
    a.end(roomId(1), new Uint8Array(16), new Uint8Array(encodedEndingBytes));
    await soon(() => {
      b.handout(roomId(1), []);
      expect(other.handouts.at(-1)?.members).toBe(1);
    });
    expect([other.endings, stays.states.at(-1)]).toEqual([[], 'online']);
  });

  it('[SG17] is told of a refusal and tries again later where that can help', async () => {
    const { port } = await serve(quick({ MAX_PEERS_PER_ROOM: '2' }));
    const clock = new HeldClock();
    const others = [];
    for (let i = 0; i < 2; i++) {
      const client = connect(port);
      const other = await recorder();
      client.join(roomId(1), other);
      await soon(() => expect(other.answers).toHaveLength(1));
      others.push(client);
    }
    const me = await recorder();
    connect(port, clock).join(roomId(1), me);
    await soon(() => expect(me.refusals).toEqual(['room-full']));
    expect(me.states.at(-1)).toBe('offline');
    others[0]?.close();
    await soon(() => {
      clock.fire(0, 100_000);
      expect(me.answers).toHaveLength(1);
    });
    expect(me.states.at(-1)).toBe('online');
  });

  it('[SG17] does not insist where it cannot', async () => {
    const { port } = await serve(quick({ MAX_ROOMS_PER_CONNECTION: '1' }));
    const clock = new HeldClock();
    const client = connect(port, clock);
    const [one, two] = [await recorder(), await recorder()];
    client.join(roomId(1), one);
    await soon(() => expect(one.answers).toHaveLength(1));
    client.join(roomId(2), two);
    await soon(() => expect(two.refusals).toEqual(['too-many-rooms']));
    expect(clock.timers.size).toBe(0);
  });

  it('[SG14] is offline, not silent, while nobody answers', async () => {
    const server = await startServer(quick(), silent, noPages);
    await server.close();
    const me = await recorder();
    const client = connect(server.port);
    client.join(roomId(1), me);
    expect(me.states).toEqual(['connecting']);
    await soon(() => expect(me.states).toEqual(['connecting', 'offline']));
    await serve({ ...quick(), port: server.port });
    await soon(() => expect(me.states.at(-1)).toBe('online'));
  });

  it('[SG18] what a wrong server sends is dropped', async () => {
    const http = createServer();
    const io = new Server(http, { parser: packets, transports: ['websocket'] });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    ends.push(() => io.close());
    const asked: string[] = [];
    io.on('connection', (socket) => {
      socket.onAny((event: string, ...args: unknown[]) => {
        asked.push(event);
        const ack = args.at(-1) as (answer: unknown) => void;
        ack(event === 'join' ? { ok: true, peers: 'everyone' } : 'fine');
      });
      socket.emit('challenge', { nonce: new Uint8Array(31) });
      socket.emit('challenge', 'please sign');
      socket.emit('signal', { room: roomId(1), from: 'me', session: 1, sealed: 'text' });
      socket.emit('replaced', {});
      socket.emit('goingAway', { withinMs: -1 });
      socket.emit('unheard-of', { a: 1 });
      socket.emit('challenge', { nonce: new Uint8Array(32) });
      socket.emit('signal', {
        room: roomId(1),
        from: peerId(1),
        session: sessionId(1),
        sealed: new Uint8Array(9),
      });
    });
    const clock = new HeldClock();
    const me = await recorder();
    connect((http.address() as AddressInfo).port, clock).join(roomId(1), me);
    await soon(() => expect(asked).toEqual(['join']));
    await soon(() => expect(clock.timers.size).toBe(1));
    // An answer that makes no sense is none: asked again after a while, and nothing is told before.
    expect(me.answers).toEqual([]);
    expect(me.signals).toEqual([]);
    expect(me.states).toEqual(['connecting']);
    expect(clock.fire(400, 2_000)).toBe(1);
    await soon(() => expect(asked).toEqual(['join', 'join']));
  });

  it('[SG11] told to go away it goes at once and comes back within the time given', async () => {
    // Waiting for the drain's patience would run into the test's time limit.
    const config = quick({}, { comeBackWithinMs: 60_000, drainMs: 600_000 });
    const server = await startServer(config, silent, noPages);
    const clock = new HeldClock();
    const me = await recorder();
    connect(server.port, clock).join(roomId(1), me);
    await soon(() => expect(me.states.at(-1)).toBe('online'));
    await server.close();
    expect(me.states.at(-1)).toBe('offline');
    expect(clock.timers.size).toBe(1);
    await serve({ ...config, port: server.port });
    expect(clock.fire(0, 60_000)).toBe(1);
    await soon(() => expect(me.states.at(-1)).toBe('online'));
  });
});
