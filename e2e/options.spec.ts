/** The sender's options in real browsers: a passphrase, an end, a number of downloads. */
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { axeFinds, axeFindsInBothLooks } from './support/axe';
import { makeFile, makeTree, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

const phrase = 'four words are safe';
const openOptions = async (page: Page): Promise<void> => {
  await page.getByTestId('options').click();
  await expect(page.getByTestId('options-dialog')).toBeVisible();
};
const ended = (peer: Peer): Promise<void> =>
  expect(peer.page.getByTestId('status')).toHaveAttribute('data-detail', 'ended', { timeout: 60_000 });
const answer = async (page: Page, passphrase: string): Promise<void> => {
  await page.getByTestId('passphrase').fill(passphrase);
  await page.getByTestId('passphrase').press('Enter');
};

test('[OP20] a folder with a passphrase: three clicks to send, a wrong one is told, a reload does not ask again', async ({
  launch,
  server,
}) => {
  const folder = join(await scratch(), 'holiday');
  await makeTree(folder, { 'a.txt': 'one', 'day 1/b.txt': 'two' });
  const sender = await launch();
  await sender.page.goto(server.url);
  await openOptions(sender.page);
  await sender.page.getByTestId('passphrase').fill(phrase);
  await sender.page.getByTestId('options-done').click();
  await expect(sender.page.getByTestId('options-set')).toContainText('Passphrase needed');
  await sender.page.getByTestId('folder-input').first().setInputFiles(folder);
  const link = await sender.link();
  await expect(sender.page.getByTestId('options-set')).toContainText('Passphrase needed');

  const guest = await launch();
  await guest.page.goto(link);
  await expect(guest.page.getByTestId('passphrase')).toBeFocused();
  await expect(guest.page.getByTestId('passphrase')).toHaveAttribute('autocomplete', 'off');
  // One wrong phrase in 256 is not told: the two of them both being so is one in 65,536.
  for (const wrong of ['Four words are safe', 'four words are unsafe']) {
    await answer(guest.page, wrong);
    const told = guest.page.getByTestId('passphrase-error');
    await expect(told.or(guest.page.getByTestId('status'))).toBeVisible();
    if (await told.isVisible()) break;
    await guest.page.getByRole('button', { name: 'Type the passphrase again' }).click();
  }
  await expect(guest.page.getByTestId('passphrase-error')).toContainText('That is not it');
  expect(await axeFindsInBothLooks(guest.page)).toEqual([]);
  expect((await guest.stats()).chunksTotal).toBe(0);
  await answer(guest.page, phrase);
  await expect(guest.page.getByTestId('file-row')).toHaveCount(2, { timeout: 60_000 });
  const { name } = await guest.download();
  expect(name).toBe('holiday.zip');

  await guest.page.reload();
  await expect(guest.page.getByTestId('file-row')).toHaveCount(2, { timeout: 60_000 });
  const second = await guest.newTab();
  await second.page.goto(link);
  await expect(second.page.getByTestId('file-row')).toHaveCount(2, { timeout: 60_000 });
  await sender.page.reload();
  await expect(sender.page.getByTestId('file-row')).toHaveCount(2, { timeout: 60_000 });
  for (const peer of [sender, guest]) expect([peer.violations, peer.failures]).toEqual([[], []]);
});

test('[OP21] a passphrase after the drop makes the link anew, until somebody has joined', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 3 * mebibyte);
  const sender = await launch();
  const before = await sender.share(server.url, file);
  await openOptions(sender.page);
  await sender.page.getByTestId('passphrase').fill(phrase);
  await sender.page.getByTestId('passphrase').press('Enter');
  await expect(sender.page.getByTestId('share-link')).not.toHaveValue(before, { timeout: 60_000 });
  await expect(sender.page.getByTestId('options-dialog')).toBeHidden();
  const link = await sender.link();
  expect(sender.page.url()).toBe(link);
  await expect(sender.page.getByTestId('file-row')).toHaveCount(1);

  const early = await launch();
  await early.page.goto(before);
  await early.expectState('waiting');
  const guest = await launch();
  await guest.page.goto(link);
  await answer(guest.page, phrase);
  await expect(guest.page.getByTestId('file-row').first()).toBeVisible({ timeout: 60_000 });
  const saved = await guest.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));

  await openOptions(sender.page);
  const dialog = sender.page.getByTestId('options-dialog');
  await expect(dialog).toContainText('Somebody has joined by this link');
  await expect(dialog.getByTestId('passphrase')).toHaveCount(0);
  expect(await axeFindsInBothLooks(sender.page)).toEqual([]);
  await early.expectPeers(0);
});

test('[OP22] one download only: the share ends by itself, and nobody else gets in', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'once.bin'), 2 * mebibyte);
  const sender = await launch();
  const link = await sender.share(server.url, file);
  await openOptions(sender.page);
  await sender.page.getByTestId('options-downloads').selectOption('1');
  await sender.page.getByTestId('options-done').click();
  await expect(sender.page.getByTestId('options-set')).toContainText('0 of 1 download');
  const guest = await launch();
  await guest.join(link);
  const saved = await guest.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));
  await ended(sender);
  await ended(guest);
  await guest.expectState('complete');
  await expect(sender.page.getByTestId('status')).toContainText('As many people as you allowed');
  await expect(sender.page.getByTestId('share-link')).toHaveCount(0);
  const late = await launch();
  await late.page.goto(link);
  await ended(late);
  await expect(late.page.getByTestId('status')).toContainText('downloaded as often as its sender allowed');
  expect((await late.stats()).chunksTotal).toBe(0);
});

test('[OP23] ended by its sender: told kindly, cut off, kept over reloads, and what came can be saved', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 2 * mebibyte);
  const sender = await launch();
  const link = await sender.share(server.url, file);
  const [done, waiting] = [await launch(), await launch()];
  await done.join(link);
  await done.download();
  await waiting.join(link);
  await openOptions(sender.page);
  await sender.page.getByTestId('options-end').click();
  await sender.page.getByTestId('options-end-yes').click();
  for (const peer of [sender, done, waiting]) {
    await ended(peer);
    await expect.poll(async () => (await peer.stats()).peers.length).toBe(0);
  }
  await expect(sender.page.getByTestId('options-dialog')).toBeHidden();
  await expect(waiting.page.getByTestId('status')).toContainText('ask the sender for a new link');
  await expect(waiting.page.getByTestId('download')).toHaveCount(0);
  for (const peer of [sender, done]) {
    await peer.page.reload();
    await ended(peer);
  }
  const again = done.page.waitForEvent('download');
  await done.page.getByTestId('save-panel').getByRole('button', { name: 'Save again' }).click();
  const saved = await done.saved(again);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  // The server itself keeps the room shut, whoever asks.
  const late = await launch();
  await late.page.goto(link);
  await ended(late);
});

test('[OP24] a share whose time comes ends for everybody', async ({ launch, server }) => {
  test.setTimeout(180_000);
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const sender = await launch();
  const link = await sender.share(server.url, file);
  const guest = await launch();
  await guest.join(link);
  await openOptions(sender.page);
  await sender.page.getByTestId('options-ends').selectOption('at');
  const field = sender.page.getByTestId('options-ends-at');
  await field.fill('2020-01-01T10:00');
  await field.blur();
  await expect(sender.page.getByTestId('options-dialog')).toContainText('That time is over already');
  // What a person can choose too: a time of this very day, here to the second.
  const at = await sender.page.evaluate(() => {
    const when = new Date(Date.now() + 12_000);
    return new Date(when.getTime() - when.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  });
  await field.fill(at);
  await field.press('Enter');
  await expect(sender.page.getByTestId('options-set')).toContainText('Ends');
  await expect(guest.page.getByTestId('options-set')).toContainText('Ends');
  await ended(sender);
  await ended(guest);
  await expect(guest.page.getByTestId('status')).toContainText('The time its sender gave it is over');
});

for (const [name, options] of [
  ['desktop, light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
  ['phone, dark', { viewport: { width: 360, height: 780 }, colorScheme: 'dark' }],
] as const) {
  test(`[E40] axe is content with options, the question for a passphrase, and an ended share (${name})`, async ({
    launch,
    server,
  }) => {
    const clean = async (peer: Peer, state: string): Promise<void> => {
      expect(await axeFinds(peer.page), state).toEqual([]);
    };
    const [sender, guest] = [await launch(undefined, options), await launch(undefined, options)];
    await sender.page.goto(server.url);
    await openOptions(sender.page);
    await sender.page.getByTestId('passphrase').fill('short');
    await clean(sender, 'draft');
    await sender.page.getByTestId('options-done').click();
    await sender.choose(await makeFile(join(await scratch(), 'a.bin'), mebibyte));
    const link = await sender.link();
    await guest.page.goto(link);
    await expect(guest.page.getByTestId('passphrase')).toBeVisible();
    await clean(guest, 'locked');
    await openOptions(sender.page);
    await sender.page.getByTestId('options-ends').selectOption('at');
    await sender.page.getByTestId('options-end').click();
    await clean(sender, 'options');
    await sender.page.getByTestId('options-end-yes').click();
    await ended(sender);
    await clean(sender, 'ended');
  });
}
