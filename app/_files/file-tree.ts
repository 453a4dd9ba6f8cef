/**
 * The folders that lie in the paths of a share. Paths are a peer's word: any characters, equal ones, a file and a folder of one name, thousands of
 * levels. So folders are found by a Map and never by an object's keys, nothing here recurses, and below `maxDepth` levels the rest of a path stays
 * in the file's name. PROTOCOL.md UI140. Leaves out their order (order.ts) and which of them are open (rows.ts).
 */
import type { FileEntry } from '../../lib/index';
import type { Work } from './slices';

/** Deeper folders are shown as part of the name. Guess: nobody's folders, and 24 steps still fit a desktop's width. */
export const maxDepth = 24;

export interface Folder {
  readonly id: number;
  /** One segment of a path; never empty. */
  readonly name: string;
  /** -1 for the root, which stands for the share and is no row. A parent's id is smaller than its children's. */
  readonly parent: number;
  /** 0 for the root. */
  readonly depth: number;
  /** As sent: ids of folders and indexes of files that lie right in it. */
  readonly folders: readonly number[];
  readonly files: readonly number[];
  /** All files in it, those in folders of it too: `order` from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
  readonly bytes: number;
  /** Of the newest file in it. */
  readonly modified: number;
}

export interface FileTree {
  readonly files: readonly FileEntry[];
  /** By id; the root first. */
  readonly folders: readonly Folder[];
  /** The folder each file lies in. */
  readonly folderOf: Uint32Array;
  /** Where in its path each file's name begins. */
  readonly nameAt: Uint16Array;
  /** File indexes such that each folder's files lie together. */
  readonly order: Uint32Array;
}

interface Growing {
  readonly id: number;
  readonly name: string;
  readonly parent: number;
  readonly depth: number;
  readonly folders: number[];
  readonly files: number[];
  /** Folders right in it, by name. */
  readonly named: Map<string, number>;
  first: number;
  end: number;
  bytes: number;
  modified: number;
}

const step = 512;

export function* buildTree(files: readonly FileEntry[]): Work<FileTree> {
  const folders: Growing[] = [grow(0, '', -1, 0)];
  const folderOf = new Uint32Array(files.length);
  const nameAt = new Uint16Array(files.length);
  let lastPrefix = '';
  let lastPlace: Place = { folder: 0, nameAt: 0 };
  for (const [index, { path, bytes, modified }] of files.entries()) {
    if (index % step === step - 1) yield;
    // Most files lie where the one before them lies.
    const prefix = path.slice(0, path.lastIndexOf('/') + 1);
    if (prefix !== lastPrefix) {
      lastPlace = placeOf(prefix, folders);
      lastPrefix = prefix;
    }
    const folder = folders[lastPlace.folder];
    folderOf[index] = lastPlace.folder;
    nameAt[index] = lastPlace.nameAt;
    folder?.files.push(index);
    if (folder) {
      folder.bytes += bytes;
      folder.modified = Math.max(folder.modified, modified);
      folder.end++; // a count until ranges are laid out
    }
  }
  yield;
  // Children before parents, then parents before children: ids grow downwards.
  for (const folder of [...folders].reverse()) {
    const parent = folders[folder.parent];
    if (!parent) continue;
    parent.bytes += folder.bytes;
    parent.modified = Math.max(parent.modified, folder.modified);
    parent.end += folder.end;
  }
  yield;
  const order = new Uint32Array(files.length);
  for (const folder of folders) {
    folder.end += folder.first;
    order.set(folder.files, folder.first);
    let next = folder.first + folder.files.length;
    for (const id of folder.folders) {
      const child = folders[id];
      if (!child) continue;
      child.first = next;
      next += child.end; // its count still
    }
    if (folder.id % step === step - 1) yield;
  }
  return { files, folders, folderOf, nameAt, order };
}

interface Place {
  readonly folder: number;
  readonly nameAt: number;
}

/** Finds or makes the folders of "a/b/": empty segments are none. */
function placeOf(prefix: string, folders: Growing[]): Place {
  let folder = 0;
  let at = 0;
  while (at < prefix.length) {
    const slash = prefix.indexOf('/', at);
    const name = prefix.slice(at, slash);
    const parent = folders[folder];
    if (!parent || (name !== '' && parent.depth === maxDepth)) break;
    at = slash + 1;
    if (name === '') continue;
    let id = parent.named.get(name);
    if (id === undefined) {
      id = folders.push(grow(folders.length, name, folder, parent.depth + 1)) - 1;
      parent.named.set(name, id);
      parent.folders.push(id);
    }
    folder = id;
  }
  return { folder, nameAt: at };
}

const grow = (id: number, name: string, parent: number, depth: number): Growing => ({
  id,
  name,
  parent,
  depth,
  folders: [],
  files: [],
  named: new Map(),
  first: 0,
  end: 0,
  bytes: 0,
  modified: 0,
});

/** A file's name below its folder; may hold slashes below `maxDepth`, and may be empty. */
export const nameOf = ({ files, nameAt }: FileTree, file: number): string =>
  files[file]?.path.slice(nameAt[file]) ?? '';

/** Indexes of all files in a folder, deep. */
export const filesIn = ({ order, folders }: FileTree, folder: number): Uint32Array =>
  order.subarray(folders[folder]?.first ?? 0, folders[folder]?.end ?? 0);

/** Running sums of a value over `order`: the sum of a folder is one subtraction, however many files it has. */
export function sumsOf({ order }: FileTree, valueOf: (file: number) => number): Float64Array {
  const sums = new Float64Array(order.length + 1);
  let sum = 0;
  for (let at = 0; at < order.length; at++) {
    sum += valueOf(order[at] ?? 0);
    sums[at + 1] = sum;
  }
  return sums;
}

export const sumIn = (sums: Float64Array, { first, end }: Folder): number =>
  (sums[end] ?? 0) - (sums[first] ?? 0);
