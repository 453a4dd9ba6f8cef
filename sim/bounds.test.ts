import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kumarRossSeconds, multiSourceSeconds, mundingerSeconds } from './bounds';

/** Bytes per second in a megabit per second. */
const mbit = 125_000;
const bytes = 15_000 * mbit;

/** Positive and far from the ends of the number range, so that rounding stays relative. */
const amount = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
const kumarRossCase = fc.record({
  bytes: amount,
  senderUp: amount,
  ups: fc.array(amount, { minLength: 1, maxLength: 30 }),
  minDown: amount,
});
const owners = fc.array(fc.record({ bytes: amount, up: amount }), { minLength: 2, maxLength: 20 });

const closeTo = (value: number, wanted: number, part: number): void => {
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(part * wanted);
};

describe('bounds', () => {
  it.each([
    [10, [7500, 7500, 7500], 7500],
    [100, [18750, 11538, 7500], 50_000],
    [1000, [28302, 14563, 7500], 500_000],
  ])('[SB1] Kumar–Ross: %i receivers of 15 Gbit, as published', (receivers, seconds, clientServer) => {
    const bound = (up: number): number =>
      kumarRossSeconds({
        bytes,
        senderUp: 30 * mbit,
        ups: new Array<number>(receivers).fill(up * mbit),
        minDown: 2 * mbit,
      });
    [0.5, 1, 2].forEach((up, i) => closeTo(bound(up), seconds[i]!, 0.01));
    closeTo(bound(0), clientServer, 0.01);
  });

  it.each([
    [100, [1.094, 1.06, 1.016, 1.006, 1.0015]],
    [1000, [1.141, 1.09, 1.024, 1.009, 1.0023]],
    [10_000, [1.203, 1.13, 1.035, 1.013, 1.0032]],
  ])('[SB2] Mundinger–Weber–Weiss: 1 + floor(log2 N)/M for N = %i', (peers, ratios) => {
    [64, 100, 375, 1000, 4000].forEach((chunks, i) => {
      const ratio = mundingerSeconds({ bytes, up: mbit, peers, chunks }) / (bytes / mbit);
      expect(Math.abs(ratio - ratios[i]!)).toBeLessThanOrEqual(0.00051);
    });
  });

  it('[SB3] the logarithm is whole at every power of two and just below it', () => {
    for (let power = 1; power < 31; power++) {
      const at = (peers: number): number => mundingerSeconds({ bytes: 1, up: 1, peers, chunks: 1 });
      expect([at(2 ** power), at(2 ** power - 1)]).toEqual([1 + power, power]);
    }
    expect(() => mundingerSeconds({ bytes: 1, up: 1, peers: 0, chunks: 1 })).toThrow('receivers');
    expect(() => mundingerSeconds({ bytes: 1, up: 1, peers: 1, chunks: 0 })).toThrow('chunk');
  });

  it('[SB4] many sources: by hand', () => {
    // One owner of all is bound by its own uplink or by all of them: as Kumar & Ross, the sender not counted among the N.
    const one = [
      { bytes: 12, up: 6 },
      { bytes: 0, up: 1 },
      { bytes: 0, up: 1 },
    ];
    expect(multiSourceSeconds(one)).toBe(3);
    expect(multiSourceSeconds(one)).toBe(
      kumarRossSeconds({ bytes: 12, senderUp: 6, ups: [1, 1], minDown: 99 }),
    );
    // Equal parts, equal uplinks: everybody is busy all the time.
    expect(multiSourceSeconds([3, 3, 3].map((part) => ({ bytes: part, up: 1 })))).toBe(6);
    // A slow owner of much.
    const slow = [
      { bytes: 10, up: 1 },
      { bytes: 0, up: 100 },
    ];
    expect(multiSourceSeconds(slow)).toBe(10);
  });

  it('[SB5] nobody to send to, nothing to send: no time', () => {
    expect(kumarRossSeconds({ bytes, senderUp: mbit, ups: [], minDown: Infinity })).toBe(0);
    expect(multiSourceSeconds([{ bytes, up: mbit }])).toBe(0);
    expect(multiSourceSeconds(new Array(3).fill({ bytes: 0, up: 0 }))).toBe(0);
  });

  it('[SB6] more capacity never takes longer', () => {
    fc.assert(
      fc.property(kumarRossCase, fc.nat(), amount, (it, pick, more) => {
        const now = kumarRossSeconds(it) * (1 + 1e-12);
        const ups = it.ups.map((up, i) => (i === pick % it.ups.length ? up + more : up));
        expect(kumarRossSeconds({ ...it, ups })).toBeLessThanOrEqual(now);
        expect(kumarRossSeconds({ ...it, senderUp: it.senderUp + more })).toBeLessThanOrEqual(now);
        expect(kumarRossSeconds({ ...it, minDown: it.minDown + more })).toBeLessThanOrEqual(now);
      }),
    );
    fc.assert(
      fc.property(owners, fc.nat(), amount, (all, pick, more) => {
        const wider = all.map((owner, i) => ({
          ...owner,
          up: owner.up + (i === pick % all.length ? more : 0),
        }));
        expect(multiSourceSeconds(wider)).toBeLessThanOrEqual(multiSourceSeconds(all) * (1 + 1e-12));
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 5000 }),
        (peers, chunks) => {
          const seconds = (chunksNow: number): number =>
            mundingerSeconds({ bytes, up: 1, peers, chunks: chunksNow });
          expect(seconds(chunks + 1)).toBeLessThanOrEqual(seconds(chunks));
        },
      ),
    );
  });

  it('[SB7] twice all capacities, half the time', () => {
    fc.assert(
      fc.property(kumarRossCase, owners, (it, all) => {
        const twice = {
          ...it,
          senderUp: 2 * it.senderUp,
          ups: it.ups.map((up) => 2 * up),
          minDown: 2 * it.minDown,
        };
        expect(kumarRossSeconds(twice)).toBe(kumarRossSeconds(it) / 2);
        const wider = all.map((owner) => ({ ...owner, up: 2 * owner.up }));
        expect(multiSourceSeconds(wider)).toBe(multiSourceSeconds(all) / 2);
        const { bytes: size, senderUp: up } = it;
        expect(mundingerSeconds({ bytes: size, up: 2 * up, peers: 9, chunks: 7 })).toBe(
          mundingerSeconds({ bytes: size, up, peers: 9, chunks: 7 }) / 2,
        );
      }),
    );
  });

  it('[SB8] whole chunks never beat the fluid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 5000 }),
        amount,
        (peers, chunks, up) => {
          const ups = new Array<number>(peers).fill(up);
          const fluid = kumarRossSeconds({ bytes, senderUp: up, ups, minDown: up });
          expect(mundingerSeconds({ bytes, up, peers, chunks })).toBeGreaterThanOrEqual(fluid * (1 - 1e-12));
        },
      ),
    );
  });
});
