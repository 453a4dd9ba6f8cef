/** What a ticket's download consists of, from its first byte to its last, for whoever writes it without a service worker. */
import { ShoalError } from '../../base/errors';
import type { SaveTicket } from '../../content/ticket';
import type { Bytes } from '../../ports';
import { entryBytes, type EntryReader } from './entry-stream';

export interface TicketBytes {
  /** Exact. */
  readonly length: number;
  readonly slices: AsyncGenerator<Bytes, void, undefined>;
}

/** The one file of it, or the ZIP of several. Slices reject as entryBytes does; 'save-failed' for a ticket that names nothing. */
export async function ticketBytes(reader: EntryReader, ticket: SaveTicket): Promise<TicketBytes> {
  if (ticket.kind === 'zip') {
    const { zipBytes, zipLength } = await import('./zip-stream');
    return { length: zipLength(ticket.entries), slices: zipBytes(reader, ticket) };
  }
  const [entry] = ticket.entries;
  const source = ticket.sources[entry?.source ?? -1];
  if (!entry || !source) throw new ShoalError('save-failed', 'the ticket has no file in it');
  const slices = entryBytes(reader, source, entry.start, entry.start + entry.bytes);
  return { length: entry.bytes, slices };
}
