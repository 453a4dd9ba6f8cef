/** Chunks in packs: stores in workers of their own, and what they leave in the file system and IndexedDB, looked at from the page. */
import { proxy, wrap } from 'comlink';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { toBase64Url } from '../../base/bytes';
import type { ShareId } from '../../base/ids';
import type { Bytes, ChunkStore } from '../../ports';
import { sendShoalErrorsWhole } from '../comlink-errors';
import { chunkStoreContract } from '../contracts/chunk-store-contract';
import { createIdbChunkStore } from './idb-stores';

sendShoalErrorsWhole();

interface WorkerStore extends ChunkStore {
  /** Ends the worker as a closed tab does, and waits until the packs it had open can be changed. */
  end(): Promise<void>;
}

const workers = new Set<Worker>();
// Not afterEach: that comes before the contract's own cleaning up.
beforeEach(() => () => {
  for (const worker of workers) worker.terminate();
  workers.clear();
});

function openInWorker(packFromBytes = 1): WorkerStore {
  const url = new URL('./pack-store.worker.ts', import.meta.url);
  const worker = new Worker(url, { type: 'module', name: String(packFromBytes) });
  workers.add(worker);
  const store = wrap<ChunkStore>(worker);
  return {
    put: (share, records) =>
      store.put(
        share,
        records.map(({ chunk, bytes }) => ({ chunk, bytes: bytes.length === 0 ? new Uint8Array() : bytes })),
      ),
    get: (share, chunk) => store.get(share, chunk),
    keys: (share) => store.keys(share),
    remove: (share, chunks) => store.remove(share, chunks),
    drop: (share) => store.drop(share),
    shares: () => store.shares(),
    estimate: () => store.estimate(),
    persist: () => store.persist(),
    watch: (lost) => void store.watch(proxy(lost)),
    async end() {
      worker.terminate();
      for (const share of await foldersThere())
        for (const pack of await packsOf(share)) await vi.waitFor(() => change(share, pack, () => undefined));
    },
  };
}

const allFolders = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle('shoal-chunks', { create: true });

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}

const foldersThere = async (): Promise<ShareId[]> => (await namesIn(await allFolders())) as ShareId[];

const makeFolder = async (share: ShareId): Promise<FileSystemDirectoryHandle> =>
  (await allFolders()).getDirectoryHandle(share, { create: true });

const packsOf = async (share: ShareId): Promise<string[]> =>
  (await foldersThere()).includes(share) ? namesIn(await makeFolder(share)) : [];

async function contentOf(share: ShareId, pack: string): Promise<Bytes> {
  const file = await (await (await makeFolder(share)).getFileHandle(pack)).getFile();
  return new Uint8Array(await file.arrayBuffer());
}

async function change(
  share: ShareId,
  pack: string,
  how: (file: FileSystemWritableFileStream) => unknown,
): Promise<void> {
  const handle = await (await makeFolder(share)).getFileHandle(pack, { create: true });
  const file = await handle.createWritable({ keepExistingData: true });
  await how(file);
  await file.close();
}

/** Everything in the share's database, after `write` in the same transaction. Makes it. */
async function records(
  share: ShareId,
  write: (store: IDBObjectStore) => unknown = () => undefined,
): Promise<Map<IDBValidKey, unknown>> {
  const request = indexedDB.open(`shoal-chunks-${share}`, 1);
  request.onupgradeneeded = () => request.result.createObjectStore('records');
  await new Promise((resolve) => (request.onsuccess = resolve));
  const transaction = request.result.transaction('records', 'readwrite');
  const store = transaction.objectStore('records');
  write(store);
  const [keys, values] = [store.getAllKeys(), store.getAll()];
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  request.result.close();
  return new Map(keys.result.map((key, i) => [key, values.result[i] as unknown]));
}

const filled = (length: number, seed: number): Bytes => new Uint8Array(length).fill(seed);
const chunk = (number: number, length = 100): { chunk: number; bytes: Bytes } => ({
  chunk: number,
  bytes: filled(length, number),
});

chunkStoreContract('packs in a worker of Chromium', { open: openInWorker });

describe('packs', () => {
  let share: ShareId;
  beforeEach(() => {
    share = toBase64Url(crypto.getRandomValues(new Uint8Array(16))) as ShareId;
    return () => createIdbChunkStore().drop(share);
  });

  it('[ST30] the chunks of one put lie in one file, end to end, and IndexedDB has only their places', async () => {
    const store = openInWorker();
    await store.put(share, [chunk(3, 1000), chunk(9, 500), chunk(4, 30)]);
    const [pack, ...others] = await packsOf(share);
    expect(others).toEqual([]);
    expect(await contentOf(share, pack!)).toEqual(
      new Uint8Array([...filled(1000, 3), ...filled(500, 9), ...filled(30, 4)]),
    );
    expect(await records(share)).toEqual(
      new Map<IDBValidKey, unknown>([
        [3, { pack, at: 0, length: 1000 }],
        [4, { pack, at: 1500, length: 30 }],
        [9, { pack, at: 1000, length: 500 }],
        [pack!, [3, 9, 4]],
      ]),
    );
    await store.put(share, [chunk(5)]);
    expect(await packsOf(share)).toHaveLength(2);
  });

  it('[ST30] a put of fewer bytes than are worth a file makes none', async () => {
    const store = openInWorker(100);
    await store.put(share, [chunk(0, 40), chunk(1, 59)]);
    expect(await packsOf(share)).toEqual([]);
    expect(await records(share)).toEqual(
      new Map([
        [0, filled(40, 0)],
        [1, filled(59, 1)],
      ]),
    );
    await store.put(share, [chunk(2, 40), chunk(3, 60)]);
    expect(await packsOf(share)).toHaveLength(1);
  });

  it('[ST31] page and worker read what a worker has open, and what one wrote that is gone', async () => {
    const [writer, page, other] = [openInWorker(), createIdbChunkStore(), openInWorker()];
    await writer.put(share, [chunk(0, 50), chunk(1), chunk(2)]);
    for (const reader of [writer, page, other]) {
      expect(await reader.keys(share)).toEqual([0, 1, 2]);
      expect(await reader.get(share, 1)).toEqual(filled(100, 1));
    }
    await Promise.all([writer.end(), other.end()]);
    for (const reader of [openInWorker(), openInWorker(), createIdbChunkStore()])
      expect(await reader.get(share, 2)).toEqual(filled(100, 2));
  });

  it('[ST31] packs, records of a page and records of before there were packs lie beside each other', async () => {
    await records(share, (store) => store.put(filled(10, 7), 7));
    const [worker, page] = [openInWorker(), createIdbChunkStore()];
    await worker.put(share, [chunk(0), chunk(1)]);
    await page.put(share, [chunk(2, 1 << 18)]);
    expect(await packsOf(share)).toHaveLength(1);
    for (const reader of [worker, page]) {
      expect(await reader.keys(share)).toEqual([0, 1, 2, 7]);
      for (const [number, length] of [
        [0, 100],
        [1, 100],
        [2, 1 << 18],
        [7, 10],
      ] as const)
        expect((await reader.get(share, number))?.join()).toBe(filled(length, number).join());
    }
    await worker.remove(share, [7, 2]);
    for (const reader of [worker, page]) {
      expect(await reader.keys(share)).toEqual([0, 1]);
      expect(await reader.get(share, 7)).toBeUndefined();
      expect(await reader.get(share, 1)).toEqual(filled(100, 1));
    }
  });

  it('[ST31] reads that come at once each find their chunk, of one pack and of more packs than stay open', async () => {
    const writer = openInWorker();
    const numbers = Array.from({ length: 40 }, (_, i) => i);
    for (const number of numbers.slice(0, 20)) await writer.put(share, [chunk(number), chunk(number + 20)]);
    const reader = openInWorker();
    const found = await Promise.all([...numbers, ...numbers].map((number) => reader.get(share, number)));
    expect(found).toEqual([...numbers, ...numbers].map((number) => filled(100, number)));
  });

  it('[ST32] a pack that no transaction names goes when a store newly opened writes to the share', async () => {
    const first = openInWorker();
    await first.put(share, [chunk(0)]);
    await first.end();
    await change(share, 'stray', (file) => file.write('left by a crash'));
    const [before, second] = [await packsOf(share), openInWorker()];
    expect(await second.get(share, 0)).toEqual(filled(100, 0));
    expect(before).toHaveLength(2);
    await second.put(share, [chunk(1)]);
    const after = await packsOf(share);
    expect(after).not.toContain('stray');
    expect(after).toHaveLength(2);
    expect(await second.get(share, 0)).toEqual(filled(100, 0));
    expect(await second.get(share, 1)).toEqual(filled(100, 1));
  });

  it('[ST32] the first writes of a store may come at once: none is taken for what a crash left', async () => {
    const store = openInWorker();
    await store.keys(share);
    // Holds up the look at the database, not the files.
    let busy: Promise<unknown> | undefined;
    await new Promise<void>((begun) => {
      busy = records(share, (all) => {
        const end = performance.now() + 300;
        const goOn = (): void => {
          if (performance.now() < end) all.get(0).onsuccess = goOn;
        };
        goOn();
        begun();
      });
    });
    await Promise.all([store.put(share, [chunk(0)]), store.put(share, [chunk(1)]), busy]);
    for (const number of [0, 1]) expect(await store.get(share, number)).toEqual(filled(100, number));
    expect(await packsOf(share)).toHaveLength(2);
  });

  it.each([
    ['with a pack', true],
    ['that is empty', false],
  ])('[ST32] a folder %s whose database is gone goes when the shares are listed', async (_what, pack) => {
    await makeFolder(share);
    if (pack) await change(share, 'stray', (file) => file.write('left by a drop'));
    expect(await openInWorker().shares()).not.toContain(share);
    expect(await foldersThere()).not.toContain(share);
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(`shoal-chunks-${share}`);
  });

  it('[ST32] a folder with a database stays, even where the list of databases does not show it', async () => {
    const store = openInWorker();
    await store.put(share, [chunk(0)]);
    await store.end();
    expect(await createIdbChunkStore().shares()).toContain(share);
    const databases = vi.spyOn(indexedDB, 'databases').mockResolvedValue([]);
    await createIdbChunkStore().shares();
    databases.mockRestore();
    expect(await packsOf(share)).toHaveLength(1);
    expect(await openInWorker().get(share, 0)).toEqual(filled(100, 0));
  });

  it('[ST32] a page leaves no folder behind', async () => {
    const page = createIdbChunkStore({ packFromBytes: 1 });
    await page.put(share, [chunk(0)]);
    await page.drop(share);
    expect(await foldersThere()).not.toContain(share);
  });

  it('[ST33] of a pack cut short the chunks before the cut are read, and those of other packs', async () => {
    const [writer, page] = [openInWorker(), createIdbChunkStore()];
    await writer.put(share, [chunk(0), chunk(1), chunk(2)]);
    const [pack] = await packsOf(share);
    await writer.put(share, [chunk(3)]);
    expect(await page.get(share, 1)).toEqual(filled(100, 1));
    await writer.end();
    await change(share, pack!, (file) => file.truncate(199));
    for (const reader of [page, openInWorker()]) {
      expect(await reader.get(share, 1)).toBeUndefined();
      expect(await reader.get(share, 2)).toBeUndefined();
      expect(await reader.get(share, 0)).toEqual(filled(100, 0));
      expect(await reader.get(share, 3)).toEqual(filled(100, 3));
    }
  });

  it('[ST33] chunks of a pack that is gone are not there, and can be put anew', async () => {
    const [writer, page] = [openInWorker(), createIdbChunkStore()];
    await writer.put(share, [chunk(0), chunk(1)]);
    const [pack] = await packsOf(share);
    await writer.put(share, [chunk(2)]);
    expect(await page.get(share, 0)).toEqual(filled(100, 0));
    await writer.end();
    await (await makeFolder(share)).removeEntry(pack!);
    const worker = openInWorker();
    for (const reader of [page, worker]) {
      expect(await reader.get(share, 0)).toBeUndefined();
      expect(await reader.get(share, 2)).toEqual(filled(100, 2));
    }
    await worker.put(share, [chunk(0)]);
    for (const reader of [page, worker]) expect(await reader.get(share, 0)).toEqual(filled(100, 0));
  });

  it.each([
    ['who wrote it', true],
    ['another, later', false],
  ])(
    '[ST33] a pack stays while it has a chunk, and goes with the last: removed by %s',
    async (_who, same) => {
      const writer = openInWorker();
      await writer.put(share, [chunk(0), chunk(1), chunk(2)]);
      const packs = await packsOf(share);
      await writer.put(share, [chunk(3)]);
      const both = await packsOf(share);
      if (!same) await writer.end();
      const store = same ? writer : openInWorker();
      await store.remove(share, [0, 2]);
      expect(await store.get(share, 0)).toBeUndefined();
      expect(await store.get(share, 1)).toEqual(filled(100, 1));
      expect(await packsOf(share)).toEqual(both);
      await store.remove(share, [1]);
      const left = both.filter((pack) => !packs.includes(pack));
      expect(await packsOf(share)).toEqual(left);
      expect([...(await records(share)).keys()]).toEqual([3, ...left]);
      expect(await store.get(share, 3)).toEqual(filled(100, 3));
    },
  );

  it.each([
    ['a writer', true],
    ['a reader', false],
  ])('[ST9] [ST25] drops packs that %s has open, who is told and goes on', async (_who, writes) => {
    const first = openInWorker();
    const lost: ShareId[] = [];
    await first.put(share, [chunk(0), chunk(1)]);
    await first.put(share, [chunk(2)]);
    if (!writes) await first.end();
    const holder = writes ? first : openInWorker();
    holder.watch((one) => lost.push(one));
    for (const number of [0, 2]) expect(await holder.get(share, number)).toEqual(filled(100, number));
    await openInWorker().drop(share);
    await expect.poll(() => packsOf(share)).toEqual([]);
    await expect.poll(() => lost).toEqual([share]);
    expect(await foldersThere()).not.toContain(share);
    expect(await holder.keys(share)).toEqual([]);
    expect(await holder.get(share, 0)).toBeUndefined();
    await holder.put(share, [chunk(5)]);
    expect(await holder.get(share, 5)).toEqual(filled(100, 5));
    expect(await packsOf(share)).toHaveLength(1);
  });
});
