/** A chunk store in a real worker, where packs can be written. Its name says from how many bytes on. Test code only. */
import { expose } from 'comlink';
import type { ChunkStore } from '../../ports';
import { sendShoalErrorsWhole } from '../comlink-errors';
import { createIdbChunkStore } from './idb-stores';

const store = createIdbChunkStore({ packFromBytes: Number(self.name) });

const chunkStore: ChunkStore = {
  ...store,
  put(share, records) {
    // An empty one stands for one that was transferred away, which cannot be sent.
    for (const { bytes } of records)
      if (bytes.length === 0) structuredClone(bytes, { transfer: [bytes.buffer] });
    return store.put(share, records);
  },
};

// Playwright calls it by this name (idb-quota.test.ts).
Object.assign(globalThis, { chunkStore });
sendShoalErrorsWhole();
expose(chunkStore);
