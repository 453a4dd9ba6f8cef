/** A full disk, in a Chromium of its own: a quota is the whole origin's, and Chromium asks for it anew only at its first write. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { expect, it } from 'vitest';
import { chromiumFlags, chromiumPath } from '../../../scripts/chromium.mjs';
import type { ShareId } from '../../base/ids';
import type { ChunkStore } from '../../ports';
import { serveSite } from '../contracts/loopback-site';
import type { TestPage } from '../service-worker/service-worker.test-page';

declare const testPage: TestPage;
/** In pack-store.worker.ts. */
declare const chunkStore: ChunkStore;

it(
  '[ST11] IndexedDB keeps nothing of a batch over quota and says so by code',
  { timeout: 120_000 },
  async () => {
    await withLittleSpace(async (page) => {
      // Some seconds may pass until Chromium looks again.
      await expect
        .poll(() => page.evaluate(() => testPage.overfill(32 << 20)), { timeout: 90_000, interval: 1000 })
        .toEqual({ code: 'quota-exceeded', kept: [0] });
    });
  },
);

it('[ST11] a worker that writes packs neither, and no file of it is left', { timeout: 120_000 }, async () => {
  await withLittleSpace(async (page) => {
    const starting = page.waitForEvent('worker');
    await page.evaluate(() => {
      new Worker('/worker.js', { name: '1' });
    });
    const worker = await starting;
    const overfill = () =>
      worker.evaluate(async (share) => {
        await chunkStore.put(share, [{ chunk: 0, bytes: crypto.getRandomValues(new Uint8Array(10)) }]);
        const batch = [1, 2, 3, 4].map((chunk) => ({ chunk, bytes: new Uint8Array(8 << 20).fill(chunk) }));
        const code = await chunkStore.put(share, batch).then(
          () => 'none',
          (error: unknown) => (error as { code?: string }).code,
        );
        const kept = await chunkStore.keys(share);
        const root = await navigator.storage.getDirectory();
        const folder = await (await root.getDirectoryHandle('shoal-chunks')).getDirectoryHandle(share);
        let packs = 0;
        for await (const _ of folder.keys()) packs++;
        await chunkStore.drop(share);
        return { code, kept, packs };
      }, 'BBBBBBBBBBBBBBBBBBBBBB' as ShareId);
    await expect
      .poll(overfill, { timeout: 90_000, interval: 1000 })
      .toEqual({ code: 'quota-exceeded', kept: [0], packs: 1 });
  });
});

/** A page that may keep 8 MiB. */
async function withLittleSpace(use: (page: Page) => Promise<void>): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'shoal-quota-'));
  const site = await serveSite({
    '/page.js': join(import.meta.dirname, '../service-worker/service-worker.test-page.ts'),
    '/worker.js': join(import.meta.dirname, 'pack-store.worker.ts'),
  });
  const options = { executablePath: chromiumPath(), args: chromiumFlags };
  const context = await chromium.launchPersistentContext(profile, options);
  try {
    const page = await context.newPage();
    await page.goto(site.origin);
    const session = await context.newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 8 << 20 });
    await use(page);
  } finally {
    await context.close();
    await site.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
