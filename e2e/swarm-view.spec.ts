/** The view of the swarm, between real browsers: names, table, pieces, and motion that stops when it is asked to. */
import { join } from 'node:path';
import { axeFinds } from './support/axe';
import { makeFile, mebibyte, scratch } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

const openSwarm = async ({ page }: Peer): Promise<void> => {
  await page.getByRole('button', { name: 'See the swarm' }).click();
  await expect(page.getByRole('dialog', { name: 'The swarm' })).toBeVisible();
};

/** As the room tells a person what others call them. */
async function ownName({ page }: Peer): Promise<string> {
  const said = page.getByText(/^You are .+ here\.$/).first();
  return ((await said.textContent()) ?? '').replace(/^You are | here\.$/g, '');
}

/** Whether the picture changes within twenty frames. */
const moves = ({ page }: Peer): Promise<boolean> =>
  page.getByTestId('swarm-picture').evaluate(async (canvas) => {
    const seen = (): string => (canvas as HTMLCanvasElement).toDataURL();
    const before = seen();
    for (let frame = 0; frame < 20; frame += 1) await new Promise(requestAnimationFrame);
    return seen() !== before;
  });

test('[UI104] each sees the other by its name; the table says link and speed, the map of pieces fills', async ({
  launch,
  server,
}) => {
  const folder = await scratch();
  const files = [
    await makeFile(join(folder, 'first.bin'), 40 * mebibyte),
    await makeFile(join(folder, 'second.bin'), 24 * mebibyte),
  ];
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, files);
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  await receiver.expectPeers(1);
  const [sendersName, receiversName] = [await ownName(sender), await ownName(receiver)];
  expect(sendersName).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+/);
  await expect(receiver.page.getByTestId('peer-row')).toContainText(sendersName);

  // Loaded when opened, not before.
  const scripts = (): number => sender.requests.filter((url) => url.endsWith('.js')).length;
  const before = scripts();
  await openSwarm(sender);
  expect(scripts()).toBeGreaterThan(before);
  await sender.page.getByRole('button', { name: 'Table' }).click();
  const row = sender.page.getByTestId('swarm-row');
  await expect(row).toContainText(receiversName);
  await expect(row).toContainText(/Chrome, Linux/);
  await expect(row.getByRole('cell').nth(0)).toHaveText(/same network|direct/);
  await expect(row.getByRole('cell').nth(1)).toHaveText('0%');

  await receiver.start();
  await openSwarm(receiver);
  const picture = receiver.page.getByTestId('swarm-picture');
  await expect(picture).toHaveAttribute('aria-label', /1 browser is connected/);
  await expect(row.getByRole('cell').nth(3)).not.toHaveText('0 kB/s');
  await expect(receiver.page.getByTestId('piece-map')).toHaveAttribute('data-have', '100', {
    timeout: 90_000, // of a whole transfer on a busy machine
  });
  await expect(receiver.page.getByTestId('piece-map')).toHaveAttribute('aria-label', /100% here.*copy/);
  for (const map of [0, 1])
    await expect(receiver.page.getByTestId('file-map').nth(map)).toHaveAttribute('data-have', '100');
  await expect(row.getByRole('cell').nth(1)).toHaveText('100%');

  for (const peer of [sender, receiver]) {
    expect(await axeFinds(peer.page)).toEqual([]);
    await peer.page.keyboard.press('Escape');
    await expect(peer.page.getByRole('dialog')).toBeHidden();
    await expect(peer.page.getByRole('button', { name: 'See the swarm' })).toBeFocused();
    expect(peer.failures).toEqual([]);
    expect(peer.violations).toEqual([]);
  }
});

test('[UI105] the picture moves, stops when paused, and does not move where less motion is asked for', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.share(server.url, file));
  await receiver.expectPeers(1);
  await openSwarm(receiver);
  const { page } = receiver;
  const picture = page.getByTestId('swarm-picture');
  await expect(picture).toHaveAttribute('data-motion', 'moving');
  await expect.poll(() => moves(receiver)).toBe(true);

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(picture).toHaveAttribute('data-motion', 'paused');
  expect(await moves(receiver)).toBe(false);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(() => moves(receiver)).toBe(true);

  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect(picture).toHaveAttribute('data-motion', 'still');
  await expect.poll(() => moves(receiver)).toBe(false);
  // It still tells who comes.
  const third = await launch();
  await third.join(await sender.link());
  await expect(picture).toHaveAttribute('aria-label', /2 browsers are connected/);
});

test('[UI106] the map of chunks is asked for while the view is open and not paused, at most every 300 ms', async ({
  launch,
  server,
}) => {
  const [sender, receiver] = [await launch(), await launch()];
  const { page } = sender;
  await page.addInitScript(() => {
    const times: number[] = [];
    Object.assign(globalThis, { askedAt: times });
    const ports = MessagePort.prototype as { postMessage: (message: unknown) => void };
    ports.postMessage = new Proxy(ports.postMessage, {
      apply: (post, port, said) => {
        if (JSON.stringify(said).includes('"chunkMap"')) times.push(performance.now());
        return Reflect.apply(post, port, said) as unknown;
      },
    });
  });
  const asked = (): Promise<number[]> =>
    page.evaluate(() => (globalThis as unknown as { askedAt: number[] }).askedAt);
  const file = await makeFile(join(await scratch(), 'a.bin'), 24 * mebibyte);
  await receiver.join(await sender.share(server.url, file));
  await receiver.expectPeers(1);
  expect(await asked()).toEqual([]);

  await openSwarm(sender);
  await receiver.start();
  await receiver.expectState('complete');
  const times = await asked();
  expect(times.length).toBeGreaterThan(2);
  // Each is sent some milliseconds after it was due, so two may be a little closer; all together are not.
  const elapsed = (times.at(-1) ?? NaN) - (times[0] ?? NaN);
  expect(elapsed / (times.length - 1)).toBeGreaterThan(290);

  const asksNoMore = async (): Promise<void> => {
    const before = (await asked()).length;
    await page.waitForTimeout(1500);
    expect((await asked()).length).toBe(before);
  };
  await page.getByRole('button', { name: 'Pause' }).click();
  await asksNoMore();
  await page.getByRole('button', { name: 'Go on' }).click();
  const paused = (await asked()).length;
  await expect.poll(async () => (await asked()).length).toBeGreaterThan(paused);
  await page.keyboard.press('Escape');
  await asksNoMore();
});
