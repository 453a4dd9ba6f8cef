/** Bad input and bad luck: each gets a sentence with cause and next step, and nothing is lost. */
import type { Page } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { axeFinds, axeFindsInBothLooks } from './support/axe';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import { hangEngine } from './support/hang';
import { holdScripts } from './support/scripts';

/** Without the worker that keeps pages: it would bring the engine from this browser. */
const keepNoPages = (page: Page): Promise<unknown> =>
  page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));

test('[E30] a wrong link, a cut link, and a link of another version each say what is wrong', async ({
  launch,
  server,
}) => {
  const peer = await launch();
  const texts = new Set<string>();
  for (const fragment of [`${'A'.repeat(20)}*${'A'.repeat(23)}`, 'AQIDBAUGBwgJ', '_'.repeat(44)]) {
    await peer.page.goto('about:blank');
    await peer.page.goto(`${server.url}/r#${fragment}`);
    const error = peer.page.getByTestId('error');
    await expect(error).toBeVisible();
    texts.add(await error.innerText());
    expect(await error.innerText()).not.toMatch(/Error|undefined|exception|at .*\.js/);
  }
  expect(texts.size).toBe(3);
});

test('[UI168] a link without its key is told before any script has come, and the words stay where they are', async ({
  launch,
  server,
}) => {
  const { page } = await launch();
  const comeAlive = await holdScripts(page);
  await page.goto(`${server.url}/r`, { waitUntil: 'commit' });
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText('The end of this link is missing');
  const before = await title.boundingBox();
  await comeAlive();
  await expect(page.getByRole('textbox')).toBeVisible();
  await expect(title).toHaveText('The end of this link is missing');
  expect(await title.boundingBox()).toEqual(before);
});

test('[UI11] [UI13] the engine comes with the first need; a room takes the address of the page, and nothing reloads it', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const { page, ...peer } = await launch();
  await page.goto(server.url, { waitUntil: 'networkidle' });
  const databases = (): Promise<number> =>
    page.evaluate(
      async () => (await indexedDB.databases()).filter(({ name }) => name?.startsWith('shoal-')).length,
    );
  expect(page.workers()).toHaveLength(0);
  expect(await databases()).toBe(0);
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  const steps = (): Promise<number> => page.evaluate(() => history.length);
  const before = await steps();

  await page.getByTestId('file-input').first().setInputFiles(file);
  await expect(page).toHaveURL(/\/r#.+/);
  expect(await steps()).toBe(before);
  expect(page.workers().length).toBeGreaterThan(0);
  await expect.poll(databases).toBeGreaterThan(0);
  const room = page.url();

  await page.getByRole('link', { name: 'Shoal' }).click();
  await expect(page).toHaveURL(`${server.url}/`);
  await page
    .getByTestId('library-item')
    .getByRole('button', { name: /^Open / })
    .click();
  await expect(page).toHaveURL(room);
  await page.goBack();
  await expect(page.getByTestId('library-item')).toHaveCount(1);
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
  expect(peer.failures).toEqual([]);
});

test('[E31] a room that is empty waits and says so, and goes on when the sender comes', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await sender.close();
  await receiver.page.goto(link);
  await receiver.expectState('waiting');
  const back = await launch(sender.profile);
  await back.page.goto(link);
  await expect(receiver.page.getByTestId('file-row')).toHaveCount(1);
});

test('[E32] the server cannot be reached at the start: the page says so, and joins by itself when it is back', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  // The app is loaded and its engine up; only then does the server go.
  await receiver.page.goto(server.url);
  const loaded = () => receiver.page.evaluate(() => performance.getEntriesByType('resource').length);
  await expect(async () => {
    // A key before the page has come alive is not heard.
    await receiver.page.keyboard.press('Shift');
    expect(receiver.page.workers()).not.toHaveLength(0);
    const before = await loaded();
    await receiver.page.waitForTimeout(1500);
    expect(await loaded()).toBe(before);
  }).toPass({ timeout: 30_000 });
  await server.kill();
  await receiver.follow(link);
  await receiver.expectState('connecting');
  await expect(receiver.page.getByTestId('error').or(receiver.page.getByTestId('status'))).toContainText(
    /server/i,
    {
      timeout: 30_000,
    },
  );
  expect(await axeFindsInBothLooks(receiver.page)).toEqual([]);
  await sender.expectState('connecting');
  await server.restart();
  await expect(receiver.page.getByTestId('file-row')).toHaveCount(1, { timeout: 60_000 });
});

test('[UI167] the server goes before anything of the engine is here: the page says so, and a link is opened, or made, when it is back', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const [sender, opener, other] = [await launch(), await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  for (const { page } of [opener, other]) {
    await keepNoPages(page);
    await page.goto(server.url);
  }
  await server.kill();
  await opener.follow(link);
  await other.choose(file);
  await expect(opener.page.getByRole('heading', { name: 'Looking for the server' })).toBeVisible();
  await expect(opener.page.getByTestId('status')).toContainText('opens by itself');
  await expect(other.page.getByText('Your link is made as soon as it does')).toBeVisible();
  for (const { page } of [opener, other]) expect(await axeFindsInBothLooks(page)).toEqual([]);
  await server.restart();
  await expect(opener.page.getByTestId('file-row')).toHaveCount(1, { timeout: 60_000 });
  expect(await other.link()).toContain('/r#');
});

test('[UI167] the server goes when only some of the engine is here: the link is opened when it is back', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const [sender, opener] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  const { page } = opener;
  await keepNoPages(page);
  for (const gone of ['**/engine.js', '**/healthz']) await page.route(gone, (route) => route.abort());
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Looking for the server' })).toBeVisible();
  await page.unrouteAll();
  await expect(page.getByTestId('file-row')).toHaveCount(1, { timeout: 60_000 });
});

test('[E33] [UI12] two tabs of one profile share one engine: both show the transfer, the file arrives once', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 12 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await receiver.join(link);
  const second = await receiver.newTab();
  await second.join(link);
  const saved = await receiver.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));
  await second.expectState('complete');
  await sender.expectPeers(1);
});

test('[E34] the leading tab is closed in the middle: the other takes over and finishes', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 32 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  const second = await receiver.newTab();
  await second.join(link);
  await receiver.start();
  await second.progressed(10);
  const coming = second.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.page.close();
  const saved = await second.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
});

test('[E35] a file changed on disk while it is prepared is an error with a next step', async ({
  launch,
  server,
}) => {
  const path = await makeFile(join(await scratch(), 'changing.bin'), 256 * mebibyte);
  const sender = await launch();
  await sender.share(server.url, path);
  await writeFile(path, 'something else');
  await sender.expectState('error');
  await expect(sender.page.getByTestId('error').first()).toBeVisible();
});

test('[E36] plain http on another host than localhost says why it cannot work', async ({
  launch,
  server,
}) => {
  const peer = await launch(undefined, { args: ['--host-resolver-rules=MAP shoal.test 127.0.0.1'] });
  await peer.page.goto(`http://shoal.test:${server.port}/`);
  await expect(peer.page.getByTestId('error')).toContainText(/https/i);
  expect(await axeFindsInBothLooks(peer.page)).toEqual([]);
});

test('[UI21] a folder that cannot be read whole gives its link back: the page is at home, says why, and keeps nothing', async ({
  launch,
  server,
}) => {
  const peer = await launch();
  await peer.page.goto(server.url, { waitUntil: 'networkidle' }); // a drop is not heard before
  // A folder entry whose second file cannot be read; only a broken disk gives a real one.
  await peer.page.evaluate(() => {
    const good = { isFile: true, isDirectory: false, fullPath: '/trip/a.txt' } as FileSystemFileEntry;
    good.file = (found) => found(new File(['a'], 'a.txt'));
    const bad = { isFile: true, isDirectory: false, fullPath: '/trip/b.txt' } as FileSystemFileEntry;
    // Read only once the link is shown, so that there is a room to take back.
    bad.file = (_found, failed) => {
      const observer = new MutationObserver(() => {
        if (!document.querySelector('[data-testid=share-link]')) return;
        observer.disconnect();
        failed?.(new DOMException('gone', 'NotFoundError'));
      });
      observer.observe(document.body, { subtree: true, childList: true });
    };
    const answers = [[good, bad], []];
    const trip = { isFile: false, isDirectory: true, fullPath: '/trip' } as FileSystemDirectoryEntry;
    trip.createReader = () => ({ readEntries: (found) => found(answers.shift() ?? []) });
    const event = new DragEvent('drop', { bubbles: true, cancelable: true });
    const item = { kind: 'file', webkitGetAsEntry: () => trip, getAsFile: () => null };
    Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items: [item] } });
    document.body.dispatchEvent(event);
  });
  await expect(peer.page.getByTestId('error')).toBeVisible();
  await expect(peer.page.getByTestId('file-input').first()).toBeEnabled();
  expect(new URL(peer.page.url()).pathname).toBe('/');
  await expect(peer.page.getByTestId('library-item')).toHaveCount(0);
  await expect(peer.page.getByTestId('share-link')).toHaveCount(0);
});

test('[UI166] files held over the page, or chosen, before its script runs are taken all the same', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const peer = await launch();
  const withoutScripts = async (): Promise<() => Promise<void>> => {
    const comeAlive = await holdScripts(peer.page);
    await peer.page.goto(server.url, { waitUntil: 'commit' });
    await expect(peer.page.getByTestId('file-input').first()).toBeAttached();
    return comeAlive;
  };

  let comeAlive = await withoutScripts();
  await peer.choose(file);
  await comeAlive();
  const link = await peer.link();

  comeAlive = await withoutScripts();
  const letGo = await peer.hover([file], comeAlive);
  expect(await axeFinds(peer.page)).toEqual([]);
  await letGo();
  expect(await peer.link()).not.toBe(link);
});

test('[UI166] files chosen while the page comes alive are taken too', async ({ launch, server }) => {
  const peer = await launch();
  // As early as React hears of it at all, which is before the page has started.
  await peer.page.addInitScript(() => {
    const timer = setInterval(() => {
      const field = document.querySelector<HTMLInputElement>('[data-testid=file-input]');
      if (!field || !Object.keys(field).some((key) => key.startsWith('__reactProps'))) return;
      clearInterval(timer);
      const chosen = new DataTransfer();
      chosen.items.add(new File(['early'], 'early.txt'));
      field.files = chosen.files;
      field.dispatchEvent(new Event('change', { bubbles: true }));
    });
  });
  await peer.page.goto(server.url);
  await peer.link();
});

test('[UI200] an engine that hangs is told of, with a way on, until it answers; a page that slept is none', async ({
  launch,
  server,
}) => {
  const peer = await launch();
  const { page } = peer;
  await page.clock.install();
  await peer.share(server.url, await makeFile(join(await scratch(), 'a.bin'), mebibyte));
  await peer.expectState(/waiting|complete/);
  const told = page.getByTestId('error');

  await page.clock.fastForward('30:00');
  await expect(told).toHaveCount(0);

  await hangEngine(page, 5000);
  await expect(told).toContainText('Shoal has stopped answering in this tab');
  await expect(told).toHaveCount(0);

  await hangEngine(page);
  await expect(told).toBeVisible();
  expect(await axeFindsInBothLooks(page)).toEqual([]);
  await told.getByRole('button', { name: 'Reload the page' }).click();
  await peer.expectState(/waiting|complete/);
  await expect(told).toHaveCount(0);
});

test('[UI171] where fingers point a button pastes a picture, or opens a link; nothing to paste is told', async ({
  launch,
  server,
}) => {
  const peer = await launch(undefined, { viewport: { width: 390, height: 844 }, hasTouch: true });
  const { page } = peer;
  await peer.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await page.goto(server.url);
  const paste = page.getByRole('button', { name: 'Paste', exact: true });
  const copy = (item: 'picture' | 'spaces') =>
    page.evaluate(async (what) => {
      if (what === 'spaces') return navigator.clipboard.writeText('  ');
      const canvas = new OffscreenCanvas(8, 8);
      canvas.getContext('2d')?.fillRect(0, 0, 8, 8);
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': canvas.convertToBlob() })]);
    }, item);
  await copy('spaces');
  await paste.click();
  await expect(page.getByText('Nothing could be pasted')).toBeVisible();
  await copy('picture');
  await paste.click();
  const link = await peer.link();
  await expect(page.getByRole('heading', { name: 'pasted picture.png' })).toBeVisible();

  await page.goto(server.url);
  await page.evaluate((text) => navigator.clipboard.writeText(text), link);
  await paste.click();
  await expect(page.getByRole('heading', { name: 'pasted picture.png' })).toBeVisible();
});

test('[UI177] a link opened just after files were dropped stays', async ({ launch, server }) => {
  const [sender, peer] = [await launch(), await launch()];
  const root = await scratch();
  const link = await sender.share(server.url, await makeFile(join(root, 'theirs.bin'), 1000));
  // As soon as the page has written its own room into the address another link is there.
  await peer.page.addInitScript((fragment) => {
    let opened = false;
    type Replace = (...given: Parameters<History['replaceState']>) => void;
    History.prototype.replaceState = new Proxy(Reflect.get(History.prototype, 'replaceState') as Replace, {
      apply(replace, at, given: Parameters<Replace>) {
        Reflect.apply(replace, at, given);
        if (opened || !String(given[2]).startsWith('/r#')) return;
        opened = true;
        queueMicrotask(() => (location.hash = fragment));
      },
    });
  }, new URL(link).hash);
  await peer.page.goto(server.url);
  await peer.choose(await makeFile(join(root, 'own.bin'), 1000));
  await expect(peer.page.getByRole('heading', { name: 'theirs.bin' })).toBeVisible({ timeout: 30_000 });
  await expect(peer.page.getByTestId('download')).toBeVisible();
  expect(peer.page.url()).toBe(link);
  await peer.page.goBack();
  await expect(peer.page.getByRole('heading', { name: 'own.bin' })).toBeVisible();
  await peer.page.goForward();
  await expect(peer.page.getByRole('heading', { name: 'theirs.bin' })).toBeVisible();
});

test('[UI4] a picture pasted while a field has the focus is taken too', async ({ launch, server }) => {
  const { page } = await launch();
  await page.goto(server.url);
  const field = page.getByPlaceholder('Paste it here');
  await field.focus();
  await field.evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(['picture'], 'screen.png', { type: 'image/png' }));
    element.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
  });
  await expect(page.getByRole('heading', { name: 'screen.png' })).toBeVisible();
});
