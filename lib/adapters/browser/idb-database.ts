/**
 * One IndexedDB database holding one store, as an idb-keyval `UseStore`. Decides what idb-keyval's own createStore leaves open: relaxed
 * durability, giving way when another tab deletes the database, opening again when the browser closed the connection, aborting a batch
 * whose value cannot be cloned, and one kind of error (research/pitfalls.md 4.5–4.8, 4.13). Leaves out what the records mean.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval';
import { ShoalError, type ShoalErrorCode } from '../../base/errors';
import { nameOf } from './save-errors';

const storeName = 'records';
const version = 1;

export interface IdbDatabase {
  /** For idb-keyval's functions that add records: makes the database when there is none. Rejects with ShoalError. */
  readonly use: UseStore;
  /** For those that read or remove: rejects with AbsentDatabase when there is none. */
  readonly useExisting: UseStore;
  /** As `use`, and a completed transaction outlives a power cut. */
  readonly useDurable: UseStore;
  /** Removes the database; fine when there is none. Other connections are told to close and their transactions finish first. */
  drop(): Promise<void>;
}

/** Reading and removing must not make an empty database for every share somebody asks about. */
export class AbsentDatabase extends Error {
  override name = 'AbsentDatabase';
}

/** Answers `otherwise` where there is no such database yet. */
export async function orWhenAbsent<Value>(reading: Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AbsentDatabase) return otherwise;
    throw error;
  }
}

/** `lost`: the database was closed or deleted by somebody else while it was open here. */
export function idbDatabase(name: string, lost: () => void = () => undefined): IdbDatabase {
  let opened: Promise<IDBDatabase> | undefined;

  const forget = (connection: Promise<IDBDatabase>): void => {
    if (opened === connection) opened = undefined;
  };

  const open = (create: boolean): Promise<IDBDatabase> => {
    if (opened) return opened;
    const connection = openDatabase(name, create);
    opened = connection;
    connection.then(
      (database) => {
        // Without this, a tab that merely holds a connection blocks every other tab's drop().
        database.onversionchange = () => {
          forget(connection);
          database.close();
          lost();
        };
        // The browser closed it: eviction, "clear site data", Safari's lost server.
        database.onclose = () => {
          forget(connection);
          lost();
        };
      },
      () => forget(connection),
    );
    return connection;
  };

  const begin = async (
    mode: IDBTransactionMode,
    create: boolean,
    durability: IDBTransactionDurability,
  ): Promise<IDBTransaction> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const connection = open(create);
        const database = await connection;
        try {
          return database.transaction(storeName, mode, { durability });
        } catch (error) {
          forget(connection);
          database.close();
          throw error;
        }
      } catch (error) {
        // Each is cured by opening anew: "The database connection is closing", Safari's lost server, and a reader who found no database a
        // moment before this writer came. While the browser clears a site's data every opening is aborted, so whoever asks again the
        // moment a connection was closed may come too early still, and tries on after a pause (PROTOCOL.md ST29).
        const curable =
          error instanceof AbsentDatabase
            ? create
            : ['InvalidStateError', 'UnknownError'].includes(nameOf(error)) ||
              codeOf(error) === 'storage-broken' ||
              openingAborted(error);
        const pause = openingAborted(error) ? clearingPausesMs[attempt] : attempt === 0 ? 0 : undefined;
        if (!curable || pause === undefined) throw error;
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  };

  const useStore =
    (create: boolean, durability: IDBTransactionDurability = 'relaxed'): UseStore =>
    async (mode, callback) => {
      const failure: { reason?: unknown } = {};
      let transaction: IDBTransaction | undefined;
      try {
        transaction = await begin(mode, create, durability);
        // A failed request reaches idb-keyval before the transaction has an error to show, so the request's own is kept.
        transaction.addEventListener('error', ({ target }) => {
          if (target instanceof IDBRequest) failure.reason ??= target.error;
        });
        return await callback(transaction.objectStore(storeName));
      } catch (error) {
        if (error instanceof AbsentDatabase) throw error;
        if (transaction) abort(transaction);
        throw storeError(failure.reason ?? transaction?.error ?? error);
      }
    };

  return {
    use: useStore(true),
    useExisting: useStore(false),
    useDurable: useStore(true, 'strict'),

    async drop() {
      const connection = opened;
      if (connection) {
        forget(connection);
        await connection.then(
          (database) => database.close(),
          () => undefined,
        );
      }
      try {
        await inTime(factory().deleteDatabase(name));
      } catch (error) {
        throw storeError(error);
      }
    },
  };
}

async function openDatabase(name: string, create: boolean): Promise<IDBDatabase> {
  try {
    const request = factory().open(name, version);
    request.onupgradeneeded = () => {
      if (create) request.result.createObjectStore(storeName);
      else request.transaction?.abort();
    };
    // One that comes too late must not stand in the way of a deletion.
    return await inTime(request, (late) => late.close());
  } catch (cause) {
    // Our own abort above is the only reason for this name.
    if (nameOf(cause) === 'AbortError' && !create) throw new AbsentDatabase();
    if (cause instanceof ShoalError || nameOf(cause) === 'QuotaExceededError') throw storeError(cause);
    throw new ShoalError(openErrors[nameOf(cause)] ?? 'storage-unavailable', nameOf(cause), { cause });
  }
}

/** What keeps a database from opening, by the error's name. Others mean that the platform gives no storage at all. */
const openErrors: Readonly<Record<string, ShoalErrorCode>> = {
  // Chromium: "Internal error opening backing store", after a crash of the disk; Firefox: a profile from a newer version, a broken file.
  UnknownError: 'storage-broken',
  VersionError: 'storage-newer',
};

/** Measured in Chromium 156: clearing a site with 12 MiB aborts openings for some 50 ms after the first connection is closed. */
const clearingPausesMs: readonly number[] = [0, 50, 200, 800, 2_000];

/** Guess: opening takes milliseconds; a request that waits behind another tab's deletion gets no event at all. */
const openMs = 20_000;

function inTime<Result>(
  request: IDBRequest<Result>,
  late: (result: Result) => void = () => undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(new ShoalError('storage-blocked', 'no answer'));
    }, openMs);
    promisifyRequest(request).then(
      (result) => {
        clearTimeout(timer);
        if (over) late(result);
        else resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(nameOf(error)));
      },
    );
  });
}

/** Firefox with cookies refused has no `indexedDB`, others throw on use; either way there is no storage. */
function factory(): IDBFactory {
  try {
    const found = (globalThis as { indexedDB?: IDBFactory }).indexedDB;
    if (found) return found;
  } catch {
    // Refused: same as missing.
  }
  throw new ShoalError('storage-unavailable', 'indexedDB is missing');
}

/** A put that throws leaves the puts before it in an open transaction, which would commit by itself (pitfalls 4.7). */
function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // Already over: aborted by the browser, which is why we are here.
  }
}

function storeError(cause: unknown): ShoalError {
  if (cause instanceof ShoalError) return cause;
  const name = nameOf(cause);
  // By name: QuotaExceededError is a class of its own in newer Chromium and a DOMException elsewhere (pitfalls 4.8).
  const code: ShoalErrorCode = name === 'QuotaExceededError' ? 'quota-exceeded' : 'store-failed';
  return new ShoalError(code, name, { cause });
}

/** Another's deletion came between; our own abort is an AbsentDatabase. */
const openingAborted = (error: unknown): boolean =>
  error instanceof ShoalError && error.code === 'storage-unavailable' && error.detail === 'AbortError';

const codeOf = (error: unknown): ShoalErrorCode | undefined =>
  error instanceof ShoalError ? error.code : undefined;
