/**
 * Saving without a service worker: the whole download is put together as a Blob, so only small ones are taken. Decides the limit; reads
 * the same stores and makes the same bytes as the worker does.
 */
import { ShoalError } from '../../base/errors';
import type { SaveTicket } from '../../content/ticket';
import type { Bytes, RecordStore } from '../../ports';
import { createWebCrypto } from '../web-crypto';
import { entryBytes, type EntryReader } from './entry-stream';
import { createIdbChunkStore } from './idb-stores';
import { followLink } from './start-download';

/** Above it a tab may be killed while it builds the file (research/pitfalls.md 5.1). */
const memoryLimitBytes = 500_000_000;
/** Browsers begin to read an object URL within this time (guess); after it the memory is given back. */
const objectUrlMs = 60_000;

/** Resolves when the browser has the bytes. Rejects with ShoalError 'save-failed'. */
export async function saveFromMemory(records: RecordStore, ticketId: string): Promise<void> {
  const ticket = (await records.get('tickets', ticketId)) as SaveTicket | undefined;
  if (!ticket) throw new ShoalError('save-failed', 'the ticket is gone');
  const total = ticket.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (total > memoryLimitBytes)
    throw new ShoalError('save-failed', `${total} bytes are too many without a service worker`);

  const parts: Blob[] = [];
  try {
    // Blobs and not buffers: the browser may move them out of memory, and none is ever joined into one allocation.
    for await (const slice of await wholeDownload(ticket)) parts.push(new Blob([slice]));
  } catch (cause) {
    throw new ShoalError('save-failed', cause instanceof ShoalError ? cause.message : 'internal', { cause });
  }
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }));
  followLink(url, ticket.name);
  setTimeout(() => URL.revokeObjectURL(url), objectUrlMs);
}

async function wholeDownload(ticket: SaveTicket): Promise<AsyncIterable<Bytes>> {
  const reader: EntryReader = { chunks: createIdbChunkStore(), crypto: createWebCrypto() };
  if (ticket.kind === 'zip') {
    const { zipBytes } = await import('./zip-stream');
    return zipBytes(reader, ticket);
  }
  const [entry] = ticket.entries;
  const source = ticket.sources[entry?.source ?? -1];
  if (!entry || !source) throw new ShoalError('save-failed', 'the ticket has no file in it');
  return entryBytes(reader, source, entry.start, entry.start + entry.bytes);
}
