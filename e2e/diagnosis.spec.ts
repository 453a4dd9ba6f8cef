/** Whoever does not get connected is told why: each cause for real, in real browsers. PROTOCOL.md §5 (DG). */
import { join } from 'node:path';
import { axeFinds, axeFindsInBothLooks } from './support/axe';
import { isCoturnInstalled, startCoturn, type Coturn } from './support/coturn';
import { findings, panel } from './support/diagnosis';
import { makeFile, scratch } from './support/files';
import { expect, test as base } from './support/fixtures';
import { startServer } from './support/server';

const test = base.extend<{ coturn: Coturn }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
  coturn: async ({}, use) => {
    const coturn = await startCoturn();
    await use(coturn);
    await coturn.stop();
  },
});

const fineEverywhere = {
  ...{ secure: 'secure-ok', browser: 'browser-ok', server: 'server-ok', join: 'join-ok' },
  ...{ loopback: 'loopback-ok', storage: 'storage-ok' },
};

test('[DG10] with STUN and TURN all is fine, and the report can be copied: codes and counters, nothing of the room', async ({
  launch,
  coturn,
}) => {
  test.skip(!isCoturnInstalled() && !process.env.CI, 'turnserver is missing: install the package coturn.');
  const stun = coturn.env.TURN_URLS.replace('turn:', 'stun:').replace(/\?.*/, '');
  const server = await startServer({ ...coturn.env, STUN_URLS: stun });
  try {
    const { page, context, ...peer } = await launch();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
    const file = await makeFile(join(await scratch(), 'a-telling-name.bin'), 1000);
    await page.goto(server.url);
    await page.getByTestId('file-input').first().setInputFiles(file);
    const link = await page.getByTestId('share-link').inputValue();
    await page.getByRole('button', { name: 'Trouble connecting?' }).click();
    const found = await findings(page);
    expect(found).toMatchObject({ ...fineEverywhere, turn: 'turn-ok' });
    expect(found.stun).toMatch(/^stun-(ok|no-nat)$/);
    await expect(panel(page).getByRole('status')).toContainText('Everything works here');
    await panel(page).getByRole('button', { name: 'Copy diagnostics' }).click();
    await expect(panel(page).getByRole('button', { name: 'Copied' })).toBeVisible();
    const report = await page.evaluate(() => navigator.clipboard.readText());
    expect(report).toMatch(/^Shoal [\d.]+, Chromium \d+\n/);
    expect(report).toContain('room: creator');
    expect(report).toMatch(/turn: fine, turn-ok, \d+ ms, .*relay [1-9]/);
    for (const secret of [link.split('#')[1]!, 'a-telling-name', '127.0.0.1', 'localhost', 'Linux'])
      expect(report).not.toContain(secret);
    expect(peer.failures).toEqual([]);
    expect(peer.violations).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('[DG10] a TURN server that refuses is told apart from one that is silent', async ({
  launch,
  coturn,
}) => {
  test.skip(!isCoturnInstalled() && !process.env.CI, 'turnserver is missing: install the package coturn.');
  for (const [env, finding] of [
    [{ ...coturn.env, TURN_SECRET: 'not-its-secret' }, 'turn-refused'],
    [{ TURN_URLS: 'turn:127.0.0.1:9?transport=udp', TURN_SECRET: 'any-secret' }, 'turn-silent'],
  ] as const) {
    const server = await startServer(env);
    const { page, ...peer } = await launch();
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Trouble connecting?' }).click();
    expect(await findings(page)).toMatchObject({ ...fineEverywhere, turn: finding });
    await peer.context.close();
    await server.stop();
  }
});

test('[DG11] without STUN and TURN both are told as not configured, and what that means', async ({
  launch,
  server,
}) => {
  const { page } = await launch();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Trouble connecting?' }).click();
  expect(await findings(page)).toMatchObject({ ...fineEverywhere, stun: 'stun-unset', turn: 'turn-unset' });
  await expect(panel(page)).toHaveAttribute('data-summary', 'no-relay');
  await expect(panel(page).getByRole('status')).toContainText('no relay');
  await expect(panel(page).getByText('Not configured')).toHaveCount(2);
});

test('[DG12] the server dies in the middle: two clicks from the room the panel says so, and again when it is back', async ({
  launch,
  server,
}) => {
  const sender = await launch();
  const file = await makeFile(join(await scratch(), 'a.bin'), 1000);
  const link = await sender.share(server.url, file);
  const guest = await launch();
  await guest.join(link);
  await sender.close();
  // What it needs has been loaded while the server was there.
  await expect(guest.page.getByTestId('find-out-why')).toHaveAttribute('data-ready', 'true');
  await server.kill();
  await guest.page.getByRole('button', { name: 'Find out why' }).click();
  expect(await findings(guest.page)).toMatchObject({
    ...fineEverywhere,
    ...{ server: 'server-silent', join: 'join-silent', stun: 'needs-join', turn: 'needs-join' },
  });
  await expect(panel(guest.page).getByRole('status')).toContainText('does not answer');
  expect(await axeFindsInBothLooks(guest.page)).toEqual([]);
  await server.restart();
  await panel(guest.page).getByRole('button', { name: 'Test again' }).click();
  expect(await findings(guest.page)).toMatchObject(fineEverywhere);
});

test('[DG13] a browser that hides its addresses from WebRTC is told as that', async ({ launch, server }) => {
  const { page } = await launch(undefined, {
    args: ['--webrtc-ip-handling-policy=disable_non_proxied_udp'],
  });
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Trouble connecting?' }).click();
  expect(await findings(page)).toMatchObject({ ...fineEverywhere, loopback: 'loopback-hidden' });
  await expect(panel(page).getByRole('status')).toContainText('extension that blocks WebRTC');
});

test('[DG14] a link that leads nowhere: from a cold start two clicks lead to the cause, by keyboard too, and back', async ({
  launch,
  server,
}) => {
  const sender = await launch();
  const link = await sender.share(server.url, await makeFile(join(await scratch(), 'a.bin'), 1000));
  await sender.close();
  const { page, ...guest } = await launch();
  await page.goto(link);
  const why = page.getByRole('button', { name: 'Find out why' });
  await expect(why).toBeVisible();
  await why.focus();
  await page.keyboard.press('Enter');
  expect(await findings(page)).toMatchObject(fineEverywhere);
  expect(await axeFinds(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await expect(why).toBeFocused();
  expect(guest.failures).toEqual([]);
});

test('[UI172] on plain http, where there is no clipboard for pages, diagnostics are copied all the same', async ({
  launch,
  server,
}) => {
  const host = 'shoal.example';
  const { page } = await launch(undefined, { args: [`--host-resolver-rules=MAP ${host} 127.0.0.1`] });
  await page.goto(`http://${host}:${String(server.port)}`);
  expect(await page.evaluate(() => 'clipboard' in navigator)).toBe(false);
  await page.getByRole('button', { name: 'Find out why' }).click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: 'Copy diagnostics' }).click();
  await expect(panel.getByRole('button', { name: 'Copied' })).toBeVisible();
  await page.evaluate(() => {
    addEventListener('paste', ({ clipboardData }) => (document.title = clipboardData?.getData('text') ?? ''));
  });
  await page.keyboard.press('ControlOrMeta+v');
  await expect(page).toHaveTitle(/^Shoal [\d.]+, Chromium \d+/);
});
