/** Never start over: reloads, kills and a dead server in the middle of a transfer. Storage is real (profiles on disk). */
import { join } from 'node:path';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

const size = 48 * mebibyte;
/** What may have been under way when the fault came: pipeline and write batch. */
const inFlight = 24 * mebibyte;

const make = async (): Promise<string> => makeFile(join(await scratch(), 'big.bin'), size);

test('[E20] the receiver reloads in the middle: nothing verified is fetched again, and it is saved by itself', async ({
  launch,
  server,
}) => {
  const file = await make();
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.share(server.url, file));
  await receiver.start();
  await receiver.progressed(20);
  const before = await receiver.stats();
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.page.reload();
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  const after = await receiver.stats();
  expect(after.bytesReceived).toBeLessThan(size - before.bytesReceived + inFlight);
});

test('[E21] the sender reloads in the middle: the transfer goes on by itself', async ({ launch, server }) => {
  const file = await make();
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.start();
  await receiver.progressed(15);
  await sender.page.reload();
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
});

test('[E22] the receiver’s browser is killed: reopened, it keeps what was verified and fetches only the rest', async ({
  launch,
  server,
}) => {
  const file = await make();
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await receiver.join(link);
  await receiver.start();
  await receiver.progressed(40);
  const before = await receiver.stats();
  await receiver.kill();
  const again = await launch(receiver.profile);
  const coming = again.page.waitForEvent('download', { timeout: 110_000 });
  await again.page.goto(link);
  const saved = await again.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  expect((await again.stats()).bytesReceived).toBeLessThan(size - before.bytesReceived + inFlight);
});

test('[E23] the sender’s browser is killed: reopened at the start page, it seeds again without a click', async ({
  launch,
  server,
}) => {
  const file = await make();
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.start();
  await receiver.progressed(15);
  await sender.kill();
  const again = await launch(sender.profile);
  await again.page.goto(server.url);
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
});

test('[E24] the server dies in the middle: the transfer goes on; restarted, newcomers are served', async ({
  launch,
  server,
}) => {
  const file = await make();
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.start();
  await receiver.progressed(10);
  await server.kill();
  await receiver.progressed(60);
  await server.restart();
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  const late = await launch();
  await late.join(link);
});

test('[E25] stop and delete: a stopped share does not seed, a deleted one is gone', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const [sender, newcomer] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await sender.page.goto(server.url);
  const item = sender.page.getByTestId('library-item').filter({ hasText: 'a.bin' });
  await expect(item).toContainText('Waiting for someone to join');

  await item.getByRole('button', { name: 'Stop a.bin' }).click();
  await expect(item).toContainText('Stopped');
  await newcomer.page.goto(link);
  // 'waiting' only when the server says that nobody else is in the room.
  await newcomer.expectState('waiting');
  await expect(newcomer.page.getByTestId('file-row')).toHaveCount(0);
  // Stopped by the person, so a visit does not start it.
  await sender.page.reload();
  await expect(item).toContainText('Stopped');

  await item.getByRole('button', { name: 'Resume a.bin' }).click();
  await expect(newcomer.page.getByTestId('file-row')).toHaveCount(1);
  await newcomer.expectPeers(1);

  await item.getByRole('button', { name: 'Delete a.bin' }).click();
  await expect(sender.page.getByRole('dialog', { name: 'Delete this share?' })).toBeVisible();
  expect(await chunkDatabases(sender)).toHaveLength(1);
  await sender.page.getByTestId('confirm-delete').click();
  await expect(sender.page.getByTestId('library-item')).toHaveCount(0);
  await expect.poll(() => chunkDatabases(sender)).toEqual([]);
  await newcomer.expectPeers(0);
  await sender.page.reload();
  await expect(sender.page.getByTestId('file-input').first()).toBeAttached();
  await expect(sender.page.getByTestId('library-item')).toHaveCount(0);
});

/** Names of the databases that hold chunks: one a share (lib/adapters/browser/idb-stores.ts). */
async function chunkDatabases({ page }: Peer): Promise<(string | undefined)[]> {
  const all = await page.evaluate(() => indexedDB.databases());
  return all.map(({ name }) => name).filter((name) => name?.startsWith('shoal-chunks-'));
}
