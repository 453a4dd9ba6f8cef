/** What goes wrong, or could: the page says it in words, with a next step. Each for real: quotas, cut lines, people who leave. */
import { join } from 'node:path';
import { makeFile, mebibyte } from '../../support/files';
import { hangEngine } from '../../support/hang';
import { uplink } from '../../support/uplink';
import { holdScripts, workerReady } from '../../support/scripts';
import { hugeFile, type Trip } from '../props';
import { insecureHost, type Scene } from '../studio';
import { inDetail, inState, shared } from '../waits';

export const outside: Scene = async ({ person, take, url, server }) => {
  const peer = await person();
  await peer.page.goto(`${url}/r#nonsense`);
  await take(peer, 'wrong-link', { while: peer.page.getByTestId('error') });
  await peer.page.goto(`${url}/nothing-here`);
  await take(peer, 'not-found', { while: peer.page.getByRole('heading', { level: 1 }) });
  await peer.page.goto(`http://${insecureHost}:${server.port}`);
  await take(peer, 'insecure', { while: peer.page.getByTestId('error') });
  const lacking = await person();
  await lacking.context.addInitScript(() => Reflect.deleteProperty(globalThis, 'RTCPeerConnection'));
  await lacking.page.goto(url);
  await take(lacking, 'unsupported', { while: lacking.page.getByTestId('error') });
};

export const arriving =
  (trip: Trip): Scene =>
  async ({ person, take, url, gate, server }) => {
    const sender = await person();
    const link = await shared(sender, url, trip.files[0] ?? '');
    const early = await person({ serviceWorkers: 'block' });
    const release = await holdScripts(early.page);
    await early.page.goto(link, { waitUntil: 'commit' });
    await take(early, 'opening', { while: inState(early, 'connecting') });
    gate.holdSockets(true);
    await release();
    await take(early, 'connecting', { while: inDetail(early, 'server') });
    gate.holdSockets(false);
    await early.close();
    await sender.close();
    const late = await person();
    await late.page.goto(link);
    await take(late, 'nobody-here', { while: inDetail(late, 'empty-room') });
    await late.page.goto(url);
    // Without what it keeps, the browser's own page would be in the picture.
    await workerReady(late.page);
    const unready = await person({ serviceWorkers: 'block' });
    await unready.page.goto(url);
    await server.kill();
    await late.page.evaluate((to) => void (location.href = to), link);
    await take(late, 'server-offline', { while: late.page.getByText('The server does not answer') });
    await unready.follow(link);
    await take(unready, 'opening-away', {
      while: unready.page.getByRole('heading', { name: 'Looking for the server' }),
    });
  };

export const preparing: Scene = async ({ person, take, url, folder }) => {
  const peer = await person();
  await peer.share(url, await hugeFile(join(folder, 'Wedding, uncut.mov'), 600 * mebibyte));
  await take(peer, 'preparing', { while: inState(peer, 'hashing') });
};

export const littleSpace: Scene = async ({ person, take, url, folder }) => {
  const [sender, receiver] = [await person(), await person()];
  const huge = await hugeFile(join(folder, 'Everything, all years.zip'), 900 * 1024 * mebibyte);
  const link = await sender.share(url, [huge, await makeFile(join(folder, 'Read me.txt'), 2000)]);
  await take(sender, 'from-file', { while: sender.page.getByTestId('from-file') });
  await receiver.join(link);
  await take(receiver, 'space-note', { while: receiver.page.getByTestId('space-note') });
  await sender.page.reload();
  await take(sender, 'files-needed', { while: inDetail(sender, 'files-needed') });
};

export const fullDisk: Scene = async ({ person, take, url, folder }) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await shared(sender, url, await makeFile(join(folder, 'Holiday film.mov'), 28 * mebibyte));
  await receiver.limitStorage(url, 12 * mebibyte);
  await receiver.join(link);
  await receiver.start();
  await take(receiver, 'storage-full', { while: inDetail(receiver, 'storage-full') });
};

export const leftAlone =
  (trip: Trip): Scene =>
  async ({ person, take, url }) => {
    const [sender, receiver] = [await person(), await person()];
    const link = await shared(sender, url, trip.files);
    await uplink(sender, 1_500_000);
    await receiver.join(link);
    await receiver.start();
    await receiver.progressed(30);
    await sender.close();
    await take(receiver, 'missing', { while: inDetail(receiver, 'missing') });
  };

export const hanging =
  (trip: Trip): Scene =>
  async ({ person, take, url }) => {
    const [sender, receiver] = [await person(), await person()];
    const link = await shared(sender, url, trip.files);
    await uplink(sender, 1_500_000);
    await receiver.page.clock.install();
    await receiver.join(link);
    await receiver.start();
    await receiver.progressed(30);
    await hangEngine(receiver.page);
    await take(receiver, 'engine-silent', { while: receiver.page.getByTestId('error') });
  };
