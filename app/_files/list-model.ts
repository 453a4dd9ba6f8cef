/**
 * What one list of files shows: the tree or what a search found, in the order asked for, with the folders that are open. Holds the results of the
 * steps (tree, names in order, order, arrangement, folded paths, found) and makes anew only those a change touches, each in slices; a later change
 * gives up a step that runs. For useSyncExternalStore. PROTOCOL.md UI141. Leaves out which files are picked, and everything drawn.
 */
import type { FileEntry } from '../../lib/index';
import { buildTree, sumIn, sumsOf, type FileTree } from './file-tree';
import {
  byName,
  byValue,
  indexes,
  ranks,
  sorted,
  startsDescending,
  valuesOf,
  type CompareText,
  type SortKey,
  type Sorting,
} from './order';
import { arrange, openAtFirst, rowsOf, type Arrangement, type Row } from './rows';
import { foldedPaths, matching, narrows, wordsOf } from './search';
import { inSlices, type Work } from './slices';

export interface ListView {
  /** null: still being read. */
  readonly tree: FileTree | null;
  readonly rows: readonly Row[];
  readonly open: ReadonlySet<number>;
  readonly sorting: Sorting;
  readonly query: string;
  /** What `found` was found by; none: no search, the rows are the tree's. */
  readonly words: readonly string[];
  /** 1 for each file found; null: no search. */
  readonly found: Uint8Array | null;
  readonly foundCount: number;
}

/** Rows open at first. Guess: a few screens of a phone. */
export const mostRowsAtFirst = 100;

const nothing: ListView = {
  tree: null,
  rows: [],
  open: new Set(),
  sorting: { key: 'name', descending: false },
  query: '',
  words: [],
  found: null,
  foundCount: 0,
};

export class ListModel {
  private view = nothing;
  private readonly listeners = new Set<() => void>();
  private reading = new AbortController();
  private ordering = new AbortController();
  private finding = new AbortController();
  private given: readonly FileEntry[] | null = null;
  private nameOrder: Uint32Array | null = null;
  private nameRank: ArrayLike<number> = [];
  private fileOrder: Uint32Array | null = null;
  private arrangement: Arrangement | null = null;
  private folded: readonly string[] | null = null;
  private states: ArrayLike<number> = [];

  constructor(private readonly text: CompareText) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly getSnapshot = (): ListView => this.view;

  /** Another list; query and order stay. The same one again is not read again. */
  setFiles(files: readonly FileEntry[]): void {
    if (this.given === files) return;
    this.given = files;
    this.reading.abort();
    this.reading = new AbortController();
    this.ordering.abort();
    this.finding.abort();
    this.nameOrder = null;
    this.fileOrder = null;
    this.arrangement = null;
    this.folded = null;
    const { signal } = this.reading;
    inSlices(buildTree(files), signal, (tree) => {
      this.view = { ...this.view, tree, rows: [], words: [], found: null, foundCount: 0, open: new Set() };
      // In the order they were sent, until names are in theirs: a second of work for 100,000.
      this.nameRank = indexes(files.length);
      this.order(tree);
      inSlices(byName(tree, this.text), signal, (order) => {
        this.nameOrder = order;
        this.nameRank = ranks(order);
        this.order(tree);
      });
      this.search(this.view.query);
    });
  }

  sort(sorting: Sorting): void {
    this.show({ sorting });
    if (this.view.tree) this.order(this.view.tree);
  }

  /** Another key as people want it first; the same one the other way round. */
  sortBy(key: SortKey): void {
    const { sorting } = this.view;
    this.sort({ key, descending: sorting.key === key ? !sorting.descending : startsDescending[key] });
  }

  /** For the order by state: smaller first. Looked at when that is the order. */
  setStates(states: ArrayLike<number>): void {
    this.states = states;
    if (this.view.sorting.key === 'state' && this.view.tree) this.order(this.view.tree);
  }

  search(query: string): void {
    this.finding.abort();
    this.finding = new AbortController();
    const words = wordsOf(query);
    if (this.view.query !== query) this.show({ query });
    const { tree } = this.view;
    if (!tree) return;
    if (words.length === 0) return this.arranged({ words, found: null, foundCount: 0 });
    const { signal } = this.finding;
    const find = (paths: readonly string[]): void => {
      const earlier = this.view.found && narrows(words, this.view.words) ? this.view.found : undefined;
      inSlices(matching(paths, words, earlier), signal, (found) => {
        let foundCount = 0;
        for (const one of found) foundCount += one;
        this.arranged({ words, found, foundCount });
      });
    };
    if (this.folded) return find(this.folded);
    inSlices(foldedPaths(tree.files), signal, (paths) => {
      this.folded = paths;
      find(paths);
    });
  }

  /** Opens or closes folders. */
  setOpen(folders: Iterable<number>, on: boolean): void {
    const open = new Set(this.view.open);
    for (const id of folders)
      if (on) open.add(id);
      else open.delete(id);
    this.arranged({ open });
  }

  /** Nothing runs any more, until it is given files again. */
  close(): void {
    this.given = null;
    for (const running of [this.reading, this.ordering, this.finding]) running.abort();
  }

  private order(tree: FileTree): void {
    this.ordering.abort();
    this.ordering = new AbortController();
    inSlices(this.arranging(tree), this.ordering.signal, ({ fileOrder, arrangement }) => {
      const first = this.arrangement === null;
      this.fileOrder = fileOrder;
      this.arrangement = arrangement;
      this.arranged(first ? { open: openAtFirst(tree, arrangement, mostRowsAtFirst) } : {});
    });
  }

  private *arranging(
    tree: FileTree,
  ): Work<{ readonly fileOrder: Uint32Array; readonly arrangement: Arrangement }> {
    const { files, folders } = tree;
    const { key, descending } = this.view.sorting;
    const names = yield* sorted(indexes(folders.length), (a, b) =>
      this.text(folders[a]?.name ?? '', folders[b]?.name ?? ''),
    );
    let fileOrder = this.nameOrder ?? indexes(files.length);
    let folderOrder = names;
    if (key === 'name') {
      if (descending) {
        fileOrder = fileOrder.slice().reverse();
        folderOrder = names.slice().reverse();
      }
    } else {
      const values = yield* valuesOf(key, files, this.states, this.text);
      fileOrder = yield* sorted(fileOrder, byValue(values, this.nameRank, descending));
      if (key !== 'type') folderOrder = yield* this.foldersBy(key, tree, names, descending);
    }
    return { fileOrder, arrangement: yield* arrange(tree, folderOrder, fileOrder) };
  }

  private *foldersBy(
    key: 'size' | 'date' | 'state',
    tree: FileTree,
    names: Uint32Array,
    descending: boolean,
  ): Work<Uint32Array> {
    const { folders } = tree;
    const sums = key === 'state' ? sumsOf(tree, (file) => this.states[file] ?? 0) : undefined;
    const values = folders.map((folder) => {
      if (!sums) return key === 'size' ? folder.bytes : folder.modified;
      return sumIn(sums, folder) / Math.max(1, folder.end - folder.first);
    });
    return yield* sorted(names, byValue(values, ranks(names), descending));
  }

  /** Rows anew from what is there. */
  private arranged(change: Partial<ListView>): void {
    const { found, open } = { ...this.view, ...change };
    const { fileOrder, arrangement } = this;
    if (!arrangement || !fileOrder) return this.show(change);
    const rows = found ? [...fileOrder.filter((file) => found[file] === 1)] : rowsOf(arrangement, open);
    this.show({ ...change, rows });
  }

  private show(change: Partial<ListView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of [...this.listeners]) listener();
  }
}
