import { afterEach, describe, expect, it, vi } from 'vitest';
import { startServer, type RunningServer } from '../../signaling/server';
import { silent, testConfig } from '../../signaling/testing';
import type { NearbyClient } from '../ports';
import { createClock } from './clock';
import { keyOf, nearbyContract, NearbyRecorder } from './contracts/nearby-contract';
import { createSocketNearby } from './socket-nearby';

const noPages = { request: (): void => undefined };
const soon = <Value>(check: () => Value): Promise<Value> =>
  vi.waitFor(check, { timeout: 30_000, interval: 10 });

const clientOf = (port: number, headers: Record<string, string> = {}): NearbyClient =>
  createSocketNearby({
    url: `http://127.0.0.1:${port}`,
    clock: createClock(),
    extraHeaders: { origin: `http://127.0.0.1:${port}`, ...headers },
  });

nearbyContract('socket.io against the real server', async () => {
  const server = await startServer(testConfig(), silent, noPages);
  return { client: () => clientOf(server.port), close: () => server.close() };
});

describe('socket.io', () => {
  let server: RunningServer | undefined;
  const clients: NearbyClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.leave();
    await server?.close();
    server = undefined;
  });
  async function serve(env: Record<string, string> = {}, port = 0): Promise<RunningServer> {
    const config = testConfig(env);
    server = await startServer(
      { ...config, port, socket: { ...config.socket, comeBackWithinMs: 50 } },
      silent,
      noPages,
    );
    return server;
  }
  function enter(port: number, n: number, headers: Record<string, string> = {}): NearbyRecorder {
    const client = clientOf(port, headers);
    clients.push(client);
    const told = new NearbyRecorder();
    client.join(keyOf(n), told);
    return told;
  }

  it('[NB5] people of different networks do not see each other', async () => {
    const { port } = await serve({ TRUST_PROXY: '1' });
    const at = (n: number, address: string) => enter(port, n, { 'x-forwarded-for': address });
    const [a, b, c] = [at(1, '198.51.100.1'), at(2, '198.51.100.2'), at(3, '198.51.100.1')];
    const [d, e] = [at(4, '2001:db8:1:2::1'), at(5, '2001:db8:1:2:ffff::9')];
    await soon(() => expect([a, b, c, d, e].map(({ joins }) => joins)).toEqual([1, 1, 1, 1, 1]));
    await soon(() => expect([a, c, d, e].map(({ people }) => people.size)).toEqual([1, 1, 1, 1]));
    expect(a.find(keyOf(3))).toBeDefined();
    expect(d.find(keyOf(5))).toBeDefined();
    expect(b.people.size).toBe(0);
  });

  it('[NB6] behind a proxy nobody named, and where it is switched off, nobody is shown to anybody', async () => {
    const { port } = await serve();
    const behind = enter(port, 1, { 'x-forwarded-for': '198.51.100.1' });
    await soon(() => expect(behind.refusals).toEqual(['nearby-off']));
    await server?.close();
    const off = await serve({ NEARBY: '0' });
    const refused = enter(off.port, 2);
    await soon(() => expect(refused.refusals).toEqual(['nearby-off']));
  });

  it('[NB7] after the server was away a page is found again by itself', async () => {
    const { port } = await serve();
    const [a, b] = [enter(port, 1), enter(port, 2)];
    await soon(() => expect(a.people.size + b.people.size).toBe(2));
    await server?.close();
    await serve({}, port);
    await soon(() => expect([a.joins, b.joins]).toEqual([2, 2]));
    await soon(() => expect([a.people.size, b.people.size]).toEqual([1, 1]));
  });
});
