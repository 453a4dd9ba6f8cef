import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mundingerSeconds } from '../bounds';
import { type RoundsOptions, type RoundsPolicy, runRounds } from './rounds';

interface Sent {
  readonly round: number;
  readonly from: number;
  readonly to: number;
  readonly chunk: number;
}

const record = (options: Omit<RoundsOptions, 'onSend'>): Sent[] => {
  const sent: Sent[] = [];
  runRounds({ ...options, onSend: (round, from, to, chunk) => sent.push({ round, from, to, chunk }) });
  return sent;
};

/** Plays back what was sent, with books of its own: what every node has at the end, what was of no use, and when the last was done. */
const replay = (sent: readonly Sent[], peers: number, chunks: number) => {
  const has = Array.from({ length: peers + 1 }, () => new Set<number>());
  for (let chunk = 0; chunk < chunks; chunk++) has[0]!.add(chunk);
  const rounds = new Map<number, Sent[]>();
  for (const one of sent) rounds.set(one.round, [...(rounds.get(one.round) ?? []), one]);
  let useless = 0;
  let mostTaken = 0;
  for (const transfers of rounds.values()) {
    expect(new Set(transfers.map(({ from }) => from)).size).toBe(transfers.length);
    expect(transfers.every(({ from, to, chunk }) => from !== to && has[from]!.has(chunk))).toBe(true);
    const taken = new Array<number>(peers + 1).fill(0);
    for (const { to, chunk } of transfers) {
      if (has[to]!.has(chunk)) useless++;
      has[to]!.add(chunk);
      mostTaken = Math.max(mostTaken, ++taken[to]!);
    }
  }
  return { has, useless, mostTaken, rounds: Math.max(...rounds.keys()) + 1 };
};

const bound = (peers: number, chunks: number): number => mundingerSeconds({ bytes: 1, up: 1, peers, chunks });
const seeds = [1, 2, 3, 4, 5];
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const pulls: readonly RoundsPolicy[] = ['rarest', 'in-order', 'no-super-seed'];
const policies: readonly RoundsPolicy[] = [...pulls, 'push-only'];

describe('rounds', () => {
  const middling = { peers: 200, chunks: 200, degree: 16 };

  it('[SI1] rarest ends near the bound and never below it', () => {
    for (const seed of seeds) {
      const result = runRounds({ ...middling, policy: 'rarest', seed });
      // 1.035 is the bound here; measured: 1.045 with each of ten seeds.
      expect(result.ratioLast).toBeLessThan(1.06);
      expect(result.ratioLast).toBeGreaterThanOrEqual(bound(200, 200) - 1e-9);
      expect(result.ratioP50).toBeLessThanOrEqual(result.ratioLast);
      expect(result.senderCopies).toBe(1);
      expect(result.duplicateShare).toBe(0);
    }
  });

  it.each(policies)(
    '[SI2] %s: a node sends one chunk it has in a round at most, and all end with all',
    (policy) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 30 }),
          fc.integer({ min: 1, max: 70 }),
          fc.nat(),
          fc.constantFrom(1, 2, Infinity),
          (peers, chunks, seed, downlinks) => {
            const options = { peers, chunks, degree: 8, policy, seed, downlinks };
            const { has, useless, mostTaken, rounds } = replay(record(options), peers, chunks);
            const result = runRounds(options);
            expect(has.every(({ size }) => size === chunks)).toBe(true);
            expect(mostTaken).toBeLessThanOrEqual(downlinks);
            expect(result.ratioLast).toBeCloseTo(rounds / chunks, 9);
            expect(result.ratioLast).toBeGreaterThanOrEqual(bound(peers, chunks) - 1e-9);
            expect(result.duplicateShare).toBeCloseTo(useless / (peers * chunks), 9);
            if (policy !== 'push-only') expect(useless).toBe(0);
          },
        ),
        { numRuns: 30, seed: 2005 },
      );
    },
  );

  it('[SI3] chunks go along the edges of one graph of the degree asked for', () => {
    for (const policy of policies) {
      const sent = record({ peers: 60, chunks: 60, degree: 7, policy, seed: 1 });
      const pairs = new Set(sent.map(({ from, to }) => Math.min(from, to) * 61 + Math.max(from, to)));
      expect(pairs.size).toBeLessThanOrEqual((61 * 7) / 2);
      expect(pairs.size).toBeGreaterThan(0.9 * ((61 * 7) / 2));
    }
    const all = record({ peers: 9, chunks: 200, degree: 20, policy: 'push-only', seed: 1 });
    expect(new Set(all.map(({ from, to }) => from * 10 + to)).size).toBe(10 * 9 - 9);
  });

  it('[SI4] same seed, same run; another seed, another', () => {
    for (const policy of policies) {
      const of = (seed: number): Sent[] => record({ peers: 40, chunks: 40, degree: 8, policy, seed });
      expect(of(7)).toEqual(of(7));
      expect(of(7)).not.toEqual(of(8));
    }
  });

  it('[SI5] negative control: push-only takes many times as long and sends most chunks in vain', () => {
    const small = { peers: 60, chunks: 60, degree: 16 };
    for (const seed of seeds) {
      const pushed = runRounds({ ...small, policy: 'push-only', seed });
      const pulled = runRounds({ ...small, policy: 'rarest', seed });
      // Measured over 20 seeds: 9.7 to 15 times F/u, 8.8 to 14 chunks in vain for each of use; pulled, 1.1 and none.
      expect(pushed.ratioLast).toBeGreaterThan(5 * pulled.ratioLast);
      expect(pushed.ratioP50).toBeGreaterThan(3 * pulled.ratioP50);
      expect(pushed.duplicateShare).toBeGreaterThan(4);
      // Its publisher is not to blame: each chunk left it once before any did twice.
      expect(pushed.senderCopies).toBe(1);
    }
  });

  it('[SI6] negative control: without super-seeding the publisher repeats itself, and all wait for it', () => {
    const plain = seeds.map((seed) => runRounds({ ...middling, policy: 'no-super-seed', seed }));
    const best = seeds.map((seed) => runRounds({ ...middling, policy: 'rarest', seed }));
    // Measured over ten seeds: 1.035 to 1.095 copies, and the last at 1.075 to 1.135 instead of 1.045.
    for (const { senderCopies, ratioLast } of plain) {
      expect(senderCopies).toBeGreaterThan(1.02);
      // No chunk can be everywhere before the last one has left the publisher.
      expect(ratioLast).toBeGreaterThan(senderCopies);
    }
    const gain = meanOf(plain.map((one) => one.ratioLast)) / meanOf(best.map((one) => one.ratioLast));
    expect(gain).toBeGreaterThan(1.03);
  });

  it('[SI7] negative control: in-order ends later than rarest', () => {
    const mean = (policy: RoundsPolicy): number =>
      meanOf(seeds.map((seed) => runRounds({ ...middling, policy, seed }).ratioLast));
    // Measured over ten seeds: 1.075 to 1.100 instead of 1.045.
    expect(mean('in-order')).toBeGreaterThan(1.025 * mean('rarest'));
  });

  it('[SI8] given up or cut off: not done, and it says so', () => {
    const options = { peers: 20, chunks: 20, degree: 8, policy: 'rarest', seed: 1 } as const;
    const early = runRounds({ ...options, maxRounds: 19 });
    expect(early).toMatchObject({ ratioLast: Infinity, ratioP50: Infinity, senderCopies: Infinity });
    expect(runRounds({ ...options, maxRounds: 20 }).senderCopies).toBe(1);
    // Too few edges to link all: it ends when nothing more can be sent.
    expect(runRounds({ ...options, degree: 1, maxRounds: Infinity }).ratioLast).toBe(Infinity);
  });

  it('[SI8] no receivers, no chunks, no neighbours, no downlink: a bug of the caller', () => {
    const options = { peers: 2, chunks: 2, degree: 2, policy: 'rarest', seed: 1 } as const;
    expect(() => runRounds({ ...options, peers: 0 })).toThrow('receivers');
    expect(() => runRounds({ ...options, chunks: 0 })).toThrow('chunks');
    expect(() => runRounds({ ...options, degree: 0 })).toThrow('neighbour');
    expect(() => runRounds({ ...options, downlinks: 0 })).toThrow('downlink');
  });
});
