/** Watching while it arrives: the player reads through the service worker what the swarm still fetches. */
import { join } from 'node:path';
import { axeFinds } from './support/axe';
import { makeTree, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import { makeWav, pdf, png } from './support/media';
import type { Peer } from './support/peer';
import { uplink } from './support/uplink';

const button = (peer: Peer, name: string) => peer.page.getByRole('button', { name });
const viewer = (peer: Peer) => peer.page.getByTestId('viewer');
const closeViewer = (peer: Peer) => viewer(peer).getByRole('button', { name: 'Close' }).click();
const dropLayer = (peer: Peer) => peer.page.getByTestId('drop-layer');
/** Files over the page, or gone again. Answers whether the page says that it takes them. */
const hover = ({ page }: Peer, event: 'dragenter' | 'dragleave') =>
  page.evaluate((name) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['a'], 'a.png'));
    return !document.body.dispatchEvent(
      new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }),
    );
  }, event);
const inStage = (peer: Peer) => viewer(peer).locator('iframe').contentFrame();

test('[E100] audio plays while it arrives, and a jump to near its end plays before the middle is here', async ({
  launch,
  server,
}) => {
  const file = await makeWav(join(await scratch(), 'song.wav'), 150);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await uplink(sender, 1_000_000);
  await receiver.join(link);
  await button(receiver, 'Listen song.wav').click();
  const audio = inStage(receiver).locator('audio');
  const place = () => audio.evaluate((player: HTMLAudioElement) => player.currentTime);
  await expect.poll(place, { timeout: 60_000, intervals: [100] }).toBeGreaterThan(0.1);
  const playing = await receiver.stats();
  expect(playing.chunksHave).toBeLessThan(playing.chunksTotal / 2);
  await expect(viewer(receiver)).toHaveAttribute('data-showing', 'showing');

  const soughtTo = await audio.evaluate((player: HTMLAudioElement) => {
    player.currentTime = player.duration - 12;
    return player.duration - 12;
  });
  expect(soughtTo).toBeGreaterThan(130);
  await expect.poll(place, { timeout: 60_000, intervals: [100] }).toBeGreaterThan(soughtTo + 0.1);
  const sought = await receiver.stats();
  expect(sought.chunksHave).toBeLessThan(sought.chunksTotal / 2);

  // Everything, as a player reads it: by open ranges, each as long as it is answered.
  await audio.evaluate((player: HTMLAudioElement) => player.pause());
  await uplink(sender, null);
  const read = await audio.evaluate(async (player: HTMLAudioElement) => {
    const parts: ArrayBuffer[] = [];
    for (let at = 0, size = Infinity; at < size;) {
      const response = await fetch(player.src, { headers: { Range: `bytes=${at}-` } });
      size = Number(response.headers.get('Content-Range')?.split('/')[1]);
      const part = await response.arrayBuffer();
      if (response.status !== 206 || part.byteLength !== Number(response.headers.get('Content-Length')))
        return `${response.status} ${part.byteLength}`;
      parts.push(part);
      at += part.byteLength;
    }
    const hash = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  });
  expect(read).toBe(await sha256(file));

  // Escape works from inside the player too, and the way back leads to the button.
  await audio.focus();
  await receiver.page.keyboard.press('Escape');
  await expect(viewer(receiver)).toHaveCount(0);
  await expect(button(receiver, 'Listen song.wav')).toBeFocused();
  await receiver.expectState('complete');
  for (const peer of [sender, receiver]) {
    expect(peer.violations).toEqual([]);
    expect(peer.failures).toEqual([]);
  }
});

test('[E101] [UI170] pictures, text and PDF open, in a second tab and at the sender too; what could run is not offered', async ({
  launch,
  server,
}) => {
  const root = join(await scratch(), 'things');
  await makeTree(root, {
    'dot.png': png,
    'paper.pdf': pdf,
    'notes.txt': 'grüße\n<script>alert(1)</script>\n',
    'broken.mp4': 'no film at all',
    'page.html': '<script>alert(1)</script>',
    'drawing.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  });
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.shareFolder(server.url, root));
  await expect(receiver.page.getByRole('button', { name: /^(View|Watch|Listen) / })).toHaveCount(4);

  await button(receiver, 'View dot.png').click();
  const image = inStage(receiver).locator('img');
  await expect(viewer(receiver)).toHaveAttribute('data-showing', 'showing');
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(1);
  expect(await axeFinds(receiver.page)).toEqual([]);
  // As browsers tell of a picture that is pulled out: it is offered as a file, too.
  await image.dispatchEvent('dragstart');
  expect(await hover(receiver, 'dragenter')).toBe(false);
  await expect(dropLayer(receiver)).toHaveCount(0);
  await image.dispatchEvent('dragend');
  // With the step itself: who lets go right then has let go over the page.
  expect(await hover(receiver, 'dragenter')).toBe(true);
  await expect(dropLayer(receiver)).toHaveCount(1);
  await hover(receiver, 'dragleave');
  await expect(dropLayer(receiver)).toHaveCount(0);
  await closeViewer(receiver);
  await expect(button(receiver, 'View dot.png')).toBeFocused();

  await button(receiver, 'Watch broken.mp4').click();
  await expect(viewer(receiver).getByRole('alert')).toContainText('cannot be shown here');
  await closeViewer(receiver);

  await button(receiver, 'View paper.pdf').click();
  await expect(viewer(receiver)).toHaveAttribute('data-showing', 'showing');
  await closeViewer(receiver);

  // A mirror: another tab runs the room.
  const second = await receiver.newTab();
  await second.join(await receiver.link());
  for (const peer of [second, sender]) {
    await button(peer, 'View notes.txt').click();
    await expect(viewer(peer).getByRole('region')).toHaveText('grüße <script>alert(1)</script>');
    await closeViewer(peer);
  }
  for (const peer of [sender, receiver, second]) {
    expect(peer.violations).toEqual([]);
    expect(peer.failures).toEqual([]);
  }
});
