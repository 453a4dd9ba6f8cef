/** Nobody watches a transfer: it must go on in tabs that the browser has hidden and throttles as hard as it can. */
import { join } from 'node:path';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import { launchHidden } from './support/hidden';

test('[E76] with the tabs of sender and receiver hidden and throttled, transfer and seeding go on', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 12 * mebibyte);
  const [sender, receiver] = [await launchHidden(), await launchHidden()];
  try {
    const link = await sender.share(server.url, file);
    await sender.expectState(/waiting|complete/);
    await receiver.join(link);
    await Promise.all([sender.hide(), receiver.hide()]);
    await receiver.press('download');
    const path = await receiver.downloaded();
    expect(await sha256(path)).toBe(await sha256(file));
    await receiver.expectState('complete');
    expect(await receiver.page.evaluate(() => document.visibilityState)).toBe('hidden');
    expect(await sender.page.evaluate(() => document.visibilityState)).toBe('hidden');

    // The sender goes: who comes now finds the hidden receiver and is served by it.
    await sender.close();
    const late = await launch();
    await late.join(link);
    const saved = await late.download();
    expect(await sha256(saved.path)).toBe(await sha256(file));
    // A hidden page hears of it later than who was served.
    await expect
      .poll(async () => (await receiver.stats()).bytesSent, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(12 * mebibyte);
  } finally {
    await sender.close();
    await receiver.close();
  }
});
