/** Rules [UI140], [UI141]: folders from paths, and which rows stand in the list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTree, filesIn, maxDepth, nameOf, sumIn, sumsOf, type FileTree } from './file-tree';
import { indexes } from './order';
import { arrange, folderOfRow, openAtFirst, rowsOf } from './rows';
import { atOnce, inSlices } from './slices';
import { anyFiles, entries } from './testing';

const treeOf = (files: Parameters<typeof buildTree>[0]): FileTree => atOnce(buildTree(files));
const asSent = (tree: FileTree) =>
  atOnce(arrange(tree, indexes(tree.folders.length), indexes(tree.files.length)));

describe('buildTree', () => {
  it('[UI140] finds folders, what is in them, and their sizes and dates', () => {
    const tree = treeOf(entries('top.txt', 'a/1', 'a/b/2', 'c/3', 'a/4'));
    expect(
      tree.folders.map(({ name, parent, depth, folders, files, bytes, modified }) => [
        name,
        parent,
        depth,
        folders,
        files,
        bytes,
        modified,
      ]),
    ).toEqual([
      ['', -1, 0, [1, 3], [0], 15, 4],
      ['a', 0, 1, [2], [1, 4], 10, 4],
      ['b', 1, 2, [], [2], 3, 2],
      ['c', 0, 1, [], [3], 4, 3],
    ]);
    expect([...filesIn(tree, 1)].sort()).toEqual([1, 2, 4]);
    expect([...tree.files.keys()].map((i) => nameOf(tree, i))).toEqual(['top.txt', '1', '2', '3', '4']);
  });

  it('[UI140] takes names that are properties of objects, equal names, and a file called like a folder', () => {
    const tree = treeOf(
      entries('__proto__/constructor/a', '__proto__', 'constructor/a', 'constructor/a', 'a//b', '/a/c'),
    );
    expect(tree.folders.map(({ name, folders, files }) => [name, folders, files])).toEqual([
      ['', [1, 3, 4], [1]],
      ['__proto__', [2], []],
      ['constructor', [], [0]],
      ['constructor', [], [2, 3]],
      ['a', [], [4, 5]],
    ]);
    expect([nameOf(tree, 4), nameOf(tree, 5)]).toEqual(['b', 'c']);
  });

  it('[UI140] keeps the rest of a very deep path in the name', () => {
    const tree = treeOf(entries(`${'d/'.repeat(500)}x`, `${'d/'.repeat(maxDepth)}y`));
    expect(tree.folders).toHaveLength(maxDepth + 1);
    expect(nameOf(tree, 0)).toBe(`${'d/'.repeat(500 - maxDepth)}x`);
    expect(nameOf(tree, 1)).toBe('y');
  });

  it('[UI140] holds every file once, under the folders its path names, whatever the paths are', () => {
    fc.assert(
      fc.property(anyFiles(), (files) => {
        const tree = treeOf(files);
        expect([...tree.order].sort((a, b) => a - b)).toEqual([...files.keys()]);
        for (const folder of tree.folders) {
          const inside = [...filesIn(tree, folder.id)];
          expect(
            sumIn(
              sumsOf(tree, (i) => files[i]!.bytes),
              folder,
            ),
          ).toBe(folder.bytes);
          expect(inside.reduce((sum, i) => sum + files[i]!.bytes, 0)).toBe(folder.bytes);
          expect(Math.max(0, ...inside.map((i) => files[i]!.modified))).toBe(folder.modified);
          for (const i of folder.files) expect(tree.folderOf[i]).toBe(folder.id);
          if (folder.id > 0) expect(folder.parent).toBeLessThan(folder.id);
        }
        for (const { index, path } of files) {
          const names: string[] = [];
          for (let id = tree.folderOf[index]!; id > 0; id = tree.folders[id]!.parent)
            names.unshift(tree.folders[id]!.name);
          expect(path.endsWith(nameOf(tree, index))).toBe(true);
          const said = [...names, ...nameOf(tree, index).split('/')].filter((name) => name !== '');
          expect(said).toEqual(path.split('/').filter((name) => name !== ''));
        }
      }),
    );
  });
});

describe('rowsOf', () => {
  it('[UI140] shows folders before files and only what is open', () => {
    const tree = treeOf(entries('top', 'a/1', 'a/b/2', 'c/3'));
    const arranged = asSent(tree);
    expect(rowsOf(arranged, new Set())).toEqual([-1, -3, 0]);
    expect(rowsOf(arranged, new Set([1, 2]))).toEqual([-1, -2, 2, 1, -3, 0]);
    // An open folder in a closed one is not in sight.
    expect(rowsOf(arranged, new Set([2]))).toEqual([-1, -3, 0]);
  });

  it('[UI140] with all open shows every folder and file once, each folder right before what is in it', () => {
    fc.assert(
      fc.property(anyFiles(), (files) => {
        const tree = treeOf(files);
        const rows = rowsOf(asSent(tree), new Set(tree.folders.keys()));
        expect(rows).toHaveLength(files.length + tree.folders.length - 1);
        expect(new Set(rows).size).toBe(rows.length);
        for (const [at, row] of rows.entries()) {
          const id = folderOfRow(row);
          if (id === 0) continue;
          const folder = tree.folders[id]!;
          const size = rows.slice(at + 1).filter((inner) => {
            let up = inner < 0 ? tree.folders[-inner]!.parent : tree.folderOf[inner]!;
            while (up > id) up = tree.folders[up]!.parent;
            return up === id;
          }).length;
          expect(size).toBeGreaterThanOrEqual(folder.end - folder.first);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('[UI140] at first the list is short and a file is in sight', () => {
    const folders = Array.from({ length: 1000 }, (_, i) => `all/album ${i}/${i}.jpg`);
    const tree = treeOf(entries(...folders));
    const arranged = asSent(tree);
    const open = openAtFirst(tree, arranged, 100);
    const rows = rowsOf(arranged, open);
    expect(rows.filter((row) => row >= 0)).toEqual([0]);
    expect(rows.length).toBe(1002);
    expect(rowsOf(arranged, openAtFirst(tree, arranged, 5000))).toHaveLength(2001);
    fc.assert(
      fc.property(anyFiles(), fc.nat(30), (files, most) => {
        const one = treeOf(files);
        const its = asSent(one);
        const seen = rowsOf(its, openAtFirst(one, its, most));
        expect(seen.some((row) => row >= 0)).toBe(files.length > 0);
      }),
    );
  });
});

describe('inSlices', () => {
  it('[UI141] gives way when the stretch is over, ends at once when it is not, and stops when told to', () => {
    function* work(): Generator<void, number> {
      for (let i = 0; i < 10; i++) yield;
      return 7;
    }
    const results: number[] = [];
    inSlices(work(), new AbortController().signal, (result) => results.push(result));
    expect(results).toEqual([7]);

    const turns: (() => void)[] = [];
    let time = 0;
    const slow = { now: () => (time += 2), later: (run: () => void) => turns.push(run) };
    inSlices(work(), new AbortController().signal, (result) => results.push(result), slow);
    for (let turn = turns.shift(); turn; turn = turns.shift()) {
      expect(results).toEqual([7]);
      turn();
    }
    expect(results).toEqual([7, 7]);

    const stop = new AbortController();
    inSlices(work(), stop.signal, (result) => results.push(result), slow);
    stop.abort();
    for (let turn = turns.shift(); turn; turn = turns.shift()) turn();
    expect(results).toEqual([7, 7]);
  });
});
