/** What every ChunkStore must do. Registers vitest tests on stores made by `open`: each call one more handle on the same disk. */
import { beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../base/bytes';
import type { ShareId } from '../../base/ids';
import type { Bytes, ChunkStore } from '../../ports';

export interface ChunkStoreHarness {
  open(): ChunkStore;
  /** Lets the disk hold about this many bytes more than now; undefined: no limit again. Absent: quota is tested elsewhere. */
  readonly setQuota?: (bytesMore: number | undefined) => Promise<void>;
}

const mebibyte = 1024 * 1024;
const newShare = (): ShareId => toBase64Url(crypto.getRandomValues(new Uint8Array(16))) as ShareId;

/** Bytes that differ by `seed` and do not compress to nothing. */
function filled(length: number, seed: number): Bytes {
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer, 0, length >> 2);
  let word = seed + 1;
  for (let i = 0; i < words.length; i++) words[i] = word = (Math.imul(word, 1664525) + 1013904223) | 0;
  bytes[length - 1] = seed;
  return bytes;
}

/** Plain equality: the matcher's own deep comparison takes seconds on megabytes. */
const equal = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a?.length === b.length && a.every((byte, i) => byte === b[i]);

export function chunkStoreContract(name: string, harness: ChunkStoreHarness): void {
  describe(`ChunkStore: ${name}`, () => {
    let store: ChunkStore;
    let share: ShareId;
    beforeEach(() => {
      store = harness.open();
      share = newShare();
      return async () => {
        await store.drop(share);
      };
    });

    it('[ST1] gives back what was put, overwriting equal indexes', async () => {
      await store.put(share, [
        { chunk: 0, bytes: filled(1000, 1) },
        { chunk: 7, bytes: filled(2000, 2) },
      ]);
      await store.put(share, [{ chunk: 7, bytes: filled(3000, 3) }]);
      expect(await store.get(share, 0)).toEqual(filled(1000, 1));
      expect(await store.get(share, 7)).toEqual(filled(3000, 3));
      expect(await store.get(share, 1)).toBeUndefined();
      expect(await store.keys(share)).toEqual([0, 7]);
    });

    it('[ST2] stores the bytes of a view and not the buffer behind it, and hands out copies', async () => {
      const bytes = filled(64, 4);
      await store.put(share, [{ chunk: 1, bytes: bytes.subarray(16, 32) }]);
      const first = await store.get(share, 1);
      expect(first).toEqual(bytes.slice(16, 32));
      expect(first?.buffer.byteLength).toBe(16);
      first?.fill(0);
      bytes.fill(0);
      expect(await store.get(share, 1)).toEqual(filled(64, 4).slice(16, 32));
    });

    it('[ST3] keeps records of 4 MiB', async () => {
      const size = 4 * mebibyte + 16;
      await store.put(share, [
        { chunk: 0, bytes: filled(size, 5) },
        { chunk: 1, bytes: filled(size, 6) },
      ]);
      expect(equal(await store.get(share, 0), filled(size, 5))).toBe(true);
      expect(equal(await store.get(share, 1), filled(size, 6))).toBe(true);
    });

    it('[ST4] lists a thousand keys in ascending order, whatever order they came in', async () => {
      const chunks = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);
      for (let at = 0; at < chunks.length; at += 100)
        await store.put(
          share,
          chunks.slice(at, at + 100).map((chunk) => ({ chunk, bytes: filled(16, chunk & 255) })),
        );
      expect(await store.keys(share)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    });

    it('[ST5] knows nothing of an unknown share, and removing from it is fine', async () => {
      expect(await store.keys(share)).toEqual([]);
      expect(await store.get(share, 0)).toBeUndefined();
      await store.remove(share, [0, 1]);
      await store.put(share, []);
      await store.drop(share);
      expect(await store.keys(share)).toEqual([]);
    });

    it('[ST6] removes the chunks named and no others', async () => {
      await store.put(
        share,
        [0, 1, 2, 3].map((chunk) => ({ chunk, bytes: filled(16, chunk) })),
      );
      await store.remove(share, [1, 3, 99]);
      expect(await store.keys(share)).toEqual([0, 2]);
    });

    it('[ST7] keeps shares apart', async () => {
      const other = newShare();
      await store.put(share, [{ chunk: 0, bytes: filled(16, 1) }]);
      await store.put(other, [{ chunk: 0, bytes: filled(16, 2) }]);
      await store.drop(share);
      expect(await store.get(share, 0)).toBeUndefined();
      expect(await store.get(other, 0)).toEqual(filled(16, 2));
      await store.drop(other);
    });

    it('[ST8] shows one handle what another wrote', async () => {
      const second = harness.open();
      await store.put(share, [{ chunk: 0, bytes: filled(16, 1) }]);
      expect(await second.get(share, 0)).toEqual(filled(16, 1));
      await second.put(share, [{ chunk: 1, bytes: filled(16, 2) }]);
      expect(await store.keys(share)).toEqual([0, 1]);
    });

    it('[ST9] drops a share while another handle holds it open; both go on after', async () => {
      const second = harness.open();
      await store.put(share, [{ chunk: 0, bytes: filled(16, 1) }]);
      expect(await second.keys(share)).toEqual([0]);
      await second.drop(share);
      expect(await store.keys(share)).toEqual([]);
      await store.put(share, [{ chunk: 5, bytes: filled(16, 5) }]);
      expect(await second.keys(share)).toEqual([5]);
    });

    it('[ST10] survives a drop in the midst of reads and writes: each is answered, nothing hangs', async () => {
      const second = harness.open();
      await store.put(share, [{ chunk: 0, bytes: filled(mebibyte, 1) }]);
      const answers = await Promise.allSettled([
        store.put(share, [{ chunk: 1, bytes: filled(mebibyte, 2) }]),
        second.get(share, 0),
        second.drop(share),
        store.get(share, 0),
        store.put(share, [{ chunk: 2, bytes: filled(16, 2) }]),
        second.keys(share),
      ]);
      expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill('fulfilled'));
      await store.drop(share);
      expect(await second.keys(share)).toEqual([]);
    });

    const { setQuota } = harness;
    it.runIf(setQuota)(
      '[ST11] keeps all of a batch or, over quota, nothing of it, and says so by code',
      async () => {
        await setQuota?.(7 * mebibyte);
        await store.put(share, [{ chunk: 0, bytes: filled(mebibyte, 0) }]);
        const batch = Array.from({ length: 6 }, (_, i) => ({ chunk: i + 1, bytes: filled(4 * mebibyte, i) }));
        await expect(store.put(share, batch)).rejects.toMatchObject({ code: 'quota-exceeded' });
        expect(await store.keys(share)).toEqual([0]);
        await setQuota?.(undefined);
        await store.put(share, batch);
        expect(await store.keys(share)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      },
    );

    it('[ST12] keeps nothing of a batch of which one buffer was transferred away', async () => {
      const gone = new Uint8Array(8);
      structuredClone(gone, { transfer: [gone.buffer] });
      const batch = [
        { chunk: 0, bytes: filled(16, 0) },
        { chunk: 1, bytes: gone },
      ];
      await expect(store.put(share, batch)).rejects.toMatchObject({
        name: 'ShoalError',
        code: 'store-failed',
      });
      expect(await store.keys(share)).toEqual([]);
    });

    it('[ST28] lists the shares of which chunks are kept', async () => {
      expect(await store.shares()).not.toContain(share);
      await store.put(share, [{ chunk: 0, bytes: filled(16, 1) }]);
      expect(await store.shares()).toContain(share);
      await store.drop(share);
      expect(await store.shares()).not.toContain(share);
    });

    it('[ST13] tells how much is used and allowed, and whether it may be evicted', async () => {
      const estimate = await store.estimate();
      expect(estimate?.quotaBytes).toBeGreaterThan(0);
      expect(estimate?.usedBytes).toBeGreaterThanOrEqual(0);
      expect(typeof (await store.persist())).toBe('boolean');
    });
  });
}
