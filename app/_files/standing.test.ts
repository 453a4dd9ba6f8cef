/** Rule [UI145]: where files and folders stand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTree, filesIn } from './file-tree';
import { standingOf, type Facts } from './standing';
import { atOnce } from './slices';
import { anyFiles, entries } from './testing';

const tree = atOnce(buildTree(entries('a/1', 'a/2', 'a/b/3', 'top', 'c/4')));
const standing = (change: Partial<Facts> = {}) =>
  standingOf(tree, {
    share: { publisher: 'creator', chosen: null },
    picked: 'all',
    choosable: true,
    percents: null,
    ...change,
  });
const choices = (rows: readonly number[], change: Partial<Facts> = {}) =>
  rows.map((row) => standing(change).place(row).choice);

describe('standingOf', () => {
  it('[UI145] a folder is ticked when all in it is, and mixed when some is', () => {
    expect(choices([-1, -2, 0, 3])).toEqual(['ticked', 'ticked', 'ticked', 'ticked']);
    expect(choices([-1, -2, -3, 0, 1], { picked: new Set([0, 2]) })).toEqual([
      'mixed',
      'ticked',
      'unticked',
      'ticked',
      'unticked',
    ]);
    expect(choices([-1, 0], { picked: new Set() })).toEqual(['unticked', 'unticked']);
  });

  it('[UI145] what was started stays chosen, a folder when all in it was', () => {
    const share = { publisher: 'creator', chosen: [0, 2] } as const;
    expect(choices([-1, -2, 0, 1], { share, picked: new Set([0, 2]) })).toEqual([
      'mixed',
      'started',
      'started',
      'unticked',
    ]);
    expect(choices([-1, 3], { share: { ...share, chosen: 'all' }, choosable: false })).toEqual([
      'started',
      'started',
    ]);
  });

  it('[UI145] nothing is to be chosen of one’s own', () => {
    expect(choices([-1, 0], { share: { publisher: 'self', chosen: null }, choosable: false })).toEqual([
      'none',
      'none',
    ]);
  });

  it('[UI145] says how far a folder is by the bytes of what was started in it, and 100 only when all of that is here', () => {
    const share = { publisher: 'creator', chosen: [0, 1, 2] } as const;
    const at = (percents: number[], row: number) =>
      standing({ share, percents, picked: new Set([0, 1, 2]) }).place(row).percent;
    expect(at([100, 100, 100, 0, 0], -1)).toBe(100);
    expect(at([100, 100, 99, 0, 0], -1)).toBe(99);
    expect(at([0, 50, 0, 0, 0], -1)).toBe(16);
    expect(at([0, 50, 0, 0, 0], 1)).toBe(50);
    expect(at([0, 50, 0, 0, 0], 3)).toBeNull();
    expect(at([0, 0, 0, 0, 0], -3)).toBeNull();
    const part = { publisher: 'creator', chosen: [0] } as const;
    const partAt = (percent: number) =>
      standing({ share: part, percents: [percent, 0, 0, 0, 0], picked: new Set([0]) }).place(-1).percent;
    expect([partAt(50), partAt(100)]).toEqual([50, null]);
    expect(standing({ share }).place(0)).toEqual({ choice: 'started', percent: null });
  });

  it('[UI145] by state: arriving, the furthest first, then waiting, here, not chosen', () => {
    const share = { publisher: 'creator', chosen: [0, 1, 2, 3] } as const;
    const states = standing({ share, percents: [100, 20, 80, 0, 0] }).states();
    expect([...states.keys()].sort((a, b) => states[a]! - states[b]!)).toEqual([2, 1, 3, 0, 4]);
  });

  it('[UI145] agrees with looking at every file, whatever the list', () => {
    const anything = anyFiles(30).chain((files) =>
      fc.record({
        files: fc.constant(files),
        picked: fc.subarray([...files.keys()]),
        chosen: fc.oneof(fc.constant(null), fc.subarray([...files.keys()])),
        found: fc.array(fc.boolean(), { minLength: files.length, maxLength: files.length }),
      }),
    );
    fc.assert(
      fc.property(anything, ({ files, picked, chosen, found }) => {
        const one = atOnce(buildTree(files));
        const all = new Set([...picked, ...(chosen ?? [])]);
        const its = standingOf(one, {
          share: { publisher: 'other', chosen },
          picked: all,
          choosable: true,
          percents: null,
        });
        for (const { id } of one.folders.slice(1)) {
          const inside = [...filesIn(one, id)];
          const ticked = inside.filter((file) => all.has(file)).length;
          const started = inside.every((file) => chosen?.includes(file) ?? false);
          const wanted = started
            ? 'started'
            : ticked === 0
              ? 'unticked'
              : ticked === inside.length
                ? 'ticked'
                : 'mixed';
          expect(its.place(-id).choice).toBe(wanted);
        }
        const marks = Uint8Array.from(found, Number);
        expect(its.ticked(marks)).toBe([...all].filter((file) => found[file]).length);
        expect(its.ticked(null)).toBe(all.size);
      }),
    );
  });
});
