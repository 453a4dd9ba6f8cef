import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarsenRanges, forEachRange, rangesCount, toRanges, validRanges, type Ranges } from './ranges';

const indexes = fc.uniqueArray(fc.nat(200), { maxLength: 80 });
function expand(ranges: Ranges): number[] {
  const members: number[] = [];
  forEachRange(ranges, (start, count) => {
    for (let i = start; i < start + count; i++) members.push(i);
  });
  return members;
}

describe('ranges', () => {
  it('[BA4] hold exactly the integers they were made of, in the fewest runs', () => {
    fc.assert(
      fc.property(indexes, (list) => {
        const sorted = [...list].sort((a, b) => a - b);
        const ranges = toRanges(list);
        expect(expand(ranges)).toEqual(sorted);
        expect(rangesCount(ranges)).toBe(list.length);
        expect(validRanges(ranges, 201)).toBe(true);
        expect(ranges.length / 2).toBe(sorted.filter((index, i) => sorted[i - 1] !== index - 1).length);
      }),
    );
    expect(toRanges([])).toEqual([]);
    expect(toRanges(new Set([5, 3, 4, 9]))).toEqual([3, 3, 9, 1]);
  });

  it.each([
    ['odd length', [1]],
    ['an empty run', [1, 0]],
    ['a negative start', [-1, 2]],
    ['a negative count', [5, -1]],
    ['overlap', [1, 3, 3, 1]],
    ['descending runs', [5, 1, 1, 1]],
    ['the limit passed', [9, 2]],
    ['a fraction', [0.5, 1]],
    ['NaN', [Number.NaN, 1]],
    ['infinity', [0, Number.POSITIVE_INFINITY]],
  ])('[BA4] refuses %s', (_name, ranges) => {
    expect(validRanges(ranges, 10)).toBe(false);
  });

  it('[BA4] accepts runs up to the limit, adjacent ones and none', () => {
    expect(validRanges([], 0)).toBe(true);
    expect(validRanges([0, 10], 10)).toBe(true);
    expect(validRanges([0, 2, 2, 8], 10)).toBe(true);
  });

  it('[BA4] valid runs say each integer once, whatever a peer sends', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2, max: 12 }), { maxLength: 8 }), (ranges) => {
        if (!validRanges(ranges, 12)) return;
        const members = expand(ranges);
        expect(new Set(members).size).toBe(members.length);
        expect(members.every((index) => index >= 0 && index < 12)).toBe(true);
      }),
    );
  });

  it('[BA5] coarsened runs cover what was given, in no more runs than asked, filling no more than needed', () => {
    fc.assert(
      fc.property(indexes, fc.integer({ min: 1, max: 20 }), (list, limit) => {
        const ranges = toRanges(list);
        const coarse = coarsenRanges(ranges, limit);
        expect(validRanges(coarse, 201)).toBe(true);
        expect(coarse.length / 2).toBe(Math.min(limit, ranges.length / 2));
        const covered = new Set(expand(coarse));
        expect(list.every((index) => covered.has(index))).toBe(true);
        // The fill is the sum of the smallest gaps that had to go: the least any covering with so many runs can add.
        const runs = ranges.length / 2;
        const gaps = Array.from({ length: Math.max(0, runs - 1) }, (_, i) => {
          const end = (ranges[2 * i] ?? 0) + (ranges[2 * i + 1] ?? 0);
          return (ranges[2 * i + 2] ?? 0) - end;
        }).sort((a, b) => a - b);
        const least = gaps.slice(0, Math.max(0, runs - limit)).reduce((sum, gap) => sum + gap, 0);
        expect(covered.size - list.length).toBe(least);
      }),
    );
  });
});
