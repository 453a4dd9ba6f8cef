/** When a tab may be closed: what the page says, what the browser asks, and that it was true. */
import { join } from 'node:path';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

const closing = ({ page }: Peer) => page.getByTestId('closing');
const expectClosing = (peer: Peer, state: string): Promise<void> =>
  expect(closing(peer)).toHaveAttribute('data-state', state, { timeout: 60_000 });

/** Closes the tab as its cross does. The browser asks, and the person stays. */
async function triesToClose({ page }: Peer): Promise<void> {
  const asking = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asking;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
}

/** Nothing is asked: with a question that nobody answers the page would stay. */
async function closes({ page }: Peer): Promise<void> {
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  const gone = page.waitForEvent('close');
  await page.close({ runBeforeUnload: true });
  await gone;
  expect(asked).toEqual([]);
}

test('[E13] unsafe until three others have it: asked before, not after, and a newcomer gets all of it from them', async ({
  launch,
  server,
}) => {
  test.setTimeout(300_000);
  const file = await makeFile(join(await scratch(), 'film.bin'), 48 * mebibyte);
  const hash = await sha256(file);
  const sender = await launch();
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting/);
  await expectClosing(sender, 'unsafe');
  await expect(closing(sender)).toContainText('So far the files are only here.');
  // Browsers ask only where somebody has used the page.
  await sender.page.getByRole('button', { name: 'Copy link' }).click();
  await triesToClose(sender);

  const first = await launch();
  await first.join(link);
  const coming = first.page.waitForEvent('download', { timeout: 110_000 });
  await first.start();
  await expect(closing(sender)).toContainText(/If you close now, [\d,]+ parts? would be missing/);
  await triesToClose(sender);
  expect(await sha256((await first.saved(coming)).path)).toBe(hash);
  await expectClosing(sender, 'others-complete');
  await expect(closing(sender)).toContainText('The other browser here has everything. 1 complete copy');

  const others = [await launch(), await launch()];
  for (const other of others) {
    await other.join(link);
    expect(await sha256((await other.download()).path)).toBe(hash);
  }
  await expectClosing(sender, 'safe');
  await expect(closing(sender)).toContainText('Every part is with at least 3 others.');
  await expect(sender.page.getByRole('meter')).toHaveAttribute('aria-valuenow', '3');
  await closes(sender);
  await sender.close();

  const late = await launch();
  await late.join(link);
  expect(await sha256((await late.download()).path)).toBe(hash);
  // One of four left, so people are leaving and three are not enough; who is here has everything.
  await expectClosing(first, 'others-complete');
  await expect(closing(first)).toContainText('3 complete copies here without you.');
});

test('[E13] when those who had it leave, the page says so; a sender who comes back believes who has it', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'note.bin'), 4 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await receiver.join(link);
  await receiver.download();
  await expectClosing(sender, 'others-complete');
  // Nothing is asked on the way: the receiver has everything.
  await sender.page.getByRole('button', { name: 'Copy link' }).click();
  const asked: string[] = [];
  sender.page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await sender.page.reload();
  expect(asked).toEqual([]);
  await sender.expectPeers(1);
  await expectClosing(sender, 'others-complete');
  await receiver.close();
  await sender.expectPeers(0);
  await expectClosing(sender, 'unsafe');
  await expect(closing(sender)).toContainText('While this tab is closed, nobody can download from it');
});
