/**
 * ChunkStore and RecordStore on IndexedDB through idb-keyval (design §4): database `shoal-chunks-<share id>` a share, `shoal-<collection>` a
 * collection. Decides names and record forms. Under a chunk's index stands its place in a pack (pack-files.ts), or, where packs cannot be or are
 * not worth it, its bytes; under a pack's name the chunks it was written with. Decision 019.
 * Leaves out batching (the driver gives about 8 MiB a put) and who may write (Web Lock, lib/driver).
 */
import { delMany, get, getMany, keys, promisifyRequest, setMany } from 'idb-keyval';
import type { ShareId } from '../../base/ids';
import type { Bytes, ChunkStore, Collection, RecordStore } from '../../ports';
import { type IdbDatabase, idbDatabase, orWhenAbsent } from './idb-database';
import { createPackFiles } from './pack-files';

const chunksPrefix = 'shoal-chunks-';

/** Where in which pack a chunk lies; what stands under the chunk's index instead of its bytes. */
interface Place {
  readonly pack: string;
  readonly at: number;
  readonly length: number;
}

export interface ChunkStoreOptions {
  /** Fewer bytes a transaction are not worth a file. Guess: a file costs about as much as four small records. */
  readonly packFromBytes?: number;
}

/** Works in page, worker and service worker; several at once on one share see each other's writes. */
export function createIdbChunkStore({ packFromBytes = 128 * 1024 }: ChunkStoreOptions = {}): ChunkStore {
  let lost: (share: ShareId) => void = () => undefined;
  const packs = createPackFiles();
  /** Places of what was written here: serving what has just come need not look them up. */
  const written = new Map<ShareId, Map<number, Place>>();
  const swept = new Set<ShareId>();
  /** Packs made here that a transaction is about to name. */
  const unnamed = new Set<string>();
  const forget = (share: ShareId): void => {
    written.delete(share);
    swept.delete(share);
    packs.close(share);
  };
  const database = cached((share: ShareId) =>
    idbDatabase(`${chunksPrefix}${share}`, () => {
      forget(share);
      lost(share);
    }),
  );

  const keysOf = (share: ShareId): Promise<(number | string)[] | null> =>
    orWhenAbsent(keys<number | string>(database(share).useExisting), null);

  /** Removes packs that no transaction names: what a crash left between the file and its transaction. Only who may write may do so. */
  const sweep = async (share: ShareId): Promise<void> => {
    swept.add(share);
    // In this order: what is listed is named by now, or about to be, or nobody's.
    const files = await packs.list(share);
    // Makes the database, so that a folder without one is known to be left over.
    const named = new Set(await keys<number | string>(database(share).use));
    await packs.remove(
      share,
      files.filter((pack) => !named.has(pack) && !unnamed.has(pack)),
    );
  };

  const putPacked = async (share: ShareId, records: readonly ChunkRecord[]): Promise<boolean> => {
    const total = records.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    // IndexedDB refuses what was transferred away, a file would take it for nothing.
    if (total < packFromBytes || records.some(({ bytes }) => bytes.byteLength === 0)) return false;
    if (!swept.has(share)) await sweep(share);
    const pack = crypto.randomUUID();
    unnamed.add(pack);
    try {
      const parts = records.map(({ bytes }) => bytes);
      if (!(await packs.write(share, pack, parts))) return false;
      await name(share, pack, records);
      return true;
    } finally {
      unnamed.delete(pack);
    }
  };

  /** Writes down which chunks lie in a pack, and where. */
  const name = async (share: ShareId, pack: string, records: readonly ChunkRecord[]): Promise<void> => {
    let at = 0;
    const places = records.map(({ chunk, bytes }): [number, Place] => {
      const place = { pack, at, length: bytes.byteLength };
      at += place.length;
      return [chunk, place];
    });
    try {
      await setMany([[pack, places.map(([chunk]) => chunk)], ...places], database(share).use);
    } catch (error) {
      await packs.remove(share, [pack]);
      throw error;
    }
    const known = written.get(share) ?? new Map<number, Place>();
    written.set(share, known);
    for (const [chunk, place] of places) known.set(chunk, place);
  };

  const read = async (share: ShareId, chunk: number): Promise<Bytes | undefined> => {
    const known = written.get(share)?.get(chunk);
    const place = known ?? (await get<Bytes | Place>(chunk, database(share).useExisting));
    if (!place || place instanceof Uint8Array) return place;
    const bytes = await packs.read(share, place.pack, place.at, place.length);
    if (bytes || !known) return bytes;
    // Another handle dropped it, and may have written it anew.
    written.get(share)?.delete(chunk);
    return read(share, chunk);
  };

  /** Removes those of the packs in which no chunk lies any more. */
  const reclaim = async (share: ShareId, names: ReadonlySet<string>): Promise<void> => {
    const { useExisting } = database(share);
    for (const pack of names) {
      const chunks = (await get<number[]>(pack, useExisting)) ?? [];
      const places = await getMany<Bytes | Place | undefined>(chunks, useExisting);
      if (places.some((place) => isPlace(place) && place.pack === pack)) continue;
      await delMany([pack], useExisting);
      await packs.remove(share, [pack]);
    }
  };

  const remove = async (share: ShareId, chunks: readonly number[]): Promise<void> => {
    const { useExisting } = database(share);
    const before = await getMany<Bytes | Place | undefined>([...chunks], useExisting);
    await delMany([...chunks], useExisting);
    for (const chunk of chunks) written.get(share)?.delete(chunk);
    await reclaim(share, new Set(before.filter(isPlace).map(({ pack }) => pack)));
  };

  return {
    async put(share, records) {
      if (records.length === 0 || (await putPacked(share, records))) return;
      await setMany(
        records.map(({ chunk, bytes }) => [chunk, record(bytes)]),
        database(share).use,
      );
      for (const { chunk } of records) written.get(share)?.delete(chunk);
    },
    get: (share, chunk) => orWhenAbsent(read(share, chunk), undefined),
    keys: async (share) => (await keysOf(share))?.filter((key) => typeof key === 'number') ?? [],
    async remove(share, chunks) {
      if (chunks.length > 0) await orWhenAbsent(remove(share, chunks), undefined);
    },
    async drop(share) {
      // Those that are there now: what is written once the database is gone is somebody's new beginning.
      const names = await packs.list(share);
      forget(share);
      await database(share).drop();
      await packs.remove(share, names);
    },
    async shares() {
      const folders = await packs.shares();
      const names = await indexedDB.databases().catch(() => []);
      const found = names.flatMap(({ name }) =>
        name?.startsWith(chunksPrefix) ? [name.slice(chunksPrefix.length) as ShareId] : [],
      );
      // A drop that met a pack somebody else had open left it. Its database is asked for by name: a list may come too early (Safari 14).
      for (const share of folders)
        if (!found.includes(share) && (await keysOf(share)) === null)
          await packs.remove(share, await packs.list(share));
      return found;
    },
    estimate,
    persist,
    watch(listener) {
      lost = listener;
    },
  };
}

type ChunkRecord = Parameters<ChunkStore['put']>[1][number];

const isPlace = (value: Bytes | Place | undefined): value is Place =>
  value !== undefined && !(value instanceof Uint8Array);

export function createIdbRecordStore(): RecordStore {
  let lost: (collection: Collection) => void = () => undefined;
  const database = cached((collection: Collection) =>
    idbDatabase(`shoal-${collection}`, () => lost(collection)),
  );
  return {
    get: (collection, key) => orWhenAbsent<unknown>(get(key, database(collection).useExisting), undefined),
    async put(collection, entries, options) {
      if (entries.length === 0) return;
      const { use, useDurable } = database(collection);
      await setMany(
        entries.map(([key, value]) => [key, value]),
        options?.durable ? useDurable : use,
      );
    },
    async remove(collection, names) {
      if (names.length > 0)
        await orWhenAbsent(delMany([...names], database(collection).useExisting), undefined);
    },
    list: (collection, prefix = '') => orWhenAbsent(listFrom(database(collection), prefix), []),
    watch(listener) {
      lost = listener;
    },
  };
}

async function listFrom(database: IdbDatabase, prefix: string): Promise<[string, unknown][]> {
  const range = prefixRange(prefix);
  const [names, values] = await database.useExisting('readonly', (store) =>
    Promise.all([
      promisifyRequest(store.getAllKeys(range)),
      promisifyRequest<unknown[]>(store.getAll(range)),
    ]),
  );
  return names.map((name, i) => [name as string, values[i]]);
}

/** Keys starting with `prefix`: from it up to, not including, the next string that does not start with it. */
function prefixRange(prefix: string): IDBKeyRange | undefined {
  for (let last = prefix.length - 1; last >= 0; last--) {
    const unit = prefix.charCodeAt(last);
    if (unit < 0xffff)
      return IDBKeyRange.bound(prefix, prefix.slice(0, last) + String.fromCharCode(unit + 1), false, true);
  }
  return prefix === '' ? undefined : IDBKeyRange.lowerBound(prefix);
}

/**
 * What is written for a chunk that goes into no pack. IndexedDB clones a view's whole buffer, so a view into a larger one is copied out first. Measured on Chromium
 * 156, new profile on disk, 8 MiB a transaction, 2 cores: 4 MiB as Uint8Array 340 MB/s written, 405 MB/s read back; as ArrayBuffer 332 and
 * 476, as Blob 292 and 538 with a spread of 30 %; explicit commit() changed nothing. So the form the readers want, without a detour.
 */
const record = (bytes: Bytes): Bytes =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();

/** An upper guess at best: Chromium 156 answered exactly 10 GiB while the quota in force was 3 MB. The write is what tells. */
async function estimate(): Promise<{ usedBytes: number; quotaBytes: number } | null> {
  try {
    const { usage, quota } = await navigator.storage.estimate();
    return usage === undefined || quota === undefined ? null : { usedBytes: usage, quotaBytes: quota };
  } catch {
    // Not a secure context, or storage refused: the platform does not tell.
    return null;
  }
}

async function persist(): Promise<boolean> {
  try {
    // Workers may only look: the asking must be done by the page, on a gesture (design §5).
    const storage = navigator.storage as { persist?(): Promise<boolean>; persisted(): Promise<boolean> };
    return await (storage.persist?.() ?? storage.persisted());
  } catch {
    return false;
  }
}

function cached<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
