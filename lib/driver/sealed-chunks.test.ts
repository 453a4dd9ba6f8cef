/** Rule [RM76]: what a publisher reads for a chunk. Files are stand-ins that keep count of reads. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileOffsets, geometryOf } from '../content/layout';
import type { SourceFile } from '../ports';
import { readPlainChunk } from './sealed-chunks';
import type { ShareEntry } from './share-entry';

const chunkBytes = 256 * 1024;

/** Files of these sizes whose bytes tell file and position; `cut` shortens what one of them reads. */
function entryOf(sizes: readonly number[], cut?: number) {
  const whole = sizes.map((size, file) => Uint8Array.from({ length: size }, (_, i) => (file * 31 + i) & 255));
  const reads = { now: 0, most: 0 };
  const sources = whole.map((bytes, file): SourceFile => ({
    size: bytes.length,
    lastModified: 0,
    type: '',
    slice: (start, end) => ({
      async arrayBuffer() {
        reads.most = Math.max(reads.most, ++reads.now);
        await Promise.resolve();
        reads.now--;
        return bytes.slice(start, file === cut ? end - 1 : end).buffer;
      },
    }),
  }));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const entry = {
    offsets: fileOffsets(sizes),
    geometry: geometryOf(total, chunkBytes),
    sources,
  } as unknown as ShareEntry;
  return { entry, whole: Buffer.concat(whole), reads };
}

describe('readPlainChunk', () => {
  it('[RM76] reads files laid end to end, whatever their sizes, few at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2000 }), fc.constant(300_000)), {
          minLength: 1,
          maxLength: 120,
        }),
        async (sizes) => {
          const { entry, whole, reads } = entryOf(sizes);
          for (let chunk = 0; chunk < entry.geometry.chunkCount; chunk++) {
            const plain = await readPlainChunk(entry, chunk, entry.sources ?? []);
            const expected = whole.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
            expect(Buffer.compare(plain, expected)).toBe(0);
          }
          expect(reads.most).toBeLessThanOrEqual(32);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('[RM76] reads many small files side by side', async () => {
    const { entry, reads } = entryOf(Array.from({ length: 100 }, () => 10));
    await readPlainChunk(entry, 0, entry.sources ?? []);
    expect(reads.most).toBe(32);
  });

  it('[RM76] a file that reads short, or is not there, makes no chunk', async () => {
    const short = entryOf([10, 20, 30], 1).entry;
    await expect(readPlainChunk(short, 0, short.sources ?? [])).rejects.toThrow('short read');
    const { entry } = entryOf([10, 20]);
    await expect(readPlainChunk(entry, 0, (entry.sources ?? []).slice(0, 1))).rejects.toThrow(
      'no source file',
    );
  });
});
