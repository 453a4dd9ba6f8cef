/** The view of the swarm, while four browsers exchange files. */
import { expect } from '@playwright/test';
import { uplink } from '../../support/uplink';
import type { Trip } from '../props';
import type { Scene } from '../studio';
import { shared } from '../waits';

export const swarm =
  (trip: Trip): Scene =>
  async ({ person, take, url }) => {
    const sender = await person();
    const others = [await person(), await person(), await person()];
    const link = await shared(sender, url, trip.files);
    await uplink(sender, 900_000);
    for (const other of others) {
      await other.join(link);
      await other.start();
    }
    const [receiver = sender] = others;
    await receiver.progressed(20);
    const { page } = receiver;
    await page.getByRole('button', { name: 'See the swarm' }).click();
    const view = page.getByRole('dialog', { name: 'The swarm' });
    await expect(view.getByTestId('piece-map')).toBeVisible();
    await expect(view.getByTestId('file-map').first()).toBeVisible();
    await take(receiver, 'swarm', { while: view, window: true });
    await page.getByRole('button', { name: 'Table' }).click();
    await take(receiver, 'swarm-table', { while: view, window: true });
  };
