/**
 * ChunkStore and RecordStore in memory, for tests and Node peers: same contract as IndexedDB (lib/adapters/contracts), copies included, so
 * that nothing passes here which a real store would refuse. Can stand in for a full or failing disk. Keeps nothing when the process ends.
 */
import { ShoalError, type ShoalErrorCode } from '../../base/errors';
import type { ShareId } from '../../base/ids';
import type { Bytes, ChunkStore, Collection, RecordStore } from '../../ports';

type StoreErrorCode = Extract<ShoalErrorCode, 'quota-exceeded' | 'storage-unavailable' | 'store-failed'>;
export type ChunkOperation = Exclude<keyof ChunkStore, 'estimate' | 'persist' | 'watch'>;
export type RecordOperation = Exclude<keyof RecordStore, 'watch'>;

/** What several stores share when they stand for tabs of one profile. */
export type MemoryChunks = Map<ShareId, Map<number, Bytes>>;
export type MemoryRecords = Map<Collection, Map<string, unknown>>;

export interface MemoryChunkStoreOptions {
  /** Bytes of all chunks together; without it there is no limit. Read at each use, so a test may change it. */
  readonly quotaBytes?: number | undefined;
  /** Asked before each operation; a code makes it reject with that error and change nothing. */
  readonly fail?: (operation: ChunkOperation) => StoreErrorCode | undefined;
  readonly chunks?: MemoryChunks;
  /** Called with what `watch` was given, so that a test may play the platform that takes data away. */
  readonly watched?: (lost: (share: ShareId) => void) => void;
}

export interface MemoryRecordStoreOptions {
  readonly fail?: (operation: RecordOperation) => StoreErrorCode | undefined;
  readonly records?: MemoryRecords;
  readonly watched?: (lost: (collection: Collection) => void) => void;
}

export function createMemoryChunkStore(options: MemoryChunkStoreOptions = {}): ChunkStore {
  const { fail } = options;
  const quota = (): number => options.quotaBytes ?? Number.MAX_SAFE_INTEGER;
  const shares: MemoryChunks = options.chunks ?? new Map<ShareId, Map<number, Bytes>>();

  const usedBytes = (): number => {
    let sum = 0;
    for (const kept of shares.values()) for (const bytes of kept.values()) sum += bytes.length;
    return sum;
  };

  return {
    put: operation(fail, 'put', (share, records) => {
      const kept = shares.get(share);
      const batch = new Map(records.map(({ chunk, bytes }) => [chunk, cloned(bytes)]));
      if (options.quotaBytes !== undefined) {
        let growth = 0;
        for (const [chunk, bytes] of batch) growth += bytes.length - (kept?.get(chunk)?.length ?? 0);
        if (usedBytes() + growth > options.quotaBytes)
          throw new ShoalError('quota-exceeded', `${options.quotaBytes} bytes allowed`);
      }
      if (kept) for (const [chunk, bytes] of batch) kept.set(chunk, bytes);
      else if (batch.size > 0) shares.set(share, batch);
    }),
    get: operation(fail, 'get', (share, chunk) => shares.get(share)?.get(chunk)?.slice()),
    keys: operation(fail, 'keys', (share) => [...(shares.get(share)?.keys() ?? [])].sort((a, b) => a - b)),
    remove: operation(fail, 'remove', (share, chunks) => {
      for (const chunk of chunks) shares.get(share)?.delete(chunk);
    }),
    drop: operation(fail, 'drop', (share) => {
      shares.delete(share);
    }),
    shares: operation(fail, 'shares', () => [...shares.keys()]),
    estimate: () => Promise.resolve({ usedBytes: usedBytes(), quotaBytes: quota() }),
    persist: () => Promise.resolve(true),
    watch: (lost) => options.watched?.(lost),
  };
}

export function createMemoryRecordStore(options: MemoryRecordStoreOptions = {}): RecordStore {
  const { fail } = options;
  const collections: MemoryRecords = options.records ?? new Map<Collection, Map<string, unknown>>();
  return {
    get: operation(fail, 'get', (collection, key) => structuredClone(collections.get(collection)?.get(key))),
    put: operation(fail, 'put', (collection, entries) => {
      const copies = entries.map(([key, value]) => [key, cloned(value)] as const);
      const records = collections.get(collection) ?? new Map<string, unknown>();
      collections.set(collection, records);
      for (const [key, value] of copies) records.set(key, value);
    }),
    remove: operation(fail, 'remove', (collection, keys) => {
      for (const key of keys) collections.get(collection)?.delete(key);
    }),
    list: operation(fail, 'list', (collection, prefix = '') =>
      [...(collections.get(collection) ?? [])]
        .filter(([key]) => key.startsWith(prefix))
        // By code unit, as IndexedDB orders keys; they are distinct, so none compares equal.
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]): [string, unknown] => [key, structuredClone(value)]),
    ),
    watch: (lost) => options.watched?.(lost),
  };
}

/** As a port's method: asynchronous, failing by rejection only, and refused where the test says so. */
function operation<Name extends string, Parameters extends unknown[], Answer>(
  fail: ((operation: Name) => StoreErrorCode | undefined) | undefined,
  name: Name,
  run: (...parameters: Parameters) => Answer,
): (...parameters: Parameters) => Promise<Answer> {
  return async (...parameters) => {
    await Promise.resolve();
    const code = fail?.(name);
    if (code) throw new ShoalError(code, `${name} was made to fail`);
    return run(...parameters);
  };
}

function cloned<Value>(value: Value): Value {
  try {
    return value instanceof Uint8Array ? (value.slice() as Value) : structuredClone(value);
  } catch (cause) {
    throw new ShoalError('store-failed', 'a value cannot be stored', { cause });
  }
}
