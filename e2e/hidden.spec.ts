/** Nobody watches a transfer: it must go on in tabs that the browser has hidden and throttles as hard as it can. */
import { join } from 'node:path';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import { launchHidden } from './support/hidden';
import type { Peer } from './support/peer';

/** What the system shows of Shoal in this browser. */
const told = ({ page }: Peer): Promise<{ title: string; body: string }[]> =>
  page.evaluate(async () => {
    const worker = await navigator.serviceWorker.ready;
    return (await worker.getNotifications()).map(({ title, body }) => ({ title, body }));
  });

interface ClickedWorker {
  readonly registration: ServiceWorkerRegistration;
  readonly NotificationEvent: new (type: string, init: { notification: Notification }) => Event;
  readonly WindowClient: { prototype: { url: string; focus: () => Promise<unknown> } };
  readonly clients: { openWindow: (url: string) => Promise<unknown> };
}

/**
 * A click on what is told, and the address of the tab it leads to. Browsers put a tab in front for a real click only, which no test can make:
 * the worker's wish is heard instead.
 */
async function clickOnTold({ context }: Peer): Promise<string> {
  const worker = context.serviceWorkers().find((one) => one.url().endsWith('/pages.js'));
  if (!worker) throw new Error('no worker of the pages');
  return worker.evaluate(async () => {
    const scope = globalThis as unknown as ClickedWorker;
    const [notification] = await scope.registration.getNotifications();
    if (!notification) throw new Error('nothing is told');
    return new Promise<string>((resolve) => {
      scope.WindowClient.prototype.focus = function () {
        resolve(this.url);
        return Promise.resolve();
      };
      scope.clients.openWindow = (url) => {
        resolve(`a new tab: ${url}`);
        return Promise.resolve();
      };
      dispatchEvent(new scope.NotificationEvent('notificationclick', { notification }));
    });
  });
}

test('[E76] [UI128] with the tabs of sender and receiver hidden and throttled, transfer and seeding go on; the end is told where that is allowed', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 12 * mebibyte);
  const [sender, receiver] = [await launchHidden(), await launchHidden()];
  try {
    const link = await sender.share(server.url, file);
    await sender.expectState(/waiting|complete/);
    await receiver.join(link);
    await receiver.context.grantPermissions(['notifications'], { origin: server.url });
    // What tells it is there, in both: the sender's browser allows nothing.
    for (const peer of [sender, receiver]) expect(await told(peer)).toEqual([]);
    // Used later than the room's, so the browser would name it first.
    const other = await receiver.newTab();
    await other.page.goto(`${server.url}/nothing-here`);
    await Promise.all([sender.hide(), receiver.hide()]);
    await receiver.press('download');
    const news = { title: 'Your files are here', body: 'a.bin' };
    // Looked for at once: without a desktop the browser takes it away again after some seconds.
    await expect.poll(() => told(receiver), { timeout: 90_000, intervals: [200] }).toEqual([news]);
    expect(await clickOnTold(receiver)).toBe(link);
    expect(await told(receiver)).toEqual([]);
    const path = await receiver.downloaded();
    expect(await sha256(path)).toBe(await sha256(file));
    await receiver.expectState('complete');
    expect(await receiver.page.evaluate(() => document.visibilityState)).toBe('hidden');
    expect(await sender.page.evaluate(() => document.visibilityState)).toBe('hidden');

    await expect(sender.page.getByTestId('status')).toHaveAttribute('data-detail', 'sent');
    expect(await told(sender)).toEqual([]);

    // The sender goes: who comes now finds the hidden receiver and is served by it.
    await sender.close();
    const late = await launch();
    await late.join(link);
    const saved = await late.download();
    expect(await sha256(saved.path)).toBe(await sha256(file));
    // A hidden page hears of it later than who was served.
    await expect
      .poll(async () => (await receiver.stats()).bytesSent, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(12 * mebibyte);

    // What is still told goes when the page is seen.
    await receiver.page.evaluate(async ({ title, body }) => {
      const worker = await navigator.serviceWorker.ready;
      await worker.showNotification(title, { body, tag: 'shoal-room-again' });
    }, news);
    expect(await told(receiver)).toEqual([news]);
    await receiver.page.bringToFront();
    await expect.poll(() => told(receiver)).toEqual([]);
  } finally {
    await sender.close();
    await receiver.close();
  }
});
