/**
 * Saving, seen from the page: through our service worker, which streams from IndexedDB and needs no memory to speak of; where none can be
 * had, small downloads in memory (the ladder of research/pitfalls.md 5.1). Decides which, and that no download begun earlier is begun again.
 * Leaves out writing into files and folders the person chose (file-saver.ts, folder-saver.ts).
 */
import { ShoalError } from '../../base/errors';
import type { SaveTicket } from '../../content/ticket';
import type { RecordStore } from '../../ports';
import { saveFromMemory } from './memory-saver';
import { saveScope } from './save-messages';
import { runsThere, saveThroughWorker } from './worker-saver';

/** Guess: fetching and starting the worker script. */
const activationMs = 30_000;

export interface Saver {
  /** Gets the service worker, which takes the network the first time. */
  prepare(): Promise<void>;
  /**
   * Downloads what the stored ticket names. Resolves when its last byte was handed to the browser. Rejects with ShoalError
   * 'save-broken-off' when person or browser ended it, 'chunk-damaged', 'save-too-large', else 'save-failed'.
   */
  save(ticketId: string, name: string): Promise<void>;
  /**
   * Resolves true when a download of the very same files, begun before this page was loaded or by a tab that is gone, has reached its end:
   * this call follows it. false when there is none. Rejects as `save` does.
   */
  follow(ticket: SaveTicket): Promise<boolean>;
}

/** `records` must be the store the service worker reads too: IndexedDB of this origin. */
export function createSaver(records: RecordStore): Saver {
  let registered: Promise<ServiceWorkerRegistration | undefined> | undefined;
  const activeWorker = async (): Promise<ServiceWorker | undefined> => {
    registered ??= registerWorker();
    const worker = (await registered)?.active ?? undefined;
    if (!worker) registered = undefined; // perhaps the network failed: the next save tries again
    return worker;
  };
  /** Its end by whatever way it is learnt: news may be missed, what the worker wrote down is not. */
  const endOf = async (id: string, download: Promise<void>): Promise<void> => {
    try {
      await download;
    } catch (error) {
      const lost = error instanceof ShoalError && error.code === 'save-broken-off';
      if (!lost || !(await ticketIn(records, id))?.unheard) throw error;
    }
    await heard(id);
  };
  /** From now on it is no news that it was saved. */
  const heard = async (id: string): Promise<void> => {
    const ticket = await ticketIn(records, id);
    if (ticket?.unheard) await records.put('tickets', [[id, { ...ticket, unheard: false }]]);
  };

  return {
    async prepare() {
      await activeWorker();
    },

    async save(ticketId, name) {
      const worker = await activeWorker();
      if (!worker) return saveFromMemory(records, ticketId);
      await endOf(ticketId, saveThroughWorker(worker, ticketId, name));
    },

    async follow(ticket) {
      const others = ((await records.list('tickets')) as [string, SaveTicket][])
        .map(([, other]) => other)
        .filter((other) => other.id !== ticket.id && sameFiles(other, ticket));
      const done = others.find(({ unheard }) => unheard);
      if (done) {
        await heard(done.id);
        return true;
      }
      const worker = others.length > 0 ? await activeWorker() : undefined;
      if (!worker) return false;
      for (const { id, name } of others) {
        if (!(await runsThere(worker, id))) continue;
        await endOf(id, saveThroughWorker(worker, id, name, false));
        return true;
      }
      return false;
    },
  };
}

const ticketIn = async (records: RecordStore, id: string): Promise<SaveTicket | undefined> =>
  (await records.get('tickets', id)) as SaveTicket | undefined;

function sameFiles(a: SaveTicket, b: SaveTicket): boolean {
  if (a.kind !== b.kind || a.entries.length !== b.entries.length) return false;
  return a.entries.every((entry, i) => {
    const other = b.entries[i];
    return (
      other?.start === entry.start &&
      other.bytes === entry.bytes &&
      other.path === entry.path &&
      a.sources[entry.source]?.share === b.sources[other.source]?.share
    );
  });
}

/** undefined where no service worker can be had: old or private windows, an untrusted certificate, no network for the script. */
export async function registerWorker(): Promise<ServiceWorkerRegistration | undefined> {
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (!container) return undefined;
  try {
    const registration = await container.register('/sw.js', { scope: saveScope, updateViaCache: 'none' });
    const coming = registration.installing ?? registration.waiting;
    if (!registration.active && coming) await activated(coming);
    return registration;
  } catch {
    return undefined;
  }
}

/** Resolves when the worker is active, was thrown away, or took too long. */
const activated = (worker: ServiceWorker): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, activationMs);
    const look = (): void => {
      if (worker.state !== 'activated' && worker.state !== 'redundant') return;
      worker.removeEventListener('statechange', look);
      clearTimeout(timer);
      resolve();
    };
    worker.addEventListener('statechange', look);
    look();
  });
