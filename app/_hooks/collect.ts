/**
 * Turns what a person dropped, chose or pasted into a flat list of files with their paths. Folders are walked to any depth and keep their
 * structure; empty files are kept, empty folders are not (a path needs a file). Ten thousand entries must not freeze the page, so the walk
 * gives way to input every few milliseconds. Rejects with a code 'file-unreadable' rather than silently leaving a file out.
 */
import type { PickedFile, ShoalErrorCode } from '../../lib/index';

/** Called now and then with how many files were found so far: seen in their folders, not yet all read. */
export type Progress = (found: number) => void;

/** Longest stretch without giving way: under half a frame. */
const stretchMs = 6;
/** Reads of file handles in flight; one by one, 10,000 files would take 10,000 turns of the browser's IPC. */
const readsAtOnce = 32;

export class Unreadable extends Error {
  readonly code: ShoalErrorCode = 'file-unreadable';
}

/** Gives the browser a turn for input and paint when the stretch is over. MessageChannel: timers are clamped and throttled. */
export function createBreather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < stretchMs) return;
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
    since = performance.now();
  };
}

/**
 * Files of a drop. The entries must be taken from the DataTransfer before the event handler returns (`entriesOf`); this reads them later.
 */
export async function collectEntries(
  roots: readonly FileSystemEntry[],
  progress: Progress = () => undefined,
): Promise<PickedFile[]> {
  const files: PickedFile[] = [];
  const breathe = createBreather();
  // A stack, deepest first, so that memory follows depth and not breadth; reversed so that the order is the person's own.
  const stack: FileSystemEntry[] = [...roots].reverse();
  let found = 0;
  const seen = (entries: readonly FileSystemEntry[]): void => {
    const more = entries.filter(isFile).length;
    if (more > 0) progress((found += more));
  };
  seen(roots);
  while (stack.length > 0) {
    const batch: FileSystemFileEntry[] = [];
    let top = stack.at(-1);
    while (top && isFile(top) && batch.length < readsAtOnce) {
      batch.push(top);
      stack.pop();
      top = stack.at(-1);
    }
    if (batch.length > 0) {
      files.push(...(await Promise.all(batch.map(readFile))));
    } else if (top) {
      stack.pop();
      // One by one: spreading 100,000 arguments overflows the call stack.
      if (isDirectory(top)) for (const child of (await readDirectory(top, seen)).reverse()) stack.push(child);
    }
    await breathe();
  }
  return files;
}

/** The entries of a drop, synchronously: after the handler returns the DataTransfer is empty. Plain files where there are no entries. */
export function entriesOf(data: DataTransfer): { entries: FileSystemEntry[]; loose: File[] } {
  const entries: FileSystemEntry[] = [];
  const loose: File[] = [];
  for (const item of data.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    else if (file) loose.push(file);
  }
  return { entries, loose };
}

/** Files of an <input type=file> or of the clipboard; a chosen folder's files bring their path along. */
export async function collectFiles(
  list: Iterable<File>,
  progress: Progress = () => undefined,
): Promise<PickedFile[]> {
  const files: PickedFile[] = [];
  const breathe = createBreather();
  for (const file of list) {
    files.push({ path: cleanPath(file.webkitRelativePath || file.name), file });
    if (files.length % 256 === 0) {
      progress(files.length);
      await breathe();
    }
  }
  progress(files.length);
  return files;
}

export const pastedTextName = 'pasted text.txt';

export const textFile = (text: string): File => new File([text], pastedTextName, { type: 'text/plain' });

/** "/a/b.txt" → "a/b.txt": paths inside a share have no leading slash. */
const cleanPath = (path: string): string => path.replace(/^\/+/, '');

// FileSystemEntry's own type predicates do not exist; the flags decide.
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const readFile = (entry: FileSystemFileEntry): Promise<PickedFile> =>
  new Promise((resolve, reject) => {
    entry.file(
      (file) => resolve({ path: cleanPath(entry.fullPath), file }),
      (cause) => reject(new Unreadable('file-unreadable', { cause })),
    );
  });

/** All children. A reader hands out at most 100 at a time in Chromium: ask until it answers none. */
async function readDirectory(
  directory: FileSystemDirectoryEntry,
  seen: (batch: readonly FileSystemEntry[]) => void,
): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, (cause) => reject(new Unreadable('file-unreadable', { cause })));
    });
    if (batch.length === 0) return children;
    seen(batch);
    children.push(...batch);
  }
}
