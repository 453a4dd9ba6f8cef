/**
 * The answer to a player that reads a file while it arrives, and the empty document it plays in (research/pitfalls.md 6.2–6.5). Decides that peer
 * content is shown as what its name says or not at all (lib/content/displays.ts), in a sandbox; that a range is answered in parts, so that a seek
 * leaves no long stream behind; and that a body has the length its header says or fails.
 *
 * Our scope is /_dl/ only, so the app's page is no client of this worker and its elements load past it. The stage is: a document of ours, with no
 * script, in which the page puts the element that plays.
 */
import { ShoalError } from '../../base/errors';
import { invariant } from '../../base/invariant';
import { chunksOf } from '../../content/layout';
import type { WatchTicket } from '../../content/ticket';
import { displayTypeOf } from '../../content/displays';
import { watchVersion } from '../../content/watch';
import type { Bytes } from '../../ports';
import { entryBytes, type EntryReader } from '../browser/entry-stream';
import { arrivingChunks, type WatchNews } from './arriving';
import { plainAnswer } from './download';
import { answerRange } from './range';

/** Most of a range is answered in one go. pitfalls 6.4: 4 MiB; players come back for the rest. */
export const partBytes = 4 * 1024 * 1024;

export function displayResponse(
  ticket: WatchTicket,
  request: Headers,
  { chunks, crypto }: EntryReader,
  news: WatchNews,
): Response {
  const [entry] = ticket.entries;
  const [source] = ticket.sources;
  const shown = displayTypeOf(entry.path, entry.bytes);
  if (!shown) return plainAnswer(403, 'Files of this kind are not shown in the page. Save it instead.');
  const headers = new Headers({
    'Content-Type': shown.type,
    'Content-Disposition': 'inline',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  const body = (start: number, end: number): ReadableStream<Bytes> => {
    headers.set('Content-Length', String(end - start));
    const [first, count] = chunksOf(source.geometry, entry.start, entry.start + entry.bytes);
    const leaving = new AbortController();
    const reader = globalThis.crypto.randomUUID();
    const options = { watch: ticket.id, reader, until: first + count, news, signal: leaving.signal };
    const arriving = { chunks: arrivingChunks(chunks, options), crypto };
    const bytes = entryBytes(arriving, source, entry.start + start, entry.start + end);
    const over = (cut: boolean): void => {
      if (leaving.signal.aborted) return;
      leaving.abort();
      news.post({ v: watchVersion, kind: 'read', reader, cut });
    };
    return pulled(bytes, end - start, over);
  };

  // Players seek by ranges; pictures, documents and text are read from end to end.
  if (shown.display !== 'video' && shown.display !== 'audio')
    return new Response(body(0, entry.bytes), { headers });
  headers.set('Accept-Ranges', 'bytes');
  const range = answerRange(request.has('If-Range') ? null : request.get('Range'), entry.bytes);
  switch (range.kind) {
    case 'none':
      headers.set('Content-Range', `bytes */${entry.bytes}`);
      return new Response(null, { status: 416, headers });
    case 'part': {
      const end = Math.min(range.end, range.start + partBytes);
      headers.set('Content-Range', `bytes ${range.start}-${end - 1}/${entry.bytes}`);
      return new Response(body(range.start, end), { status: 206, headers });
    }
    case 'whole':
      return new Response(body(0, entry.bytes), { headers });
  }
}

/** Made anew each time: an empty document of our own that may load from here and run nothing. */
export const stageResponse = (): Response =>
  new Response('<!doctype html><html lang="en"><meta charset="utf-8"><title>Viewer</title><body></body>', {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy':
        "default-src 'none'; media-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
  });

/** A stream that asks its source only when it is asked, and fails unless it got exactly `length` bytes. `over` may be told twice of a cut. */
function pulled(
  source: AsyncGenerator<Bytes>,
  length: number,
  over: (cut: boolean) => void,
): ReadableStream<Bytes> {
  let given = 0;
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const next = await source.next();
          if (!next.done) {
            given += next.value.length;
            invariant(given <= length, 'a body is no longer than its header says');
            controller.enqueue(next.value);
            return;
          }
          if (given !== length) throw new ShoalError('internal', 'short body');
          controller.close();
          over(false);
        } catch (error) {
          controller.error(error);
          over(true);
        }
      },
      async cancel() {
        // First, or a read that waits for its chunk would hold the source for ever.
        over(true);
        await source.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
