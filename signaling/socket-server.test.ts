import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from './store-memory';
import { createWorld, Identity, pause, soon, withRates, type Answer } from './test-world';
import { roomId, sessionId } from './testing';

const { serve, serveStore, stopServer, port, connect, member, end } = createWorld();
afterEach(end);

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
    const response = await fetch(`http://127.0.0.1:${port()}/socket.io/?EIO=4&transport=polling`);
    expect(response.status).toBe(400);
    const client = await fetch(`http://127.0.0.1:${port()}/socket.io/socket.io.js`);
    expect(client.status).toBe(400);
  });

  it('[SV11] ends upgrades to other paths', async () => {
    await serve();
    const ended = await new Promise<string>((resolve) => {
      const upgrade = request({
        port: port(),
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
    const origin = `http://127.0.0.1:${port()}`;
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
    const stopped = stopServer();
    await soon(() => expect(client.told('goingAway')).toEqual([{ withinMs: 5000 }]));
    await soon(() => expect(client.ended).toBeDefined());
    await stopped;
  });

  it('[SV10] figures name no room and no peer', async () => {
    const tracker = await serveStore(createMemoryStore());
    const [a, b] = [await member(), await member()];
    await a.client.ask('signal', {
      room: roomId(1),
      to: b.peer,
      session: sessionId(1),
      sealed: new Uint8Array(100),
    });
    await a.client.ask('leave', {});
    const text = (await tracker.metrics.text()).body;
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
    const errors: unknown[] = [];
    const store = { ...createMemoryStore(), announce: () => Promise.reject(new Error('no database')) };
    const log = { warn: () => undefined, error: (fields: unknown) => errors.push(fields) };
    await serveStore(store, log);
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
