/** A full disk, in a Chromium of its own: a quota is the whole origin's, and Chromium asks for it anew only at its first write. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { expect, it } from 'vitest';
import { chromiumFlags, chromiumPath } from '../../../scripts/chromium.mjs';
import { serveSite } from '../contracts/loopback-site';
import type { TestPage } from '../service-worker/service-worker.test-page';

declare const testPage: TestPage;

it(
  '[ST11] IndexedDB keeps nothing of a batch over quota and says so by code',
  { timeout: 120_000 },
  async () => {
    const profile = mkdtempSync(join(tmpdir(), 'shoal-quota-'));
    const script = join(import.meta.dirname, '../service-worker/service-worker.test-page.ts');
    const site = await serveSite({ '/page.js': script });
    const options = { executablePath: chromiumPath(), args: chromiumFlags };
    const context = await chromium.launchPersistentContext(profile, options);
    try {
      const page = await context.newPage();
      await page.goto(site.origin);
      const session = await context.newCDPSession(page);
      await session.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 8 << 20 });
      // Some seconds may pass until Chromium looks again.
      await expect
        .poll(() => page.evaluate(() => testPage.overfill(32 << 20)), { timeout: 90_000, interval: 1000 })
        .toEqual({ code: 'quota-exceeded', kept: [0] });
    } finally {
      await context.close();
      await site.close();
      rmSync(profile, { recursive: true, force: true });
    }
  },
);
