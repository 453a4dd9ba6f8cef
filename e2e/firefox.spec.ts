/** Firefox and Chromium in one room: send, receive, save, resume. Skipped where no Firefox is installed, except in CI. */
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { findFirefox } from '../scripts/firefox.mjs';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { launchFirefox, type FirefoxPeer } from './support/firefox-peer';
import { expect, test as base, type Fixtures } from './support/fixtures';

interface FirefoxFixtures {
  /** Launches a Firefox of its own; closed after the test. */
  readonly firefox: typeof launchFirefox;
}

const test = base.extend<FirefoxFixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
  firefox: async ({}, use) => {
    const peers: FirefoxPeer[] = [];
    await use(async (...args) => {
      const peer = await launchFirefox(...args);
      peers.push(peer);
      return peer;
    });
    for (const peer of peers) await peer.close();
  },
});

test.skip(
  findFirefox() === undefined && !process.env.CI,
  'no Firefox: install firefox-esr or set FIREFOX_PATH',
);

const size = 50 * mebibyte;
/** As in resume.spec.ts: what may not have reached the disk when the fault came. */
const inFlight = 16 * mebibyte;

test('[E120] Chromium to Firefox, 50 MiB: saved through its downloads as it was sent, and nothing waits for an answer about storage', async ({
  launch,
  firefox,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'report ü.bin'), size);
  const [sender, receiver] = [await launch(), await firefox()];
  await receiver.join(await sender.share(server.url, file));
  await receiver.start();
  const path = await receiver.saved();
  expect(path).toMatch(/\/report ü\.bin$/);
  expect(await sha256(path)).toBe(await sha256(file));
  await receiver.expectState('complete');
  expect((await receiver.stats()).badChunks).toBe(0);
  // Firefox asked the person whether to keep the data for good, and nobody answered.
  expect(await receiver.page.evaluate(() => navigator.storage.persisted())).toBe(false);
  expect(receiver.failures).toEqual([]);
});

test('[E121] Firefox to Chromium, 50 MiB, out of a hidden tab', async ({ launch, firefox, server }) => {
  const file = await makeFile(join(await scratch(), 'back.bin'), size, 2);
  const [sender, receiver] = [await firefox(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.newTab('about:blank');
  expect(await sender.page.evaluate(() => document.hidden)).toBe(true);
  await receiver.join(link);
  const saved = await receiver.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));
  expect((await receiver.stats()).badChunks).toBe(0);
  expect(sender.failures).toEqual([]);
});

test('[E122] Firefox is killed while it receives: started again, it fetches only what it had not verified', async ({
  launch,
  firefox,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'rest.bin'), size, 3);
  const [sender, receiver] = [await launch(), await firefox()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  await receiver.start();
  await receiver.progressed(50);
  const before = await receiver.stats();
  await receiver.kill();
  const again = await firefox(receiver.profile);
  await again.page.goto(link);
  expect(await sha256(await again.saved())).toBe(await sha256(file));
  expect((await again.stats()).bytesReceived).toBeLessThan(size - before.bytesReceived + inFlight);
});

test(
  '[E123] Firefox is killed while it sends: started again at the start page, it seeds again without a click',
  { tag: '@slow' },
  async ({ launch, firefox, server }) => {
    const file = await makeFile(join(await scratch(), 'seed.bin'), size, 4);
    const [sender, receiver] = [await firefox(), await launch()];
    const link = await sender.share(server.url, file);
    await sender.expectState(/waiting|complete/);
    await receiver.join(link);
    const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
    await receiver.start();
    await receiver.progressed(15);
    await sender.kill();
    const again = await firefox(sender.profile);
    await again.page.goto(server.url);
    const saved = await receiver.saved(coming);
    expect(await sha256(saved.path)).toBe(await sha256(file));
  },
);

test(
  '[E124] Firefox and two Chromiums: all get it, and Firefox serves what it has',
  { tag: '@slow' },
  async ({ launch, firefox, server }) => {
    const file = await makeFile(join(await scratch(), 'swarm.bin'), size, 5);
    const hash = await sha256(file);
    const [sender, first, second] = [await launch(), await firefox(), await launch()];
    const link = await sender.share(server.url, file);
    await sender.expectState(/waiting|complete/);
    await first.join(link);
    await second.join(link);
    await first.expectPeers(2);
    await first.start();
    const [path, saved] = [first.saved(), second.download()];
    expect([await sha256(await path), await sha256((await saved).path)]).toEqual([hash, hash]);
    expect((await first.stats()).bytesSent).toBeGreaterThan(0);
    expect((await sender.stats()).bytesSent).toBeLessThanOrEqual(1.5 * size);
  },
);

interface Received {
  readonly receiver: FirefoxPeer;
  readonly link: string;
  readonly hash: string;
  /** A second tab of the receiver, without the app, which can reach into its storage. */
  readonly storage: Page;
}

/** A Firefox that has received and saved a file, and can save it again. */
async function received(
  { launch, firefox, server }: Pick<FirefoxFixtures & Fixtures, 'launch' | 'firefox' | 'server'>,
  preferences: Readonly<Record<string, unknown>> = {},
): Promise<Received> {
  const file = await makeFile(join(await scratch(), 'cut.bin'), 24 * mebibyte, 6);
  const [sender, receiver] = [await launch(), await firefox(undefined, { preferences })];
  const link = await sender.share(server.url, file);
  await receiver.join(link);
  await receiver.start();
  const hash = await sha256(file);
  expect(await sha256(await receiver.saved())).toBe(hash);
  const storage = await receiver.newTab(`${server.url}/healthz`);
  return { receiver, link, hash, storage };
}

/** What slowDown leaves in its tab, in performance.now(). */
type Slowed = typeof globalThis & { slowed?: { end: number } };

/**
 * Makes saving slow, as a busy disk does: nobody reads a store while somebody writes, so writes that follow each other let one chunk
 * through after each. Ends by itself, or when told.
 */
const slowDown = (storage: Page, chunkMs: number, forMs: number): Promise<void> =>
  storage.evaluate(
    async (chunkMs, forMs) => {
      const [name] = (await indexedDB.databases()).flatMap(({ name }) =>
        name?.startsWith('shoal-chunks-') ? [name] : [],
      );
      if (name === undefined) throw new Error('no chunks are stored');
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(new Error('the store does not open'));
      });
      const course = ((globalThis as Slowed).slowed = { end: performance.now() + forMs });
      await new Promise<void>((resolve) => {
        const write = (): void => {
          const records = database.transaction('records', 'readwrite').objectStore('records');
          let until = 0;
          const again = (): void => {
            const now = performance.now();
            if (until === 0) {
              resolve();
              until = now + chunkMs;
              // Stands in line before this one ends; a read that comes between them is let through.
              if (now < course.end) write();
            }
            if (now < Math.min(until, course.end)) records.count().onsuccess = again;
          };
          records.count().onsuccess = again;
        };
        write();
      });
    },
    chunkMs,
    forMs,
  );

/** Closing the tab is not enough: its transactions may outlive it for a while. */
const speedUp = (storage: Page): Promise<void> =>
  storage.evaluate(() => {
    const { slowed } = globalThis as Slowed;
    if (slowed) slowed.end = 0;
  });

const removeChunk = (storage: Page, chunk: number): Promise<void> =>
  storage.evaluate(async (chunk) => {
    for (const { name } of await indexedDB.databases()) {
      if (!name?.startsWith('shoal-chunks-')) continue;
      await new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(new Error('the store does not open'));
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('records', 'readwrite');
          transaction.objectStore('records').delete(chunk);
          transaction.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      });
    }
  }, chunk);

/** Longer than any test: until told. */
const forLongMs = 600_000;

test(
  '[E125] [SA29] a save that finds a chunk missing is a failed download in Firefox too; the chunk is fetched again and all is saved',
  { tag: '@slow' },
  async ({ launch, firefox, server }) => {
    const { receiver, hash, storage } = await received({ launch, firefox, server });
    // What is missing before is found before a download starts (RX8), so it goes while one runs.
    await slowDown(storage, 1000, forLongMs);
    await receiver.saveAgain();
    await receiver.begun();
    await removeChunk(storage, 20);
    await speedUp(storage);
    expect((await receiver.ended()).status).toBe('canceled');
    expect(await sha256(await receiver.saved())).toBe(hash);
  },
);

test(
  '[E129] [SA51] the page is closed, or Firefox is quit, while it saves: no short file looks whole, and it can be had again',
  { tag: '@slow' },
  async ({ launch, firefox, server }) => {
    const { receiver, link, hash, storage } = await received({ launch, firefox, server });
    await slowDown(storage, 1000, forLongMs);
    await receiver.saveAgain();
    await receiver.begun();
    await receiver.page.close();
    expect((await receiver.ended()).status).toBe('canceled');
    await speedUp(storage);
    await receiver.moveToNewTab(link);
    await receiver.saveAgain();
    expect(await sha256(await receiver.saved())).toBe(hash);

    await slowDown(storage, 1000, forLongMs);
    await receiver.saveAgain();
    await receiver.begun();
    await receiver.quit();
    // Firefox marks what is not finished; an empty file keeps the name for it.
    const finished = (await receiver.savedFiles()).filter(({ name }) => !name.endsWith('.part'));
    expect(finished.length).toBeGreaterThanOrEqual(2);
    expect(finished.filter(({ bytes }) => bytes !== 0 && bytes !== 24 * mebibyte)).toEqual([]);
  },
);

test(
  '[E126] a slow save outlives the time after which Firefox stops a worker that nobody speaks to',
  { tag: '@slow' },
  async ({ launch, firefox, server }) => {
    const { receiver, hash, storage } = await received(
      { launch, firefox, server },
      { 'dom.serviceWorkers.idle_timeout': 10_000, 'dom.serviceWorkers.idle_extended_timeout': 10_000 },
    );
    await slowDown(storage, 500, 25_000);
    await receiver.saveAgain();
    expect(await sha256(await receiver.saved())).toBe(hash);
  },
);

test(
  '[E127] [SA52] Firefox stops the worker all the same: whatever it calls the file, the page says that it failed and saves again',
  { tag: '@slow' },
  async ({ launch, firefox, server }) => {
    const { receiver, hash, storage } = await received(
      { launch, firefox, server },
      // Shorter than the time between two pings.
      { 'dom.serviceWorkers.idle_timeout': 4000, 'dom.serviceWorkers.idle_extended_timeout': 4000 },
    );
    await slowDown(storage, 1000, forLongMs);
    await receiver.saveAgain();
    await receiver.ended();
    expect(await receiver.error()).toBe('save-broken-off');
    await speedUp(storage);
    await receiver.saveAgain();
    expect(await sha256(await receiver.saved())).toBe(hash);
  },
);

test(
  '[E128] in a private window, and without service workers, a file arrives and is saved',
  { tag: '@slow' },
  async ({ launch, firefox, server }) => {
    const file = await makeFile(join(await scratch(), 'private.bin'), 4 * mebibyte, 7);
    const sender = await launch();
    const link = await sender.share(server.url, file);
    for (const preference of [
      { 'browser.privatebrowsing.autostart': true },
      { 'dom.serviceWorkers.enabled': false },
    ]) {
      const receiver = await firefox(undefined, { preferences: preference });
      await receiver.join(link);
      await receiver.start();
      expect(await sha256(await receiver.saved())).toBe(await sha256(file));
      await receiver.close();
    }
  },
);
