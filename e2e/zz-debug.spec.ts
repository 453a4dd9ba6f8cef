/** A peer that speaks the protocol and means harm: it can waste a chunk and a little time, and nothing else. */
import { join } from 'node:path';
import { makeFile, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import { HostilePeer } from './support/hostile-peer';

test('[E52] a peer that announces chunks and serves none holds nobody up', async ({ launch, server }) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 16 * mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const hostile = await HostilePeer.start(await launch(), server);
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await hostile.obtain(link);
  const t00=Date.now();await hostile.serve(link, 'silent');

  await receiver.join(link);
  await receiver.expectPeers(2);
  console.log('linked', Date.now()-t00);const t0=Date.now(); const poll=setInterval(()=>void receiver.stats().then(x=>console.log(Date.now()-t0,x.chunksHave,x.peers.map(p=>p.bytesReceived).join()),()=>0),2000);
  const saved = await receiver.download(); clearInterval(poll); console.log('download ms',Date.now()-t0);
  expect(await sha256(saved.path)).toBe(await sha256(file));
  await receiver.expectState('complete');
  expect(await hostile.asked()).toBeGreaterThanOrEqual(1);
  const stats = await receiver.stats();
  expect(stats.badChunks).toBe(0);
  expect(stats.peers.some(({ bytesReceived }) => bytesReceived >= 16 * mebibyte)).toBe(true);
  expect(receiver.failures).toEqual([]);
});
