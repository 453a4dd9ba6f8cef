/** A sender whose browser died comes back and seeds again, with one click or none. Browsers are killed for good (SIGKILL), profiles are on disk. */
import { appendFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { axeFindsInBothLooks } from './support/axe';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

const arrives = async (receiver: Peer, link: string, file: string): Promise<void> => {
  await receiver.join(link);
  const saved = await receiver.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));
};

/** Chromium lets a site read what was dropped for as long as one of its tabs has the handle. */
const keepPermission = async (peer: Peer, link: string): Promise<void> => {
  const tab = await peer.newTab();
  await tab.join(link);
};

test('[E26] killed with everything stored: opening its link is enough, and who joins after that completes', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 16 * mebibyte);
  const sender = await launch();
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await sender.kill();
  const again = await launch(sender.profile);
  await again.page.goto(link);
  await arrives(await launch(), link, file);
});

test('[E27] killed while preparing: the wrong file is named, and with the same ones preparing goes on where it stopped', async ({
  launch,
  server,
}) => {
  const folder = await scratch();
  // A hole in the disk: as long to prepare as any file, made in no time. What is fetched lies behind it.
  const long = join(folder, 'long.bin');
  await writeFile(long, '');
  await truncate(long, 1024 * mebibyte);
  const short = await makeFile(join(folder, 'short.bin'), 3 * mebibyte);
  const wrong = await makeFile(join(folder, 'other', 'short.bin'), 3 * mebibyte, 9);
  // Files of one size are told apart by when they were saved, which a busy disk may say is the same moment.
  await utimes(wrong, new Date(0), new Date(0));
  const cut = await makeFile(join(folder, 'cut', 'short.bin'), mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, [long, short]);
  await sender.progressed(1);
  await sender.expectState('hashing');
  expect(await axeFindsInBothLooks(sender.page), 'preparing').toEqual([]);
  await sender.expectState('hashing');
  await sender.kill();
  const again = await launch(sender.profile);
  await again.page.goto(link);
  await again.expectState('stalled');
  await receiver.join(link);
  await receiver.page.getByRole('checkbox', { name: /long/ }).uncheck();
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.start();

  const choose = (paths: readonly string[]): Promise<void> =>
    again.page.getByTestId('reattach-file-input').setInputFiles(paths);
  const error = again.page.getByTestId('error').first();
  await choose([long]);
  await expect(error).toContainText(/short\.bin.*not among them/);
  await choose([long, cut]);
  await expect(error).toContainText(/short\.bin.*another size/);
  await choose([long, wrong]);
  await expect(error).toContainText(/short\.bin.*saved again/);
  expect(await axeFindsInBothLooks(again.page), 'the files are needed again').toEqual([]);
  await choose([long, short]);
  await again.expectState('hashing');
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(short));
  expect((await receiver.stats()).badChunks).toBe(0);
});

test('[E28] without space for a copy: dropped files are read by the next tab without a click, and after a kill with one', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 40 * mebibyte);
  const sender = await launch();
  await sender.limitStorage(server.url, 16 * mebibyte);
  await sender.page.goto(server.url);
  await sender.drop([file]);
  const link = await sender.link();
  await expect(sender.page.getByTestId('from-file')).toContainText('keep this tab open');
  await sender.expectState(/waiting|complete/);
  await keepPermission(sender, link);
  await sender.page.reload();
  await expect(sender.page.getByTestId('from-file')).toBeVisible();
  await arrives(await launch(), link, file);

  await sender.kill();
  const again = await launch(sender.profile);
  await again.page.goto(link);
  await again.expectState('stalled');
  // The browser asks its own question next, which no test can answer: choosing the file stays possible.
  await expect(again.page.getByTestId('allow-files')).toBeVisible();
  await again.page.getByTestId('reattach-file-input').setInputFiles(file);
  await again.expectState(/waiting|complete/);
});

test('[E29] a dropped file that changed on disk before the sender came back is told as such', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 40 * mebibyte);
  const sender = await launch();
  await sender.limitStorage(server.url, 16 * mebibyte);
  await sender.page.goto(server.url);
  await sender.drop([file]);
  const link = await sender.link();
  await expect(sender.page.getByTestId('from-file')).toBeVisible();
  await sender.expectState(/waiting|complete/);
  await keepPermission(sender, link);
  await appendFile(file, 'one more line');
  await sender.page.reload();
  await sender.expectState('error');
  await expect(sender.page.getByTestId('error').first()).toContainText(/changed/);
  await expect(sender.page.getByTestId('reattach-file-input')).toBeAttached();
});
