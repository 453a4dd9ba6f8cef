import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../base/bytes';
import type { Bytes } from '../../ports';
import { sealShare } from '../contracts/sealed-share';
import { createMemoryChunkStore } from '../memory/memory-stores';
import { createWebCrypto } from '../web-crypto';
import { entryBytes, type EntryReader } from './entry-stream';

const crypto = createWebCrypto();

async function collected(stream: AsyncIterable<Bytes>): Promise<Bytes> {
  const slices: Bytes[] = [];
  for await (const slice of stream) slices.push(slice);
  return concatBytes(...slices);
}

describe('bytes of an entry', () => {
  it('[SA1] are the file, whatever the sizes of chunks, share and file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 600 }),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(600),
        fc.nat(600),
        async (given, chunkBytes, a, b) => {
          const plaintext = new Uint8Array(given);
          const start = Math.min(a, b, plaintext.length);
          const end = Math.min(Math.max(a, b), plaintext.length);
          const chunks = createMemoryChunkStore();
          const source = await sealShare(crypto, chunks, plaintext, chunkBytes);
          const slices: Bytes[] = [];
          for await (const slice of entryBytes({ chunks, crypto }, source, start, end)) {
            expect(slice.length).toBeGreaterThan(0);
            expect(slice.length).toBeLessThanOrEqual(chunkBytes);
            slices.push(slice);
          }
          expect(concatBytes(...slices)).toEqual(plaintext.slice(start, end));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('[SA2] are read one chunk ahead and no further', async () => {
    const chunks = createMemoryChunkStore();
    const source = await sealShare(crypto, chunks, crypto.random(1000), 100);
    let asked = 0;
    const counting: EntryReader = {
      crypto,
      chunks: {
        get(share, chunk) {
          asked++;
          return chunks.get(share, chunk);
        },
      },
    };
    const stream = entryBytes(counting, source, 150, 950);
    expect(asked).toBe(0);
    for (let taken = 1; taken <= 5; taken++) {
      await stream.next();
      expect(asked).toBe(taken + 1);
    }
    await stream.return();
    expect(asked).toBe(6);
  });

  it('[SA3] end in an error at a chunk that is missing, after everything before it', async () => {
    const chunks = createMemoryChunkStore();
    const plaintext = crypto.random(1000);
    const source = await sealShare(crypto, chunks, plaintext, 100);
    await chunks.remove(source.share, [3]);
    const stream = entryBytes({ chunks, crypto }, source, 0, 1000);
    for (let chunk = 0; chunk < 3; chunk++)
      expect((await stream.next()).value).toEqual(plaintext.slice(chunk * 100, chunk * 100 + 100));
    await expect(stream.next()).rejects.toMatchObject({
      code: 'chunk-damaged',
      detail: 'chunk 3 is missing',
    });
    await expect(collected(entryBytes({ chunks, crypto }, source, 400, 1000))).resolves.toHaveLength(600);
  });

  it('[SA4] end in an error at a chunk that was changed, cut or put in the place of another', async () => {
    const chunks = createMemoryChunkStore();
    const source = await sealShare(crypto, chunks, crypto.random(300), 100);
    const sealed = (await chunks.get(source.share, 1))!;
    const flipped = sealed.slice();
    flipped[50] = flipped[50]! ^ 1;
    for (const bytes of [
      flipped,
      sealed.slice(0, -1),
      new Uint8Array(),
      (await chunks.get(source.share, 0))!,
    ]) {
      await chunks.put(source.share, [{ chunk: 1, bytes }]);
      await expect(collected(entryBytes({ chunks, crypto }, source, 0, 300))).rejects.toMatchObject({
        code: 'chunk-damaged',
      });
    }
  });

  it('[SA5] never reach past the share or before it', async () => {
    const chunks = createMemoryChunkStore();
    const source = await sealShare(crypto, chunks, crypto.random(100), 64);
    for (const [start, end] of [
      [0, 101],
      [-1, 50],
      [200, 201],
    ] as const)
      await expect(collected(entryBytes({ chunks, crypto }, source, start, end))).rejects.toMatchObject({
        code: 'save-failed',
      });
  });

  it('[SA6] a failing read ahead is told when its turn comes and not otherwise', async () => {
    const chunks = createMemoryChunkStore();
    const source = await sealShare(crypto, chunks, crypto.random(200), 100);
    await chunks.remove(source.share, [1]);
    const stream = entryBytes({ chunks, crypto }, source, 0, 200);
    await stream.next();
    await stream.return();
  });
});
