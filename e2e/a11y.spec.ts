/** axe finds nothing in any state, light and dark, phone and desktop. */
import { join } from 'node:path';
import { axeFinds, axeFindsInBothLooks } from './support/axe';
import { speak } from './shots/waits';
import { makeFile, makeTree, mebibyte, scratch } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

async function clean(peer: Peer, state: string): Promise<void> {
  expect(await axeFinds(peer.page), state).toEqual([]);
}

test('[UI173] [UI174] at 320 pixels nothing scrolls sideways in any language, and forced colours keep bar and code', async ({
  launch,
  server,
}) => {
  const folder = join(await scratch(), 'Trip to the coast');
  await makeTree(folder, { 'Photos/one.jpg': 'no picture', 'Photos/two.jpg': 'none either' });
  for (let index = 0; index < 8; index += 1)
    await makeFile(join(folder, `a name that is rather long ${index}.bin`), 1000);
  const [sender, receiver] = [await launch(), await launch()];
  const { page } = receiver;
  await page.setViewportSize({ width: 320, height: 700 });
  await receiver.join(await sender.shareFolder(server.url, folder));
  for (const language of ['en', 'de', 'es', 'fr', 'ja', 'ar']) {
    await speak(receiver, language);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), language).toBe(320);
    expect((await page.getByTestId('file-sort').boundingBox())?.width, language).toBeGreaterThanOrEqual(70);
  }
  await speak(receiver, 'en');

  await receiver.download();
  await receiver.expectState('complete');
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  const colours = await page.evaluate(() => {
    const ground = (element: Element | null | undefined): string =>
      element ? getComputedStyle(element).backgroundColor : 'none';
    const bar = document.querySelector('[role=progressbar]');
    return {
      bar: ground(bar?.firstElementChild),
      track: ground(bar),
      code: ground(document.querySelector('[data-testid=qr]')),
    };
  });
  expect(colours.bar).not.toBe(colours.track);
  expect(colours.code).toBe('rgb(255, 255, 255)');
});

test('[E40] where fingers point every field of the first page has its label in sight, the one for photos too', async ({
  launch,
  server,
}) => {
  const peer = await launch(undefined, { viewport: { width: 412, height: 823 }, hasTouch: true });
  await peer.page.goto(server.url);
  await expect(peer.page.getByText('Photos and videos')).toBeVisible();
  await clean(peer, 'home, by touch');
});

test('[E40] axe is content where there is nothing, and where Shoal cannot work', async ({
  launch,
  server,
}) => {
  const { page } = await launch();
  await page.goto(`${server.url}/nothing-here`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await axeFindsInBothLooks(page), 'no such page').toEqual([]);
  await page.goto(`${server.url}/shares`);
  await expect(page.getByText('Nothing here yet')).toBeVisible();
  expect(await axeFindsInBothLooks(page), 'no shares').toEqual([]);
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'RTCPeerConnection'));
  await page.goto(server.url);
  await expect(page.getByTestId('error')).toBeVisible();
  expect(await axeFindsInBothLooks(page), 'unsupported browser').toEqual([]);
});

for (const [name, options] of [
  ['desktop, light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
  ['phone, dark', { viewport: { width: 360, height: 780 }, colorScheme: 'dark' }],
] as const) {
  test(`[E40] axe is content in each state (${name})`, async ({ launch, server }) => {
    const file = await makeFile(join(await scratch(), 'a.bin'), 24 * mebibyte);
    const [sender, receiver] = [await launch(undefined, options), await launch(undefined, options)];
    await sender.page.goto(server.url);
    await clean(sender, 'home');
    await sender.choose(file);
    const link = await sender.link();
    await clean(sender, 'sharing');
    await receiver.page.goto(`${server.url}/r#nonsense`);
    await expect(receiver.page.getByTestId('error')).toBeVisible();
    await clean(receiver, 'wrong link');
    await receiver.join(link);
    await clean(receiver, 'ready');
    const coming = receiver.page.waitForEvent('download', { timeout: 100_000 });
    await receiver.start();
    await receiver.progressed(5);
    await clean(receiver, 'transferring');
    await receiver.saved(coming);
    await receiver.expectState('complete');
    await clean(receiver, 'complete');
    await sender.page.getByRole('button', { name: 'Stop' }).click();
    await expect(sender.page.getByTestId('status')).toHaveAttribute('data-detail', 'stopped');
    await clean(sender, 'stopped');
    await sender.close();
    await receiver.expectPeers(0);
    await clean(receiver, 'alone');
    await receiver.page.goto(server.url);
    await clean(receiver, 'library');
  });
}
