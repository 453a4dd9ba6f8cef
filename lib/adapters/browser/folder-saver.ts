/**
 * Writes a ticket's files into a folder the person picks (File System Access; Chromium only). Decides that nothing there is overwritten and
 * that a failure leaves no half file: bytes go to a swap file which appears under its name only when closed (research/pitfalls.md 5.2).
 * Files written before the failure stay. Leaves out modification dates: the platform has no way to set them.
 */
import { concatBytes } from '../../base/bytes';
import { ShoalError } from '../../base/errors';
import { numberedName } from '../../content/names';
import type { SaveTicket } from '../../content/ticket';
import type { Bytes, ChunkStore, Crypto } from '../../ports';
import { entryBytes } from './entry-stream';

/** Each write may open the file anew on Windows: small chunks are put together first. */
const writeBytes = 4 * 1024 * 1024;

interface PickerWindow {
  showDirectoryPicker?(options: {
    id: string;
    mode: 'readwrite';
    startIn: 'downloads';
  }): Promise<FileSystemDirectoryHandle>;
}

/**
 * Without `directory` the person is asked for one, which takes a gesture. Rejects with ShoalError 'save-cancelled' when none was picked,
 * 'browser-unsupported' where nobody can be asked, 'chunk-damaged' or 'save-failed'.
 */
export async function saveToFolder(
  ticket: SaveTicket,
  chunks: ChunkStore,
  crypto: Crypto,
  directory?: FileSystemDirectoryHandle,
): Promise<void> {
  const root = directory ?? (await pickDirectory());
  const folders = new Map<string, Promise<FileSystemDirectoryHandle>>();

  const folderAt = (path: string): Promise<FileSystemDirectoryHandle> => {
    if (path === '') return Promise.resolve(root);
    const known = folders.get(path);
    if (known) return known;
    const slash = path.lastIndexOf('/');
    const made = folderAt(path.slice(0, Math.max(0, slash))).then((parent) =>
      makeFolder(parent, path.slice(slash + 1)),
    );
    folders.set(path, made);
    return made;
  };

  try {
    for (const entry of ticket.entries) {
      const source = ticket.sources[entry.source];
      if (!source)
        throw new ShoalError('save-failed', `a file names source ${entry.source}, which is not there`);
      const slash = entry.path.lastIndexOf('/');
      const folder = await folderAt(entry.path.slice(0, Math.max(0, slash)));
      const bytes = entryBytes({ chunks, crypto }, source, entry.start, entry.start + entry.bytes);
      await writeFile(folder, await freeName(folder, entry.path.slice(slash + 1)), bytes);
    }
  } catch (cause) {
    throw cause instanceof ShoalError ? cause : new ShoalError('save-failed', nameOf(cause), { cause });
  }
}

async function pickDirectory(): Promise<FileSystemDirectoryHandle> {
  const picker = globalThis as PickerWindow;
  if (!picker.showDirectoryPicker) throw new ShoalError('browser-unsupported', 'no directory picker');
  try {
    return await picker.showDirectoryPicker({ id: 'shoal', mode: 'readwrite', startIn: 'downloads' });
  } catch (cause) {
    // The picker was closed, or the question after it, "may this site edit files here?", was answered with no.
    const refused = ['AbortError', 'NotAllowedError'].includes(nameOf(cause));
    throw new ShoalError(refused ? 'save-cancelled' : 'save-failed', nameOf(cause), { cause });
  }
}

/** A folder that is there is used; where a file has its name, another is made. */
async function makeFolder(
  parent: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemDirectoryHandle> {
  for (let number = 1; ; number++) {
    try {
      return await parent.getDirectoryHandle(number === 1 ? name : numberedName(name, number), {
        create: true,
      });
    } catch (error) {
      if (nameOf(error) !== 'TypeMismatchError') throw error;
    }
  }
}

async function freeName(folder: FileSystemDirectoryHandle, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : numberedName(name, number);
    try {
      await folder.getFileHandle(candidate);
    } catch (error) {
      if (nameOf(error) === 'NotFoundError') return candidate;
      // A folder of that name is as much in the way as a file.
      if (nameOf(error) !== 'TypeMismatchError') throw error;
    }
  }
}

async function writeFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: AsyncIterable<Bytes>,
): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  let writable: FileSystemWritableFileStream | undefined;
  try {
    writable = await file.createWritable();
    let held: Bytes[] = [];
    let heldBytes = 0;
    for await (const slice of bytes) {
      held.push(slice);
      heldBytes += slice.length;
      if (heldBytes < writeBytes) continue;
      await writable.write(joined(held));
      held = [];
      heldBytes = 0;
    }
    if (heldBytes > 0) await writable.write(joined(held));
    await writable.close();
  } catch (error) {
    // Neither may hide the reason: without abort the swap file stays, without removal an empty file that looks like an answer.
    await writable?.abort().catch(() => undefined);
    await folder.removeEntry(name).catch(() => undefined);
    throw error;
  }
}

const joined = (parts: readonly Bytes[]): Bytes =>
  parts.length === 1 && parts[0] ? parts[0] : concatBytes(...parts);

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
