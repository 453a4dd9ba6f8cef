/**
 * In which order files and folders stand. Names as people count, "2" before "10", by the rules of the page's language; what is equal keeps a fixed
 * order: by name, then by path, then as sent. A hundred thousand names take a collator a second and more, so sorting is work in slices: pieces
 * sorted by the platform, then merged. PROTOCOL.md UI142.
 */
import type { FileEntry } from '../../lib/index';
import { typeLabel } from '../_text/names';
import { nameOf, type FileTree } from './file-tree';
import type { Work } from './slices';

export type SortKey = 'name' | 'size' | 'type' | 'date' | 'state';

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** What people want to see first by each key: a name from A, the largest, the newest. */
export const startsDescending: Readonly<Record<SortKey, boolean>> = {
  name: false,
  size: true,
  type: false,
  date: true,
  state: false,
};

export type Compare = (a: number, b: number) => number;
export type CompareText = (a: string, b: string) => number;

/** Names of one language, numbers in them by value. Cheap to call: making a collator is not. */
export function textOrder(locale: string | undefined): CompareText {
  const collator = new Intl.Collator(locale, { numeric: true });
  return (a, b) => (a === b ? 0 : collator.compare(a, b));
}

/** Piece sorted in one go: a millisecond or two of a collator. */
const piece = 256;

/** Stable. Already sorted input costs one comparison an item. */
export function* sorted(items: Uint32Array, compare: Compare): Work<Uint32Array> {
  let from = items.slice();
  for (let at = 0; at < from.length; at += piece) {
    // As a plain array: typed arrays sort through a copy of one anyway.
    from.set([...from.subarray(at, at + piece)].sort(compare), at);
    yield;
  }
  let to = new Uint32Array(from.length);
  for (let width = piece; width < from.length; width *= 2) {
    for (let at = 0; at < from.length; at += 2 * width) yield* merge(from, to, at, width, compare);
    [from, to] = [to, from];
  }
  return from;
}

function* merge(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  width: number,
  compare: Compare,
): Work<void> {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(middle + width, from.length);
  if (middle >= end || compare(from[middle - 1] ?? 0, from[middle] ?? 0) <= 0) {
    to.set(from.subarray(start, end), start);
    yield;
    return;
  }
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const a = from[left] ?? 0;
    const b = from[right] ?? 0;
    const takeLeft = left < middle && (right >= end || compare(a, b) <= 0);
    to[at] = takeLeft ? a : b;
    if (takeLeft) left++;
    else right++;
    if (at % piece === 0) yield;
  }
}

/** 0, 1, 2 … */
export function indexes(count: number): Uint32Array {
  const all = new Uint32Array(count);
  for (let i = 0; i < count; i++) all[i] = i;
  return all;
}

/** Files by name, for `ranks` and for showing. */
export function* byName(tree: FileTree, text: CompareText): Work<Uint32Array> {
  const { files } = tree;
  const names: string[] = [];
  for (let i = 0; i < files.length; i++) {
    names.push(nameOf(tree, i));
    if (i % piece === 0) yield;
  }
  return yield* sorted(
    indexes(files.length),
    (a, b) =>
      text(names[a] ?? '', names[b] ?? '') || text(files[a]?.path ?? '', files[b]?.path ?? '') || a - b,
  );
}

/** Where each item stands in an order. */
export function ranks(order: Uint32Array): Uint32Array {
  const rank = new Uint32Array(order.length);
  for (let at = 0; at < order.length; at++) rank[order[at] ?? 0] = at;
  return rank;
}

/** What files are compared by; ties go by name. `states` as told by the caller, smaller first. */
export function* valuesOf(
  key: Exclude<SortKey, 'name'>,
  files: readonly FileEntry[],
  states: ArrayLike<number>,
  text: CompareText,
): Work<Float64Array> {
  const values = new Float64Array(files.length);
  const typeRank = key === 'type' ? yield* typeRanks(files, text) : undefined;
  for (const [i, file] of files.entries()) {
    values[i] =
      key === 'size'
        ? file.bytes
        : key === 'date'
          ? file.modified
          : key === 'state'
            ? (states[i] ?? 0)
            : (typeRank?.get(typeLabel(file)) ?? 0);
    if (i % piece === 0) yield;
  }
  return values;
}

function* typeRanks(files: readonly FileEntry[], text: CompareText): Work<Map<string, number>> {
  const labels = new Set<string>();
  for (const [i, file] of files.entries()) {
    labels.add(typeLabel(file));
    if (i % piece === 0) yield;
  }
  const known = [...labels];
  const order = yield* sorted(indexes(known.length), (a, b) => text(known[a] ?? '', known[b] ?? '') || a - b);
  return new Map([...order].map((label, rank) => [known[label] ?? '', rank]));
}

/** Largest or smallest value first; what is equal stays by name either way. */
export const byValue =
  (values: ArrayLike<number>, rank: ArrayLike<number>, descending: boolean): Compare =>
  (a, b) =>
    (descending ? -1 : 1) * ((values[a] ?? 0) - (values[b] ?? 0)) || (rank[a] ?? 0) - (rank[b] ?? 0);
