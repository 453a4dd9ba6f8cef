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
import { createLifeline, endsShortAsWhole } from './lifeline';

declare const self: ServiceWorkerGlobalScope;

/** A ticket holds keys: it is kept for a download to be tried again today, not for ever. */
const ticketLifeMs = 24 * 60 * 60 * 1000;

const records = createIdbRecordStore();
const reader: EntryReader = { chunks: createIdbChunkStore(), crypto: createWebCrypto() };
const news = new BroadcastChannel(saveChannelName);
const watchNews = createWatchNews(new BroadcastChannel(watchChannel));
/** Downloads running now, by ticket: the same one may be fetched twice. */
const running = new Map<string, number>();
/** Tells this start of the worker from the next one, which knows nothing of its downloads. */
const instance = crypto.randomUUID();
const lifeline = endsShortAsWhole(navigator.userAgent) ? createLifeline() : undefined;

self.addEventListener('activate', (event) => {
  event.waitUntil(removeOldTickets());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || !url.pathname.startsWith(saveScope)) return;
  const answered = answer(event.request, url);
  event.respondWith(answered);
  if (!lifeline) return;
  lifeline.heard();
  // Firefox lets a worker live longer while an event waits, though not for ever.
  event.waitUntil(answered.then(() => lifeline.idle()));
});

self.addEventListener('message', (event) => {
  lifeline?.heard();
  if (isSaveLeave(event.data)) lifeline?.left(event.data.ticket);
  const [port] = event.ports;
  if (!port || !isSavePing(event.data)) return;
  const { ticket } = event.data;
  event.waitUntil(
    findTicket(ticket).then((found) => {
      const saving = running.has(ticket);
      const pong: SavePong = { kind: 'pong', known: found !== undefined, saving, worker: instance };
      port.postMessage(pong);
    }),
  );
});

async function answer(request: Request, url: URL): Promise<Response> {
  if (request.method !== 'GET') return plainAnswer(405, 'Only GET is answered here.');
  if (url.pathname === stagePath) return stageResponse();
  const id = ticketOfPath(url.pathname);
  const ticket = id === undefined ? undefined : await findTicket(id);
  if (!ticket)
    return plainAnswer(404, 'This download is no longer available. Start it again from its share.');
  try {
    if (ticket.kind === 'watch') return displayResponse(ticket, request.headers, reader, watchNews);
    return downloadResponse(ticket, request.headers, reader, tell, lifeline?.attend);
  } catch {
    return plainAnswer(500, 'This download could not be started. Start it again from its share.');
  }
}

function tell(message: SaveNews): void {
  const count = (running.get(message.ticket) ?? 0) + (message.kind === 'save-started' ? 1 : -1);
  if (count > 0) running.set(message.ticket, count);
  else running.delete(message.ticket);
  news.postMessage(message.kind === 'save-started' ? { ...message, worker: instance } : message);
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
