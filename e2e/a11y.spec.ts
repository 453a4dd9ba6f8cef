/** axe finds nothing in any state, light and dark, phone and desktop. */
import AxeBuilder from '@axe-core/playwright';
import { join } from 'node:path';
import { makeFile, mebibyte, scratch } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

async function clean(peer: Peer, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: peer.page }).analyze();
  expect(violations.map(({ id, nodes }) => `${state}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
}

test('[E40] where fingers point every field of the first page has its label in sight, the one for photos too', async ({
  launch,
  server,
}) => {
  const peer = await launch(undefined, { viewport: { width: 412, height: 823 }, hasTouch: true });
  await peer.page.goto(server.url);
  await expect(peer.page.getByText('Photos and videos')).toBeVisible();
  await clean(peer, 'home, by touch');
});

for (const [name, options] of [
  ['desktop, light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
  ['phone, dark', { viewport: { width: 360, height: 780 }, colorScheme: 'dark' }],
] as const) {
  test(`[E40] axe is content in each state (${name})`, async ({ launch, server }) => {
    const file = await makeFile(join(await scratch(), 'a.bin'), 24 * mebibyte);
    const [sender, receiver] = [await launch(undefined, options), await launch(undefined, options)];
    await sender.page.goto(server.url);
    await clean(sender, 'home');
    await sender.choose(file);
    const link = await sender.link();
    await clean(sender, 'sharing');
    await receiver.page.goto(`${server.url}/r#nonsense`);
    await expect(receiver.page.getByTestId('error')).toBeVisible();
    await clean(receiver, 'wrong link');
    await receiver.join(link);
    await clean(receiver, 'ready');
    const coming = receiver.page.waitForEvent('download', { timeout: 100_000 });
    await receiver.start();
    await receiver.progressed(5);
    await clean(receiver, 'transferring');
    await receiver.saved(coming);
    await receiver.expectState('complete');
    await clean(receiver, 'complete');
    await sender.close();
    await receiver.expectPeers(0);
    await clean(receiver, 'alone');
    await receiver.page.goto(server.url);
    await clean(receiver, 'library');
  });
}
