/** Your shares, and what other apps hand over. */
import { join } from 'node:path';
import { makeFile, mebibyte } from '../../support/files';
import { workerReady } from '../../support/scripts';
import type { Scene } from '../studio';
import { shared } from '../waits';

export const shares: Scene = async ({ person, take, url, folder }) => {
  const [peer, friend] = [await person(), await person()];
  await peer.page.goto(`${url}/shares`);
  await take(peer, 'shares-empty', { while: peer.page.getByText('Nothing here yet') });
  const songs = await makeFile(join(folder, 'Songs for the road.zip'), 3 * mebibyte, 9);
  await peer.join(await shared(friend, url, songs));
  await peer.download();
  for (const [name, megabytes] of [
    ['Minutes of the meeting.pdf', 1],
    ['Band demo, third take.wav', 4],
    ['A name that goes on and on until nobody wants to read to its end any more.tar.gz', 2],
  ] as const)
    await shared(peer, url, await makeFile(join(folder, name), megabytes * mebibyte, megabytes));
  await peer.page.goto(`${url}/shares`);
  await take(peer, 'shares', { while: peer.page.getByTestId('share-item').nth(3) });
  await peer.page.getByRole('button', { name: /^Stop Band demo/ }).click();
  await peer.context.setOffline(true);
  await take(peer, 'offline', { while: peer.page.getByTestId('offline').getByText(/offline/) });
};

export const handed: Scene = async ({ person, take, url }) => {
  const peer = await person();
  const { page } = peer;
  await page.goto(url);
  // The worker that takes it must be there.
  await workerReady(page);
  await page.goto('about:blank');
  await page.evaluate((action) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action, enctype: 'multipart/form-data' });
    const input = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
    const data = new DataTransfer();
    data.items.add(new File(['x'.repeat(5000)], 'IMG_2041.heic'));
    input.files = data.files;
    form.append(input);
    document.body.append(form);
    form.submit();
  }, `${url}/share`);
  await take(peer, 'handed', { while: page.getByRole('dialog'), window: true });
};
