/** The first page: empty, under a drag, while a drop is taken in, after one that held nothing, and with shares. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFile, mebibyte } from '../../support/files';
import { holdScripts } from '../../support/scripts';
import type { Scene } from '../studio';
import { shared, speak } from '../waits';

export const home =
  (trip: { readonly folder: string }): Scene =>
  async ({ person, take, url, folder }) => {
    const peer = await person({ serviceWorkers: 'block' });
    await peer.page.goto(url, { waitUntil: 'networkidle' });
    await take(peer, 'home', { while: peer.page.getByRole('heading', { level: 1 }) });
    await speak(peer, 'ar');
    await take(peer, 'home-arabic');
    await speak(peer, 'en');
    const release = await holdScripts(peer.page);
    const letGo = await peer.hover([trip.folder]);
    await take(peer, 'home-hovering', { while: peer.page.getByTestId('drop-layer'), window: true });
    await letGo();
    await take(peer, 'taking-in', { while: peer.page.getByText(/^Making your link/) });
    await release();
    await peer.link();
    await peer.page.goto(url);
    const empty = join(folder, 'Nothing yet');
    await mkdir(empty);
    await peer.drop([empty]);
    await take(peer, 'notice', { while: peer.page.getByRole('alert').filter({ hasText: /\S/ }) });
  };

export const sharesOfThisBrowser: Scene = async ({ person, take, url, folder }) => {
  const peer = await person();
  for (const [name, megabytes] of [
    ['Minutes of the meeting.pdf', 1],
    ['Band demo, third take.wav', 4],
    ['Holiday film.mov', 9],
  ] as const)
    await shared(peer, url, await makeFile(join(folder, name), megabytes * mebibyte, megabytes));
  await peer.page.goto(url);
  await take(peer, 'home-shares', { while: peer.page.getByTestId('library-item').nth(2) });
  await peer.page.getByRole('button', { name: 'Delete Holiday film.mov' }).click();
  await take(peer, 'delete-question', { while: peer.page.getByRole('dialog'), window: true });
};
