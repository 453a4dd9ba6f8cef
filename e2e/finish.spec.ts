/** What a person sees at a glance: nothing covers another, columns stand under each other, and no words flash by or contradict the next. */
import { join } from 'node:path';
import { makeFile, makeTree, mebibyte, scratch } from './support/files';
import { expect, test } from './support/fixtures';
import { png } from './support/media';
import type { Peer } from './support/peer';
import { workerReady } from './support/scripts';

const languages = ['en', 'de', 'es', 'fr', 'ja', 'ar'];

const speak = ({ page }: Peer, language: string): Promise<unknown> =>
  page.getByTestId('language').selectOption(language);

test('[UI190] in the swarm’s head no button covers another, in any language, on a desk or a phone', async ({
  launch,
  server,
}) => {
  const peer = await launch();
  const { page } = peer;
  await peer.share(server.url, await makeFile(join(await scratch(), 'a.bin'), mebibyte));
  const covered = (): Promise<string[]> =>
    page.getByTestId('swarm-view').evaluate((dialog) => {
      const boxes = [...dialog.querySelectorAll('header button, header h2')].map((element) => {
        // A title is as wide as its line; only its words count.
        const words = document.createRange();
        words.selectNodeContents(element);
        return {
          name: element.textContent,
          box: (element.matches('h2') ? words : element).getBoundingClientRect(),
        };
      });
      const meet = (a: DOMRect, b: DOMRect): boolean =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      return boxes.flatMap(({ name, box }, index) =>
        boxes.slice(index + 1).flatMap((other) => (meet(box, other.box) ? [`${name} × ${other.name}`] : [])),
      );
    });
  for (const width of [1280, 390])
    for (const language of languages) {
      await page.setViewportSize({ width, height: 800 });
      await speak(peer, language);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await page.getByTestId('see-swarm').click();
      await expect(page.getByTestId('swarm-view')).toBeVisible();
      expect(await covered(), `${language} at ${width}`).toEqual([]);
      await page.keyboard.press('Escape');
    }
});

test('[UI193] between saving and saved nothing else is said', async ({ launch, server }) => {
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(
    await sender.share(server.url, await makeFile(join(await scratch(), 'a.bin'), mebibyte)),
  );
  await receiver.page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver(() => {
      const words = document.querySelector('[data-testid=save-status]')?.textContent ?? '';
      if (words !== '' && words !== said.at(-1)) said.push(words);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await receiver.download();
  const status = receiver.page.getByTestId('save-status');
  await expect(status).toHaveText('Saved through your browser’s downloads.');
  const said = await receiver.page.evaluate(() => (window as unknown as { said: string[] }).said);
  const from = said.indexOf('Saving through your browser’s downloads…');
  expect(said.slice(from)).toEqual([
    'Saving through your browser’s downloads…',
    'Saved through your browser’s downloads.',
  ]);
});

test('[UI194] [UI195] in Arabic a share’s name comes first in its title, and a text runs as its letters do', async ({
  launch,
  server,
}) => {
  const folder = await scratch();
  await makeTree(folder, { 'a.txt': 'Hello there.\n', 'b.txt': 'b' });
  const peer = await launch(undefined, { locale: 'ar' });
  const { page } = peer;
  await peer.share(server.url, [join(folder, 'a.txt'), join(folder, 'b.txt')]);
  const title = page.locator('#room-name');
  await expect(title).toContainText('a.txt');
  const { first, last } = await title.evaluate((element) => {
    const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode() as Text;
    const at = (index: number): number => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + 1);
      return range.getBoundingClientRect().left;
    };
    return { first: at(text.data.indexOf('a.txt')), last: at(text.data.length - 1) };
  });
  expect(first).toBeGreaterThan(last);

  await page.getByTestId('file-row').first().getByRole('button').click();
  const text = page.getByTestId('viewer').locator('pre');
  await expect(text).toContainText('Hello there.');
  const [start, box] = await text.evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return [range.getClientRects()[0]?.left ?? 0, element.getBoundingClientRect()] as const;
  });
  expect(start - box.left).toBeLessThan(box.width / 2);
});

test('[UI196] in every language the columns of a list stand under each other, and a search moves none of it', async ({
  launch,
  server,
}) => {
  const root = await scratch();
  const files = Object.fromEntries(
    Array.from({ length: 7 }, (_, at) => [`file ${at}.bin`, Buffer.alloc(900 + at)]),
  );
  await makeTree(join(root, 'trip'), { ...files, 'photo.png': png, 'song.wav': 'a' });
  const peer = await launch();
  const { page } = peer;
  await peer.shareFolder(server.url, join(root, 'trip'));
  const sizes = page.locator('[role=row] > :nth-child(3)');
  await expect(sizes.nth(9)).toBeVisible();
  const edges = (): Promise<number[]> =>
    sizes.evaluateAll((cells) => [
      ...new Set(
        cells.map((cell) => cell.getBoundingClientRect()[document.dir === 'rtl' ? 'left' : 'right']),
      ),
    ]);
  for (const language of languages) {
    await speak(peer, language);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    expect((await edges()).length, language).toBe(1);
    const grid = page.getByRole('treegrid');
    // The page itself may scroll, as it gets shorter.
    const top = async (): Promise<number> =>
      ((await grid.boundingBox())?.y ?? 0) - ((await page.getByRole('searchbox').boundingBox())?.y ?? 0);
    const before = await top();
    await page.getByRole('searchbox').fill('file');
    await expect(page.locator('[role=row]')).toHaveCount(7);
    expect(await top(), language).toBe(before);
    // How many were found stands at the end of the field, off what is typed.
    const field = await page.getByRole('searchbox').boundingBox();
    const count = await page.getByText('7 / 9', { exact: true }).boundingBox();
    const middle = (field?.x ?? 0) + (field?.width ?? 0) / 2;
    expect((count?.x ?? 0) > middle, language).toBe(language !== 'ar');
    await page.getByRole('searchbox').fill('');
    await expect(page.locator('[role=row]')).toHaveCount(10);
  }
});

test('[UI196] a short list stands in line too, whether a file can be viewed or not', async ({
  launch,
  server,
}) => {
  const root = await scratch();
  await makeTree(root, { 'a.txt': 'a', 'b.bin': 'b', 'c.png': png });
  const peer = await launch();
  await peer.share(
    server.url,
    ['a.txt', 'b.bin', 'c.png'].map((name) => join(root, name)),
  );
  const rows = peer.page.getByTestId('file-row');
  await expect(rows).toHaveCount(3);
  for (const width of [1280, 390]) {
    await peer.page.setViewportSize({ width, height: 800 });
    const edges = await rows.evaluateAll((all) =>
      all.map((row) =>
        Math.round(row.firstElementChild?.lastElementChild?.getBoundingClientRect().right ?? 0),
      ),
    );
    expect(new Set(edges).size, edges.join()).toBe(1);
  }
});

test('[UI197] when everyone has left, the sender is not told that nobody has joined yet', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.share(server.url, file));
  const joined = sender.page.getByTestId('joined');
  await expect(joined).toHaveText('1 person has joined');
  await receiver.page.close();
  await expect(joined).toHaveText('Nobody else is here now', { timeout: 60_000 });
  await sender.page.reload();
  await expect(joined).toHaveText('Nobody else is here now');
});

test('[UI198] who typed a passphrase and presses Done has set it', async ({ launch, server }) => {
  const { page } = await launch().then(async (sender) => {
    await sender.share(server.url, await makeFile(join(await scratch(), 'a.bin'), mebibyte));
    return sender;
  });
  const before = await page.getByTestId('share-link').inputValue();
  await page.getByTestId('options').click();
  await page.getByTestId('passphrase').fill('four words are safe');
  await page.getByTestId('options-done').click();
  await expect(page.getByTestId('options-dialog')).toBeHidden({ timeout: 60_000 });
  await expect(page.getByTestId('share-link')).not.toHaveValue(before);
  await expect(page.getByTestId('options-set')).toContainText('Passphrase needed');
});

/**
 * Shifts of what is seen that no click asked for, as the browser counts them (Layout Instability API): by how much, and what moved. From the
 * next page on; answers how to read them.
 */
async function watchShifts({ page }: Peer): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    interface Shift extends PerformanceEntry {
      readonly value: number;
      readonly hadRecentInput: boolean;
      readonly sources: readonly { readonly node: Node | null }[];
    }
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[])
        // A word that changes within its line is less.
        if (!hadRecentInput && value > 0.002)
          shifts.push(`${value.toFixed(3)} ${sources.map(({ node }) => node?.textContent).join(' | ')}`);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => Reflect.get(window, 'shifts') as string[]);
}

for (const [kind, count] of [
  ['a short', 3],
  ['a long', 12],
] as const)
  test(`[UI201] on a phone nothing that is seen moves when ${kind} list of files arrives`, async ({
    launch,
    server,
  }) => {
    const folder = join(await scratch(), 'trip');
    await makeTree(
      folder,
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.txt`, 'some words'])),
    );
    const sender = await launch();
    const receiver = await launch(undefined, { viewport: { width: 390, height: 844 } });
    const link = await sender.shareFolder(server.url, folder);
    await sender.expectState(/waiting|complete/);
    const shifts = await watchShifts(receiver);
    await receiver.page.goto(link);
    await expect(receiver.page.getByTestId('file-row')).toHaveCount(count);
    await expect(receiver.page.getByTestId('share-link')).toBeVisible();
    expect(await shifts()).toEqual([]);
  });

test('[UI201] what stands below a list that does not come is shown without it', async ({
  launch,
  server,
}) => {
  const receiver = await launch(undefined, { viewport: { width: 390, height: 844 } });
  const sender = await launch();
  const link = await sender.share(server.url, await makeFile(join(await scratch(), 'a.bin'), mebibyte));
  await sender.expectState(/waiting|complete/);
  await receiver.page.goto(server.url);
  await workerReady(receiver.page);
  await server.kill();
  await receiver.follow(link);
  await expect(receiver.page.getByTestId('share-link')).toBeVisible();
});

test('[UI202] home with shares has its shape from the start: nothing that is seen moves when their list arrives', async ({
  launch,
  server,
}) => {
  const peer = await launch(undefined, { viewport: { width: 390, height: 844 } });
  const { page } = peer;
  const shares = page.getByTestId('library-item');
  const facts = page.getByRole('region', { name: 'How it works' });
  await peer.share(server.url, await makeFile(join(await scratch(), 'a.bin'), mebibyte));
  const shifts = await watchShifts(peer);
  await page.goto(server.url);
  await expect(shares).toHaveCount(1);
  await expect(facts).toBeVisible();
  expect(await shifts()).toEqual([]);

  // What was remembered of them goes with the last one.
  await shares.getByRole('button', { name: 'Delete a.bin' }).click();
  await page.getByTestId('confirm-delete').click();
  await expect(shares).toHaveCount(0);
  await page.reload();
  await expect(facts).toBeVisible();
  expect(await page.evaluate(() => 'shares' in document.documentElement.dataset)).toBe(false);
});
