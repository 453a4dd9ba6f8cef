import { describe, expect, it } from 'vitest';
import type { ShareId } from '../../base/ids';
import { chunkStoreContract } from '../contracts/chunk-store-contract';
import { recordStoreContract } from '../contracts/record-store-contract';
import {
  createMemoryChunkStore,
  createMemoryRecordStore,
  type MemoryChunks,
  type MemoryRecords,
} from './memory-stores';

const chunks: MemoryChunks = new Map();
const disk: { chunks: MemoryChunks; quotaBytes?: number | undefined } = { chunks };
chunkStoreContract('memory', {
  open: () => createMemoryChunkStore(disk),
  async setQuota(bytesMore) {
    disk.quotaBytes = undefined;
    const { usedBytes } = (await createMemoryChunkStore(disk).estimate()) ?? { usedBytes: 0 };
    disk.quotaBytes = bytesMore === undefined ? undefined : usedBytes + bytesMore;
  },
});

const records: MemoryRecords = new Map();
recordStoreContract('memory', { open: () => createMemoryRecordStore({ records }) });

describe('simulated failures', () => {
  const share = 'AAAAAAAAAAAAAAAAAAAAAA' as ShareId;

  it('[ST21] the memory stores fail where a test says so and change nothing then', async () => {
    let broken = false;
    const store = createMemoryChunkStore({
      fail: (operation) => (broken && operation === 'put' ? 'store-failed' : undefined),
    });
    await store.put(share, [{ chunk: 0, bytes: new Uint8Array(1) }]);
    broken = true;
    await expect(store.put(share, [{ chunk: 1, bytes: new Uint8Array(1) }])).rejects.toMatchObject({
      code: 'store-failed',
    });
    expect(await store.keys(share)).toEqual([0]);

    const records = createMemoryRecordStore({ fail: () => 'storage-unavailable' });
    await expect(records.get('rooms', 'any')).rejects.toMatchObject({ code: 'storage-unavailable' });
  });

  it('[ST22] overwriting counts only the difference against the quota', async () => {
    const store = createMemoryChunkStore({ quotaBytes: 100 });
    await store.put(share, [{ chunk: 0, bytes: new Uint8Array(80) }]);
    await store.put(share, [{ chunk: 0, bytes: new Uint8Array(90) }]);
    expect(await store.estimate()).toEqual({ usedBytes: 90, quotaBytes: 100 });
  });
});
