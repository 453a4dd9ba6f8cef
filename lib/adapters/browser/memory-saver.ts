/**
 * Saving without a service worker: the whole download is put together as a Blob, so only small ones are taken. Decides the limit; reads
 * the same stores and makes the same bytes as the worker does.
 */
import { ShoalError } from '../../base/errors';
import type { SaveTicket } from '../../content/ticket';
import type { RecordStore } from '../../ports';
import { createWebCrypto } from '../web-crypto';
import { createIdbChunkStore } from './idb-stores';
import { writeError } from './save-errors';
import { followLink } from './start-download';
import { ticketBytes } from './ticket-bytes';

/** Above it a tab may be killed while it builds the file (research/pitfalls.md 5.1). */
const memoryLimitBytes = 500_000_000;
/** Browsers begin to read an object URL within this time (guess); after it the memory is given back. */
const objectUrlMs = 60_000;

/** Resolves when the browser has the bytes. Rejects with ShoalError 'save-too-large', 'chunk-damaged', 'save-failed'. */
export async function saveFromMemory(records: RecordStore, ticketId: string): Promise<void> {
  const ticket = (await records.get('tickets', ticketId)) as SaveTicket | undefined;
  if (!ticket) throw new ShoalError('save-failed', 'the ticket is gone');
  const reader = { chunks: createIdbChunkStore(), crypto: createWebCrypto() };
  const { length, slices } = await ticketBytes(reader, ticket);
  if (length > memoryLimitBytes)
    throw new ShoalError('save-too-large', `${length} bytes without a service worker`);

  const parts: Blob[] = [];
  try {
    // Blobs and not buffers: the browser may move them out of memory, and none is ever joined into one allocation.
    for await (const slice of slices) parts.push(new Blob([slice]));
  } catch (cause) {
    throw writeError(cause);
  }
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }));
  followLink(url, ticket.name);
  setTimeout(() => URL.revokeObjectURL(url), objectUrlMs);
}
