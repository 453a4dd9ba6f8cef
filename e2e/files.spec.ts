/** A long list of files in real browsers: the tree by keyboard alone, search, order, one folder fetched and no other, small pictures, axe. */
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { axeFinds } from './support/axe';
import { makeFile, makeTree, mebibyte, scratch } from './support/files';
import { expect, test } from './support/fixtures';
import { pngOf } from './support/media';
import type { Peer } from './support/peer';

const colours = [
  [192, 61, 18],
  [24, 110, 96],
  [40, 70, 160],
] as const;

/** 255 files: a folder of pictures among text, and one that is large. */
async function makeTrip(): Promise<string> {
  const root = join(await scratch(), 'trip');
  const files: Record<string, string | Buffer> = {};
  for (let i = 0; i < 242; i++) files[`notes/note ${i}.txt`] = `note ${i}`;
  for (let i = 1; i <= 12; i++)
    files[`pictures/photo ${i}.png`] = pngOf(40 * i, 300, colours[i % colours.length] ?? colours[0]);
  await makeTree(root, files);
  await makeFile(join(root, 'music', 'long.bin'), 8 * mebibyte);
  return root;
}

async function clean(peer: Peer, state: string): Promise<void> {
  expect(await axeFinds(peer.page), state).toEqual([]);
}

const focused = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute('data-name') ?? null);

/** Tab until the list has the focus. */
async function tabToList(page: Page): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await page.evaluate(() => document.activeElement?.getAttribute('role') === 'row')) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab never came to the list');
}

const folder = (page: Page, name: string) =>
  page.getByTestId('folder-row').filter({ has: page.getByRole('checkbox', { name, exact: true }) });
const box = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true });

/** Colour in the middle of each small picture in sight. */
const middles = (page: Page): Promise<number[][]> =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLCanvasElement>('[data-testid=thumbnail]'), (canvas) => [
      ...(canvas.getContext('2d')?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data ?? []),
    ]),
  );

test('[UI144] [UI145] [UI146] by keyboard alone one folder of a tree is chosen, found, ordered and fetched, and no other; pictures show on both sides', async ({
  launch,
  server,
}) => {
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.shareFolder(server.url, await makeTrip());
  await receiver.join(link);
  const { page } = receiver;
  const grid = page.getByRole('treegrid');
  await clean(receiver, 'a long list');

  // At first a file is in sight, and not all of them.
  await expect(grid.getByTestId('file-row')).toHaveCount(1);
  await tabToList(page);
  expect(await focused(page)).toBe('trip');
  await page.keyboard.press('Space');
  await expect(box(page, 'trip')).not.toBeChecked();
  await expect(page.getByTestId('download')).toBeDisabled();

  await page.keyboard.type('pic');
  await expect.poll(() => focused(page)).toBe('pictures');
  await page.keyboard.press('Space');
  await expect(box(page, 'pictures')).toBeChecked();
  await expect(folder(page, 'trip')).toHaveAttribute('aria-selected', 'false');
  expect(await box(page, 'trip').evaluate((input: HTMLInputElement) => input.indeterminate)).toBe(true);

  await page.keyboard.press('ArrowRight');
  await expect(folder(page, 'pictures')).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => focused(page)).toBe('trip/pictures/photo 1.png');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  // People count: 2 comes after 1, not 10.
  await expect.poll(() => focused(page)).toBe('trip/pictures/photo 2.png');
  for (const name of ['photo 1.png', 'photo 2.png']) await expect(box(page, name)).not.toBeChecked();
  await expect(box(page, 'photo 3.png')).toBeChecked();
  await page.keyboard.press('Home');
  await page.keyboard.press('End');
  await expect.poll(() => focused(page)).toBe('trip/pictures/photo 12.png');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => focused(page)).toBe('pictures');
  await page.keyboard.press('Space');
  await expect(box(page, 'pictures')).toBeChecked();

  await receiver.download();
  await receiver.expectState('complete');
  // The folder's own chunks and what lies in the same ones; the music beside it is 8 MiB.
  expect((await receiver.stats()).bytesReceived).toBeLessThan(2 * mebibyte);
  await expect(folder(page, 'pictures').or(page.locator('[data-name=pictures]')).first()).toHaveAttribute(
    'data-percent',
    '100',
  );

  await expect.poll(async () => (await middles(page)).length).toBeGreaterThanOrEqual(6);
  for (const [red = 0, green = 0, blue = 0] of await middles(page))
    expect(colours.some((colour) => colour.join() === [red, green, blue].join())).toBe(true);

  // The sender's own, from the files as they lie there.
  await sender.page.locator('[data-name=pictures]').click();
  await expect.poll(async () => (await middles(sender.page)).length).toBeGreaterThanOrEqual(6);
  await clean(sender, 'a long list of one’s own, with pictures');
  await clean(receiver, 'a long list that arrived');
  for (const peer of [sender, receiver]) {
    expect(peer.failures).toEqual([]);
    expect(peer.violations).toEqual([]);
  }
});

test('[UI142] [UI143] a search says how many it found, points at them, and chooses them alone; the order turns round', async ({
  launch,
  server,
}) => {
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.shareFolder(server.url, await makeTrip()));
  const { page } = receiver;
  const names = (): Promise<(string | null)[]> =>
    page.getByTestId('file-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-name')));

  await page.getByRole('searchbox').pressSequentially('PHÖTO 1');
  await expect(page.getByText('4 of 255 files found').first()).toBeVisible();
  expect(await names()).toEqual([1, 10, 11, 12].map((i) => `trip/pictures/photo ${i}.png`));
  await expect(page.getByTestId('file-row').first().locator('mark')).toHaveText(['photo', '1']);
  await clean(receiver, 'a search');

  await page.getByTestId('file-sort').selectOption('size');
  const bySize = await names();
  await page.getByRole('button', { name: 'Descending order' }).click();
  await expect.poll(names).toEqual([...bySize].reverse());

  const found = page.getByRole('checkbox', { name: 'All 4 files found' });
  await found.uncheck();
  await page.getByRole('searchbox').press('Escape');
  await expect(page.getByRole('searchbox')).toHaveValue('');
  const all = page.getByRole('checkbox', { name: 'All files' });
  expect(await all.evaluate((input: HTMLInputElement) => input.indeterminate)).toBe(true);
  await expect(page.getByTestId('download')).toContainText('251');

  await page.getByRole('button', { name: 'Open all folders' }).click();
  await page.getByTestId('file-sort').selectOption('name');
  await expect(page.getByRole('treegrid')).toHaveAttribute('aria-rowcount', '259');
  // Rows far down exist only once they are in sight.
  expect((await names()).length).toBeLessThan(60);
  await page.getByTestId('folder-row').first().focus();
  await page.keyboard.press('End');
  await expect.poll(() => focused(page)).toBe('trip/pictures/photo 12.png');

  await page.getByRole('searchbox').fill('no such file');
  await expect(page.getByText('No file has all of these words')).toBeVisible();
});

test('[UI147] a few files stay a plain list, without a bar over it', async ({ launch, server }) => {
  const root = await scratch();
  await makeTree(root, {
    'a.png': pngOf(600, 400, colours[0]),
    'b.txt': 'text',
    'c.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  });
  const sender = await launch(undefined, { viewport: { width: 390, height: 844 } });
  await sender.share(
    server.url,
    ['a.png', 'b.txt', 'c.svg'].map((name) => join(root, name)),
  );
  await expect(sender.page.getByTestId('file-row')).toHaveCount(3);
  await expect(sender.page.getByRole('searchbox')).toHaveCount(0);
  await expect(sender.page.getByRole('treegrid')).toHaveCount(0);
  await expect.poll(() => middles(sender.page)).toEqual([[...colours[0], 255]]);
});
