import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '../lib/base/ids';
import { signalingLimits, type ShareSummary } from '../lib/wire/signaling';
import { defaultHandoutConfig, handout } from './handout';
import { peerId, roomId, seededBelow, shareId, summary } from './testing';
import {
  announce,
  createTracker,
  defaultTrackerLimits,
  disconnect,
  join,
  type Room,
  type Tracker,
} from './tracker';

const room = roomId(1);

function add(tracker: Tracker, n: number, ...shares: ShareSummary[]): void {
  join(tracker, defaultTrackerLimits, { room, peer: peerId(n), connection: `c${n}` }, 0);
  if (shares.length > 0) announce(tracker, room, `c${n}`, shares);
}

const roomOf = (tracker: Tracker): Room => tracker.rooms.get(room)!;

/** 64 bits from `from` on, `count` set. */
function part(share: number, from: number, count: number): ShareSummary {
  const regions = new Uint8Array(8);
  for (let r = from; r < from + count; r++) regions[r >> 3] = (regions[r >> 3] ?? 0) | (0x80 >> (r & 7));
  return { share: shareId(share), band: 2, regions };
}

/** How many of `nodes` are reached from the first over links taken both ways. */
function reached(links: ReadonlyMap<PeerId, ReadonlySet<PeerId>>): number {
  const start = links.keys().next().value;
  if (start === undefined) return 0;
  const seen = new Set([start]);
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const next of links.get(at) ?? [])
      if (!seen.has(next) && links.has(next)) {
        seen.add(next);
        open.push(next);
      }
  return seen.size;
}

describe('handout', () => {
  it('[HD2] never names the asker, a linked peer, a stranger or anyone twice, and at most the limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 150 }),
        fc.array(fc.nat(200), { maxLength: 64 }),
        fc.nat(),
        fc.integer({ min: 0, max: 80 }),
        fc.array(fc.tuple(fc.nat(149), fc.nat(3), fc.constantFrom(0, 1, 20, 64)), { maxLength: 150 }),
        (size, linkedNumbers, seed, peers, announced) => {
          const tracker = createTracker();
          for (let n = 0; n < size; n++) add(tracker, n);
          for (const [n, share, regions] of announced)
            announce(tracker, room, `c${n}`, [summary(share, regions)]);
          const linked = linkedNumbers.map(peerId);
          const config = { ...defaultHandoutConfig, peers };
          const named = handout(roomOf(tracker), peerId(0), linked, seededBelow(seed), config).map(
            ({ peer }) => peer,
          );
          expect(named).not.toContain(peerId(0));
          for (const peer of linked) expect(named).not.toContain(peer);
          expect(new Set(named).size).toBe(named.length);
          for (const peer of named) expect(roomOf(tracker).members.has(peer)).toBe(true);
          const others =
            size -
            1 -
            new Set(linked.filter((peer) => peer !== peerId(0) && roomOf(tracker).members.has(peer))).size;
          expect(named).toHaveLength(Math.min(peers, signalingLimits.handoutPeers, others));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('[HD3] a room of 1,000 who dial only what they were named at their join is one piece; when half of it leaves, whoever is cut off needs to ask but once', () => {
    for (const seed of [1, 2, 3]) {
      const below = seededBelow(seed);
      const tracker = createTracker();
      const links = new Map<PeerId, Set<PeerId>>();
      for (let n = 0; n < 1000; n++) {
        add(tracker, n);
        links.set(peerId(n), new Set());
        // As a peer with few links to spend would: the first eight.
        for (const { peer } of handout(roomOf(tracker), peerId(n), [], below).slice(0, 8)) {
          links.get(peerId(n))!.add(peer);
          links.get(peer)!.add(peerId(n));
        }
      }
      expect(reached(links)).toBe(1000);
      for (let n = 0; n < 1000; n++) if (below(2) === 0) links.delete(peerId(n));
      for (let n = 0; n < 1000; n++) if (!links.has(peerId(n))) disconnect(tracker, `c${n}`);
      for (const [peer, linked] of links) {
        if ([...linked].some((other) => links.has(other))) continue;
        for (const named of handout(roomOf(tracker), peer, [], below).slice(0, 8)) {
          linked.add(named.peer);
          links.get(named.peer)!.add(peer);
        }
      }
      expect(reached(links)).toBe(links.size);
    }
  });

  it('[HD3] the graph is well mixed: a few hops reach everybody', () => {
    const below = seededBelow(4);
    const tracker = createTracker();
    const links = new Map<PeerId, Set<PeerId>>();
    for (let n = 0; n < 1000; n++) {
      add(tracker, n);
      links.set(peerId(n), new Set());
      for (const { peer } of handout(roomOf(tracker), peerId(n), [], below).slice(0, 8)) {
        links.get(peerId(n))!.add(peer);
        links.get(peer)!.add(peerId(n));
      }
    }
    let front = new Set([peerId(500)]);
    const seen = new Set(front);
    let hops = 0;
    for (; seen.size < 1000 && hops < 20; hops++) {
      front = new Set([...front].flatMap((peer) => [...links.get(peer)!]).filter((peer) => !seen.has(peer)));
      for (const peer of front) seen.add(peer);
    }
    expect(hops).toBeLessThanOrEqual(5);
  });

  it('[HD4] seeds come first for those who have nothing, a few of them, and not always the same', () => {
    const tracker = createTracker();
    for (let n = 0; n < 500; n++) add(tracker, n, n < 20 ? summary(1, 64) : summary(1, 10));
    add(tracker, 1000);
    const below = seededBelow(5);
    const first = new Set<PeerId>();
    for (let i = 0; i < 100; i++) {
      const named = handout(roomOf(tracker), peerId(1000), [], below);
      const bands = named.map(({ shares }) => shares[0]!.band);
      expect(bands.slice(0, defaultHandoutConfig.seedPeers)).toEqual([4, 4, 4, 4]);
      for (const { peer } of named.slice(0, 4)) first.add(peer);
    }
    expect(first.size).toBe(20);
  });

  it('[HD4] the only seed of a large room is found, and not named to those who have something', () => {
    const tracker = createTracker();
    for (let n = 0; n < 3000; n++) add(tracker, n, n === 7 ? summary(1, 64) : part(1, n % 60, 4));
    add(tracker, 5000);
    const below = seededBelow(6);
    expect(handout(roomOf(tracker), peerId(5000), [], below)[0]!.peer).toBe(peerId(7));
    announce(tracker, room, 'c5000', [part(1, 0, 4)]);
    let named = 0;
    for (let i = 0; i < 50; i++)
      if (handout(roomOf(tracker), peerId(5000), [], below).some(({ peer }) => peer === peerId(7))) named++;
    // By chance alone: 16 of 3,000 at random, 50 times.
    expect(named).toBeLessThan(5);
  });

  it('[HD5] then come peers that have what the asker lacks, likelier the more they have', () => {
    const tracker = createTracker();
    add(tracker, 0, part(1, 0, 32));
    for (let n = 1; n <= 200; n++) add(tracker, n, n <= 40 ? part(1, 32, 32) : part(1, 0, 32));
    const below = seededBelow(7);
    const named = handout(roomOf(tracker), peerId(0), [], below);
    const useful = named.filter(
      ({ peer }) => roomOf(tracker).members.get(peer)!.shares.get(shareId(1))!.regions[7] === 255,
    );
    // By chance alone: 10.
    expect(useful.length).toBeGreaterThanOrEqual(30);
    expect(useful.length).toBeLessThanOrEqual(40);
  });

  it('[HD5] whoever is useful is named in turn, never only the same few', () => {
    const tracker = createTracker();
    add(tracker, 0, part(1, 0, 1));
    for (let n = 1; n <= 200; n++) add(tracker, n, part(1, 1, n <= 60 ? 50 : 10));
    const below = seededBelow(8);
    const seen = new Set<PeerId>();
    for (let i = 0; i < 30; i++)
      for (const { peer } of handout(roomOf(tracker), peerId(0), [], below)) seen.add(peer);
    expect(seen.size).toBeGreaterThan(190);
  });

  it('[HD6] an answer stays small however much members announce, and tells of what the asker lacks', () => {
    const tracker = createTracker();
    add(tracker, 0, ...Array.from({ length: 128 }, (_, i) => summary(i, 64)));
    for (let n = 1; n <= 60; n++) add(tracker, n, ...Array.from({ length: 256 }, (_, i) => summary(i, 20)));
    const named = handout(roomOf(tracker), peerId(0), [], seededBelow(9));
    expect(named).toHaveLength(signalingLimits.handoutPeers);
    const told = named.flatMap(({ shares }) => shares);
    expect(told.length).toBeLessThanOrEqual(defaultHandoutConfig.summaries);
    expect(told.length).toBeGreaterThan(defaultHandoutConfig.summaries * 0.9);
    for (const { share } of told)
      expect(roomOf(tracker).members.get(peerId(0))!.shares.has(share)).toBe(false);
  });

  it('[HD6] the work does not grow with the room', () => {
    const tracker = createTracker();
    for (let n = 0; n < 9000; n++) add(tracker, n, summary(n % 5, n % 64));
    let draws = 0;
    const below = seededBelow(10);
    handout(roomOf(tracker), peerId(0), [], (bound) => {
      draws++;
      return below(bound);
    });
    expect(draws).toBeLessThan(1500);
    disconnect(tracker, 'c0');
  });

  it('[HD2] answers someone who is no member, too', () => {
    const tracker = createTracker();
    add(tracker, 1, summary(1, 64));
    expect(handout(roomOf(tracker), peerId(99), [], () => 0).map(({ peer }) => peer)).toEqual([peerId(1)]);
  });
});
