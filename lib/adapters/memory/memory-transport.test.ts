import { describe, expect, it } from 'vitest';
import { transportContract } from '../contracts/transport-contract';
import { newSession, Pair, type TransportEnvironment } from '../contracts/transport-recorder';
import { createMemoryNetwork, type MemoryNetwork, type MemoryNetworkOptions } from './memory-transport';

const MiB = 1024 * 1024;

function environmentOn(network: MemoryNetwork): TransportEnvironment {
  return {
    left: network.transport(),
    right: network.transport(),
    leftTwin: network.transport(),
    ice: { servers: [], policy: 'all' },
    bulkBytes: 64 * MiB,
    outstandingBytes: MiB + 64 * 1024,
    alive: () => network.size,
    dispose: () => network.cutAll(),
  };
}
const create = (options: MemoryNetworkOptions) =>
  Promise.resolve(environmentOn(createMemoryNetwork(options)));

transportContract('memory', create);
transportContract('memory, slow and out of order', (options) =>
  create({ ...options, latencyMs: 2, reorderBlocks: true }),
);

describe('memory network', () => {
  it('[TP22] cutting a session ends it for both sides and for no other', async () => {
    const network = createMemoryNetwork();
    const pair = new Pair(environmentOn(network));
    const [cut, kept] = [await pair.open(), await pair.open()];
    network.cut(cut);
    expect(await pair.left.closed(cut)).toBe('gone');
    expect(await pair.right.closed(cut)).toBe('gone');
    expect(pair.left.ended(kept)).toBe(false);
    network.cutAll();
    expect(await pair.right.closed(kept)).toBe('gone');
    expect(network.size).toBe(0);
  });

  it('[TP22] an attempt that is cut, or dialed while dials are refused, fails to connect', async () => {
    const network = createMemoryNetwork();
    const pair = new Pair(environmentOn(network));
    const early = pair.dial();
    network.cut(early);
    expect(await pair.left.closed(early)).toBe('connect-failed');
    network.refuseDials(true);
    const refused = pair.dial();
    expect(await pair.left.closed(refused)).toBe('connect-failed');
    expect(await pair.right.closed(refused)).toBe('connect-failed');
    network.refuseDials(false);
    await pair.open();
  });

  it('[TP22] a silenced link delivers nothing, tells nobody and fills up', async () => {
    const network = createMemoryNetwork();
    const pair = new Pair(environmentOn(network));
    const session = await pair.open();
    network.silence(session);
    pair.left.sendControl(session, new Uint8Array([1]));
    let frames = 0;
    while (pair.left.sendBlock(session, new Uint8Array(256 * 1024))) frames += 1;
    expect(frames).toBe(4);
    const probe = await pair.open(); // takes many deliveries
    expect(pair.right.log(session).control).toEqual([]);
    expect(pair.left.ended(session)).toBe(false);
    await pair.hangUp(probe);
  });

  it('[TP22] a sender that ignores every false breaks its link', async () => {
    const network = createMemoryNetwork({ bufferBytes: 2 * MiB });
    const pair = new Pair(environmentOn(network));
    const session = await pair.open();
    for (let i = 0; i < 40; i++) pair.left.sendBlock(session, new Uint8Array(64 * 1024));
    expect(await pair.left.closed(session)).toBe('gone');
    expect(await pair.right.closed(session)).toBe('gone');
  });

  it('[TP22] an answer of an end that is not there fails to connect', async () => {
    const network = createMemoryNetwork();
    const pair = new Pair(environmentOn(network));
    const session = newSession();
    pair.left.connect(session, 'initiator');
    await pair.left.until(session, (log) => log.signals.length > 0, 'offer');
    pair.left.signal(session, { kind: 'answer', sdp: 'shoal memory answer\nend-999\n' });
    expect(await pair.left.closed(session)).toBe('connect-failed');
  });

  it('[TP22] runs on a clock of its own', async () => {
    const waiting: { time: number; run: () => void }[] = [];
    let now = 0;
    const clock = {
      now: () => now,
      wall: () => now,
      at(time: number, run: () => void) {
        waiting.push({ time, run });
        return () => undefined;
      },
    };
    const network = createMemoryNetwork({ clock, latencyMs: 50, connectTimeoutMs: 1000 });
    const pair = new Pair(environmentOn(network));
    const session = newSession();
    pair.left.connect(session, 'initiator');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(pair.left.log(session).signals).toEqual([]);
    now = 2000;
    for (const { run } of waiting.splice(0)) run();
    expect(await pair.left.closed(session)).toBe('connect-failed');
  });
});
