/** Saving in a real Chromium with a profile on disk: what arrives there is what was shared, or the download is shown as failed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Download, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumFlags, chromiumPath } from '../../../scripts/chromium.mjs';
import { type LoopbackSite, serveSite } from '../contracts/loopback-site';
import type { TestPage } from './service-worker.test-page';

declare const testPage: TestPage;

const profile = mkdtempSync(join(tmpdir(), 'shoal-save-'));
let site: LoopbackSite;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  site = await serveSite({
    '/page.js': join(import.meta.dirname, 'service-worker.test-page.ts'),
    '/sw.js': join(import.meta.dirname, 'main.ts'),
  });
  context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: chromiumFlags,
  });
  page = await context.newPage();
  await page.goto(site.origin);
}, 120_000);

afterAll(async () => {
  await context.close();
  await site.close();
  rmSync(profile, { recursive: true, force: true });
}, 60_000);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Filling = Parameters<TestPage['fill']>[0];
const fill = (filling: Filling): Promise<Record<string, string>> =>
  page.evaluate((options) => testPage.fill(options), filling);

async function save(id: string, name: string): Promise<{ download: Download; said: string }> {
  const started = page.waitForEvent('download');
  const said = page.evaluate(([id, name]) => testPage.save(id, name), [id, name] as const);
  return { download: await started, said: await said };
}

describe('saving through the service worker', { timeout: 120_000 }, () => {
  it('[SA26] puts a file of 20 MiB on the disk as it was, and the page stays', async () => {
    const name = 'größe 20 MiB (1).bin';
    const hashes = await fill({
      id: 'big',
      name,
      kind: 'file',
      files: [[name, 20 << 20]],
      chunkBytes: 1 << 20,
    });
    const { download, said } = await save('big', name);
    expect(await download.failure()).toBeNull();
    expect(download.suggestedFilename()).toBe(name);
    expect(sha256(readFileSync(await download.path()))).toBe(hashes[name]);
    expect(said).toBe('done');
    expect(page.url()).toBe(`${site.origin}/`);
  });

  it('[SA27] puts several files on the disk as one ZIP', async () => {
    const files: Filling['files'] = [
      ['holiday/a.jpg', 3_000_000],
      ['holiday/empty', 0],
      ['été/日本.txt', 5],
      ['b.bin', 1_500_000],
    ];
    const hashes = await fill({ id: 'zip', name: 'all.zip', kind: 'zip', files, chunkBytes: 256 << 10 });
    const { download, said } = await save('zip', 'all.zip');
    expect(await download.failure()).toBeNull();
    const path = await download.path();
    expect(execFileSync('unzip', ['-t', path]).toString()).toContain('No errors detected');
    const script =
      'import hashlib,json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]);' +
      'print(json.dumps({i.filename: hashlib.sha256(z.read(i)).hexdigest() for i in z.infolist()}))';
    expect(JSON.parse(execFileSync('python3', ['-c', script, path]).toString())).toEqual(hashes);
    expect(said).toBe('done');
  });

  it('[SA28] puts an empty file on the disk', async () => {
    await fill({ id: 'empty', name: 'empty.txt', kind: 'file', files: [['empty.txt', 0]], chunkBytes: 1024 });
    const { download, said } = await save('empty', 'empty.txt');
    expect(await download.failure()).toBeNull();
    expect(statSync(await download.path()).size).toBe(0);
    expect(said).toBe('done');
  });

  it.each(['file', 'zip'] as const)('[SA29] a %s with a missing chunk is a failed download', async (kind) => {
    const id = `broken-${kind}`;
    await fill({ id, name: id, kind, files: [['x', 8 << 20]], chunkBytes: 1 << 20, missing: 5 });
    const { download, said } = await save(id, id);
    expect(await download.failure()).not.toBeNull();
    expect(said).toBe('chunk-damaged: chunk 5 is missing');
  });

  it('[SA30] says that a download broke off when the person ended it', async () => {
    const id = 'cancelled';
    await fill({ id, name: id, kind: 'file', files: [['x', 64 << 20]], chunkBytes: 1 << 20 });
    const started = page.waitForEvent('download');
    const said = page.evaluate((id) => testPage.save(id, id), id);
    await (await started).cancel();
    // On a fast disk it may be over before the word arrives.
    expect(['save-broken-off: cancelled', 'done']).toContain(await said);
  });

  it('[SA31] an unknown ticket fails by word and leaves the page where it is', async () => {
    const said = await page.evaluate(() => testPage.save('never', 'never.txt'));
    expect(said).toBe('save-failed: the ticket is gone');
    expect(page.url()).toBe(`${site.origin}/`);
    const other = await context.newPage();
    const response = await other.goto(`${site.origin}/_dl/never/never.txt`);
    expect(response?.status()).toBe(404);
    expect(await response?.text()).toMatch(/^This download is no longer available\./);
    await other.close();
  });

  it('[SA32] a running download needs no page: closing the one that began it changes nothing', async () => {
    const id = 'alone';
    const hashes = await fill({ id, name: id, kind: 'file', files: [['x', 48 << 20]], chunkBytes: 1 << 20 });
    const other = await context.newPage();
    await other.goto(site.origin);
    const started = other.waitForEvent('download');
    await other.evaluate((id) => void testPage.save(id, id), id);
    const download = await started;
    const path = download.path();
    await other.close();
    expect(sha256(readFileSync(await path))).toBe(hashes.x);
  });

  it('[SA42] a save begun anew follows the download another page began, and knows of one nobody heard end', async () => {
    const id = 'again';
    await fill({ id, name: id, kind: 'file', files: [['x', 64 << 20]], chunkBytes: 1 << 20 });
    const other = await context.newPage();
    await other.goto(site.origin);
    const started = other.waitForEvent('download');
    await other.evaluate((id) => void testPage.save(id, id), id);
    const download = await started;
    await other.close();
    // Still running or over already: either way it is not begun again.
    expect(await page.evaluate((id) => testPage.follow(id), id)).toBe(true);
    expect(await download.failure()).toBeNull();
    await expect.poll(() => page.evaluate((id) => testPage.unheard(id), id), { timeout: 30_000 }).toBe(false);
    expect(await page.evaluate((id) => testPage.follow(id), id)).toBe(false);
    expect(await page.evaluate(() => testPage.follow('big'))).toBe(false);
  });

  it('[SA33] several downloads run at once, each with its own bytes', async () => {
    const ids = ['one', 'two', 'three'];
    for (const id of ids) {
      const hashes = await fill({ id, name: id, kind: 'file', files: [[id, 6 << 20]], chunkBytes: 1 << 20 });
      expect(hashes[id]).toBeDefined();
    }
    const downloads: Download[] = [];
    page.on('download', (download) => downloads.push(download));
    const said = await page.evaluate((ids) => Promise.all(ids.map((id) => testPage.save(id, id))), ids);
    expect(said).toEqual(['done', 'done', 'done']);
    page.removeAllListeners('download');
    for (const download of downloads) expect(await download.failure()).toBeNull();
    const sizes = await Promise.all(downloads.map(async (each) => statSync(await each.path()).size));
    expect(sizes).toEqual([6 << 20, 6 << 20, 6 << 20]);
  });

  it('[SA34] the page is not asked whether to leave while a download starts', async () => {
    const other = await context.newPage();
    await other.goto(site.origin);
    await other.mouse.click(5, 5); // without a gesture browsers never ask
    await other.evaluate(() => testPage.askBeforeLeaving());
    const started = other.waitForEvent('download');
    const said = other.evaluate(() => testPage.save('big', 'big'));
    expect(await (await started).failure()).toBeNull();
    expect(await said).toBe('done');
    expect(await other.evaluate(() => testPage.leavingAsked())).toBe(0);
    await other.close();
  });

  it('[SA37] where the page may have no frames, a link starts the download and the page stays', async () => {
    const other = await context.newPage();
    await other.goto(`${site.origin}/frameless`);
    const started = other.waitForEvent('download');
    const said = other.evaluate(() => testPage.save('big', 'big'));
    expect(await (await started).failure()).toBeNull();
    expect(await said).toBe('done');
    expect(other.url()).toBe(`${site.origin}/frameless`);
    await other.close();
  });

  it('[SA35] tickets older than a day are gone when the worker starts anew', async () => {
    const day = 24 * 60 * 60 * 1000;
    const filling = { name: 'x', kind: 'file', files: [['x', 1]], chunkBytes: 1024 } as const;
    await fill({ ...filling, files: [['x', 1]], id: 'old', createdAt: Date.now() - day - 1000 });
    await fill({ ...filling, files: [['x', 1]], id: 'new', createdAt: Date.now() - day / 2 });
    const session = await context.newCDPSession(page);
    await session.send('ServiceWorker.enable');
    await session.send('ServiceWorker.stopAllWorkers');
    await page.evaluate(() => testPage.save('never', 'x'));
    await expect
      .poll(() => page.evaluate(() => testPage.tickets()), { timeout: 30_000 })
      .not.toContain('old');
    expect(await page.evaluate(() => testPage.tickets())).toContain('new');
  });

  it('[SA62] a file is read in the stage while its chunks arrive, in parts of bounded length', async () => {
    const bytes = (9 << 20) + 12_345;
    const missing = [2, 5, 9];
    const hash = await page.evaluate(
      ([bytes, missing]) => testPage.watchable('film', 'film.webm', bytes, 1 << 20, missing),
      [bytes, missing] as const,
    );
    const read = page.evaluate(() => testPage.readInStage('film', 'film.webm'));
    for (const chunk of missing) {
      // It says where it is, and waits there.
      await expect.poll(() => page.evaluate(() => testPage.readAt().at(-1)), { timeout: 30_000 }).toBe(chunk);
      await page.evaluate((chunk) => testPage.arrive(chunk), chunk);
    }
    expect(await read).toEqual({ hash, parts: [4 << 20, 4 << 20, (1 << 20) + 12_345] });
  });

  it('[SA36] without a service worker a large one is refused with its own words', async () => {
    const other = await context.newPage();
    await other.addInitScript(() => Object.defineProperty(navigator, 'serviceWorker', { value: undefined }));
    await other.goto(site.origin);
    expect(await other.evaluate(() => testPage.saveLarge(500_000_001))).toBe(
      'save-too-large: 500000001 bytes without a service worker',
    );
    await other.close();
  });

  it('[SA36] without a service worker a small download is built in memory', async () => {
    const other = await context.newPage();
    await other.addInitScript(() => Object.defineProperty(navigator, 'serviceWorker', { value: undefined }));
    await other.goto(site.origin);
    for (const id of ['big', 'zip']) {
      const started = other.waitForEvent('download');
      const said = other.evaluate((id) => testPage.save(id, id), id);
      const download = await started;
      expect(await download.failure()).toBeNull();
      expect(await said).toBe('done');
      if (id === 'zip') execFileSync('unzip', ['-tqq', await download.path()]);
      else expect(statSync(await download.path()).size).toBe(20 << 20);
    }
    await other.close();
  });
});
