/**
 * Files by handles of the File System Access API, which outlive a reload (research/pitfalls.md 4.11). Handles on folders stand for everything in
 * them, so that a folder of 100,000 files is one record. Decides nothing about whether the files are still the same (driver/reattach.ts).
 * Leaves out getting handles (app/_hooks/handles.ts).
 */
import { ShoalError } from '../../base/errors';
import type { FileHandles, KeptHandle, SourceFile } from '../../ports';

/** Not in TypeScript's DOM types: only Chromium has permissions on handles. */
interface Permitted {
  queryPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
}

/** Files opened at once: one by one, 10,000 would take as many turns of the browser's IPC. */
const opensAtOnce = 32;

export function createFileHandles(): FileHandles {
  return {
    async allowed(handles) {
      for (const { handle } of handles) {
        const state = await (handle as Permitted).queryPermission?.({ mode: 'read' }).catch(() => 'denied');
        if (state !== undefined && state !== 'granted') return false;
      }
      return true;
    },
    async open(handles, paths) {
      const folders = new Folders(handles);
      const files: SourceFile[] = [];
      try {
        for (let at = 0; at < paths.length; at += opensAtOnce)
          files.push(
            ...(await Promise.all(paths.slice(at, at + opensAtOnce).map((path) => folders.file(path)))),
          );
      } catch (cause) {
        // The kind only: messages name files.
        throw new ShoalError('file-unreadable', cause instanceof Error ? cause.name : '', { cause });
      }
      return files;
    },
  };
}

/** Asks the person, where that is needed; only in a page and a gesture. */
export async function askToRead(handle: unknown): Promise<boolean> {
  const permitted = handle as Permitted;
  try {
    const state = await permitted.queryPermission?.({ mode: 'read' });
    if (state === undefined || state === 'granted') return true;
    return (await permitted.requestPermission?.({ mode: 'read' })) === 'granted';
  } catch {
    return false; // no gesture, or a page that may not ask
  }
}

class Folders {
  private readonly roots: ReadonlyMap<string, FileSystemHandle>;
  private readonly folders = new Map<string, Promise<FileSystemDirectoryHandle>>();

  constructor(handles: readonly KeptHandle[]) {
    this.roots = new Map(handles.map(({ path, handle }) => [path, handle as FileSystemHandle]));
  }

  async file(path: string): Promise<File> {
    const root = this.roots.get(path);
    if (root) return (root as FileSystemFileHandle).getFile();
    const slash = path.lastIndexOf('/');
    const folder = await this.folder(slash < 0 ? '' : path.slice(0, slash));
    return (await folder.getFileHandle(path.slice(slash + 1))).getFile();
  }

  private folder(path: string): Promise<FileSystemDirectoryHandle> {
    const known = this.folders.get(path);
    if (known) return known;
    const opening = this.openFolder(path);
    this.folders.set(path, opening);
    return opening;
  }

  private async openFolder(path: string): Promise<FileSystemDirectoryHandle> {
    const root = this.roots.get(path);
    if (root) return root as FileSystemDirectoryHandle;
    const slash = path.lastIndexOf('/');
    if (slash < 0) throw new DOMException('no handle leads there', 'NotFoundError');
    return (await this.folder(path.slice(0, slash))).getDirectoryHandle(path.slice(slash + 1));
  }
}
