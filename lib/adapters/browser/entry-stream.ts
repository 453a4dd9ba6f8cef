/**
 * The decrypted bytes of a part of a share, chunk by chunk: what the service worker, the in-memory fallback and the folder writer all save
 * from. Decides that nothing wrong and nothing short is ever handed on: a chunk is whole and authentic (AES-GCM, design §4) or the stream
 * fails. Reads one chunk ahead of its consumer and no further. Leaves out repair: a damaged chunk is named, removing it is the driver's.
 */
import { release } from '../../base/bytes';
import { ShoalError } from '../../base/errors';
import { chunksOf, plainChunkBytes } from '../../content/layout';
import { chunkAssociatedData, chunkNonce, type SaveSource } from '../../content/ticket';
import type { Bytes, ChunkStore, Crypto } from '../../ports';

/** Where plaintext comes from. */
export interface EntryReader {
  readonly chunks: Pick<ChunkStore, 'get'>;
  readonly crypto: Pick<Crypto, 'open'>;
}

/**
 * Plaintext of [start, end) of a share in slices of at most a chunk, none empty. Rejects with ShoalError 'chunk-damaged' for a chunk that is missing or
 * does not open, and with the store's own errors.
 */
export async function* entryBytes(
  reader: EntryReader,
  source: SaveSource,
  start: number,
  end: number,
): AsyncGenerator<Bytes, void, undefined> {
  const { geometry } = source;
  const [first, count] = chunksOf(geometry, start, end);
  if (start < 0 || end > geometry.totalBytes)
    throw new ShoalError('save-failed', 'a file reaches past the end of its share');
  if (count === 0) return;

  let ahead = openChunk(reader, source, first);
  for (let chunk = first; chunk < first + count; chunk++) {
    const plaintext = await ahead;
    if (chunk + 1 < first + count) {
      ahead = openChunk(reader, source, chunk + 1);
      // Its consumer may stop before it is awaited; the failure is told by that await and nowhere else.
      ahead.catch(() => undefined);
    }
    const at = chunk * geometry.chunkBytes;
    yield plaintext.subarray(Math.max(0, start - at), Math.min(plaintext.length, end - at));
  }
}

async function openChunk({ chunks, crypto }: EntryReader, source: SaveSource, chunk: number): Promise<Bytes> {
  const sealed = await chunks.get(source.share, chunk);
  if (!sealed) throw new ShoalError('chunk-damaged', `chunk ${chunk} is missing`);
  const associated = chunkAssociatedData(source.share, chunk);
  const plaintext = await crypto.open(source.key, chunkNonce(chunk), sealed, associated);
  release(sealed);
  if (plaintext?.length !== plainChunkBytes(source.geometry, chunk))
    throw new ShoalError('chunk-damaged', `chunk ${chunk} does not open`);
  return plaintext;
}
