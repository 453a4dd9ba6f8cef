/**
 * Shoal at home on a device, with profiles on disk: it can be installed, opens without a network, takes a new build at the next visit and what
 * other apps hand over, and "Your shares" does what it says. The server is the real one; a new build is made from this one by giving every
 * hashed file another name, so that nothing of one build is found in the other.
 */
import { join } from 'node:path';
import { axeFindsInBothLooks } from './support/axe';
import { renamedBuild } from './support/builds';
import { makeFile, makeTree, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';
import { startServer } from './support/server';
import { uplink } from './support/uplink';

/** The pages worker is up and answers this page. */
const kept = ({ page }: Peer): Promise<void> =>
  expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.scriptURL ?? ''), { timeout: 60_000 })
    .toMatch(/\/pages\.js$/);

const keptBuilds = ({ page }: Peer): Promise<string[]> =>
  page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('shoal-pages-')));

const item = ({ page }: Peer, name: string) => page.getByTestId('share-item').filter({ hasText: name });

test('[E140] [UI125] it can be installed: manifest, icons and worker are as browsers want them', async ({
  launch,
  server,
}) => {
  const peer = await launch();
  await peer.page.goto(server.url);
  const session = await peer.context.newCDPSession(peer.page);
  const { url, errors, data } = await session.send('Page.getAppManifest');
  expect(url).toBe(`${server.url}/manifest.webmanifest`);
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data ?? '') as {
    icons: { src: string; sizes: string; type: string; purpose: string }[];
  };
  expect(manifest).toMatchObject({
    name: 'Shoal',
    display: 'standalone',
    start_url: '/',
    share_target: { action: '/share', method: 'POST', enctype: 'multipart/form-data' },
    file_handlers: [{ action: '/' }],
    // What the system opens must not navigate a window with transfers away.
    launch_handler: { client_mode: 'navigate-new' },
  });
  expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual(
    expect.arrayContaining(['192x192 any', '512x512 any', '512x512 maskable']),
  );
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A headless browser's profile counts as off the record where nothing else is wrong.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual(
    [],
  );
  for (const { src, sizes, type } of manifest.icons.filter(({ type }) => type === 'image/png')) {
    const drawn = await peer.page.evaluate(async (address) => {
      const response = await fetch(address);
      const image = await createImageBitmap(await response.blob());
      return { type: response.headers.get('content-type'), sizes: `${image.width}x${image.height}` };
    }, src);
    expect(drawn).toEqual({ type, sizes });
  }
  const apple = await peer.page.locator('link[rel=apple-touch-icon]').getAttribute('href');
  expect((await peer.page.request.get(`${server.url}${apple ?? ''}`)).status()).toBe(200);
  expect(peer.violations).toEqual([]);
});

test('[UI123] the worker is registered once the page stands, and what is for home is loaded after it', async ({
  launch,
  server,
}) => {
  const peer = await launch();
  const { page } = peer;
  await page.addInitScript(() => {
    const scripts = (): string[] =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => name.endsWith('.js'));
    const seen: { atLoad?: string[]; registered?: { loaded: boolean; scripts: string[] } } = {};
    Object.assign(window, { seen });
    addEventListener('load', () => (seen.atLoad = scripts()));
    const workers = navigator.serviceWorker;
    const register = workers.register.bind(workers);
    workers.register = (url, options) => {
      seen.registered ??= { loaded: document.readyState === 'complete', scripts: scripts() };
      return register(url, options);
    };
  });
  await page.goto(server.url);
  await kept(peer);
  const seen = await page.evaluate(
    () =>
      (
        window as unknown as {
          seen: { atLoad: string[]; registered: { loaded: boolean; scripts: string[] } };
        }
      ).seen,
  );
  expect(seen.registered.loaded).toBe(true);
  expect(seen.registered.scripts.length).toBeGreaterThan(seen.atLoad.length);
});

test('[UI129] a message for when it is done is offered where a download takes long, and asked for on the click alone', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'long.bin'), 64 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  // Headless there is nobody to ask.
  await receiver.page.addInitScript(() => {
    const asked = { times: 0 };
    Object.assign(window, {
      asked,
      Notification: {
        permission: 'default',
        requestPermission: () => {
          asked.times += 1;
          return Promise.resolve('granted');
        },
      },
    });
  });
  const asked = (): Promise<number> =>
    receiver.page.evaluate(() => (window as unknown as { asked: { times: number } }).asked.times);
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await uplink(sender, 1_000_000);
  await receiver.join(link);
  const offer = receiver.page.getByRole('button', { name: 'Tell me when it is done' });
  await expect(offer).toHaveCount(0);
  await receiver.start();
  await expect(offer).toBeVisible({ timeout: 60_000 });
  expect(await asked()).toBe(0);
  await offer.click();
  await expect(offer).toHaveCount(0);
  expect(await asked()).toBe(1);
});

test('[UI133] a phone’s screen is kept on while bytes move, and no longer; nothing is asked at a desktop', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 5 * mebibyte);
  const [sender, receiver] = [await launch(), await launch(undefined, { hasTouch: true })];
  // The browser's own locks, counted.
  for (const { page } of [sender, receiver])
    await page.addInitScript(() => {
      const counted = { asked: 0, held: 0 };
      Object.assign(window, { counted });
      const { wakeLock } = navigator;
      const request = wakeLock.request.bind(wakeLock);
      wakeLock.request = async (type) => {
        counted.asked += 1;
        const lock = await request(type);
        counted.held += 1;
        lock.addEventListener('release', () => (counted.held -= 1));
        return lock;
      };
    });
  const locks = ({ page }: Peer): Promise<{ asked: number; held: number }> =>
    page.evaluate(() => (window as unknown as { counted: { asked: number; held: number } }).counted);
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await uplink(sender, 1_000_000);
  await receiver.join(link);
  expect((await locks(receiver)).asked).toBe(0);
  const coming = receiver.page.waitForEvent('download');
  await receiver.start();
  await expect.poll(async () => (await locks(receiver)).held).toBe(1);
  await receiver.expectState('transferring');
  expect((await locks(receiver)).held).toBe(1);
  await receiver.saved(coming);
  await expect.poll(async () => (await locks(receiver)).held).toBe(0);
  expect((await locks(sender)).asked).toBe(0);
});

test('[E141] [UI124] without a server and a network it opens, says so, and saves and shows what is stored', async ({
  launch,
  server,
}) => {
  test.setTimeout(180_000);
  const root = await scratch();
  const file = await makeFile(join(root, 'stored.bin'), 3 * mebibyte + 5);
  await makeTree(root, { 'note.txt': 'written offline' });
  const peer = await launch();
  const link = await peer.share(server.url, [file, join(root, 'note.txt')]);
  await peer.expectState(/waiting|complete/);
  await kept(peer);
  // The worker that saves is there once own files are stored.
  await expect
    .poll(() =>
      peer.page.evaluate(async () =>
        (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname).sort(),
      ),
    )
    .toEqual(['/', '/_dl/']);
  await server.kill();
  await peer.context.setOffline(true);

  await test.step('the room opens again, and a file of it is shown', async () => {
    await peer.page.goto('about:blank');
    await peer.page.goto(link);
    await expect(peer.page.getByTestId('file-row')).toHaveCount(2, { timeout: 60_000 });
    await expect(peer.page.getByTestId('offline')).toContainText('offline');
    expect(await axeFindsInBothLooks(peer.page)).toEqual([]);
    await peer.page.getByRole('button', { name: 'View note.txt' }).click();
    await expect(peer.page.getByRole('dialog')).toContainText('written offline');
    await peer.page.keyboard.press('Escape');
  });

  await test.step('from "Your shares" it is saved', async () => {
    await peer.page.goto(`${server.url}/shares`);
    const coming = peer.page.waitForEvent('download');
    await item(peer, 'stored.bin')
      .getByRole('button', { name: /^Save / })
      .click();
    const { name } = await peer.saved(coming);
    expect(name).toMatch(/\.zip$/);
  });

  await test.step('home too; back on the network nothing is said of it any more', async () => {
    await peer.page.goto(server.url);
    await expect(peer.page.getByTestId('file-input').first()).toBeAttached();
    await expect(peer.page.getByTestId('offline')).toContainText('offline');
    await peer.context.setOffline(false);
    await expect(peer.page.getByTestId('offline')).toBeEmpty();
  });
  expect(peer.failures).toEqual([]);
});

test('[E142] a new build: an open page goes on with its own, the next visit has the new one, nothing is mixed', async ({
  launch,
}) => {
  test.setTimeout(180_000);
  const env = { OUT_DIR: 'out' };
  const server = await startServer(env);
  try {
    const next = await renamedBuild('out', 'bbbbbbbbbbbbbbbb');
    const file = await makeFile(join(await scratch(), 'old.bin'), mebibyte);
    const old = await launch();
    await old.page.goto(server.url);
    await kept(old);
    const [oldBuild] = await keptBuilds(old);
    await server.kill();
    env.OUT_DIR = next;
    await server.restart();

    const visit = await old.newTab();
    await visit.page.goto(server.url); // taken from what is kept; the browser then looks for a newer worker
    await expect.poll(() => keptBuilds(visit), { timeout: 60_000 }).toHaveLength(2);
    await expect
      .poll(() =>
        visit.page.evaluate(async () => {
          const registration = await navigator.serviceWorker.getRegistration('/');
          return [registration?.installing, registration?.waiting].filter(Boolean).length;
        }),
      )
      .toBe(0);
    await visit.page.reload();
    expect(await visit.page.content()).toContain('bbbbbbbbbbbbbbbb');

    await test.step('the page of the old build loads what it needs only now: engine, worker, files', async () => {
      await old.choose(file);
      await old.link();
      await old.expectState(/waiting|complete/);
      const loaded = await old.page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => new URL(name).pathname)
          .filter((path) => path.startsWith('/_next/static/')),
      );
      expect(loaded.length).toBeGreaterThan(3);
      expect(loaded.filter((path) => path.includes('bbb'))).toEqual([]);
      expect(old.failures).toEqual([]);
    });

    await test.step('once it is closed, the next visit throws the old build away', async () => {
      await kept(visit);
      await old.page.close();
      await expect
        .poll(
          async () => {
            await visit.page.reload();
            await visit.page.waitForFunction(async () =>
              ((await navigator.locks.query()).held ?? []).some(
                ({ name }) => name === 'shoal-pages-bbbbbbbbbbbbbbbb',
              ),
            );
            return keptBuilds(visit);
          },
          { timeout: 60_000 },
        )
        .not.toContain(oldBuild);
      expect(visit.failures).toEqual([]);
    });
  } finally {
    await server.stop();
  }
});

test('[E143] what another app hands over becomes a share, after a question in an ordinary tab; nothing of it reaches the server', async ({
  launch,
  server,
}) => {
  const peer = await launch();
  await peer.page.goto(server.url);
  await kept(peer);
  /** As the system does it: a POST that navigates. A form of another page is the nearest a test can come. */
  const hand = (files: readonly (readonly [string, string])[], text: string): Promise<void> =>
    peer.page.evaluate(
      ({ files, text, action }) => {
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action, enctype: 'multipart/form-data' });
        const input = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
        input.multiple = true;
        const data = new DataTransfer();
        for (const [name, content] of files) data.items.add(new File([content], name));
        input.files = data.files;
        const line = Object.assign(document.createElement('input'), { name: 'text', value: text });
        form.append(input, line);
        document.body.append(form);
        form.submit();
      },
      { files, text, action: `${server.url}/share` },
    );
  await peer.page.goto('about:blank');
  await hand(
    [
      ['a.txt', 'from elsewhere'],
      ['b.txt', 'and more'],
    ],
    '',
  );
  const dialog = peer.page.getByRole('dialog', { name: 'Share this with a link?' });
  await expect(dialog).toContainText('a.txt');
  await expect(dialog).toContainText('2 files');
  expect(await axeFindsInBothLooks(peer.page)).toEqual([]);
  await dialog.getByTestId('share-handed').click();
  await peer.link();
  await expect(peer.page.getByTestId('file-row')).toHaveCount(2);

  await test.step('left is left: a reload does not ask again', async () => {
    await peer.page.goto('about:blank');
    await hand([], 'a thought');
    await expect(dialog).toContainText('Text passed on');
    await peer.page.keyboard.press('Escape');
    await peer.page.reload();
    await expect(peer.page.getByTestId('file-input').first()).toBeAttached();
    await expect(dialog).toHaveCount(0);
  });

  await test.step('without the worker the server reads nothing, and the page says what to do', async () => {
    const fresh = await launch();
    await fresh.page.evaluate((action) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      document.body.append(form);
      form.submit();
    }, `${server.url}/share`);
    await expect(fresh.page.getByTestId('error')).toHaveAttribute('data-code', 'handed-lost');
  });
});

test('[E145] files opened with Shoal in the file manager become a share', async ({ launch, server }) => {
  const peer = await launch();
  // The system's part cannot be driven: the page's own consumer is kept as it is handed over, and called with real handles.
  await peer.page.addInitScript(() => {
    const page = window as unknown as { launchQueue: object; consume?: unknown };
    const queue = Object.getPrototypeOf(page.launchQueue) as { setConsumer: (consumer: unknown) => void };
    const { setConsumer } = queue;
    queue.setConsumer = function (consumer) {
      page.consume = consumer;
      setConsumer.call(this, consumer);
    };
  });
  await peer.page.goto(server.url);
  await peer.page.waitForFunction(() => 'consume' in window);
  await peer.page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const files = [];
    for (const name of ['opened.txt', 'too.txt']) {
      const handle = await root.getFileHandle(name, { create: true });
      const writer = await handle.createWritable();
      await writer.write(`in ${name}`);
      await writer.close();
      files.push(handle);
    }
    (window as unknown as { consume(launch: object): void }).consume({ files });
  });
  await peer.link();
  await expect(peer.page.getByTestId('file-row')).toHaveCount(2);
  await expect(peer.page.getByTestId('file-row').first()).toContainText('opened.txt');
});

test('[E144] [UI131] [UI132] "Your shares": stop, resume, search, save again, delete, space, and what the browser promised', async ({
  launch,
  server,
}) => {
  test.setTimeout(240_000);
  const root = await scratch();
  const [sender, receiver] = [await launch(), await launch()];
  const sent = await makeFile(join(root, 'Sommerbilder.bin'), 2 * mebibyte, 7);
  const link = await sender.share(server.url, sent);
  for (let i = 0; i < 6; i++) {
    const path = await makeFile(join(root, `paper ${i}.bin`), 1000, i + 10);
    await receiver.share(server.url, path);
  }
  await receiver.join(link);
  await receiver.download();
  await receiver.expectState('complete');

  await receiver.page.goto(`${server.url}/`);
  await expect(receiver.page.getByTestId('library-item')).toHaveCount(3);
  await receiver.page.getByRole('link', { name: /^See all/ }).click();
  await expect(receiver.page).toHaveURL(/\/shares$/);
  await expect(receiver.page.getByTestId('share-item')).toHaveCount(7);
  await expect(receiver.page.getByTestId('space-used')).toContainText('MB');
  expect(await axeFindsInBothLooks(receiver.page)).toEqual([]);

  await test.step('search and filter', async () => {
    await receiver.page.getByRole('radio', { name: 'Received' }).check({ force: true });
    await expect(receiver.page.getByTestId('share-item')).toHaveCount(1);
    await receiver.page.getByRole('radio', { name: 'All' }).check({ force: true });
    await receiver.page.getByRole('searchbox').fill('PAPER 3');
    await expect(receiver.page.getByTestId('share-item')).toHaveCount(1);
    await receiver.page.getByRole('searchbox').fill('');
  });

  await test.step('stopped, it can be saved all the same and stays stopped', async () => {
    const row = item(receiver, 'Sommerbilder');
    await row.getByRole('button', { name: /^Stop / }).click();
    await expect(row).toContainText('Stopped');
    const coming = receiver.page.waitForEvent('download');
    await row.getByRole('button', { name: /^Save / }).click();
    const { path } = await receiver.saved(coming);
    expect(await sha256(path)).toBe(await sha256(sent));
    await expect(row).toContainText('Stopped');
    await row.getByRole('button', { name: /^Resume / }).click();
    await expect(row).toContainText('1 other here', { timeout: 60_000 });
  });

  await test.step('delete, over a reload', async () => {
    await item(receiver, 'paper 0')
      .getByRole('button', { name: /^Delete / })
      .click();
    await receiver.page.getByTestId('confirm-delete').click();
    await expect(receiver.page.getByTestId('share-item')).toHaveCount(6);
    await receiver.page.reload();
    await expect(receiver.page.getByTestId('share-item')).toHaveCount(6, { timeout: 60_000 });
  });

  await test.step('the browser is asked on a click, and its answer is told', async () => {
    const keeping = receiver.page.getByTestId('keeping');
    const before = await keeping.getAttribute('data-keeping');
    if (before !== 'kept') {
      await receiver.page.getByRole('button', { name: 'Keep my shares' }).click();
      await expect(keeping).toHaveAttribute('data-keeping', /kept|refused/);
    }
    const promised = await receiver.page.evaluate(() => navigator.storage.persisted());
    await expect(keeping).toHaveAttribute('data-keeping', promised ? 'kept' : 'refused');
  });
  expect(receiver.failures).toEqual([]);
});
