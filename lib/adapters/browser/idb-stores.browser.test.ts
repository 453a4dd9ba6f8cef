import { describe, expect, it } from 'vitest';
import type { ShareId } from '../../base/ids';
import { chunkStoreContract } from '../contracts/chunk-store-contract';
import { recordStoreContract } from '../contracts/record-store-contract';
import { createIdbChunkStore, createIdbRecordStore } from './idb-stores';

// Quota: idb-quota.test.ts, in a browser of its own, since a quota is the whole origin's.
chunkStoreContract('IndexedDB in Chromium', { open: createIdbChunkStore });
recordStoreContract('IndexedDB in Chromium', { open: createIdbRecordStore });

describe('databases', () => {
  const share = 'BBBBBBBBBBBBBBBBBBBBBB' as ShareId;
  const names = async (): Promise<(string | undefined)[]> =>
    (await indexedDB.databases()).map((database) => database.name);

  it('[ST23] asking about a share leaves no database behind; dropping one removes it', async () => {
    const store = createIdbChunkStore();
    await store.get(share, 0);
    await store.keys(share);
    await store.remove(share, [0]);
    expect(await names()).not.toContain(`shoal-chunks-${share}`);
    await store.put(share, [{ chunk: 0, bytes: new Uint8Array(1) }]);
    expect(await names()).toContain(`shoal-chunks-${share}`);
    await store.drop(share);
    expect(await names()).not.toContain(`shoal-chunks-${share}`);
  });

  it('[ST24] a write that meets a reader of the missing database still succeeds', async () => {
    const store = createIdbChunkStore();
    const [found] = await Promise.all([
      store.get(share, 0),
      store.put(share, [{ chunk: 0, bytes: new Uint8Array([7]) }]),
    ]);
    expect(found === undefined || found[0] === 7).toBe(true);
    expect(await store.get(share, 0)).toEqual(new Uint8Array([7]));
    await store.drop(share);
  });
});
