/** Storage that is full, damaged or taken away: with real quotas and real databases. Nothing starts over, and the page says what to do. */
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { axeFindsInBothLooks } from './support/axe';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

const size = 28 * mebibyte;
/** Tags of the chunks, and frames that crossed a cancel. */
const beside = mebibyte;

const detail = (peer: Peer, kind: string) =>
  expect(peer.page.getByTestId('status')).toHaveAttribute('data-detail', kind, { timeout: 60_000 });

test('[E70] a disk that fills up in the middle pauses with what to do, and goes on after space was made', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'big.bin'), size);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.limitStorage(server.url, 12 * mebibyte);
  await receiver.join(link);
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.start();
  await detail(receiver, 'storage-full');
  await receiver.expectState('stalled');
  await expect(receiver.page.getByTestId('status')).toContainText(/space on the disk/);
  expect(await axeFindsInBothLooks(receiver.page)).toEqual([]);
  const before = await receiver.stats();
  expect(before.chunksHave).toBeGreaterThan(0);
  await receiver.limitStorage(server.url, null);
  await receiver.page.getByTestId('retry').click();
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  expect((await receiver.stats()).bytesReceived).toBeLessThan(size + beside);
});

test('[E71] another share is deleted to make space: the paused one goes on by itself', async ({
  launch,
  server,
}) => {
  const folder = await scratch();
  const [first, second] = [
    await makeFile(join(folder, 'first.bin'), 16 * mebibyte, 1),
    await makeFile(join(folder, 'second.bin'), 16 * mebibyte, 2),
  ];
  const [sender, other, receiver] = [await launch(), await launch(), await launch()];
  const [one, two] = [await sender.share(server.url, first), await other.share(server.url, second)];
  await other.expectState(/waiting|complete/);
  await receiver.limitStorage(server.url, 26 * mebibyte);
  await receiver.join(one);
  await receiver.download();
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  coming.catch(() => undefined);
  await receiver.join(two);
  await receiver.start();
  await detail(receiver, 'storage-full');
  const library = await receiver.newTab();
  await library.page.goto(server.url);
  await library.page.getByRole('button', { name: 'Delete first.bin' }).click();
  await library.page.getByTestId('confirm-delete').click();
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(second));
});

test('[E72] too little space is told before anything is transferred, with numbers and choices', async ({
  launch,
  server,
}) => {
  // More than any browser says it has; nothing of it is ever read.
  const path = join(await scratch(), 'huge.bin');
  await writeFile(path, '');
  await truncate(path, 900 * 1024 * mebibyte);
  const small = await makeFile(join(await scratch(), 'small.bin'), mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, [path, small]);
  await expect(sender.page.getByTestId('from-file')).toContainText(/966 GB.*GB are free.*keep this tab open/);
  expect(await axeFindsInBothLooks(sender.page)).toEqual([]);
  await receiver.join(link);
  await sender.close();
  const note = receiver.page.getByTestId('space-note');
  await expect(note).toContainText(/Needs 966 GB; this browser has about .* GB free.*fewer files/);
  await expect(receiver.page.getByTestId('download')).toContainText('anyway');
  expect(await axeFindsInBothLooks(receiver.page)).toEqual([]);
  // Without the large one there is nothing to warn of.
  await receiver.page.getByRole('checkbox', { name: /huge/ }).uncheck();
  await expect(note).toHaveCount(0);
  await expect(receiver.page.getByTestId('download')).toHaveText('Download 1 file (1.0 MB)');
});

test('[E73] [ST29] all site data is cleared in the middle of a transfer: what is gone is fetched again, and a reload goes on', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'big.bin'), size);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.start();
  await receiver.progressed(40);
  await receiver.clearSiteData(server.url);
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  // Everything is stored again, the room with its link included.
  await sender.close();
  const { bytesReceived } = await receiver.stats();
  expect(bytesReceived).toBeGreaterThan(0);
  await receiver.page.reload();
  await receiver.expectState('complete');
  expect((await receiver.stats()).bytesReceived).toBe(0);
});

test('[E74] [ST29] the sender’s site data is cleared: it makes everything again from its file, and newcomers are served', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'big.bin'), 12 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await sender.clearSiteData(server.url);
  await expect.poll(() => storedChunks(sender.page), { timeout: 60_000 }).toBe(48);
  await sender.page.reload();
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  const saved = await receiver.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));
});

test('[E75] chunks damaged and deleted behind the page’s back are found when the file is saved, and fetched again', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'big.bin'), 12 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await receiver.join(link);
  await receiver.download();
  await receiver.page.reload();
  await receiver.expectState('complete');
  await receiver.page.evaluate(async () => {
    const name =
      (await indexedDB.databases()).find((one) => one.name?.startsWith('shoal-chunks-'))?.name ?? '';
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('open'));
    });
    await new Promise<void>((resolve) => {
      const transaction = database.transaction('records', 'readwrite');
      transaction.objectStore('records').delete(3);
      transaction.objectStore('records').put(new Uint8Array(256 * 1024 + 16), 20);
      transaction.oncomplete = () => resolve();
    });
    database.close();
  });
  const coming = receiver.page.waitForEvent('download', {
    timeout: 110_000,
    predicate: async (download) => (await download.failure()) === null,
  });
  await receiver.page.getByRole('button', { name: 'Save again' }).click();
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  expect((await receiver.stats()).bytesReceived).toBeLessThan(3 * 256 * 1024);
});

/** Chunks in the one chunk database of this profile: numbers stand for chunks, words for the packs they lie in. */
const storedChunks = (page: Peer['page']): Promise<number> =>
  page.evaluate(async () => {
    const name = (await indexedDB.databases()).find((one) => one.name?.startsWith('shoal-chunks-'))?.name;
    if (!name) return 0;
    return new Promise<number>((resolve) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => {
        const database = request.result;
        if (!database.objectStoreNames.contains('records')) {
          resolve(0);
          return;
        }
        const chunks = IDBKeyRange.bound(0, Infinity);
        const counting = database.transaction('records').objectStore('records').count(chunks);
        counting.onsuccess = () => {
          database.close();
          resolve(counting.result);
        };
      };
      request.onerror = () => resolve(0);
    });
  });
