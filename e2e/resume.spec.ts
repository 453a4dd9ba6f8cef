/** Never start over: reloads, kills and a dead server in the middle of a transfer. Storage is real (profiles on disk). */
import { join } from 'node:path';
import { axeFindsInBothLooks } from './support/axe';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test, type Launch } from './support/fixtures';
import type { Peer } from './support/peer';
import type { TestServer } from './support/server';

const size = 64 * mebibyte;
/** What may not have reached the disk when the fault came: chunks arriving or being checked, and one write under way. */
const inFlight = 16 * mebibyte;

interface Underway {
  readonly link: string;
  readonly sender: Peer;
  readonly receiver: Peer;
  /** Resolves when the receiver, or the peer given, has saved the file and it is the one that was sent. */
  readonly arrives: (by?: Peer, coming?: Promise<unknown>) => Promise<void>;
}

/** A prepared share, and a receiver that has got this much of it. */
async function underway(launch: Launch, server: TestServer, percent: number): Promise<Underway> {
  const file = await makeFile(join(await scratch(), 'big.bin'), size);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  // Its page may be reloaded or killed: then nobody waits for this one.
  coming.catch(() => undefined);
  await receiver.start();
  await receiver.progressed(percent);
  const arrives = async (by = receiver, download: Promise<unknown> = coming): Promise<void> => {
    const saved = await by.saved(download);
    expect(await sha256(saved.path)).toBe(await sha256(file));
  };
  return { link, sender, receiver, arrives };
}

test('[E20] the receiver reloads in the middle: nothing verified is fetched again, and it is saved by itself', async ({
  launch,
  server,
}) => {
  const { receiver, arrives } = await underway(launch, server, 50);
  const before = await receiver.stats();
  await receiver.page.reload();
  await arrives();
  expect((await receiver.stats()).bytesReceived).toBeLessThan(size - before.bytesReceived + inFlight);
});

test('[E21] the sender reloads in the middle: the transfer goes on by itself', async ({ launch, server }) => {
  const { sender, arrives } = await underway(launch, server, 15);
  await sender.page.reload();
  await arrives();
});

test('[E22] the receiver’s browser is killed: reopened, it keeps what was verified and fetches only the rest', async ({
  launch,
  server,
}) => {
  const { receiver, link, arrives } = await underway(launch, server, 50);
  const before = await receiver.stats();
  await receiver.kill();
  const again = await launch(receiver.profile);
  const coming = again.page.waitForEvent('download', { timeout: 110_000 });
  await again.page.goto(link);
  await arrives(again, coming);
  expect((await again.stats()).bytesReceived).toBeLessThan(size - before.bytesReceived + inFlight);
});

test('[E23] [UI13] the sender’s browser is killed: reopened at the start page, it seeds again without a click', async ({
  launch,
  server,
}) => {
  const { sender, arrives } = await underway(launch, server, 15);
  await sender.kill();
  const again = await launch(sender.profile);
  await again.page.goto(server.url);
  await arrives();
});

test('[E24] the server dies in the middle: the transfer goes on; restarted, newcomers are served', async ({
  launch,
  server,
}) => {
  const { receiver, link, arrives } = await underway(launch, server, 10);
  await server.kill();
  await receiver.progressed(60);
  await server.restart();
  await arrives();
  const late = await launch();
  await late.join(link);
});

test('[E18] [UI12] the server dies right after the click and stays away: the file arrives and is saved by itself', async ({
  launch,
  server,
}) => {
  const { arrives } = await underway(launch, server, 5);
  await server.kill();
  await arrives();
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
  expect(await axeFindsInBothLooks(sender.page), 'before it is deleted').toEqual([]);
  expect([await chunkDatabases(sender), await packFolders(sender)]).toMatchObject([
    { length: 1 },
    { length: 1 },
  ]);
  await sender.page.getByTestId('confirm-delete').click();
  await expect(sender.page.getByTestId('library-item')).toHaveCount(0);
  await expect.poll(() => chunkDatabases(sender)).toEqual([]);
  await expect.poll(() => packFolders(sender)).toEqual([]);
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

/** Shares that have packs (lib/adapters/browser/pack-files.ts). */
const packFolders = ({ page }: Peer): Promise<string[]> =>
  page.evaluate(async () => {
    const names: string[] = [];
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('shoal-chunks', { create: true });
    for await (const name of folder.keys()) names.push(name);
    return names;
  });
