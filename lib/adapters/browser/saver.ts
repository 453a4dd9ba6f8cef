/**
 * Saving, seen from the page: through our service worker, which streams from IndexedDB and needs no memory to speak of; where none can be
 * had, small downloads in memory; into a folder where the platform has pickers (the ladder of research/pitfalls.md 5.1). Decides which.
 */
import type { SaveTicket } from '../../content/ticket';
import type { ChunkStore, Crypto, RecordStore } from '../../ports';
import { saveToFolder } from './folder-saver';
import { saveFromMemory } from './memory-saver';
import { saveScope } from './save-messages';
import { saveThroughWorker } from './worker-saver';

/** Guess: fetching and starting the worker script. */
const activationMs = 30_000;

export interface Saver {
  /**
   * Downloads what the stored ticket names. Resolves when its last byte was handed to the browser. Rejects with ShoalError 'save-cancelled'
   * when person or browser broke it off, else 'save-failed'.
   */
  save(ticketId: string, name: string): Promise<void>;
  /** See folder-saver. */
  saveToFolder(
    ticket: SaveTicket,
    chunks: ChunkStore,
    crypto: Crypto,
    directory?: FileSystemDirectoryHandle,
  ): Promise<void>;
}

/** `records` must be the store the service worker reads too: IndexedDB of this origin. */
export function createSaver(records: RecordStore): Saver {
  let registered: Promise<ServiceWorkerRegistration | undefined> | undefined;

  return {
    async save(ticketId, name) {
      registered ??= registerWorker();
      const worker = (await registered)?.active;
      if (worker) {
        await saveThroughWorker(worker, ticketId, name);
      } else {
        registered = undefined; // perhaps the network failed: the next save tries again
        await saveFromMemory(records, ticketId);
      }
    },
    saveToFolder,
  };
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
