/**
 * Chunks of a file that still arrives: reading one that is not there yet says where the reader is, and waits until it is kept. News may be lost
 * and the tab that leads the room may change, so the store is asked again at every word of this share and now and then without one.
 * PROTOCOL.md SA63. Leaves out decryption (entry-stream.ts) and who fetches (lib/room/watch-windows.ts).
 */
import { ShoalError } from '../../base/errors';
import type { ShareId } from '../../base/ids';
import { readWatchMessage, watchVersion, type WatchMessage } from '../../content/watch';
import type { ChunkStore } from '../../ports';

/** The channel all of a profile's tabs hear; in the service worker one for all readers. */
export interface WatchNews {
  post(message: WatchMessage): void;
  /** Answers how to stop. */
  listen(hear: (message: WatchMessage) => void): () => void;
}

/** Guess: how long a lost word may hold a reader up. Each turn also tells a new leader of the reader, and keeps its window alive there. */
export const lookAgainMs = 5_000;

export interface ReaderOptions {
  readonly watch: string;
  readonly reader: string;
  /** Where its file ends: one after its last chunk. */
  readonly until: number;
  readonly news: WatchNews;
  /** Ends the wait: `get` rejects with 'save-cancelled'. */
  readonly signal: AbortSignal;
  readonly lookAgainMs?: number;
}

export function arrivingChunks(
  chunks: Pick<ChunkStore, 'get'>,
  options: ReaderOptions,
): Pick<ChunkStore, 'get'> {
  const { watch, reader, until, news, signal } = options;
  return {
    async get(share, chunk) {
      const say = (): void => {
        news.post({ v: watchVersion, kind: 'reading', watch, reader, share, at: chunk, until });
      };
      say();
      for (;;) {
        // Listening begins before the look: what is kept in between is heard.
        const wait = waitFor(share, options);
        try {
          const found = await chunks.get(share, chunk);
          if (found) return found;
          if ((await wait.over) === 'silence') say();
        } finally {
          wait.end();
        }
        if (signal.aborted) throw new ShoalError('save-cancelled');
      }
    },
  };
}

type Over = 'news' | 'silence' | 'closed';

function waitFor(
  share: ShareId,
  { watch, news, signal, lookAgainMs: ms = lookAgainMs }: ReaderOptions,
): { readonly over: Promise<Over>; end(): void } {
  let end = (): void => undefined;
  const over = new Promise<Over>((resolve, reject) => {
    const stop = news.listen((message) => {
      if (message.kind === 'kept' && message.share === share) resolve('news');
      if (message.kind === 'closed' && message.watch === watch) reject(new ShoalError('save-cancelled'));
    });
    const timer = setTimeout(() => resolve('silence'), ms);
    const abort = (): void => resolve('closed');
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    end = () => {
      stop();
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
  });
  over.catch(() => undefined); // met by who waits; nobody does when the chunk was there
  return { over, end };
}

/** One BroadcastChannel for all readers of this worker. */
export function createWatchNews(
  channel: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>,
): WatchNews {
  const hearers = new Set<(message: WatchMessage) => void>();
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = readWatchMessage(data);
    if (message) for (const hear of [...hearers]) hear(message);
  });
  return {
    post: (message) => channel.postMessage(message),
    listen: (hear) => {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
  };
}
