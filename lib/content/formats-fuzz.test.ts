/** Damaged encodings of every content format through its decoder, from a fixed seed: nothing throws, nothing comes out that was not put in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPrng } from '../base/prng';
import { limits } from '../wire/messages';
import { mutate } from '../wire/testing/mutate';
import { decodeCatalog, encodeCatalog, maxPathLength } from './catalog';
import { decodeHeader, encodeHeader } from './header';
import { linkOf, parseLink } from './link';
import { decodePolicy, encodePolicy } from './policy';
import { decodeSignal, encodeSignal } from './signal';
import { anyCatalog, anyHeader, anyLinkKey, anyPolicy, anySignal, totalOf } from './testing/formats';

const rounds = 20_000;
const samples = <Value>(arbitrary: fc.Arbitrary<Value>): Value[] =>
  fc.sample(arbitrary, { seed: 2, numRuns: 60 });

/** Calls `check` on `rounds` damaged members of `corpus`; it answers whether the decoder took it. */
function fuzz(seed: number, corpus: readonly Uint8Array[], check: (bytes: Uint8Array) => boolean): number {
  const prng = createPrng(seed);
  let taken = 0;
  for (let i = 0; i < rounds; i++) if (check(mutate(corpus, prng))) taken++;
  // Some damage leaves a valid encoding; if none did, the checks behind the first one saw nothing.
  expect(taken).toBeGreaterThan(rounds / 200);
  expect(taken).toBeLessThan(rounds * 0.9);
  return taken;
}
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

// A machine with other work takes several times as long as an idle one.
describe('fuzz', { timeout: 60_000 }, () => {
  it('[CF17] headers: never throws; what is taken encodes to the same bytes', () => {
    fuzz(0xc1, samples(anyHeader).map(encodeHeader), (bytes) => {
      const result = decodeHeader(bytes);
      if (result.ok && !same(encodeHeader(result.value), bytes)) expect.fail('not canonical');
      return result.ok;
    });
  });

  it('[CF17] catalogs: never throws; what is taken is within the bounds and no larger than its bytes', () => {
    const catalogs = samples(anyCatalog);
    const corpus = catalogs.map(encodeCatalog);
    const totals = catalogs.map(totalOf);
    let i = 0;
    fuzz(0xc2, corpus, (bytes) => {
      const total = totals[i++ % totals.length] ?? 0;
      const guess = decodeCatalog(bytes, total);
      // Find the total the bytes add up to, so that damage elsewhere is looked into as well.
      const result = guess.ok ? guess : findTotal(bytes, totals);
      if (!result?.ok) return false;
      const { files } = result.value;
      if (5 * files.length > bytes.length) expect.fail('more files than bytes');
      if (!files.every(({ path }) => path.length >= 1 && path.length <= maxPathLength)) expect.fail('path');
      if (!files.every((file) => Number.isSafeInteger(file.bytes) && Number.isSafeInteger(file.modified)))
        expect.fail('number');
      return true;
    });
    function findTotal(bytes: Uint8Array, candidates: readonly number[]) {
      for (const candidate of candidates) {
        const result = decodeCatalog(bytes, candidate);
        if (result.ok || result.error === 'malformed') return result;
      }
      return undefined;
    }
  });

  it('[CF17] policies: never throws; what is taken encodes to the same bytes', () => {
    fuzz(0xc3, samples(anyPolicy).map(encodePolicy), (bytes) => {
      const result = decodePolicy(bytes);
      if (result.ok && !same(encodePolicy(result.value), bytes)) expect.fail('not canonical');
      return result.ok;
    });
  });

  it('[CF17] signals: never throws; what is taken encodes to the same bytes', () => {
    fuzz(0xc4, samples(anySignal).map(encodeSignal), (bytes) => {
      const payload = decodeSignal(bytes);
      if (payload && !same(encodeSignal(payload), bytes)) expect.fail('not canonical');
      return payload !== undefined;
    });
  });

  it('[LK5] links: never throws; what is taken is a whole key', () => {
    const corpus = samples(anyLinkKey).map((key) => Buffer.from(linkOf('https://shoal.example', key)));
    fuzz(0xc5, corpus, (bytes) => {
      const result = parseLink(Buffer.from(bytes).toString());
      if (!result.ok) return false;
      if (result.value.secret.length !== 16 || result.value.creator.length !== 22) expect.fail('short key');
      return true;
    });
  });

  it('[CF17] a catalog that announces the most files there can be is refused at once', () => {
    const hostile = new Uint8Array(1_000_000).fill(0xff);
    hostile[0] = 1;
    // Reading what is announced before refusing it would run into the test's time limit.
    for (let i = 0; i < 100_000; i++) if (decodeCatalog(hostile, limits.files).ok) expect.fail('taken');
  });
});
