/** The sender's options, the question for a passphrase, and the end of a share. */
import { expect } from '@playwright/test';
import type { Trip } from '../props';
import type { Scene } from '../studio';
import { inDetail } from '../waits';

const phrase = 'four words are safe';

export const options =
  (trip: Trip): Scene =>
  async ({ person, take, url }) => {
    const [sender, receiver] = [await person(), await person()];
    const { page } = sender;
    await page.goto(url);
    await page.getByTestId('options').click();
    await page.getByTestId('passphrase').fill(phrase);
    await take(sender, 'options', { while: page.getByTestId('options-dialog'), window: true });
    await page.getByTestId('options-done').click();
    await sender.drop([trip.folder]);
    await receiver.page.goto(await sender.link());
    await take(receiver, 'passphrase', { while: receiver.page.getByTestId('locked') });
    await receiver.page.getByTestId('passphrase').fill('four words are wrong');
    await receiver.page.getByTestId('passphrase').press('Enter');
    await take(receiver, 'passphrase-wrong', {
      while: receiver.page.getByRole('alert').filter({ hasText: /\S/ }),
    });
    await receiver.page.getByTestId('passphrase').fill(phrase);
    await receiver.page.getByTestId('passphrase').press('Enter');
    await expect(receiver.page.getByTestId('download')).toBeVisible({ timeout: 60_000 });
    await page.getByTestId('options').click();
    await page.getByTestId('options-end').click();
    await take(sender, 'end-question', { while: page.getByTestId('options-end-yes'), window: true });
    await page.getByTestId('options-end-yes').click();
    await take(sender, 'ended', { while: inDetail(sender, 'ended') });
    await take(receiver, 'ended-for-guests', { while: inDetail(receiver, 'ended') });
  };
