/** Where no direct way exists, bytes go through a TURN server: with relaying forced, and a real coturn. */
import { join } from 'node:path';
import { isCoturnInstalled, startCoturn, type Coturn } from './support/coturn';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test as base } from './support/fixtures';

const test = base.extend<{ coturn: Coturn }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
  coturn: async ({}, use) => {
    const coturn = await startCoturn();
    await use(coturn);
    await coturn.stop();
  },
  serverEnv: async ({ coturn }, use) => {
    await use({ ...coturn.env, ICE_POLICY: 'relay' });
  },
});

// CI has to have it: a test that skips itself there would never run at all.
test.skip(
  !isCoturnInstalled() && !process.env.CI,
  'turnserver is missing: install the Debian package coturn to run this.',
);

test('[E60] with relaying only, a file arrives, both sides know that it was relayed, and the page says so', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 8 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.share(server.url, file));
  const saved = await receiver.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));
  for (const peer of [sender, receiver]) {
    await expect.poll(async () => (await peer.stats()).peers.map(({ path }) => path)).toEqual(['relayed']);
    await expect(peer.page.getByTestId('peer-row')).toContainText('relayed');
    expect(peer.failures).toEqual([]);
  }
  // What was received stays told after the transfer: relayed bytes are the ones that cost somebody.
  await receiver.expectState('complete');
  await expect(receiver.page.getByRole('term').filter({ hasText: 'Relayed' })).toBeVisible();
});
