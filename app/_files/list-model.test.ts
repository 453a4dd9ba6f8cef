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

/** Work goes in slices of time, so that a busy machine needs more than one even for a short list. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 2 });
const shows = (list: ListModel, rows: readonly string[]): Promise<void> =>
  soon(() => expect(shown(list)).toEqual(rows));

const byName = ['[a]', 'a/x.png', '[b]', '[c]', 'b/c/deep.txt', 'b/2.txt', 'b/10.txt', 'top.txt'];

/** Nothing of it is still being read or ordered. */
async function readyModel(): Promise<ListModel> {
  const list = model();
  await shows(list, byName);
  return list;
}

describe('ListModel', () => {
  it('[UI140] [UI142] shows folders before files, by name at first', async () => {
    await shows(model(), byName);
  });

  it('[UI142] orders folders by what is in them, and turns round when asked again', async () => {
    const list = await readyModel();
    list.sortBy('size');
    expect(list.getSnapshot().sorting).toEqual({ key: 'size', descending: true });
    await shows(list, ['[b]', '[c]', 'b/c/deep.txt', 'b/10.txt', 'b/2.txt', '[a]', 'a/x.png', 'top.txt']);
    list.sortBy('size');
    await shows(list, byName);
    list.sortBy('name');
    list.sortBy('name');
    await shows(list, ['[b]', '[c]', 'b/c/deep.txt', 'b/10.txt', 'b/2.txt', '[a]', 'a/x.png', 'top.txt']);
  });

  it('[UI142] by state keeps up with the states', async () => {
    const list = await readyModel();
    const folders = (of: ListModel): string[] => shown(of).filter((row) => row.startsWith('['));
    list.setStates([0, 0, 9, 5, 0]);
    list.sort({ key: 'state', descending: false });
    await soon(() => expect(folders(list)).toEqual(['[b]', '[c]', '[a]']));
    list.setStates([9, 9, 0, 5, 9]);
    await soon(() => expect(folders(list)).toEqual(['[a]', '[b]', '[c]']));
  });

  it('[UI143] shows what is found as a flat list in the order asked for, and the tree again after that', async () => {
    const list = await readyModel();
    list.search('TXT b');
    await shows(list, ['b/2.txt', 'b/10.txt', 'b/c/deep.txt']);
    expect(list.getSnapshot()).toMatchObject({ foundCount: 3, words: ['txt', 'b'] });
    list.sortBy('size');
    await shows(list, ['b/c/deep.txt', 'b/10.txt', 'b/2.txt']);
    list.search('txt b deep');
    await shows(list, ['b/c/deep.txt']);
    list.search('zzz');
    await soon(() => expect(list.getSnapshot()).toMatchObject({ rows: [], foundCount: 0, words: ['zzz'] }));
    list.search('');
    list.sortBy('name');
    await shows(list, byName);
  });

  it('[UI140] opens and closes, and tells who listens, once a change', async () => {
    const list = await readyModel();
    const heard = vi.fn();
    const stop = list.subscribe(heard);
    list.setOpen([1, 2, 3], false);
    await shows(list, ['[a]', '[b]', 'top.txt']);
    expect(heard).toHaveBeenCalledOnce();
    stop();
    list.setOpen([2], true);
    expect(heard).toHaveBeenCalledOnce();
    await shows(list, ['[a]', 'a/x.png', '[b]', 'top.txt']);
  });

  it('[UI140] another list takes the place of the first, with the search that stands', async () => {
    const list = await readyModel();
    list.search('x');
    list.setFiles(entries('x', 'y', 'z/x'));
    await shows(list, ['x', 'z/x']);
    list.setFiles([]);
    await soon(() => expect(list.getSnapshot()).toMatchObject({ rows: [], tree: { files: [] } }));
  });

  it('[UI141] reads a long list in turns, a later search gives up an earlier one, and closed it does nothing more', async () => {
    const many = entries(
      ...Array.from({ length: 30_000 }, (_, i) => `folder ${i % 300}/pícture ${30_000 - i}.jpg`),
    );
    const list = model(many);
    expect(list.getSnapshot().tree).toBeNull();
    await soon(() => expect(list.getSnapshot().tree).not.toBeNull());
    list.search('picture 1');
    list.search('picture 12345');
    await shows(list, ['folder 255/pícture 12345.jpg']);
    list.search('folder 7');
    list.close();
    const last = list.getSnapshot();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(list.getSnapshot()).toBe(last);
  });
});
