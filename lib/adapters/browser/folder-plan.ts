/**
 * Where in a chosen folder each file of a ticket goes, decided before anything is written: folders that are there are used, names in the way
 * are found whatever their case or composition (NFC), files that exist are named so that the person can be asked. Reads the folder, changes
 * nothing in it. Leaves out the asking (folder-saver.ts) and what makes names safe (lib/content/names.ts, done when the ticket was made).
 */
import { foldedName, numberedName } from '../../content/names';
import type { SaveEntry, SaveTicket } from '../../content/ticket';
import { nameOf } from './save-errors';

/** A name Chromium refuses even so (".lnk", ".url"; a TypeError) gets this behind it, as its own downloads do. */
const harmless = '.download';

export interface PlannedFile {
  readonly entry: SaveEntry;
  readonly folder: PlannedFolder;
  /** Name to write under, or of the file that exists. */
  readonly name: string;
  /** What already has that name there. */
  readonly existing: FileSystemFileHandle | undefined;
}

/** A folder below the chosen one, there already or to be made when its first file is written. */
export class PlannedFolder {
  /** Taken names by folded name: a handle for what is there, null for what this ticket will put there. */
  private readonly taken = new Map<string, FileSystemHandle | null>();
  private readonly folders = new Map<string, Promise<PlannedFolder>>();

  private constructor(
    private readonly name: string,
    /** In the ticket, before anything was numbered; '' for the chosen folder. */
    private readonly path: string,
    private readonly own: OwnNames,
    private readonly parent: PlannedFolder | undefined,
    private handle: FileSystemDirectoryHandle | undefined,
  ) {}

  /** The chosen folder. */
  static root(directory: FileSystemDirectoryHandle, own: OwnNames): Promise<PlannedFolder> {
    return new PlannedFolder('', '', own, undefined, directory).read();
  }

  /** The one below it of this name; a number is put behind the name where a file has it. */
  below(name: string): Promise<PlannedFolder> {
    const key = foldedName(name);
    let folder = this.folders.get(key);
    if (!folder) {
      const there = this.taken.get(key);
      const path = this.path === '' ? name : `${this.path}/${name}`;
      const made =
        there?.kind === 'directory'
          ? new PlannedFolder(there.name, path, this.own, this, there as FileSystemDirectoryHandle)
          : new PlannedFolder(there ? this.freeName(name) : name, path, this.own, this, undefined);
      folder = made.read();
      this.folders.set(key, folder);
    }
    return folder;
  }

  existing(name: string): FileSystemHandle | undefined {
    return this.taken.get(foldedName(name)) ?? undefined;
  }

  /** `name` with the lowest number nothing here has; taken from now on. */
  freeName(name: string): string {
    for (let number = 2; ; number++) {
      const candidate = numberedName(name, number);
      const key = foldedName(candidate);
      if (this.taken.has(key)) continue;
      this.taken.set(key, null);
      return candidate;
    }
  }

  /**
   * A new, empty file of this name, or of a numbered one if something took the name since the folder was read. The folders above it are made.
   */
  async createFile(name: string): Promise<FileSystemFileHandle> {
    const folder = await this.open();
    for (let candidate = name; ;) {
      try {
        if (await isFree(folder, candidate)) return await folder.getFileHandle(candidate, { create: true });
        candidate = this.freeName(name);
      } catch (error) {
        if (nameOf(error) !== 'TypeError' || candidate.endsWith(harmless)) throw error;
        candidate += harmless;
      }
    }
  }

  /** Takes a file away that `createFile` made. */
  async removeFile(name: string): Promise<void> {
    await (await this.open()).removeEntry(name);
  }

  private async read(): Promise<this> {
    for await (const entry of this.handle?.values() ?? []) {
      const key = foldedName(entry.name);
      if (!this.taken.has(key)) this.taken.set(key, entry);
    }
    for (const name of this.own.get(this.path) ?? []) {
      const key = foldedName(name);
      if (!this.taken.has(key)) this.taken.set(key, null);
    }
    return this;
  }

  private async open(): Promise<FileSystemDirectoryHandle> {
    if (this.handle) return this.handle;
    const above = await this.parent?.open();
    if (!above) throw new DOMException('no folder', 'NotFoundError');
    try {
      this.handle = await above.getDirectoryHandle(this.name, { create: true });
    } catch (error) {
      if (nameOf(error) !== 'TypeError') throw error;
      this.handle = await above.getDirectoryHandle(this.name + harmless, { create: true });
    }
    return this.handle;
  }
}

/** In the ticket's order. Rejects with what the platform throws when the folder cannot be read. */
export async function planFiles(
  { entries }: SaveTicket,
  directory: FileSystemDirectoryHandle,
): Promise<PlannedFile[]> {
  const root = await PlannedFolder.root(directory, ownNames(entries));
  const planned: PlannedFile[] = [];
  for (const entry of entries) {
    const segments = entry.path.split('/');
    const name = segments.pop() ?? entry.path;
    let folder = root;
    for (const segment of segments) folder = await folder.below(segment);
    const there = folder.existing(name);
    if (there?.kind === 'file')
      planned.push({ entry, folder, name: there.name, existing: there as FileSystemFileHandle });
    // A folder is never replaced by a file, so there is nothing to ask.
    else planned.push({ entry, folder, name: there ? folder.freeName(name) : name, existing: undefined });
  }
  return planned;
}

/** What the ticket itself puts into each folder, by path: numbering keeps clear of it. */
type OwnNames = ReadonlyMap<string, ReadonlySet<string>>;

function ownNames(entries: readonly SaveEntry[]): OwnNames {
  const own = new Map<string, Set<string>>();
  for (const { path } of entries) {
    for (let end = path.length; end > 0;) {
      const slash = path.lastIndexOf('/', end - 1);
      const folder = path.slice(0, Math.max(0, slash));
      const names = own.get(folder) ?? new Set();
      own.set(folder, names.add(path.slice(slash + 1, end)));
      end = slash;
    }
  }
  return own;
}

async function isFree(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return false;
  } catch (error) {
    if (nameOf(error) === 'NotFoundError') return true;
    if (nameOf(error) === 'TypeMismatchError') return false;
    throw error;
  }
}
