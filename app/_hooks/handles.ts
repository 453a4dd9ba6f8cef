/**
 * Handles on what a person dropped or chose (File System Access, Chromium): kept with a share they let a reloaded page read the files again
 * without choosing them (research/pitfalls.md 4.11). A dropped folder is one handle, whatever it holds. Where there are none, nothing is lost but that.
 */
import type { KeptHandle, PickedFile } from '../../lib/index';
import { createBreather, Unreadable, type Progress } from './collect';

/** Not in TypeScript's DOM types. */
interface HandedItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}
interface PickerPage {
  showOpenFilePicker?(options: { id: string; multiple: boolean }): Promise<FileSystemFileHandle[]>;
  showDirectoryPicker?(options: { id: string; mode: 'read' }): Promise<FileSystemDirectoryHandle>;
}
interface Listed {
  values(): AsyncIterable<FileSystemFileHandle | FileSystemDirectoryHandle>;
}

/** Call before the drop's handler returns. Never rejects: a drop without handles is a drop all the same. */
export async function handlesOf(data: DataTransfer): Promise<readonly KeptHandle[]> {
  const asked = [...data.items].flatMap((item) => {
    const handle = item.kind === 'file' ? (item as HandedItem).getAsFileSystemHandle?.() : undefined;
    return handle ? [handle.catch(() => null)] : [];
  });
  // Of files that a script made there is not even null.
  return keptHandles((await Promise.all(asked)).flatMap((handle) => handle ?? []));
}

/** By the name that stands first in the paths of their files. Two of one name could be taken for each other: neither is kept. */
export function keptHandles(handles: readonly FileSystemHandle[]): KeptHandle[] {
  const count = new Map<string, number>();
  for (const { name } of handles) count.set(name, (count.get(name) ?? 0) + 1);
  return handles.filter(({ name }) => count.get(name) === 1).map((handle) => ({ path: handle.name, handle }));
}

export interface Chosen {
  readonly collect: (progress: Progress) => Promise<PickedFile[]>;
  readonly handles: readonly KeptHandle[];
}

/** How a picker of handles ended: with files; closed; or not usable here, so that the ordinary file field must do. */
export type Choosing = Chosen | 'cancelled' | 'unusable';

export const canChooseHandles = (what: 'files' | 'folder'): boolean =>
  (what === 'files' ? 'showOpenFilePicker' : 'showDirectoryPicker') in globalThis;

let choosing = false;

/** Call in the person's gesture. Never rejects. A second click, while the picker opens, adds nothing: the browser has one at a time, and refuses. */
export async function chooseHandles(what: 'files' | 'folder'): Promise<Choosing> {
  if (choosing) return 'cancelled';
  const page = globalThis as PickerPage;
  choosing = true;
  try {
    if (what === 'files') {
      const handles = await page.showOpenFilePicker?.({ id: 'shoal-share', multiple: true });
      return handles
        ? { collect: (progress) => readAll(handles, progress), handles: keptHandles(handles) }
        : 'unusable';
    }
    const folder = await page.showDirectoryPicker?.({ id: 'shoal-share-folder', mode: 'read' });
    return folder
      ? { collect: (progress) => walk(folder, progress), handles: keptHandles([folder]) }
      : 'unusable';
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? 'cancelled' : 'unusable';
  } finally {
    choosing = false;
  }
}

/** File Handling API: what the installed app was opened with. Not in TypeScript's DOM types. */
export interface LaunchQueue {
  setConsumer(consumer: (launch: unknown) => void): void;
}

/** Whether it brings files; a launch by icon or shortcut brings none. */
export const isLaunched = (launch: unknown): launch is { readonly files: readonly FileSystemHandle[] } =>
  typeof launch === 'object' &&
  launch !== null &&
  'files' in launch &&
  Array.isArray(launch.files) &&
  launch.files.length > 0;

const isFile = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === 'file';
const isFolder = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle =>
  handle.kind === 'directory';

/** The same as a picker's answer. Folders are walked. */
export const handlesOfLaunch = (handles: readonly FileSystemHandle[]): Chosen => ({
  handles: keptHandles(handles),
  collect: async (progress) => {
    const files = await readAll(handles.filter(isFile), progress);
    for (const folder of handles.filter(isFolder)) {
      const before = files.length;
      files.push(...(await walk(folder, (found) => progress(before + found))));
    }
    return files;
  },
});

async function readAll(
  handles: readonly FileSystemFileHandle[],
  progress: Progress,
  under = '',
): Promise<PickedFile[]> {
  const files = await Promise.all(
    handles.map(async (handle): Promise<PickedFile> => ({
      path: `${under}${handle.name}`,
      file: await handle.getFile().catch((cause: unknown) => {
        throw new Unreadable('file-unreadable', { cause });
      }),
    })),
  );
  progress(files.length);
  return files;
}

/** Files read at once; one by one, 10,000 would take 10,000 turns of the browser's IPC. */
const readsAtOnce = 32;

/** Every file below a folder, by paths that begin with its name. */
export async function walk(root: FileSystemDirectoryHandle, progress: Progress): Promise<PickedFile[]> {
  const files: PickedFile[] = [];
  const breathe = createBreather();
  const folders = [{ path: `${root.name}/`, folder: root }];
  for (let next = folders.pop(); next; next = folders.pop()) {
    const { path, folder } = next;
    let batch: FileSystemFileHandle[] = [];
    const read = async (): Promise<void> => {
      files.push(...(await readAll(batch, () => undefined, path)));
      batch = [];
      progress(files.length);
      await breathe();
    };
    for await (const child of (folder as unknown as Listed).values()) {
      if (child.kind === 'directory') folders.push({ path: `${path}${child.name}/`, folder: child });
      else if (batch.push(child) === readsAtOnce) await read();
    }
    if (batch.length > 0) await read();
  }
  return files;
}
