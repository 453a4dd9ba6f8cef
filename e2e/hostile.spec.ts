/** A peer that speaks the protocol and means harm: it can waste a chunk and a little time, and nothing else. */
import { join } from 'node:path';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import { HostilePeer } from './support/hostile-peer';

test('[E50] a peer that serves corrupt chunks is cut off; nothing of it is kept, and others complete the download', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 8 * mebibyte);
  const sender = await launch();
  const hostile = await HostilePeer.start(await launch(), server);
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await hostile.obtain(link);
  await sender.close();
  await hostile.serve(link, 'corrupt');

  const receiver = await launch();
  await receiver.join(link);
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.start();
  await receiver.expectState('stalled');
  await receiver.expectPeers(0);
  await expect(receiver.page.getByTestId('status')).toContainText('32 parts are missing');
  const alone = await receiver.stats();
  expect(alone.badChunks).toBeGreaterThanOrEqual(1);
  expect(alone.chunksHave).toBe(0);
  expect(await hostile.asked()).toBeGreaterThanOrEqual(1);

  const back = await launch(sender.profile);
  await back.page.goto(link);
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  await receiver.expectState('complete');
  // The hostile one is still there, and still not spoken to.
  await receiver.expectPeers(1);
  expect(receiver.failures).toEqual([]);
});

const cut: Readonly<Record<string, string>> = {
  garbage: 'cut: malformed',
  truncated: 'cut: malformed',
  'over-bounds': 'cut: malformed',
  // The channel is closed at once: there is no goodbye.
  'oversized-control': 'cut',
  'oversized-block': 'cut',
  'unasked-blocks': 'cut: protocol',
  'short-block': 'cut: malformed',
  'second-hello': 'cut: protocol',
  'long-bitfield': 'cut: protocol',
  'far-request': 'cut: protocol',
  'far-have': 'cut: protocol',
  // Of a later version of the protocol, for all we know.
  'unknown-messages': 'ignored',
};

test('[E51] rubbish on a proven link cuts it, without a raw error, and honest peers are served as before', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 8 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const hostile = await HostilePeer.start(await launch(), server);
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);

  const ends: Record<string, string> = {};
  for (const kind of await hostile.kinds()) ends[kind] = await hostile.flood(link, kind);
  expect(ends).toEqual(cut);
  await sender.expectPeers(0);
  await sender.expectState('waiting');

  await receiver.join(link);
  const saved = await receiver.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));
  for (const peer of [sender, receiver]) {
    expect(peer.failures).toEqual([]);
    await expect(peer.page.getByTestId('error')).toHaveCount(0);
  }
});

test('[E52] a peer that announces chunks and serves none holds nobody up', async ({ launch, server }) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 16 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const hostile = await HostilePeer.start(await launch(), server);
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await hostile.obtain(link);
  await hostile.serve(link, 'silent');

  await receiver.join(link);
  await receiver.expectPeers(2);
  // Seconds even here; well over that would mean that something waited for the silent one.
  const saved = await receiver.download(30_000);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  await receiver.expectState('complete');
  expect(await hostile.asked()).toBeGreaterThanOrEqual(1);
  const stats = await receiver.stats();
  expect(stats.badChunks).toBe(0);
  // It is linked still and gave nothing.
  expect(stats.peers.map(({ bytesReceived }) => bytesReceived)).toContain(0);
  expect(receiver.failures).toEqual([]);
});
