/**
 * Browsers whose tabs are really hidden. Playwright keeps every page it starts looking focused and visible and switches throttling off, so these
 * are started without it and only driven by it. Tabs behind another are then `hidden`, with timers once a second; a flag brings the once a
 * minute that comes after five minutes on within seconds (research/pitfalls.md 3.1, 11.3).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, expect, type Page } from '@playwright/test';
import { chromiumFlags, chromiumPath } from '../../scripts/chromium.mjs';
import { scratch } from './files';
import { Peer } from './peer';

export interface HiddenPeer extends Peer {
  /** Puts another tab in front, and resolves when the page is hidden and its timers hardly run. */
  hide(): Promise<void>;
  /** A click without a pointer: a hidden page has no frames for one to wait for. */
  press(testId: string): Promise<void>;
  /** Path of the first file the browser has finished downloading. */
  downloaded(): Promise<string>;
}

const flags = [
  ...chromiumFlags,
  '--headless=new',
  '--remote-debugging-port=0',
  '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1',
];

export async function launchHidden(): Promise<HiddenPeer> {
  const [profile, downloads] = [await scratch(), await scratch()];
  const child = spawn(chromiumPath(), [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
      const found = /ws:\/\/\S+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.once('exit', () => reject(new Error(`Chromium ended: ${said}`)));
  });
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
  const [context] = browser.contexts();
  const [page] = context?.pages() ?? [];
  if (!context || !page) throw new Error('a browser without a tab');
  const peer = new Peer(context, page, profile);
  return Object.assign(peer, {
    async hide() {
      const control = await context.newPage();
      await control.evaluate(() => {
        const counting = globalThis as unknown as { ticks: number };
        counting.ticks = 0;
        const tick = (): void => {
          counting.ticks++;
          setTimeout(tick, 100);
        };
        tick();
      });
      const front = await context.newPage();
      await front.bringToFront();
      await expect.poll(() => peer.page.evaluate(() => document.visibilityState)).toBe('hidden');
      // A page with nothing that would spare it (WebRTC does) shows that the throttling is there.
      await expect.poll(() => ticksInASecond(control), { timeout: 60_000 }).toBe(0);
    },
    press: (testId: string) =>
      peer.page
        .getByTestId(testId)
        .first()
        .evaluate((element: HTMLElement) => element.click()),
    async downloaded() {
      const whole = async (): Promise<string | undefined> =>
        (await readdir(downloads)).find((name) => !name.endsWith('.crdownload') && !name.startsWith('.'));
      await expect.poll(whole, { timeout: 90_000 }).toBeTruthy();
      return join(downloads, (await whole()) ?? '');
    },
    async close() {
      await browser.close();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await gone;
    },
  });
}

/** Turns of the page's chain of timers while a worker, which is not throttled, counted a second. */
const ticksInASecond = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const counting = globalThis as unknown as { ticks: number };
        const before = counting.ticks;
        const script = new Blob(['setTimeout(() => postMessage(0), 1000)']);
        const worker = new Worker(URL.createObjectURL(script));
        worker.onmessage = () => {
          worker.terminate();
          resolve(counting.ticks - before);
        };
      }),
  );
