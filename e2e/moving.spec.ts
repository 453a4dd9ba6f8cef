/** Whoever goes elsewhere, clicks twice or has two tabs while something is under way is neither dragged back nor left with what is gone. */
import type { Locator, Page } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFile, scratch } from './support/files';
import { expect, test, type Launch } from './support/fixtures';
import type { Peer } from './support/peer';
import type { TestServer } from './support/server';

const phrase = 'four words are safe';

interface TwoRooms {
  readonly peer: Peer;
  /** The one that is shown. */
  readonly first: string;
  readonly second: string;
}

/** One person with two rooms, `first.txt` and `second.txt`. */
async function twoRooms(launch: Launch, { url }: TestServer): Promise<TwoRooms> {
  const root = await scratch();
  const peer = await launch();
  const second = await peer.share(url, await makeFile(join(root, 'second.txt'), 1000));
  await peer.page.getByRole('link', { name: 'Shoal' }).click();
  await peer.choose(await makeFile(join(root, 'first.txt'), 1000));
  await shows(peer.page, 'first.txt');
  return { peer, second, first: await peer.link() };
}

const shows = (page: Page, name: string): Promise<void> =>
  expect(page.getByRole('heading', { name })).toBeVisible();

/** What is clicked, and where the person goes before anything came of it. */
const clickAndGo = (control: Locator, to: string): Promise<void> =>
  control.evaluate((element, address) => {
    (element as HTMLElement).click();
    History.prototype.pushState.call(history, null, '', address);
    dispatchEvent(new PopStateEvent('popstate'));
  }, to);

/** The link of a file under a passphrase. */
async function shareLocked(sender: Peer, { url }: TestServer, name: string): Promise<string> {
  await sender.page.goto(url);
  await sender.page.getByTestId('options').click();
  await sender.page.getByTestId('passphrase').fill(phrase);
  await sender.page.getByTestId('options-done').click();
  await sender.choose(await makeFile(join(await scratch(), name), 1000));
  return sender.link();
}

const isHome = async ({ page }: Peer, { url }: TestServer): Promise<void> => {
  await expect(page).toHaveURL(`${url}/`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByTestId('status')).toHaveCount(0);
};

test('[UI178] a room deleted in another tab is left for home, in its place in the history', async ({
  launch,
  server,
}) => {
  const { peer } = await twoRooms(launch, server);
  const steps = await peer.page.evaluate(() => history.length);
  const other = await peer.newTab();
  await other.page.goto(`${server.url}/shares`);
  await other.page.getByRole('button', { name: 'Delete first.txt' }).click();
  await other.page.getByTestId('confirm-delete').click();
  await isHome(peer, server);
  expect(await peer.page.evaluate(() => history.length)).toBe(steps);
  await expect(peer.page.getByTestId('library-item')).toHaveCount(1);
});

test('[UI178] who opened another room while one is deleted stays there', async ({ launch, server }) => {
  const { peer, second } = await twoRooms(launch, server);
  const { page } = peer;
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByTestId('confirm-delete')).toBeVisible();
  await clickAndGo(page.getByTestId('confirm-delete'), second);
  await shows(page, 'second.txt');
  const other = await peer.newTab();
  await other.page.goto(`${server.url}/shares`);
  await expect(other.page.getByTestId('share-item')).toHaveCount(1);
  await shows(page, 'second.txt');
  expect(page.url()).toBe(second);
});

test('[UI178] a room deleted while its files are still read is gone without a complaint', async ({
  launch,
  server,
}) => {
  const { page } = await launch();
  await page.addInitScript(() => {
    const folder = async (): Promise<FileSystemDirectoryHandle> => {
      const root = await (
        await navigator.storage.getDirectory()
      ).getDirectoryHandle('slow', { create: true });
      await root.getFileHandle('a.txt', { create: true });
      const below = await root.getDirectoryHandle('below', { create: true });
      await below.getFileHandle('last.txt', { create: true });
      return root;
    };
    Object.assign(window, { showDirectoryPicker: folder });
    const getFile = Reflect.get<FileSystemFileHandle, 'getFile'>(FileSystemFileHandle.prototype, 'getFile');
    const go = new Promise((resolve) => Object.assign(window, { letRead: resolve }));
    FileSystemFileHandle.prototype.getFile = async function () {
      if (this.name === 'last.txt') await go;
      return getFile.call(this);
    };
  });
  await page.goto(server.url);
  await page.getByText('Choose a folder', { exact: true }).click();
  await expect(page).toHaveURL(/\/r#/);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByTestId('confirm-delete').click();
  await expect(page).toHaveURL(`${server.url}/`);
  await page.evaluate(() => (window as unknown as { letRead: () => void }).letRead());
  await expect(page.getByTestId('file-input').first()).toBeEnabled();
  await expect(page.getByTestId('error')).toHaveCount(0);
});

test('[UI179] a passphrase that fits after the person went elsewhere leaves them there', async ({
  launch,
  server,
}) => {
  const sender = await launch();
  const link = await shareLocked(sender, server, 'locked.txt');
  const guest = await launch();
  await guest.page.goto(link);
  await guest.page.getByTestId('passphrase').fill(phrase);
  await clickAndGo(guest.page.getByTestId('unlock'), '/');
  await expect(guest.page.getByTestId('library-item')).toHaveCount(1, { timeout: 60_000 });
  await isHome(guest, server);
});

test('[UI179] a link that is still being read does not take back where the person went; entered twice it is one step', async ({
  launch,
  server,
}) => {
  const { peer, second } = await twoRooms(launch, server);
  const { page } = peer;
  const open = page.getByRole('button', { name: 'Open', exact: true });
  await page.getByRole('link', { name: 'Shoal' }).click();
  await page.getByPlaceholder('Paste it here').fill(second);
  await clickAndGo(open, '/shares');
  await expect(page.getByTestId('share-item')).toHaveCount(2);
  await expect.poll(() => page.url()).toBe(`${server.url}/shares`);

  await page.getByRole('link', { name: 'Shoal' }).click();
  const steps = await page.evaluate(() => history.length);
  await page.getByPlaceholder('Paste it here').fill(second);
  await open.evaluate((button) => {
    (button as HTMLElement).click();
    (button as HTMLElement).click();
  });
  await shows(page, 'second.txt');
  expect(await page.evaluate(() => history.length)).toBe(steps + 1);
  await page.goBack();
  await isHome(peer, server);
});

test('[UI179] files that are read after the person opened a room become a share, and the room stays', async ({
  launch,
  server,
}) => {
  const { peer, second } = await twoRooms(launch, server);
  const { page } = peer;
  await page.getByRole('link', { name: 'Shoal' }).click();
  await page.evaluate(() => {
    const file = async (): Promise<FileSystemFileHandle[]> => [
      await (await navigator.storage.getDirectory()).getFileHandle('third.txt', { create: true }),
    ];
    Object.assign(window, { showOpenFilePicker: file });
    const getFile = Reflect.get<FileSystemFileHandle, 'getFile'>(FileSystemFileHandle.prototype, 'getFile');
    const go = new Promise((resolve) => Object.assign(window, { letRead: resolve }));
    FileSystemFileHandle.prototype.getFile = async function () {
      if (this.name === 'third.txt') await go;
      return getFile.call(this);
    };
  });
  await page.getByText('Choose files', { exact: true }).click();
  await expect(page.getByTestId('file-input').first()).toBeDisabled();
  await peer.follow(second);
  await shows(page, 'second.txt');
  await page.evaluate(() => (window as unknown as { letRead: () => void }).letRead());
  const other = await peer.newTab();
  await other.page.goto(`${server.url}/shares`);
  await expect(other.page.getByText('third.txt')).toBeVisible();
  await shows(page, 'second.txt');
  expect(page.url()).toBe(second);
});

test('[UI180] the second click of a double click does not press what came in place of the first', async ({
  launch,
  server,
}) => {
  const { peer } = await twoRooms(launch, server);
  const { page } = peer;
  /** Where the control stands, as the click of this number in a row. */
  const press = async (control: Locator, clickCount: number): Promise<void> => {
    await control.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await control.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down({ clickCount });
    await page.mouse.up({ clickCount });
  };
  const resume = page.getByRole('button', { name: 'Resume', exact: true });
  await press(page.getByRole('button', { name: 'Stop', exact: true }), 1);
  await press(resume, 2);

  const shares = await peer.newTab();
  await shares.page.goto(`${server.url}/shares`);
  await expect(shares.page.getByRole('button', { name: 'Resume first.txt' })).toBeVisible();
  await expect(resume).toBeVisible();
  await page.bringToFront();
  await press(page.getByRole('button', { name: 'Delete', exact: true }), 1);
  await press(page.getByTestId('confirm-delete'), 2);
  await expect(page.getByTestId('confirm-delete')).toBeVisible();
  await expect(shares.page.getByTestId('share-item')).toHaveCount(2);
  await press(page.getByTestId('confirm-delete'), 1);
  await isHome(peer, server);
});

test('[UI182] another room is shown from its top and has the focus', async ({ launch, server }) => {
  const { peer, second } = await twoRooms(launch, server);
  const { page } = peer;
  await page.setViewportSize({ width: 400, height: 500 });
  await page.evaluate(() => scrollTo(0, 500));
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(300);
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, second);
  await shows(page, 'second.txt');
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  await expect(page.getByRole('main')).toBeFocused();
});

test('[UI182] the link of the room that is shown is no step of the history', async ({ launch, server }) => {
  const { peer, first } = await twoRooms(launch, server);
  const { page } = peer;
  const steps = await page.evaluate(() => history.length);
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, first);
  await shows(page, 'first.txt');
  expect(await page.evaluate(() => history.length)).toBe(steps);
});

test('[UI183] a small picture whose code does not come takes nothing else away', async ({
  launch,
  server,
}) => {
  const root = await scratch();
  const peer = await launch();
  await peer.page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  await peer.share(server.url, await makeFile(join(root, 'a.bin'), 1000));
  await peer.expectState(/waiting|complete/);
  await server.kill();
  const refused = peer.page.waitForEvent('requestfailed', (request) =>
    request.url().includes('/_next/static/'),
  );
  const picture = join(root, 'picture.png');
  await writeFile(
    picture,
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  );
  await peer.choose(picture);
  await expect(peer.page.getByTestId('file-row')).toHaveCount(2);
  await refused;
  await expect(peer.page.getByTestId('file-row')).toHaveCount(2);
  await server.restart();
  await expect(peer.page.getByTestId('thumbnail')).toHaveCount(1);
  expect(peer.failures).toEqual([]);
});

test('[UI186] files let go while others are read come into the same share', async ({ launch, server }) => {
  const { page } = await launch();
  await page.goto(server.url, { waitUntil: 'networkidle' });
  await page.evaluate(() => {
    for (const name of ['first.txt', 'second.txt', 'third.txt']) {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([name], name));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }
  });
  await expect(page.getByRole('heading', { name: /first\.txt.* and 2 more/ })).toBeVisible();
  await expect(page.getByTestId('file-row')).toHaveCount(3);
});

test('[UI186] where a passphrase is asked for no files are invited, nor opened by the browser', async ({
  launch,
  server,
}) => {
  const [sender, receiver] = [await launch(), await launch()];
  const link = await shareLocked(sender, server, 'secret.txt');
  const { page } = receiver;
  await page.goto(link);
  await expect(page.getByTestId('locked')).toBeVisible();
  const held = (type: string): Promise<readonly [boolean, string]> =>
    page.evaluate((name) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['a'], 'a.txt'));
      const event = new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return [event.defaultPrevented, dataTransfer.dropEffect] as const;
    }, type);
  expect(await held('dragenter')).toEqual([true, 'none']);
  expect(await held('dragover')).toEqual([true, 'none']);
  await expect(page.getByTestId('drop-layer')).toHaveCount(0);
  await held('drop');
  await expect(page.getByTestId('locked')).toBeVisible();
  await page.getByRole('link', { name: 'Shoal' }).click();
  await isHome(receiver, server);
  await held('dragenter');
  await expect(page.getByTestId('drop-layer')).toBeVisible();
});
