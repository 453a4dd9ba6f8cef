/**
 * The answer to one download: headers and a body that is pulled, never pushed (research/pitfalls.md 5.4–5.6). Decides that a body has
 * exactly the length its header says or fails, so that a short file never looks whole. Peer content must not run on our origin: it is always
 * an attachment, of no sniffable type, in a sandbox. Leaves out finding the ticket and the worker's life (main.ts).
 */
import { ShoalError } from '../../base/errors';
import { invariant } from '../../base/invariant';
import type { SaveTicket } from '../../content/ticket';
import type { Bytes } from '../../ports';
import { entryBytes, type EntryReader } from '../browser/entry-stream';
import { cancelledReason, type SaveNews } from '../browser/save-messages';
import { zipBytes, zipLength } from '../browser/zip-stream';
import type { Attend } from './lifeline';
import { answerRange } from './range';

const alone: Attend = () => () => undefined;

/**
 * `tell` hears of whole downloads only: a part is a browser looking into a file or resuming. `attend` is told of every body, and may break
 * it off.
 */
export function downloadResponse(
  ticket: SaveTicket,
  request: Headers,
  reader: EntryReader,
  tell: (news: SaveNews) => void,
  attend: Attend = alone,
): Response {
  const pulled = (source: AsyncGenerator<Bytes>, length: number, outcome: Outcome): ReadableStream<Bytes> =>
    pulledBody(source, length, outcome, (breakOff) => attend(ticket.id, breakOff));
  const headers = new Headers({
    'Content-Disposition': attachment(ticket.name),
    'Content-Type': ticket.kind === 'zip' ? 'application/zip' : 'application/octet-stream',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': 'no-store',
  });
  if (ticket.kind === 'zip') {
    const length = zipLength(ticket.entries);
    headers.set('Content-Length', String(length));
    return new Response(pulled(zipBytes(reader, ticket), length, told(ticket, length, tell)), { headers });
  }

  const [entry] = ticket.entries;
  const source = ticket.sources[entry?.source ?? -1];
  if (!entry || !source) return plainAnswer(404, 'This download has no file in it.');
  headers.set('Accept-Ranges', 'bytes');
  // If-Range names a version of the file; none is ever handed out, so it cannot match and the range does not count (RFC 9110 §13.1.5).
  const range = answerRange(request.has('If-Range') ? null : request.get('Range'), entry.bytes);
  switch (range.kind) {
    case 'none':
      headers.set('Content-Range', `bytes */${entry.bytes}`);
      return new Response(null, { status: 416, headers });
    case 'part': {
      headers.set('Content-Range', `bytes ${range.start}-${range.end - 1}/${entry.bytes}`);
      headers.set('Content-Length', String(range.end - range.start));
      const part = entryBytes(reader, source, entry.start + range.start, entry.start + range.end);
      return new Response(pulled(part, range.end - range.start, untold), { status: 206, headers });
    }
    case 'whole': {
      headers.set('Content-Length', String(entry.bytes));
      const whole = entryBytes(reader, source, entry.start, entry.start + entry.bytes);
      return new Response(pulled(whole, entry.bytes, told(ticket, entry.bytes, tell)), { headers });
    }
  }
}

/** One sentence as text, for who opens an address that leads nowhere. */
export const plainAnswer = (status: number, sentence: string): Response =>
  new Response(`${sentence}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cache-Control': 'no-store',
    },
  });

/** RFC 6266 with RFC 8187: the real name, and for old readers the same in ASCII. */
function attachment(name: string): string {
  const ascii = name.replace(/[^\w .()-]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

interface Outcome {
  done(): void;
  failed(error: unknown): void;
  cancelled(): void;
}

const untold: Outcome = { done: () => undefined, failed: () => undefined, cancelled: () => undefined };

function told({ id: ticket }: SaveTicket, bytes: number, tell: (news: SaveNews) => void): Outcome {
  tell({ kind: 'save-started', ticket });
  return {
    done: () => tell({ kind: 'save-done', ticket, bytes }),
    failed: (error) =>
      tell({ kind: 'save-failed', ticket, reason: error instanceof ShoalError ? error.message : 'internal' }),
    cancelled: () => tell({ kind: 'save-failed', ticket, reason: cancelledReason }),
  };
}

/** A stream that asks its source only when it is asked, and fails unless it got exactly `length` bytes, or when it is broken off. */
function pulledBody(
  source: AsyncGenerator<Bytes>,
  length: number,
  outcome: Outcome,
  attend: (breakOff: (reason: ShoalError) => void) => () => void,
): ReadableStream<Bytes> {
  let given = 0;
  let over = false;
  let ended = (): void => undefined;
  /** What happens after the first end is part of it, and told nobody. */
  const end = (tell: () => void): void => {
    if (over) return;
    over = true;
    ended();
    tell();
  };
  return new ReadableStream<Bytes>(
    {
      start(controller) {
        ended = attend((reason) => {
          controller.error(reason);
          end(() => outcome.failed(reason));
          void source.return(undefined).catch(() => undefined);
        });
      },
      async pull(controller) {
        try {
          const next = await source.next();
          if (over) return;
          if (!next.done) {
            given += next.value.length;
            invariant(given <= length, 'a body is no longer than its header says');
            controller.enqueue(next.value);
            return;
          }
          invariant(given === length, 'a body is as long as its header says');
          controller.close();
          end(() => outcome.done());
        } catch (error) {
          controller.error(error);
          end(() => outcome.failed(error));
        }
      },
      async cancel() {
        end(() => outcome.cancelled());
        await source.return(undefined);
      },
    },
    // One chunk is already read ahead by the source; no second queue before it.
    { highWaterMark: 0 },
  );
}
