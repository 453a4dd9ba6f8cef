import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kumarRossSeconds, mundingerSeconds } from '../bounds';
import { binomialRounds, runBinomialPipeline } from './binomial-pipeline';
import { idealSplit, runKumarRoss } from './kumar-ross';

/** Bytes per second in a megabit per second. */
const mbit = 125_000;

describe('binomial pipeline', () => {
  const numbers = [...Array.from({ length: 40 }, (_, i) => i + 1), 63, 64, 100, 255, 256, 1000];
  const bound = (peers: number, chunks: number): number =>
    mundingerSeconds({ bytes: 1, up: 1, peers, chunks });

  it('[SV1] on the network it takes 1 + floor(log2 N)/M exactly', () => {
    for (const receivers of numbers) {
      for (const chunks of [1, 2, 3, 8, 20]) {
        const ratio = runBinomialPipeline(receivers, chunks);
        const wanted = bound(receivers, chunks);
        expect(Math.abs(ratio - wanted), `N ${receivers}, M ${chunks}: ${ratio}`).toBeLessThanOrEqual(1e-9);
      }
    }
    for (const [receivers, chunks] of [
      [37, 1000],
      [100, 375],
      [1000, 100],
    ] as const)
      expect(Math.abs(runBinomialPipeline(receivers, chunks) - bound(receivers, chunks))).toBeLessThanOrEqual(
        1e-9,
      );
  });

  it('[SV1] each node sends one chunk it has and receives one it lacks in a round at most, and ends with all', () => {
    for (const receivers of numbers) {
      for (const chunks of [1, 3, 8, 20]) {
        const has = Array.from({ length: receivers + 1 }, () => new Set<number>());
        for (let chunk = 0; chunk < chunks; chunk++) has[0]!.add(chunk);
        let rounds = 0;
        for (const transfers of binomialRounds(receivers, chunks)) {
          rounds++;
          expect(new Set(transfers.map(({ from }) => from)).size).toBe(transfers.length);
          expect(new Set(transfers.map(({ to }) => to)).size).toBe(transfers.length);
          expect(transfers.every(({ from, chunk }) => has[from]!.has(chunk))).toBe(true);
          expect(transfers.some(({ to, chunk }) => has[to]!.has(chunk))).toBe(false);
          for (const { to, chunk } of transfers) has[to]!.add(chunk);
        }
        expect(has.every(({ size }) => size === chunks)).toBe(true);
        expect(rounds).toBe(chunks + Math.floor(Math.log2(receivers) + 1e-9));
      }
    }
  });

  it('[SV1] no receivers or no chunks: a bug of the caller', () => {
    expect(() => [...binomialRounds(0, 1)]).toThrow('receivers');
    expect(() => [...binomialRounds(1, 0)]).toThrow('chunks');
  });
});

describe('ideal splitting', () => {
  const capacity = fc.double({ min: 0.1, max: 10, noNaN: true });
  const anyCase = fc.record({
    bytes: fc.constant(1e6),
    senderUp: capacity.map((up) => 4000 * up),
    ups: fc
      .array(fc.oneof(capacity, fc.constant(0)), { minLength: 1, maxLength: 12 })
      .map((all) => all.map((up) => 1000 * up)),
    minDown: capacity.map((down) => 3000 * down),
  });

  it.each([10, 100])('[SV2] %i receivers have 15 Gbit within one percent of the bound', (receivers) => {
    for (const up of [0.5, 1, 2]) {
      const ideal = {
        bytes: 15_000 * mbit,
        senderUp: 30 * mbit,
        ups: new Array<number>(receivers).fill(up * mbit),
        minDown: 2 * mbit,
      };
      const ratio = runKumarRoss(ideal, 128) / kumarRossSeconds(ideal);
      expect(Math.abs(ratio - 1 - 1 / 128), `u ${up}: ${ratio}`).toBeLessThanOrEqual(1e-9);
    }
  });

  it('[SV2] whatever the uplinks: the rates fit, and the network reaches them', () => {
    fc.assert(
      fc.property(anyCase, (ideal) => {
        const { senderUp, ups, minDown, bytes } = ideal;
        const { relayed, direct, total } = idealSplit(ideal);
        const fresh = relayed.reduce((sum, rate) => sum + rate, 0);
        const margin = 1 + 1e-9;
        expect(fresh + ups.length * direct).toBeLessThanOrEqual(senderUp * margin);
        relayed.forEach((rate, i) =>
          expect(rate * (ups.length - 1)).toBeLessThanOrEqual((ups[i] ?? 0) * margin),
        );
        expect(total).toBeLessThanOrEqual(minDown * margin);
        expect(Math.abs(fresh + direct - total)).toBeLessThanOrEqual(1e-9 * total);
        const bound = kumarRossSeconds(ideal);
        expect(Math.abs(bytes / total - bound)).toBeLessThanOrEqual(1e-9 * bound);
        const seconds = runKumarRoss(ideal, 110);
        expect(seconds).toBeGreaterThanOrEqual(bound * (1 - 1e-9));
        expect(seconds).toBeLessThanOrEqual(bound * 1.01);
      }),
      { numRuns: 60, seed: 2006 },
    );
  });
});
