/**
 * The service worker: saves files straight from IndexedDB to disk, with no page taking part (research/pitfalls.md 5.4–5.9). Scope /_dl/ only,
 * so it never stands between the app and its server. Decides which address gets which ticket, and when tickets are old. It never skips
 * waiting: a new version must not end a running download. Leaves out headers and bodies (download.ts); bundled to public/sw.js.
 */
/// <reference lib="webworker" />
import type { SaveTicket, WatchTicket } from '../../content/ticket';
import { watchChannel } from '../../content/watch';
import type { EntryReader } from '../browser/entry-stream';
import { createIdbChunkStore, createIdbRecordStore } from '../browser/idb-stores';
import {
  isSaveLeave,
  isSavePing,
  saveChannelName,
  type SaveNews,
  type SavePong,
  saveScope,
  stagePath,
  ticketOfPath,
} from '../browser/save-messages';
import { createWebCrypto } from '../web-crypto';
import { createWatchNews } from './arriving';
import { downloadResponse, plainAnswer } from './download';
import { stageResponse, displayResponse } from './display';
import { createLifeline } from './lifeline';

declare const self: ServiceWorkerGlobalScope;

/** A ticket holds keys: it is kept for a download to be tried again today, not for ever. */
const ticketLifeMs = 24 * 60 * 60 * 1000;

const records = createIdbRecordStore();
const reader: EntryReader = { chunks: createIdbChunkStore(), crypto: createWebCrypto() };
const news = new BroadcastChannel(saveChannelName);
const watchNews = createWatchNews(new BroadcastChannel(watchChannel));
/** Tells this start of the worker from the next one, which knows nothing of its downloads. */
const instance = self.crypto.randomUUID();
const lifeline = createLifeline({
  beat: (ticket) => news.postMessage({ kind: 'save-running', ticket } satisfies SaveNews),
  stopsUnnoticed: /Firefox\//.test(self.navigator.userAgent),
  now: () => performance.now(),
});

self.addEventListener('activate', (event) => {
  event.waitUntil(removeOldTickets());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || !url.pathname.startsWith(saveScope)) return;
  lifeline.heard();
  event.respondWith(answer(event, url));
});

self.addEventListener('message', (event) => {
  if (isSaveLeave(event.data)) event.waitUntil(left(event.source));
  const [port] = event.ports;
  if (!port || !isSavePing(event.data)) return;
  const { ticket } = event.data;
  lifeline.heard();
  event.waitUntil(
    findTicket(ticket).then((found) => {
      const pong: SavePong = {
        kind: 'pong',
        known: found !== undefined,
        saving: lifeline.running(ticket),
        worker: instance,
      };
      port.postMessage(pong);
    }),
  );
});

async function answer(event: FetchEvent, url: URL): Promise<Response> {
  const { request } = event;
  if (request.method !== 'GET') return plainAnswer(405, 'Only GET is answered here.');
  if (url.pathname === stagePath) return stageResponse();
  const id = ticketOfPath(url.pathname);
  const ticket = id === undefined ? undefined : await findTicket(id);
  if (!ticket)
    return plainAnswer(404, 'This download is no longer available. Start it again from its share.');
  if (ticket.kind === 'watch') return displayResponse(ticket, request.headers, reader, watchNews);
  const life = lifeline.begin(ticket.id);
  event.waitUntil(life.over);
  try {
    const tell = (message: SaveNews): void => void report(ticket, message);
    return downloadResponse(ticket, request.headers, reader, tell, life);
  } catch {
    life.end();
    return plainAnswer(500, 'This download could not be started. Start it again from its share.');
  }
}

/** The end is written down before it is told: a page that was closed meanwhile must not begin the same download anew when it opens. */
async function report(ticket: SaveTicket, message: SaveNews): Promise<void> {
  if (message.kind === 'save-done')
    await records.put('tickets', [[ticket.id, { ...ticket, unheard: true }]]).catch(() => undefined);
  news.postMessage(message.kind === 'save-started' ? { ...message, worker: instance } : message);
}

/** A page goes. Another that is open keeps its downloads running. */
async function left(source: ExtendableMessageEvent['source']): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const gone = source && 'id' in source ? source.id : undefined;
  if (pages.every(({ id }) => id === gone)) lifeline.left();
}

/** Storage that fails is a ticket not found: the sentence for it tells the person what to do. */
async function findTicket(id: string): Promise<SaveTicket | WatchTicket | undefined> {
  try {
    // Written by this app in this profile; its type is its own word.
    return (await records.get('tickets', id)) as SaveTicket | WatchTicket | undefined;
  } catch {
    return undefined;
  }
}

async function removeOldTickets(): Promise<void> {
  const oldest = Date.now() - ticketLifeMs;
  const tickets = (await records.list('tickets')) as [string, SaveTicket][];
  await records.remove(
    'tickets',
    tickets.filter(([, { createdAt }]) => createdAt < oldest).map(([id]) => id),
  );
}

// Versions change seldom, workers start often: old tickets go at each start. What fails here is tried at the next one.
removeOldTickets().catch(() => undefined);
