/** A slow line, by the browser's own traffic shaping. */
import type { CDPSession, Page } from '@playwright/test';
import type { Peer } from './peer';

/** One for each page: of two that bound it the first would go on doing so. */
const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** Bounds what this browser sends to peers; null lifts it. */
export async function uplink({ context, page }: Peer, bytesPerSecond: number | null): Promise<void> {
  let opening = sessions.get(page);
  if (!opening) sessions.set(page, (opening = context.newCDPSession(page)));
  const session = await opening;
  await session.send('Network.enable');
  const limit = { latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond ?? -1 };
  await session.send('Network.emulateNetworkConditionsByRule', {
    offline: false,
    matchedNetworkConditions: [{ urlPattern: '', ...limit }],
  });
}
