/**
 * Where each file stands for this person: may be chosen, is chosen, waits, arrives, is here; and what follows for the folders, whose boxes have a
 * third state. Sums run over the tree's order, so a folder of 100,000 files costs what one of two does. PROTOCOL.md UI145.
 */
import type { ShareSnapshot } from '../../lib/index';
import type { Picked } from '../_hooks/selection';
import { sumIn, sumsOf, type FileTree, type Folder } from './file-tree';
import { folderOfRow, type Row } from './rows';

/** none: nothing to choose here (own files, a single file, a room that rests). started: its transfer was, and it stays chosen. */
export type Choice = 'ticked' | 'mixed' | 'unticked' | 'started' | 'none';

export interface Place {
  readonly choice: Choice;
  /** 0…100 of what was started in it; null: nothing was, or nobody knows. */
  readonly percent: number | null;
}

export interface Standing {
  readonly choosable: boolean;
  place(row: Row): Place;
  /** For the order by state: arriving, waiting, here, not chosen. */
  states(): Float64Array;
  /** How many of these are ticked or started; `found` null: of all. */
  ticked(found: Uint8Array | null): number;
}

export interface Facts {
  readonly share: Pick<ShareSnapshot, 'publisher' | 'chosen'>;
  readonly picked: Picked;
  readonly choosable: boolean;
  readonly percents: ArrayLike<number> | null;
}

export function standingOf(tree: FileTree, { share, picked, choosable, percents }: Facts): Standing {
  const { files } = tree;
  const own = share.publisher === 'self';
  const chosen = share.chosen === 'all' || share.chosen === null ? share.chosen : new Set(share.chosen);
  const isStarted = (file: number): boolean => !own && (chosen === 'all' || (chosen?.has(file) ?? false));
  const isTicked = (file: number): boolean => isStarted(file) || picked === 'all' || picked.has(file);
  const percentOf = (file: number): number | null =>
    isStarted(file) && percents ? (percents[file] ?? null) : null;
  // An empty file weighs something too, or a folder of them would be nowhere.
  const weight = (file: number): number => (files[file]?.bytes ?? 0) + 1;

  // Made when first asked for: a list without folders in sight asks for none of them.
  const once = <Value>(make: () => Value): (() => Value) => {
    let made: { readonly value: Value } | undefined;
    return () => (made ??= { value: make() }).value;
  };
  const tickedSums = once(() => sumsOf(tree, (file) => (isTicked(file) ? 1 : 0)));
  const startedSums = once(() => sumsOf(tree, (file) => (isStarted(file) ? 1 : 0)));
  const weights = once(() => sumsOf(tree, (file) => (isStarted(file) ? weight(file) : 0)));
  const arrived = once(() =>
    sumsOf(tree, (file) => (isStarted(file) ? (weight(file) * (percents?.[file] ?? 0)) / 100 : 0)),
  );

  const folderPlace = (folder: Folder): Place => {
    const count = folder.end - folder.first;
    const started = own ? 0 : sumIn(startedSums(), folder);
    const of = started > 0 && percents ? sumIn(weights(), folder) : 0;
    // Never 100 by rounding: that is said of what is here.
    const percent = of > 0 ? Math.floor((100 * sumIn(arrived(), folder)) / of + 1e-9) : null;
    if (own) return { choice: 'none', percent: null };
    if (started === count) return { choice: 'started', percent };
    // A folder some of which nobody asked for is not "here".
    const sofar = percent === 100 ? null : percent;
    if (!choosable) return { choice: 'none', percent: sofar };
    const ticked = sumIn(tickedSums(), folder);
    return { choice: ticked === 0 ? 'unticked' : ticked === count ? 'ticked' : 'mixed', percent: sofar };
  };

  return {
    choosable,
    place(row) {
      const folder = tree.folders[folderOfRow(row)];
      if (row < 0) return folder ? folderPlace(folder) : { choice: 'none', percent: null };
      if (isStarted(row)) return { choice: 'started', percent: percentOf(row) };
      return { choice: !choosable ? 'none' : isTicked(row) ? 'ticked' : 'unticked', percent: null };
    },
    states() {
      return Float64Array.from(files, (_, file) => {
        if (!isStarted(file)) return 3;
        const percent = percents?.[file] ?? 0;
        return percent >= 100 ? 2 : percent > 0 ? 1 - percent / 100 : 1;
      });
    },
    ticked(found) {
      let count = 0;
      for (let file = 0; file < files.length; file++)
        if ((!found || found[file] === 1) && isTicked(file)) count++;
      return count;
    },
  };
}
