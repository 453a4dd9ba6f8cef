/** Reads a ticket's single file out of a chunk store, independently of the savers' code: tests compare against this. */
import { chunksOf } from '../../content/layout';
import { chunkAssociatedData, chunkNonce, type SaveTicket } from '../../content/ticket';
import type { ChunkStore, Crypto } from '../../ports';

export async function decodeEntry(
  ticket: SaveTicket,
  chunks: ChunkStore,
  crypto: Crypto,
): Promise<Uint8Array> {
  const [entry] = ticket.entries;
  const source = ticket.sources[entry?.source ?? -1];
  if (!entry || !source || ticket.entries.length !== 1) throw new Error('one file expected');
  const out = new Uint8Array(entry.bytes);
  const [first, count] = chunksOf(source.geometry, entry.start, entry.start + entry.bytes);
  for (let chunk = first; chunk < first + count; chunk++) {
    const sealed = await chunks.get(source.share, chunk);
    const associated = chunkAssociatedData(source.share, chunk);
    const plain = sealed && (await crypto.open(source.key, chunkNonce(chunk), sealed, associated));
    if (!plain) throw new Error(`chunk ${chunk} does not open`);
    const at = chunk * source.geometry.chunkBytes - entry.start;
    const from = Math.max(0, -at);
    out.set(plain.subarray(from, Math.min(plain.length, entry.bytes - at)), at + from);
  }
  return out;
}
