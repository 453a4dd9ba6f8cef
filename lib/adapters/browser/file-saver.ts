/** Writes a ticket's download, one file or a ZIP, straight into the file the person chose in the system's dialog (File System Access). */
import type { SaveTicket } from '../../content/ticket';
import type { WriteOptions } from '../../ports';
import type { EntryReader } from './entry-stream';
import { removed, writeFile } from './file-writer';
import { ticketBytes } from './ticket-bytes';

interface RemovableFile extends FileSystemFileHandle {
  /** Chromium 110. */
  remove?(): Promise<void>;
}

/**
 * The dialog has asked whether to replace what is there, and made or emptied the file already (WICG/file-system-access#360); so after a
 * failure an empty file is taken away again, and one with content left alone. Rejects with ShoalError.
 */
export async function saveToFile(
  ticket: SaveTicket,
  reader: EntryReader,
  file: FileSystemFileHandle,
  options: WriteOptions = {},
): Promise<void> {
  try {
    const { length, slices } = await ticketBytes(reader, ticket);
    await writeFile(file, slices, length, options);
  } catch (error) {
    await removed(() => removeEmpty(file));
    throw error;
  }
}

async function removeEmpty(file: RemovableFile): Promise<void> {
  const { size } = await file.getFile();
  if (size === 0) await file.remove?.();
}
