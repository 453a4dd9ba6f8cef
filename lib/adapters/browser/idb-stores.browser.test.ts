import { describe, expect, it, vi } from 'vitest';
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

  it('[ST25] tells when somebody else deletes what it has open, not when it does so itself, and goes on with an empty one', async () => {
    const [store, records, other] = [createIdbChunkStore(), createIdbRecordStore(), createIdbChunkStore()];
    const lost: string[] = [];
    store.watch((id) => lost.push(id));
    records.watch((collection) => lost.push(collection));
    await store.put(share, [{ chunk: 0, bytes: new Uint8Array([7]) }]);
    await records.put('shares', [['kept', 1]]);
    await other.drop(share);
    await new Promise<void>((resolve) => {
      indexedDB.deleteDatabase('shoal-shares').onsuccess = () => resolve();
    });
    expect(lost).toEqual([share, 'shares']);
    expect(await store.keys(share)).toEqual([]);
    await store.put(share, [{ chunk: 1, bytes: new Uint8Array([8]) }]);
    expect(await store.keys(share)).toEqual([1]);
    await store.drop(share);
    expect(lost).toHaveLength(2);
    expect(await records.get('shares', 'kept')).toBeUndefined();
  });

  it('[ST26] a database of a newer version is told as such', async () => {
    await new Promise<void>((resolve) => {
      const request = indexedDB.open(`shoal-chunks-${share}`, 7);
      request.onsuccess = () => {
        request.result.close();
        resolve();
      };
    });
    const store = createIdbChunkStore();
    await expect(store.put(share, [{ chunk: 0, bytes: new Uint8Array(1) }])).rejects.toMatchObject({
      name: 'ShoalError',
      code: 'storage-newer',
    });
    await store.drop(share);
  });

  it('[ST26] one that cannot be read is tried twice and told as broken; a busy one and none at all have words of their own', async () => {
    const store = createIdbChunkStore();
    const open = indexedDB.open.bind(indexedDB);
    let tried = 0;
    const failing = (name: string) => () => {
      tried++;
      const request = new EventTarget() as unknown as IDBOpenDBRequest;
      Object.assign(request, { error: new DOMException('Internal error opening backing store', name) });
      queueMicrotask(() => {
        request.onerror?.(new Event('error'));
      });
      return request;
    };
    try {
      indexedDB.open = failing('UnknownError');
      await expect(store.get(share, 0)).rejects.toMatchObject({ code: 'storage-broken' });
      expect(tried).toBe(2);
      indexedDB.open = failing('SecurityError');
      await expect(store.get(share, 0)).rejects.toMatchObject({ code: 'storage-unavailable' });
      vi.useFakeTimers();
      indexedDB.open = () => new EventTarget() as unknown as IDBOpenDBRequest;
      const busy = expect(store.get(share, 0)).rejects.toMatchObject({ code: 'storage-blocked' });
      await vi.advanceTimersByTimeAsync(60_000);
      await busy;
    } finally {
      vi.useRealTimers();
      indexedDB.open = open;
    }
    expect(await store.get(share, 0)).toBeUndefined();
  });
});
