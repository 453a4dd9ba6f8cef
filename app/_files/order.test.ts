/** Rule [UI142]: the order of files and folders. */
import '../_text/testing/words';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTree, nameOf } from './file-tree';
import { byName, byValue, indexes, ranks, sorted, textOrder, valuesOf } from './order';
import { atOnce } from './slices';
import { anyFiles, entries } from './testing';

const text = textOrder('en');
const named = (...paths: string[]): string[] => {
  const files = entries(...paths);
  return [...atOnce(byName(atOnce(buildTree(files)), text))].map((i) => files[i]!.path);
};

describe('sorted', () => {
  it('[UI142] sorts as the platform does, stably, at every length around the pieces it merges', () => {
    const length = fc.oneof(fc.nat(40), fc.constantFrom(255, 256, 257, 511, 512, 513, 1300));
    fc.assert(
      fc.property(length, fc.integer({ min: 1, max: 400 }), fc.nat(), (count, values, seed) => {
        const value = (i: number): number => Math.imul(i + seed, 2654435761) % values;
        const compare = (a: number, b: number): number => value(a) - value(b);
        expect([...atOnce(sorted(indexes(count), compare))]).toEqual([...indexes(count)].sort(compare));
      }),
    );
  });

  it('[UI142] compares what is sorted already about once an item', () => {
    let compared = 0;
    const compare = (a: number, b: number): number => (compared++, a - b);
    atOnce(sorted(indexes(10_000), compare));
    expect(compared).toBeLessThan(11_000);
  });
});

describe('byName', () => {
  it('[UI142] counts in names, and knows the letters of the language', () => {
    expect(named('10.jpg', '9.jpg', 'Ärger', 'b', 'a', 'z', 'B')).toEqual([
      '9.jpg',
      '10.jpg',
      'a',
      'Ärger',
      'b',
      'B',
      'z',
    ]);
    const swedish = textOrder('sv');
    expect(['ö', 'z', 'a'].sort(swedish)).toEqual(['a', 'z', 'ö']);
    expect(['ö', 'z', 'a'].sort(text)).toEqual(['a', 'ö', 'z']);
  });

  it('[UI142] goes by the name, then by the path, then as sent, whatever the names are', () => {
    expect(named('z/a', 'a/b', 'a/a')).toEqual(['a/a', 'z/a', 'a/b']);
    fc.assert(
      fc.property(anyFiles(), (files) => {
        const tree = atOnce(buildTree(files));
        const order = [...atOnce(byName(tree, text))];
        expect([...order].sort((a, b) => a - b)).toEqual([...files.keys()]);
        for (let at = 1; at < order.length; at++)
          expect(text(nameOf(tree, order[at - 1]!), nameOf(tree, order[at]!))).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('byValue', () => {
  const files = entries('c.txt', 'a.png', 'b.png', 'd');
  const sizes = [5, 5, 9, 1];
  const rank = ranks(atOnce(byName(atOnce(buildTree(files)), text)));
  const by = (values: ArrayLike<number>, descending: boolean) =>
    [...atOnce(sorted(indexes(4), byValue(values, rank, descending)))].map((i) => files[i]!.path);

  it('[UI142] turns the values round and leaves what is equal by name', () => {
    expect(by(sizes, true)).toEqual(['b.png', 'a.png', 'c.txt', 'd']);
    expect(by(sizes, false)).toEqual(['d', 'a.png', 'c.txt', 'b.png']);
  });

  it('[UI142] takes sizes, dates, kinds and states', () => {
    const values = (key: 'size' | 'type' | 'date' | 'state') =>
      atOnce(valuesOf(key, files, [3, 2, 1, 0], text));
    expect([...values('size')]).toEqual([1, 2, 3, 4]);
    expect([...values('date')]).toEqual([0, 1, 2, 3]);
    expect([...values('state')]).toEqual([3, 2, 1, 0]);
    expect(by(values('type'), false)).toEqual(['d', 'a.png', 'b.png', 'c.txt']);
  });
});
