/** Damaged frames of every message through the decoders, from a fixed seed: nothing throws, and memory stays in proportion to the frame. */
import { Decoder } from '@msgpack/msgpack';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createPrng } from '../base/prng';
import { decodeBlockFrame, encodeBlockFrame } from './block-frame';
import { decodeMessage, encodeMessage } from './codec';
import type { PeerMessage } from './messages';
import { arbitraryMessages, messageTypes } from './testing/messages';
import { mutate, randomBytes } from './testing/mutate';

const corpus = messageTypes.flatMap((type) =>
  fc
    .sample(arbitraryMessages[type] as fc.Arbitrary<PeerMessage>, { seed: 1, numRuns: 12 })
    .map((message) => encodeMessage(message)),
);

const RealArray = globalThis.Array;
afterEach(() => {
  globalThis.Array = RealArray;
});

/** Sum of the lengths given to `new Array(length)` while `run` runs: the way the decoder reserves what a header announces. */
function reserved(run: () => void): number {
  let sum = 0;
  globalThis.Array = new Proxy(RealArray, {
    construct(target, args: unknown[]) {
      if (args.length === 1 && typeof args[0] === 'number') sum += args[0];
      return Reflect.construct(target, args);
    },
  });
  try {
    run();
  } catch {
    // Only the bare decoder throws; its reservation is what counts.
  } finally {
    globalThis.Array = RealArray;
  }
  return sum;
}

/** Elements of all lists in a value. */
function elements(value: unknown): number {
  if (RealArray.isArray(value)) return value.reduce<number>((sum, item) => sum + 1 + elements(item), 0);
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'object' && value !== null) return elements(Object.values(value));
  return typeof value === 'string' ? value.length : 0;
}

// A machine with other work takes several times as long as an idle one.
describe('fuzz', { timeout: 60_000 }, () => {
  it('[WR9] 120,000 damaged frames: never throws, and what decodes is a message within its bounds', () => {
    const prng = createPrng(0x5110a1);
    const counts = { message: 0, unknown: 0, malformed: 0 };
    const types = new Set<string>();
    for (let i = 0; i < 120_000; i++) {
      const frame = mutate(corpus, prng);
      const result = decodeMessage(frame);
      counts[result.kind]++;
      if (result.kind !== 'message') continue;
      types.add(result.message.type);
      if (elements(result.message) > 2 * frame.length + 32) expect.fail('more came out than went in');
      // encodeMessage checks the bounds again.
      const again = decodeMessage(encodeMessage(result.message));
      if (i % 100 === 0) expect(again).toEqual(result);
    }
    // The mutations reach all three outcomes and every message, or the run proves little.
    expect(types.size).toBe(messageTypes.length);
    expect(counts.message).toBeGreaterThan(2_000);
    expect(counts.unknown).toBeGreaterThan(500);
    expect(counts.malformed).toBeGreaterThan(50_000);
  });

  it('[WR6] never reserves more elements than the frame has bytes', () => {
    const prng = createPrng(0x5110a2);
    for (let i = 0; i < 30_000; i++) {
      const frame = mutate(corpus, prng);
      const sum = reserved(() => decodeMessage(frame));
      if (sum > frame.length) expect.fail(`${sum} elements from ${frame.length} bytes`);
    }
  });

  it('[WR6] the measure sees what the bare decoder would reserve', () => {
    const nested = new Uint8Array(3000);
    for (let at = 0; at < nested.length; at += 3) nested.set([0xdc, 0x10, 0x00], at);
    const decoder = new Decoder({ maxArrayLength: 4096 });
    expect(reserved(() => decoder.decode(nested))).toBeGreaterThan(4_000_000);
    const frame = new Uint8Array([0x92, 8, 0x81, 0xa6, ...Buffer.from('ranges'), ...nested]);
    expect(reserved(() => decodeMessage(frame))).toBe(0);
  });

  it('[WR6] the heap does not grow with hostile frames', () => {
    const prng = createPrng(0x5110a3);
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 20_000; i++) decodeMessage(mutate(corpus, prng));
    // Loose: without a forced collection some garbage lies about. Unbounded reservation would make gigabytes.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('[WR12] 100,000 damaged block frames: never throws, payload is the rest of the frame', () => {
    const prng = createPrng(0x5110a4);
    const blocks = RealArray.from({ length: 50 }, (_, i) =>
      encodeBlockFrame(prng.uint32(), prng.uint32(), prng.uint32(), randomBytes(1 + i * 5, prng)),
    );
    for (let i = 0; i < 100_000; i++) {
      const frame = mutate(i % 2 === 0 ? blocks : corpus, prng);
      const block = decodeBlockFrame(frame);
      if ((block?.payload.length ?? 0) !== Math.max(0, frame.length - 12)) expect.fail('wrong payload');
    }
  });
});
