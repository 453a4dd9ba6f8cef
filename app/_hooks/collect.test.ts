/** Rules [UI1]–[UI4]: what a drop, a choice or a paste becomes. Entries are small stand-ins that behave as Chromium's do. */
import { describe, expect, it, vi } from 'vitest';
import { collectEntries, collectFiles, entriesOf, pastedTextName, textFile } from './collect';

type Tree = { readonly [name: string]: Tree | string };

/** A FileSystemEntry over a tree; a string is a file's content. Readers answer at most 100 entries at a time, as Chromium's do. */
function entryOf(name: string, node: Tree | string, parent = ''): FileSystemEntry {
  const fullPath = `${parent}/${name}`;
  if (typeof node === 'string') {
    const file = (found: (file: File) => void): void => {
      queueMicrotask(() => found(new File([node], name)));
    };
    return { isFile: true, isDirectory: false, name, fullPath, file } as unknown as FileSystemEntry;
  }
  const createReader = (): Pick<FileSystemDirectoryReader, 'readEntries'> => {
    const rest = Object.entries(node).map(([child, inner]) => entryOf(child, inner, fullPath));
    return { readEntries: (found) => queueMicrotask(() => found(rest.splice(0, 100))) };
  };
  return { isFile: false, isDirectory: true, name, fullPath, createReader } as unknown as FileSystemEntry;
}

const broken = {
  isFile: true,
  isDirectory: false,
  fullPath: '/gone.txt',
  file: (_: unknown, failed: (error: unknown) => void) => failed(new DOMException('gone', 'NotFoundError')),
} as unknown as FileSystemEntry;

describe('collectEntries', () => {
  it('[UI1] walks folders to any depth, keeps their structure and the order, and keeps empty files', async () => {
    const root = entryOf('trip', {
      'a.txt': 'a',
      day: { 'b.txt': 'bb', deep: { 'empty.txt': '' } },
      'z.txt': 'z',
    });
    const files = await collectEntries([root, entryOf('single.txt', 'x')]);
    expect(files.map(({ path, file }) => [path, file.size])).toEqual([
      ['trip/a.txt', 1],
      ['trip/day/b.txt', 2],
      ['trip/day/deep/empty.txt', 0],
      ['trip/z.txt', 1],
      ['single.txt', 1],
    ]);
  });

  it('[UI1] asks a folder until it is empty: 250 files come in three answers', async () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`${i}.txt`, '']));
    expect(await collectEntries([entryOf('many', many)])).toHaveLength(250);
  });

  it('[UI1] finds nothing in empty folders', async () => {
    expect(await collectEntries([entryOf('a', { b: { c: {} } })])).toEqual([]);
  });

  it('[UI2] gives way to other work while it walks ten thousand entries, and tells how far it is', async () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`${i}.txt`, '']));
    // A device on which whatever lies between two looks at the clock takes longer than the longest stretch.
    let time = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (time += 10));
    let turns = 0;
    let walking = true;
    const watch = (): void => {
      turns += 1;
      if (walking) setImmediate(watch);
    };
    setImmediate(watch);
    const told: number[] = [];
    const files = await collectEntries([entryOf('many', many)], (found) => told.push(found)).finally(() =>
      clock.mockRestore(),
    );
    walking = false;
    expect(files).toHaveLength(10_000);
    expect(told.at(-1)).toBe(10_000);
    expect(told.length).toBeGreaterThanOrEqual(100);
    expect(turns).toBeGreaterThanOrEqual(10_000 / 32);
  });

  it('[UI3] rejects with file-unreadable rather than leaving a file out', async () => {
    await expect(collectEntries([entryOf('a.txt', 'a'), broken])).rejects.toMatchObject({
      code: 'file-unreadable',
    });
  });
});

describe('collectFiles', () => {
  it('[UI1] takes the path of a chosen folder, else the name, without a leading slash', async () => {
    const chosen = Object.assign(new File(['1'], 'a.txt'), { webkitRelativePath: 'folder/a.txt' });
    const files = await collectFiles([chosen, new File([], 'b.txt'), new File([], '/c.txt')]);
    expect(files.map(({ path }) => path)).toEqual(['folder/a.txt', 'b.txt', 'c.txt']);
  });

  it('[UI4] makes pasted text a text file', async () => {
    const file = textFile('héllo');
    expect([file.name, file.type, await file.text()]).toEqual([pastedTextName, 'text/plain', 'héllo']);
  });
});

describe('entriesOf', () => {
  it('[UI1] takes entries where there are any, the plain file where not, and nothing of dragged text', () => {
    const entry = entryOf('a.txt', 'a');
    const file = new File([], 'b.txt');
    const items = [
      { kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => file },
      { kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => file },
      { kind: 'string', webkitGetAsEntry: () => null, getAsFile: () => null },
    ];
    expect(entriesOf({ items } as unknown as DataTransfer)).toEqual({ entries: [entry], loose: [file] });
  });
});
