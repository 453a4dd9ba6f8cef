/**
 * Saving straight to files and folders. The system's dialogs cannot be driven, so the pickers answer with real handles of the origin's own
 * file system, which has the same files, swap files and locks; what is written there is read back and hashed in the page.
 */
import { join } from 'node:path';
import { axeFinds, axeFindsInBothLooks } from './support/axe';
import { makeFile, makeTree, mebibyte, scratch, sha256 } from './support/files';
import { expect, test, type Launch } from './support/fixtures';
import type { Peer } from './support/peer';
import {
  failWrites,
  pickersAnswer,
  putThere,
  refusePickers,
  savedThere,
  slowWrites,
} from './support/pickers';
import type { TestServer } from './support/server';

interface Received {
  readonly receiver: Peer;
  readonly link: string;
  /** SHA-256 by path in the share. */
  readonly hashes: Readonly<Record<string, string>>;
}

const paths = ['holiday/a.txt', 'holiday/day 1/b.bin', 'holiday/empty'];

/** A receiver with pickers in a room with a folder of three files. */
async function joined(launch: Launch, server: TestServer): Promise<Received> {
  const root = await scratch();
  await makeTree(join(root, 'holiday'), { 'a.txt': 'a new file', empty: '' });
  await makeFile(join(root, 'holiday/day 1/b.bin'), 3 * mebibyte + 7);
  const [sender, receiver] = [await launch(), await launch()];
  await pickersAnswer(receiver);
  const link = await sender.shareFolder(server.url, join(root, 'holiday'));
  await receiver.join(link);
  const hashes = await Promise.all(
    paths.map(async (path) => [path, await sha256(join(root, path))] as const),
  );
  return { receiver, link, hashes: Object.fromEntries(hashes) };
}

/** The same, with everything there and saved once as a ZIP. */
async function received(launch: Launch, server: TestServer): Promise<Received> {
  const all = await joined(launch, server);
  await all.receiver.download();
  await expect(all.receiver.page.getByTestId('save-status')).toContainText('Saved');
  return all;
}

const toFolder = ({ page }: Peer): Promise<void> =>
  page.getByRole('button', { name: 'Save to folder…' }).click();
const status = ({ page }: Peer) => page.getByTestId('save-status');
const dialog = ({ page }: Peer) => page.getByRole('dialog', { name: 'This file exists already' });

test('[E90] into a folder: what exists is asked about, answers are obeyed, Escape goes back', async ({
  launch,
  server,
}) => {
  const { receiver, hashes } = await received(launch, server);
  await toFolder(receiver);
  await expect(status(receiver)).toHaveText('Saved into the folder you chose.');
  expect(await savedThere(receiver)).toEqual(hashes);

  await test.step('Escape saves nothing and says nothing', async () => {
    for (const path of paths) await putThere(receiver, path, `old ${path}`);
    const before = await savedThere(receiver);
    await toFolder(receiver);
    await expect(dialog(receiver)).toContainText('holiday/');
    await expect(dialog(receiver)).toContainText('2 more files');
    await expect(dialog(receiver).getByRole('button', { name: 'Keep both' })).toBeFocused();
    expect(await axeFinds(receiver.page)).toEqual([]);
    await receiver.page.keyboard.press('Escape');
    await expect(dialog(receiver)).toHaveCount(0);
    await expect(receiver.page.getByRole('button', { name: 'Save again' })).toBeEnabled();
    await expect(receiver.page.getByTestId('error')).toHaveCount(0);
    expect(await savedThere(receiver)).toEqual(before);
  });

  await test.step('one is kept beside the old, the others are left as they are', async () => {
    const before = await savedThere(receiver);
    await toFolder(receiver);
    for (let left = 2; left >= 0; left--) {
      // Asked in the order of the share; one question gives way to the next.
      await expect(dialog(receiver)).toContainText(/holiday\//);
      await expect(dialog(receiver).getByRole('checkbox')).toHaveCount(left > 0 ? 1 : 0);
      if (left === 1) await expect(dialog(receiver)).toContainText('1 more file');
      if (left === 2) await expect(dialog(receiver)).toContainText('2 more files');
      const isA = (await dialog(receiver).textContent())?.includes('a.txt') === true;
      await dialog(receiver)
        .getByRole('button', { name: isA ? 'Keep both' : 'Skip' })
        .click();
    }
    await expect(receiver.page.getByRole('button', { name: 'Save again' })).toBeEnabled();
    expect(await savedThere(receiver)).toEqual({
      ...before,
      'holiday/a (2).txt': hashes['holiday/a.txt'],
    });
  });

  await test.step('all are replaced by one answer', async () => {
    await toFolder(receiver);
    await dialog(receiver).getByRole('checkbox').check();
    await dialog(receiver).getByRole('button', { name: 'Replace' }).click();
    await expect(receiver.page.getByRole('button', { name: 'Save again' })).toBeEnabled();
    expect(await savedThere(receiver)).toEqual({ ...hashes, 'holiday/a (2).txt': hashes['holiday/a.txt'] });
  });

  await test.step('a closed picker brings back to before', async () => {
    await refusePickers(receiver, 'AbortError');
    await toFolder(receiver);
    await expect(receiver.page.getByRole('button', { name: 'Save to folder…' })).toBeEnabled();
    await expect(receiver.page.getByTestId('error')).toHaveCount(0);
  });
});

test('[E91] a folder chosen before the download gets the files by itself, also after a reload', async ({
  launch,
  server,
}) => {
  const { receiver, link, hashes } = await joined(launch, server);
  const started: string[] = [];
  receiver.page.on('download', (download) => started.push(download.url()));
  await receiver.page.getByTestId('download-to-folder').click();
  await expect(status(receiver)).toHaveText('Saved into the folder “picked”.');
  expect(await savedThere(receiver)).toEqual(hashes);
  expect(started).toEqual([]);

  await test.step('after a reload it is still known', async () => {
    const again = await launch();
    await pickersAnswer(again);
    await again.join(link);
    await failWrites(again, 'QuotaExceededError');
    await again.page.getByTestId('download-to-folder').click();
    await expect(again.page.getByTestId('error')).toHaveAttribute('data-code', 'save-disk-full');
    await failWrites(again, null);
    await again.page.reload();
    await expect(status(again)).toHaveText('Saved into the folder “picked”.');
    expect(await savedThere(again)).toEqual(hashes);
  });
});

test('[E92] [UI12] a write that fails says why; saving again works, after a reload and in a second tab too', async ({
  launch,
  server,
}) => {
  const { receiver, link, hashes } = await received(launch, server);
  const notice = receiver.page.getByTestId('error');
  for (const [name, code] of [
    ['QuotaExceededError', 'save-disk-full'],
    ['NotAllowedError', 'save-permission'],
    ['NoModificationAllowedError', 'save-locked'],
    ['NotFoundError', 'save-folder-gone'],
  ] as const) {
    await failWrites(receiver, name);
    await toFolder(receiver);
    await expect(notice).toHaveAttribute('data-code', code);
    await expect(notice).toContainText('save');
    expect(Object.keys(await savedThere(receiver)).filter((path) => path !== 'holiday/empty')).toEqual([]);
  }
  expect(await axeFindsInBothLooks(receiver.page)).toEqual([]);
  // Empty files need no write and may be there: they are found whole, and nothing is asked.
  await failWrites(receiver, null);
  await notice.getByRole('button', { name: 'Try again' }).click();
  await expect(status(receiver)).toHaveText('Saved into the folder you chose.');
  expect(await savedThere(receiver)).toEqual(hashes);

  await receiver.page.reload();
  const second = await receiver.newTab();
  await second.page.goto(link);
  for (const tab of [receiver, second]) {
    const coming = tab.page.waitForEvent('download');
    await tab.page.getByRole('button', { name: 'Save again' }).click();
    expect((await tab.saved(coming)).name).toBe('holiday.zip');
    await expect(status(tab)).toHaveText('Saved through your browser’s downloads.');
  }
});

test('[UI32] writing into a folder shows how far it is; stopped, the file under way is not there', async ({
  launch,
  server,
}) => {
  const { receiver, hashes } = await received(launch, server);
  await slowWrites(receiver, 1500);
  await toFolder(receiver);
  await expect(receiver.page.getByRole('progressbar', { name: 'Writing' })).toBeVisible();
  await receiver.page.getByTestId('save-panel').getByRole('button', { name: 'Stop' }).click();
  await expect(receiver.page.getByRole('button', { name: 'Save again' })).toBeEnabled();
  await expect(receiver.page.getByTestId('save-panel').getByRole('progressbar')).toHaveCount(0);
  await expect(receiver.page.getByTestId('error')).toHaveCount(0);
  const there = await savedThere(receiver);
  expect(there).not.toEqual(hashes);
  expect(hashes).toMatchObject(there); // what is there is whole
});

test('[E93] one file is saved under the name the person picked', async ({ launch, server }) => {
  const file = await makeFile(join(await scratch(), 'report.bin'), mebibyte + 1);
  const [sender, receiver] = [await launch(), await launch()];
  await pickersAnswer(receiver);
  await receiver.join(await sender.share(server.url, file));
  await receiver.download();
  const saveAs = receiver.page.getByRole('button', { name: 'Save as…' });
  await failWrites(receiver, 'QuotaExceededError');
  await saveAs.click();
  await expect(receiver.page.getByTestId('error')).toHaveAttribute('data-code', 'save-disk-full');
  expect(await savedThere(receiver)).toEqual({});
  await failWrites(receiver, null);
  await saveAs.click();
  await expect(status(receiver)).toHaveText('Saved into the file you chose.');
  expect(await savedThere(receiver)).toEqual({ 'report.bin': await sha256(file) });
});
