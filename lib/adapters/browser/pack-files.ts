/**
 * Packs: files in the origin private file system, each the chunks of one transaction end to end, written once and never changed. Decides where
 * they lie (`shoal-chunks/<share id>/<pack>`), how they are opened, and what a platform without them answers. Which pack holds which chunk
 * stands in IndexedDB (idb-stores.ts, decision 019), so a file nobody names there is waste and not data. research/pitfalls.md 4.12.
 */
import { ShoalError } from '../../base/errors';
import type { ShareId } from '../../base/ids';
import type { Bytes } from '../../ports';
import { nameOf } from './save-errors';

export interface PackFiles {
  /**
   * Makes a file of these parts; resolves when a killed process would not undo it, not when a power cut would not. False: not here, keep them
   * elsewhere. Rejects with ShoalError 'quota-exceeded' and leaves nothing.
   */
  write(share: ShareId, pack: string, parts: readonly Bytes[]): Promise<boolean>;
  /** A copy of so many bytes from `at`; undefined: there are not so many, or no such file. */
  read(share: ShareId, pack: string, at: number, length: number): Promise<Bytes | undefined>;
  list(share: ShareId): Promise<string[]>;
  /** And the folder, when it is empty then. Fine when they are not there. One that somebody else keeps open stays. */
  remove(share: ShareId, packs: readonly string[]): Promise<void>;
  /** Lets go of what is open, so that another can remove it. */
  close(share: ShareId): void;
  /** Shares that have a folder, be it empty. */
  shares(): Promise<ShareId[]>;
}

/** Of the DOM's library for workers, which the page's has not. */
interface SyncAccess {
  read(buffer: Uint8Array, options: { readonly at: number }): number;
  write(buffer: Uint8Array, options: { readonly at: number }): number;
  close(): void;
}
interface SyncFile {
  /** `mode`: Chromium 121; elsewhere each handle is the only one. Not everywhere: see `hasSyncAccess`. */
  createSyncAccessHandle(options?: { readonly mode: 'read-only' | 'readwrite' }): Promise<SyncAccess>;
}

type OpenPack = { readonly access: SyncAccess } | { readonly file: File };

const root = 'shoal-chunks';

/** Packs kept open for reading. Guess: a file descriptor each; opening one costs about a millisecond. */
const openPacks = 16;

/** Somebody else lets go of a pack when IndexedDB tells it of the deletion, which takes as long as its transactions. Guess. */
const lockedPausesMs: readonly number[] = [20, 100, 500];

/** Only a worker can write; whoever has the file system can read. */
export function createPackFiles(): PackFiles {
  const open = new Map<string, Promise<OpenPack>>();

  const close = (key: string): void => {
    const pack = open.get(key);
    open.delete(key);
    void pack?.then(
      (pack) => 'access' in pack && pack.access.close(),
      () => undefined,
    );
  };

  const opened = (share: ShareId, pack: string): Promise<OpenPack> => {
    const key = keyOf(share, pack);
    const found = open.get(key) ?? openPack(share, pack);
    // The one used last stands last.
    open.delete(key);
    open.set(key, found);
    for (const oldest of open.keys()) {
      if (open.size <= openPacks) break;
      close(oldest);
    }
    return found;
  };

  return {
    async write(share, pack, parts) {
      if (!hasSyncAccess()) return false;
      let remove = (): Promise<void> => Promise.resolve();
      try {
        const folder = await folderOf(share, true);
        const file = await folder.getFileHandle(pack, { create: true });
        remove = () => folder.removeEntry(pack).catch(() => undefined);
        await fill(file as unknown as SyncFile, parts);
        return true;
      } catch (error) {
        await remove();
        if (nameOf(error) === 'QuotaExceededError')
          throw new ShoalError('quota-exceeded', 'pack', { cause: error });
        // Private windows of Firefox, a removed folder, a broken disk: IndexedDB tells better what is wrong, if it is.
        return false;
      }
    },

    async read(share, pack, at, length) {
      for (let attempt = 0; attempt < 2; attempt++) {
        try {
          return await part(await opened(share, pack), at, length);
        } catch {
          // Closed a moment ago to make room for others: opened anew. Else removed, evicted or unreadable.
          close(keyOf(share, pack));
        }
      }
      return undefined;
    },

    list: (share) => namesIn(folderOf(share, false)),

    async remove(share, packs) {
      for (const pack of packs) close(keyOf(share, pack));
      const folder = await folderOf(share, false).catch(() => undefined);
      if (!folder) return;
      await Promise.all(packs.map((pack) => removed(folder, pack)));
      // Not empty: new ones were made meanwhile. Nobody waits for the folder itself.
      await (await allShares(false)).removeEntry(share).catch(() => undefined);
    },

    close(share) {
      for (const key of [...open.keys()]) if (key.startsWith(keyOf(share, ''))) close(key);
    },

    shares: async () => (await namesIn(allShares(false))) as ShareId[],
  };
}

/** None where there is no such folder. */
async function namesIn(folder: Promise<FileSystemDirectoryHandle>): Promise<string[]> {
  const names: string[] = [];
  const found = await folder.catch(() => undefined);
  if (found) for await (const name of found.keys()) names.push(name);
  return names;
}

async function fill(file: SyncFile, parts: readonly Bytes[]): Promise<void> {
  const access = await file.createSyncAccessHandle();
  try {
    let at = 0;
    for (const part of parts) {
      if (access.write(part, { at }) !== part.length)
        throw new DOMException('cut short', 'QuotaExceededError');
      at += part.length;
    }
  } finally {
    // While it is open for writing, Chromium 156 counts up to twice its size against the quota.
    access.close();
  }
}

async function openPack(share: ShareId, pack: string): Promise<OpenPack> {
  const file = await (await folderOf(share, false)).getFileHandle(pack);
  if (hasSyncAccess())
    try {
      return { access: await (file as unknown as SyncFile).createSyncAccessHandle({ mode: 'read-only' }) };
    } catch {
      // Another worker has it open, where each handle is the only one: the way a page reads is left.
    }
  return { file: await file.getFile() };
}

async function part(pack: OpenPack, at: number, length: number): Promise<Bytes | undefined> {
  if ('file' in pack) {
    const bytes = new Uint8Array(await pack.file.slice(at, at + length).arrayBuffer());
    return bytes.length === length ? bytes : undefined;
  }
  const bytes = new Uint8Array(length);
  return pack.access.read(bytes, { at }) === length ? bytes : undefined;
}

async function removed(folder: FileSystemDirectoryHandle, pack: string): Promise<void> {
  for (const pause of [...lockedPausesMs, null]) {
    try {
      await folder.removeEntry(pack);
      return;
    } catch (error) {
      if (nameOf(error) !== 'NoModificationAllowedError' || pause === null) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Pages and service workers lack it, and so do browsers before 2022. */
const hasSyncAccess = (): boolean =>
  'createSyncAccessHandle' in
  ((globalThis as { FileSystemFileHandle?: { prototype: object } }).FileSystemFileHandle?.prototype ?? {});

const keyOf = (share: ShareId, pack: string): string => `${share}/${pack}`;

const folderOf = async (share: ShareId, create: boolean): Promise<FileSystemDirectoryHandle> =>
  (await allShares(create)).getDirectoryHandle(share, { create });

const allShares = async (create: boolean): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(root, { create });
