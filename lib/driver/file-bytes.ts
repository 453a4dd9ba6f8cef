/**
 * The plaintext of one file that is wholly here, for the page to make a small picture of. Decides that nothing is fetched for it, that it is
 * answered whole or not at all, and that a publisher's file is read as it lies there: sealing it again only to look at it would be work for nothing,
 * and whether it is still what was shared is found out when it is served. PROTOCOL.md UI158. Leaves out what it is used for.
 */
import { release } from '../base/bytes';
import { chunksOf, plainChunkBytes } from '../content/layout';
import { chunkAssociatedData, chunkNonce } from '../content/ticket';
import type { Bytes } from '../ports';
import type { DriverContext } from './context';
import type { SealedChunks } from './sealed-chunks';
import type { ShareEntry } from './share-entry';

/** null: not wholly here, longer than `maxBytes`, no such file, or it could not be read. */
export async function fileBytes(
  context: DriverContext,
  memory: SealedChunks,
  entry: ShareEntry,
  file: number,
  maxBytes: number,
): Promise<Bytes | null> {
  const bytes = entry.catalog?.files[file]?.bytes;
  if (bytes === undefined || bytes > maxBytes) return null;
  const source = entry.sources?.[file];
  if (source) {
    const read = await source
      .slice(0, bytes)
      .arrayBuffer()
      .catch(() => null);
    return read?.byteLength === bytes ? new Uint8Array(read) : null;
  }
  const start = entry.offsets[file] ?? 0;
  const [first, count] = chunksOf(entry.geometry, start, start + bytes);
  const have = context.engine.transfer.shares.get(entry.id)?.have;
  if (have?.countRange(first, first + count) !== count) return null;
  const plain = new Uint8Array(bytes);
  for (let chunk = first; chunk < first + count; chunk++) {
    const opened = await openChunk(context, memory, entry, chunk);
    if (!opened) return null;
    const at = chunk * entry.geometry.chunkBytes;
    const from = Math.max(0, start - at);
    plain.set(opened.subarray(from, Math.min(opened.length, start + bytes - at)), at + from - start);
    release(opened);
  }
  return plain;
}

async function openChunk(
  { ports }: DriverContext,
  memory: SealedChunks,
  entry: ShareEntry,
  chunk: number,
): Promise<Bytes | null> {
  const sealed = await memory.get(entry.id, chunk);
  if (!sealed || !entry.key) return null;
  const associated = chunkAssociatedData(entry.id, chunk);
  const plain = await ports.crypto.open(entry.key, chunkNonce(chunk), sealed, associated);
  return plain?.length === plainChunkBytes(entry.geometry, chunk) ? plain : null;
}
