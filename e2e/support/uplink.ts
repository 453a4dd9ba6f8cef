/** A slow line, by the browser's own traffic shaping. */
import type { Peer } from './peer';

/** Bounds what this browser sends to peers; null lifts it. */
export async function uplink(peer: Peer, bytesPerSecond: number | null): Promise<void> {
  const session = await peer.context.newCDPSession(peer.page);
  await session.send('Network.enable');
  const limit = { latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond ?? -1 };
  await session.send('Network.emulateNetworkConditionsByRule', {
    offline: false,
    matchedNetworkConditions: [{ urlPattern: '', ...limit }],
  });
}
