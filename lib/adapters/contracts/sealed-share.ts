/** For tests: a share's chunks, sealed as a publisher seals them (design §4) and put into a store. Leaves out headers and signatures. */
import { toBase64Url } from '../../base/bytes';
import type { ShareId } from '../../base/ids';
import { geometryOf } from '../../content/layout';
import { chunkAssociatedData, chunkNonce, type SaveEntry, type SaveSource } from '../../content/ticket';
import type { Bytes, ChunkStore, Crypto } from '../../ports';

export async function sealShare(
  crypto: Crypto,
  chunks: ChunkStore,
  plaintext: Bytes,
  chunkBytes: number,
): Promise<SaveSource> {
  const share = toBase64Url(crypto.random(16)) as ShareId;
  const geometry = geometryOf(plaintext.length, chunkBytes);
  const key = await crypto.importKey(crypto.random(32));
  for (let chunk = 0; chunk < geometry.chunkCount; chunk++) {
    const part = plaintext.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
    const bytes = await crypto.seal(key, chunkNonce(chunk), part, chunkAssociatedData(share, chunk));
    await chunks.put(share, [{ chunk, bytes }]);
  }
  return { share, geometry, key };
}

/** Files laid end to end in source 0: [path, bytes] each. */
export function layEntries(files: readonly (readonly [path: string, bytes: number])[]): SaveEntry[] {
  let start = 0;
  return files.map(([path, bytes], i) => {
    const modified = Date.UTC(2026, 0, 1 + i, 12, 0, 2 * i);
    const entry = { source: 0, path, type: 'text/plain', modified, start, bytes };
    start += bytes;
    return entry;
  });
}
