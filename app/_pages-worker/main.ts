/**
 * The pages worker, bundled to out/pages.js by scripts/pages-worker.mjs with the list of the build's files in it, so that every build is a new
 * worker. A new one takes over as soon as its build is kept: pages opened from then on are of the new build, and those that are open go on
 * with theirs, whose cache stays while one of them is. It never stands between a page and the tracker, and leaves /_dl/ to the worker there.
 */
/// <reference lib="webworker" />
import { createHandedOver } from './handed';
import { createKeptPages, type Build } from './kept-pages';
import { handedPath, isHandedQuestion, keptPrefix, type ShowRoom } from './messages';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the bundler. */
declare const BUILD: Build;

const pages = createKeptPages(BUILD, { caches: self.caches, fetch: (request) => self.fetch(request) });
const handed = createHandedOver();

self.addEventListener('install', (event) => {
  event.waitUntil(pages.install().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  // The very first visit too: what its page loads later is kept already.
  event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === 'POST' && url.pathname === handedPath) {
    const { answer, over } = handed.take(request);
    event.respondWith(answer);
    event.waitUntil(over);
    return;
  }
  if (request.method !== 'GET') return;
  const navigates = request.mode === 'navigate';
  const path = pages.pathOf(url, navigates);
  if (path === undefined) return;
  event.respondWith(pages.answer(path, request));
  if (navigates) event.waitUntil(tidy().catch(() => undefined)); // the next visit tidies
});

self.addEventListener('message', (event) => {
  const [port] = event.ports;
  if (port && isHandedQuestion(event.data)) port.postMessage(handed.give(event.data.id));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showPage(event.notification.data));
});

/** Of the other worker: a download, or what a file is shown in. */
const isDownload = (url: string): boolean => new URL(url).pathname.startsWith('/_dl/');

/** Builds nobody uses any more go. A page that has not taken its lock yet may be of any build, so then all stay. */
async function tidy(): Promise<void> {
  const [windows, { held = [] }] = await Promise.all([
    self.clients.matchAll({ type: 'window', includeUncontrolled: true }),
    self.navigator.locks.query(),
  ]);
  const locks = held.flatMap(({ name }) => (name?.startsWith(keptPrefix) ? [name] : []));
  const open = windows.filter(({ url }) => !isDownload(url));
  if (open.length <= locks.length) await pages.dropUnused(locks);
}

/** The tab that told it, by its address; else any, which is told to show it; else a new one. The address is the page's own word, from the notification's data. */
async function showPage(told: unknown): Promise<void> {
  const address = new URL(typeof told === 'string' ? told : '/', self.location.origin);
  if (address.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const pages = windows.filter(({ url }) => !isDownload(url));
  const tab = pages.find(({ url }) => url === address.href) ?? pages[0];
  if (!tab) {
    await self.clients.openWindow(address.href);
    return;
  }
  await tab.focus();
  // Its address may be that of its first page, so it is told in any case.
  tab.postMessage({ kind: 'show', address: `${address.pathname}${address.hash}` } satisfies ShowRoom);
}
