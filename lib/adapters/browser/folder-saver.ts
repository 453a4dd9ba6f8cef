/**
 * Writes a ticket's files into a folder the person picked (File System Access; Chromium only). Decides that nothing there is overwritten
 * without their word, asked for before the first byte is written, and that a failure leaves no part of a file. Files written before it stay;
 * saving again finds them and asks. Leaves out places (folder-plan.ts) and bytes (file-writer.ts).
 */
import { ShoalError } from '../../base/errors';
import type { SaveTicket } from '../../content/ticket';
import type { ExistingAnswer, FolderOptions, WriteOptions } from '../../ports';
import { entryBytes, type EntryReader } from './entry-stream';
import { removed, writeFile } from './file-writer';
import { planFiles, type PlannedFile } from './folder-plan';
import { writeError } from './save-errors';

/** Rejects with ShoalError: 'save-cancelled', 'chunk-damaged', and what save-errors.ts names. */
export async function saveToFolder(
  ticket: SaveTicket,
  reader: EntryReader,
  directory: FileSystemDirectoryHandle,
  options: FolderOptions,
): Promise<void> {
  try {
    const planned = await planFiles(ticket, directory);
    for (const file of await decided(planned, options.ask)) await writeEntry(ticket, reader, file, options);
  } catch (cause) {
    throw writeError(cause);
  }
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

async function writeEntry(
  { sources }: SaveTicket,
  reader: EntryReader,
  { entry, folder, name, existing }: PlannedFile,
  options: WriteOptions,
): Promise<void> {
  const source = sources[entry.source];
  if (!source) throw new ShoalError('save-failed', `a file names source ${entry.source}, which is not there`);
  const file = existing ?? (await folder.createFile(name));
  try {
    const slices = entryBytes(reader, source, entry.start, entry.start + entry.bytes);
    await writeFile(file, slices, entry.bytes, options);
  } catch (error) {
    // Made empty a moment ago; left there it would look like an answer. The reason may not be hidden.
    if (!existing) await removed(() => folder.removeFile(file.name));
    throw error;
  }
}
