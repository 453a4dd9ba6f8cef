/**
 * Writes a ticket's files into a folder the person picked (File System Access; Chromium only). Decides that nothing there is overwritten
 * without their word, asked for before the first byte is written, and that a failure leaves no part of a file. Files written before it stay,
 * and saving again finds them whole and leaves them. Leaves out places (folder-plan.ts) and bytes (file-writer.ts).
 */
import { equalBytes } from '../../base/bytes';
import { ShoalError } from '../../base/errors';
import type { SaveEntry, SaveTicket } from '../../content/ticket';
import type { Bytes, ExistingAnswer, FolderOptions } from '../../ports';
import { entryBytes, type EntryReader } from './entry-stream';
import { removed, throwIfCancelled, writeFile } from './file-writer';
import { planFiles, type PlannedFile } from './folder-plan';
import { writeError } from './save-errors';

/** Rejects with ShoalError: 'save-cancelled', 'chunk-damaged', and what save-errors.ts names. */
export async function saveToFolder(
  ticket: SaveTicket,
  reader: EntryReader,
  directory: FileSystemDirectoryHandle,
  options: FolderOptions,
): Promise<void> {
  const bytesOf = ({ source, start, bytes }: SaveEntry): AsyncGenerator<Bytes, void, undefined> => {
    const from = ticket.sources[source];
    if (!from) throw new ShoalError('save-failed', `a file names source ${source}, which is not there`);
    return entryBytes(reader, from, start, start + bytes);
  };
  try {
    const planned = await differing(await planFiles(ticket, directory), bytesOf, options.signal);
    for (const { entry, folder, name, existing } of await decided(planned, options.ask)) {
      const file = existing ?? (await folder.createFile(name));
      try {
        await writeFile(file, bytesOf(entry), entry.bytes, options);
      } catch (error) {
        // Made empty a moment ago; left there it would look like an answer. The reason may not be hidden.
        if (!existing) await removed(() => folder.removeFile(file.name));
        throw error;
      }
    }
  } catch (cause) {
    throw writeError(cause);
  }
}

/** Without files that are there already, byte for byte, as after a save that failed in the middle: there is nothing to ask and to write. */
async function differing(
  planned: readonly PlannedFile[],
  bytesOf: (entry: SaveEntry) => AsyncIterable<Bytes>,
  signal: AbortSignal | undefined,
): Promise<PlannedFile[]> {
  const left: PlannedFile[] = [];
  for (const file of planned) {
    const there = await file.existing?.getFile();
    const same = there?.size === file.entry.bytes && (await sameContent(there, bytesOf(file.entry), signal));
    if (!same) left.push(file);
  }
  return left;
}

async function sameContent(
  file: Blob,
  slices: AsyncIterable<Bytes>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let at = 0;
  for await (const slice of slices) {
    throwIfCancelled(signal);
    const there = new Uint8Array(await file.slice(at, at + slice.length).arrayBuffer());
    if (!equalBytes(there, slice)) return false;
    at += slice.length;
  }
  return at === file.size;
}

/** What is to be written once the person has been asked about every file that exists. */
async function decided(planned: readonly PlannedFile[], ask: FolderOptions['ask']): Promise<PlannedFile[]> {
  let more = planned.filter(({ existing }) => existing).length;
  let forAll: ExistingAnswer | undefined;
  const chosen: PlannedFile[] = [];
  for (const file of planned) {
    const { existing, entry, folder } = file;
    if (!existing) {
      chosen.push(file);
      continue;
    }
    more -= 1;
    let answer = forAll;
    if (!answer) {
      const { size } = await existing.getFile();
      const asked = await ask({ path: entry.path, existingBytes: size, newBytes: entry.bytes, more });
      if (!asked) throw new ShoalError('save-cancelled', 'files exist');
      answer = asked;
      if (asked.forAll) forAll = asked;
    }
    if (answer.what === 'replace') chosen.push(file);
    else if (answer.what === 'keep-both')
      chosen.push({ ...file, name: folder.freeName(file.name), existing: undefined });
  }
  return chosen;
}
