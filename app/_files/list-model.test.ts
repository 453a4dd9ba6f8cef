/** Rules [UI140]–[UI143], whole: what a list shows as it is read, ordered, searched and opened. */
import '../_text/testing/words';
import { describe, expect, it, vi } from 'vitest';
import { ListModel } from './list-model';
import { textOrder } from './order';
import { entries } from './testing';

const files = entries('b/2.txt', 'b/10.txt', 'a/x.png', 'top.txt', 'b/c/deep.txt');
const model = (given = files): ListModel => {
  const made = new ListModel(textOrder('en'));
  made.setFiles(given);
  return made;
};
const shown = (list: ListModel): string[] => {
  const { rows, tree } = list.getSnapshot();
  return rows.map((row) => (row < 0 ? `[${tree!.folders[-row]!.name}]` : tree!.files[row]!.path));
};

describe('ListModel', () => {
  it('[UI140] [UI142] shows folders before files, by name at first', () => {
    expect(shown(model())).toEqual([
      '[a]',
      'a/x.png',
      '[b]',
      '[c]',
      'b/c/deep.txt',
      'b/2.txt',
      'b/10.txt',
      'top.txt',
    ]);
  });

  it('[UI142] orders folders by what is in them, and turns round when asked again', () => {
    const list = model();
    list.sortBy('size');
    expect(list.getSnapshot().sorting).toEqual({ key: 'size', descending: true });
    expect(shown(list)).toEqual([
      '[b]',
      '[c]',
      'b/c/deep.txt',
      'b/10.txt',
      'b/2.txt',
      '[a]',
      'a/x.png',
      'top.txt',
    ]);
    list.sortBy('size');
    expect(shown(list)).toEqual([
      '[a]',
      'a/x.png',
      '[b]',
      '[c]',
      'b/c/deep.txt',
      'b/2.txt',
      'b/10.txt',
      'top.txt',
    ]);
    list.sortBy('name');
    list.sortBy('name');
    expect(shown(list)).toEqual([
      '[b]',
      '[c]',
      'b/c/deep.txt',
      'b/10.txt',
      'b/2.txt',
      '[a]',
      'a/x.png',
      'top.txt',
    ]);
  });

  it('[UI142] by state keeps up with the states', () => {
    const list = model();
    list.setStates([0, 0, 9, 5, 0]);
    list.sort({ key: 'state', descending: false });
    expect(shown(list).filter((row) => row.startsWith('['))).toEqual(['[b]', '[c]', '[a]']);
    list.setStates([9, 9, 0, 5, 9]);
    expect(shown(list).filter((row) => row.startsWith('['))).toEqual(['[a]', '[b]', '[c]']);
  });

  it('[UI143] shows what is found as a flat list in the order asked for, and the tree again after that', () => {
    const list = model();
    const before = shown(list);
    list.search('TXT b');
    expect(shown(list)).toEqual(['b/2.txt', 'b/10.txt', 'b/c/deep.txt']);
    expect(list.getSnapshot()).toMatchObject({ foundCount: 3, words: ['txt', 'b'] });
    list.sortBy('size');
    expect(shown(list)).toEqual(['b/c/deep.txt', 'b/10.txt', 'b/2.txt']);
    list.search('txt b deep');
    expect(shown(list)).toEqual(['b/c/deep.txt']);
    list.search('zzz');
    expect(list.getSnapshot()).toMatchObject({ rows: [], foundCount: 0 });
    list.search('');
    list.sortBy('name');
    expect(shown(list)).toEqual(before);
  });

  it('[UI140] opens and closes, and tells who listens, once a change', () => {
    const list = model();
    const heard = vi.fn();
    const stop = list.subscribe(heard);
    list.setOpen([1, 2, 3], false);
    expect(shown(list)).toEqual(['[a]', '[b]', 'top.txt']);
    expect(heard).toHaveBeenCalledOnce();
    stop();
    list.setOpen([2], true);
    expect(heard).toHaveBeenCalledOnce();
    expect(shown(list)).toEqual(['[a]', 'a/x.png', '[b]', 'top.txt']);
  });

  it('[UI140] another list takes the place of the first, with the search that stands', () => {
    const list = model();
    list.search('x');
    list.setFiles(entries('x', 'y', 'z/x'));
    expect(shown(list)).toEqual(['x', 'z/x']);
    list.setFiles([]);
    expect(list.getSnapshot().rows).toEqual([]);
  });

  it('[UI141] reads a long list in turns, a later search gives up an earlier one, and closed it does nothing more', async () => {
    const many = entries(
      ...Array.from({ length: 30_000 }, (_, i) => `folder ${i % 300}/pícture ${30_000 - i}.jpg`),
    );
    const list = model(many);
    expect(list.getSnapshot().tree).toBeNull();
    await vi.waitFor(() => expect(list.getSnapshot().tree).not.toBeNull(), { timeout: 10_000 });
    list.search('picture 1');
    list.search('picture 12345');
    await vi.waitFor(() => expect(shown(list)).toEqual(['folder 255/pícture 12345.jpg']), {
      timeout: 10_000,
    });
    list.search('folder 7');
    list.close();
    const last = list.getSnapshot();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(list.getSnapshot()).toBe(last);
  });
});
