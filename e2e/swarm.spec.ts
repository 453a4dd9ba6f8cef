/** Many receivers: they serve each other, and the share outlives its sender. */
import { join } from 'node:path';
import { axeFindsInBothLooks } from './support/axe';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';

test('[E10] one to four at once: everyone gets it, at least half of it from each other', async ({
  launch,
  server,
}) => {
  test.setTimeout(240_000);
  const size = 24 * mebibyte;
  const file = await makeFile(join(await scratch(), 'video.bin'), size);
  const hash = await sha256(file);
  const sender = await launch();
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  const receivers = await Promise.all([launch(), launch(), launch(), launch()]);
  for (const receiver of receivers) await receiver.join(link);
  for (const receiver of receivers) await receiver.expectPeers(4);
  const saved = await Promise.all(receivers.map((receiver) => receiver.download(200_000)));
  for (const { path } of saved) expect(await sha256(path)).toBe(hash);
  const sent = (await sender.stats()).bytesSent;

  for (const receiver of receivers) {
    const stats = await receiver.stats();
    expect(stats.duplicateBytes).toBeLessThan(0.1 * size);
    expect(stats.badChunks).toBe(0);
  }
  // All five share two cores, so the sender has as much left to give as anyone once every chunk is out: about 1.5 copies of the four. That it
  // gives little more than one where uplinks are what lacks is measured by bench:shaped.
  expect(sent).toBeLessThanOrEqual(2 * size);
});

test('[E11] who comes after the sender left is served by a complete receiver', async ({ launch, server }) => {
  const file = await makeFile(join(await scratch(), 'note.bin'), 8 * mebibyte);
  const [sender, first, late] = [await launch(), await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await first.join(link);
  await first.download();
  await first.expectState('complete');
  await sender.close();
  await late.join(link);
  const saved = await late.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));
});

test('[E12] a stalled receiver says so when everyone left, and goes on when the sender is back', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'big.bin'), 48 * mebibyte);
  const sender = await launch();
  const receiver = await launch();
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.join(link);
  const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
  await receiver.start();
  await receiver.progressed(10);
  await sender.close();
  await receiver.expectState('stalled');
  expect(await axeFindsInBothLooks(receiver.page)).toEqual([]);
  const back = await launch(sender.profile);
  await back.page.goto(link);
  const saved = await receiver.saved(coming);
  expect(await sha256(saved.path)).toBe(await sha256(file));
});
