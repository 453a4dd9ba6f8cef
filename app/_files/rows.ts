/**
 * Which rows stand in the list: folders before files, what lies in open folders below them. A row is a number, for there may be 200,000: a file's
 * index, or minus a folder's id. PROTOCOL.md UI140.
 */
import type { FileTree } from './file-tree';
import type { Work } from './slices';

export type Row = number;

export const folderRow = (folder: number): Row => -folder;
/** The folder of a row; 0, which is no row, for a file. */
export const folderOfRow = (row: Row): number => (row < 0 ? -row : 0);

/** What lies right in each folder, in the order of the list. By folder id. */
export interface Arrangement {
  readonly folders: readonly (readonly number[])[];
  readonly files: readonly (readonly number[])[];
}

const step = 2048;

export function* arrange(
  tree: FileTree,
  folderOrder: Uint32Array,
  fileOrder: Uint32Array,
): Work<Arrangement> {
  const folders: number[][] = tree.folders.map(() => []);
  const files: number[][] = tree.folders.map(() => []);
  for (const id of folderOrder) if (id > 0) folders[tree.folders[id]?.parent ?? 0]?.push(id);
  yield;
  for (let at = 0; at < fileOrder.length; at++) {
    const file = fileOrder[at] ?? 0;
    files[tree.folderOf[file] ?? 0]?.push(file);
    if (at % step === 0) yield;
  }
  return { folders, files };
}

/** The rows in sight. */
export function rowsOf({ folders, files }: Arrangement, open: ReadonlySet<number>): Row[] {
  const rows: Row[] = [];
  // Each entry: a folder whose folders from `next` on are still to be shown, and then its files.
  const stack = [{ id: 0, next: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const child = folders[top.id]?.[top.next];
    if (child === undefined) {
      for (const file of files[top.id] ?? []) rows.push(file);
      stack.pop();
      continue;
    }
    top.next++;
    rows.push(folderRow(child));
    if (open.has(child)) stack.push({ id: child, next: 0 });
  }
  return rows;
}

/**
 * What is open at first: level by level as long as the list stays short, and whatever it takes to see a file. A single folder, as most people send,
 * is open; ten thousand are an overview.
 */
export function openAtFirst(tree: FileTree, { folders }: Arrangement, mostRows: number): Set<number> {
  const open = new Set<number>();
  const sizeOf = (id: number): number =>
    (tree.folders[id]?.folders.length ?? 0) + (tree.folders[id]?.files.length ?? 0);
  let rows = sizeOf(0);
  let seesFile = (tree.folders[0]?.files.length ?? 0) > 0;
  let level = folders[0] ?? [];
  while (level.length > 0) {
    const more = level.reduce((sum, id) => sum + sizeOf(id), 0);
    if (rows + more > mostRows) break;
    rows += more;
    for (const id of level) {
      open.add(id);
      seesFile ||= (tree.folders[id]?.files.length ?? 0) > 0;
    }
    level = level.flatMap((id) => folders[id] ?? []);
  }
  // The first folder in sight that is closed, then the first in it, until there is a file.
  for (let [first] = level; !seesFile && first !== undefined; [first] = folders[first] ?? []) {
    open.add(first);
    seesFile = (tree.folders[first]?.files.length ?? 0) > 0;
  }
  return open;
}
