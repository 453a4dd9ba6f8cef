/**
 * Five tasks of somebody who is here for the first time, each within its clicks; and the main job without a pointer. Roles and names only.
 * Pages are idle before they are used: nobody drags before they have seen where to.
 */
import { join } from 'node:path';
import { makeFile, makeTree, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import { Hands, plainPickers } from './support/hands';

const phone = { viewport: { width: 390, height: 844 } } as const;
const link = 'Link to this share';

test('[UI160] send a file: one drop and no click; receive on a phone: two clicks at most', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'letter.bin'), 2 * mebibyte);
  const sender = await launch();
  const hands = new Hands(sender.page);
  await sender.page.goto(server.url, { waitUntil: 'networkidle' });
  await sender.drop([file]);
  await expect(hands.the('textbox', link)).toHaveValue(/#/);
  expect(hands.clicks).toBe(0);
  await expect(sender.page.getByRole('status').filter({ hasText: 'Waiting for someone' })).toBeAttached();

  const receiver = await launch(undefined, phone);
  const thumb = new Hands(receiver.page);
  await receiver.page.goto(await hands.the('textbox', link).inputValue());
  const coming = receiver.page.waitForEvent('download');
  await thumb.click('button', /^Download 1 file/);
  const saved = await receiver.saved(coming);
  expect(thumb.clicks).toBeLessThanOrEqual(2);
  expect(saved.name).toBe('letter.bin');
  expect(await sha256(saved.path)).toBe(await sha256(file));
  await expect(receiver.page.getByRole('status').filter({ hasText: 'All files are here' })).toBeAttached();
  const scrolls = await receiver.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(scrolls, 'a phone’s page does not scroll sideways').toBe(false);
});

// E20 and E21 hold the same, one side at a time.
test(
  '[UI160] resume after a reload: no click on either side',
  { tag: '@slow' },
  async ({ launch, server }) => {
    const file = await makeFile(join(await scratch(), 'film.bin'), 48 * mebibyte);
    const [sender, receiver] = [await launch(), await launch()];
    await sender.page.goto(server.url, { waitUntil: 'networkidle' });
    await sender.drop([file]);
    const address = await new Hands(sender.page).the('textbox', link).inputValue();
    await sender.expectState(/waiting|complete/);
    await receiver.page.goto(address);
    await new Hands(receiver.page).click('button', /^Download 1 file/);
    await receiver.progressed(20);
    const coming = receiver.page.waitForEvent('download', { timeout: 100_000 });
    await Promise.all([receiver.page.reload(), sender.page.reload()]);
    const saved = await receiver.saved(coming);
    expect(await sha256(saved.path)).toBe(await sha256(file));
  },
);

test('[UI161] [UI175] the main job by keyboard alone: choose, copy the link, open it, download', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'letter.bin'), mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  await sender.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await plainPickers(sender.page);
  await sender.page.goto(server.url, { waitUntil: 'networkidle' });
  const keys = new Hands(sender.page);
  const choosing = sender.page.waitForEvent('filechooser');
  await keys.press('button', 'Choose files');
  await (await choosing).setFiles(file);
  await expect(keys.the('textbox', link)).toHaveValue(/#/);
  await keys.press('button', 'Copy link');
  await expect(keys.the('button', 'Copied')).toBeFocused();
  const address = await sender.page.evaluate(() => navigator.clipboard.readText());

  await receiver.page.goto(address);
  const coming = receiver.page.waitForEvent('download');
  await new Hands(receiver.page).press('button', /^Download 1 file/);
  // The button is gone: whoever goes on by keyboard goes on from here, not from the top.
  await expect(receiver.page.getByRole('main')).toBeFocused();
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  await expect(receiver.page.getByRole('progressbar', { name: 'Download' })).toHaveAttribute(
    'aria-valuenow',
    '100',
  );
});

test('[UI160] send a folder with a passphrase: four clicks at most; who opens the link is asked for it', async ({
  launch,
  server,
}) => {
  const folder = join(await scratch(), 'holiday');
  await makeTree(folder, { 'a.txt': 'one', 'day 1/b.txt': 'two' });
  const [sender, receiver] = [await launch(), await launch(undefined, phone)];
  await plainPickers(sender.page);
  await sender.page.goto(server.url, { waitUntil: 'networkidle' });
  const hands = new Hands(sender.page);
  await hands.click('button', 'Options');
  await sender.page.getByLabel('Passphrase', { exact: true }).fill('four words are safe');
  await hands.click('button', 'Done');
  const choosing = sender.page.waitForEvent('filechooser');
  await hands.clickLabel('Choose a folder');
  await (await choosing).setFiles(folder);
  await expect(hands.the('textbox', link)).toHaveValue(/#/);
  expect(hands.clicks).toBeLessThanOrEqual(4);

  await receiver.page.goto(await hands.the('textbox', link).inputValue());
  const thumb = new Hands(receiver.page);
  await expect(receiver.page.getByRole('heading', { name: 'This share needs a passphrase' })).toBeVisible();
  await receiver.page.getByLabel('Passphrase', { exact: true }).fill('four words are safe');
  await thumb.click('button', 'Open the share');
  const coming = receiver.page.waitForEvent('download');
  await thumb.click('button', /^Download all/);
  expect((await receiver.saved(coming)).name).toBe('holiday.zip');
  expect(thumb.clicks).toBeLessThanOrEqual(2);
});

test('[UI160] find out why nothing connects: two clicks at most', async ({ launch, server }) => {
  const file = await makeFile(join(await scratch(), 'letter.bin'), 1000);
  const [sender, guest] = [await launch(), await launch()];
  await sender.page.goto(server.url, { waitUntil: 'networkidle' });
  await sender.drop([file]);
  const address = await new Hands(sender.page).the('textbox', link).inputValue();
  await sender.close();
  await guest.page.goto(address);
  const hands = new Hands(guest.page);
  await expect(hands.the('button', 'Find out why')).toBeVisible();
  // The panel has been fetched beforehand.
  await guest.page.waitForLoadState('networkidle');
  await server.kill();
  await hands.click('button', 'Find out why');
  const panel = guest.page.getByRole('dialog', { name: 'Does it connect?' });
  await expect(panel.getByRole('status')).toContainText('It is the server', { timeout: 40_000 });
  expect(hands.clicks).toBeLessThanOrEqual(2);
});
