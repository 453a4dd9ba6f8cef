/** The main job from both sides: link, list, transfer, done; and what can be done with what has come. */
import { expect } from '@playwright/test';
import { basename } from 'node:path';
import { pickersAnswer, putThere } from '../../support/pickers';
import { uplink } from '../../support/uplink';
import type { Trip } from '../props';
import type { Scene } from '../studio';
import { inDetail, shared, speak } from '../waits';

/** Fast enough to be a transfer soon; then slow enough to be looked at in four looks, also on a busy machine. */
const [beginning, shown] = [900_000, 350_000];

export const transfer =
  (trip: Trip): Scene =>
  async ({ person, take, url }) => {
    const [sender, receiver, other] = [await person(), await person(), await person()];
    await sender.page.goto(url, { waitUntil: 'networkidle' });
    await sender.drop([trip.folder]);
    const link = await sender.link();
    await sender.expectState('waiting');
    await take(sender, 'link-ready', { while: sender.page.getByTestId('file-row').first() });

    // Before the first link: a line that is open already stays as fast as it is.
    await uplink(sender, beginning);
    await receiver.join(link);
    await take(receiver, 'file-list', { while: receiver.page.getByTestId('download') });
    await speak(receiver, 'ar');
    await take(receiver, 'room-arabic');
    await speak(receiver, 'en');
    await take(sender, 'someone-joined', { while: inDetail(sender, 'nobody-asks') });

    await other.join(link);
    await receiver.expectPeers(2);
    const coming = receiver.page.waitForEvent('download', { timeout: 120_000 });
    coming.catch(() => undefined);
    await Promise.all([other.start(), receiver.start()]);
    await receiver.progressed(20);
    await uplink(sender, shown);
    await take(receiver, 'transferring', { while: inDetail(receiver, 'receiving'), alsoAs: 'room.png' });
    await take(sender, 'sending', { while: inDetail(sender, 'sending') });
    await uplink(sender, null);
    await receiver.saved(coming);
    await take(receiver, 'complete', { while: receiver.page.getByText('Saved through your browser') });
    await other.expectState('complete');
    await take(sender, 'sent', { while: inDetail(sender, 'sent') });

    await receiver.page.getByRole('button', { name: 'View Harbour at dawn.png' }).click();
    await expect(receiver.page.getByTestId('viewer')).toHaveAttribute('data-showing', 'showing');
    const viewer = receiver.page.getByTestId('viewer');
    await take(receiver, 'viewer', { while: viewer, window: true });
    for (const [state, name] of [
      ['viewer-text', 'View Packing list.txt'],
      ['viewer-sound', 'Listen Sound of the waves.wav'],
    ] as const) {
      await viewer.getByRole('button', { name: 'Close' }).click();
      await receiver.page.getByRole('button', { name }).click();
      await expect(viewer).toHaveAttribute('data-showing', 'showing');
      await take(receiver, state, { while: viewer, window: true });
    }
  };

export const oneFile =
  (trip: Trip): Scene =>
  async ({ person, take, url }) => {
    const [sender, receiver] = [await person(), await person()];
    const link = await shared(sender, url, trip.files[0] ?? '');
    await receiver.join(link);
    await take(receiver, 'one-file', { while: receiver.page.getByTestId('download') });
    await sender.page.getByRole('button', { name: 'Stop' }).click();
    await take(sender, 'stopped', { while: inDetail(sender, 'stopped') });
  };

export const intoAFolder =
  (trip: Trip): Scene =>
  async ({ person, take, url }) => {
    const [sender, receiver] = [await person(), await person()];
    await pickersAnswer(receiver);
    await receiver.join(await shared(sender, url, trip.files.slice(0, 4)));
    await receiver.download();
    await expect(receiver.page.getByTestId('save-status')).toContainText('Saved through');
    await receiver.page.getByRole('button', { name: 'Save to folder…' }).click();
    await expect(receiver.page.getByTestId('save-status')).toContainText('Saved into');
    // What is there byte for byte is not asked about.
    for (const path of trip.files.slice(0, 3))
      await putThere(receiver, basename(path), 'Cut down and coloured anew.');
    await receiver.page.getByRole('button', { name: 'Save to folder…' }).click();
    await take(receiver, 'existing-file', {
      while: receiver.page.getByTestId('existing-file'),
      window: true,
    });
  };
