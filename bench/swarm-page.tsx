/** What `npm run bench:swarm` puts into a page: the swarm view's own picture and table, over a room of made-up peers that changes as a room does. */
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import type { PeerId, PeerSnapshot, RoomSnapshot } from '../lib/index';
import { SwarmPicture } from '../app/_components/swarm/swarm-picture';
import { SwarmTable } from '../app/_components/swarm/swarm-table';
import '../app/_text/testing/words';

/** As often as a room in motion is told to the page (PROTOCOL.md RS22). */
const everyMs = 100;
const chunkBytes = 1 << 20;

const paths: readonly PeerSnapshot['path'][] = ['direct', 'direct', 'relayed'];

/** Four of five exchange something, at speeds of a common line. */
const peerAt = (index: number, seconds: number): PeerSnapshot => {
  const rateIn = index % 5 === 0 ? 0 : 40_000 + 3_000 * (index % 70);
  const rateOut = index % 3 === 0 ? 0 : 30_000 + 2_000 * (index % 50);
  return {
    id: `peer ${index}` as PeerId,
    agent: 'Firefox on Android',
    path: paths[index % paths.length] ?? 'direct',
    near: index % 7 === 0,
    bytesSent: rateOut * seconds,
    bytesReceived: rateIn * seconds,
    rateIn: rateIn * (1 + 0.2 * Math.sin(seconds + index)),
    rateOut,
    completeness: Math.min(1, ((index % 17) + seconds) / 17),
    isCreator: index === 0,
  };
};

/** Draws for as long as the page lives. */
function show(as: 'picture' | 'table', count: number): void {
  const began = performance.now();
  const root = createRoot(document.body);
  const names = new Map(
    Array.from({ length: count }, (_, index) => [`peer ${index}` as PeerId, `Amber Otter ${index}`]),
  );
  const turn = (): void => {
    const seconds = (performance.now() - began) / 1000;
    const peers = Array.from({ length: count }, (_, index) => peerAt(index, seconds));
    const sum = (of: 'rateIn' | 'rateOut'): number => peers.reduce((all, peer) => all + peer[of], 0);
    const shares = [{ chunksTotal: 4000, chunksHave: 10 * seconds, totalBytes: 4000 * chunkBytes }];
    const progress = { rateIn: sum('rateIn'), rateOut: sum('rateOut') };
    const room = { peers, shares, progress } as unknown as RoomSnapshot;
    root.render(
      as === 'table'
        ? createElement(SwarmTable, { room, names })
        : createElement(SwarmPicture, { room, names, others: 0, motion: 'moving' }),
    );
  };
  turn();
  setInterval(turn, everyMs);
}

Object.assign(globalThis, { show });
