/**
 * Which peers the tracker names to a member who asks. Design §6: enough random peers to keep the room one well-mixed graph, then peers
 * that have what the asker lacks, never only the same few, seeds first to those who have nothing. PROTOCOL.md §2 (HD).
 * Pure: the source of chance is an argument. Random draws follow Cohen (BitTorrent, 2003: random peer sets give robust graphs); choice
 * by need is weighted sampling after Efraimidis & Spirakis (2006), so that useful peers are likelier and none is certain.
 * Leaves out: who may ask (tracker.ts), how often (limits.ts).
 */
import type { PeerId, ShareId } from '../lib/base/ids';
import { signalingLimits, type HandoutPeer, type ShareSummary } from '../lib/wire/signaling';
import type { Below } from './draw-set';
import { wholeBand, type Member, type Room } from './tracker';

export interface HandoutConfig {
  readonly peers: number;
  /** Drawn regardless of what they have: twice the 8 with which the tests find a room of 1,000 in one piece within five hops (guess). */
  readonly randomPeers: number;
  /** Seeds named to one who has nothing of a share: enough to start, few enough that one seed is not dialed by everybody at once (guess). */
  readonly seedPeers: number;
  /** Members looked at for need. Bounds the work in a room of thousands; a random sample is also never the same few (guess). */
  readonly sample: number;
  /** Summaries in one answer, all peers together: about 60 KiB. Peers learn the rest from each other (guess). */
  readonly summaries: number;
}

export const defaultHandoutConfig: HandoutConfig = {
  peers: signalingLimits.handoutPeers,
  randomPeers: 16,
  seedPeers: 4,
  sample: 256,
  summaries: 1024,
};

/**
 * At most `config.peers` other members, the most useful to dial first. `asker` need not be a member. Peers in `linked` are left out.
 */
export function handout(
  room: Room,
  asker: PeerId,
  linked: Iterable<PeerId>,
  below: Below,
  config: HandoutConfig = defaultHandoutConfig,
): HandoutPeer[] {
  const has = room.members.get(asker)?.shares ?? new Map<ShareId, ShareSummary>();
  const taken = new Set<PeerId>(linked).add(asker);
  const limit = Math.min(config.peers, signalingLimits.handoutPeers);

  const seeds = drawSeeds(room, has, taken, Math.min(config.seedPeers, limit), below);
  for (const peer of seeds) taken.add(peer);

  // Enough draws that those left out (linked, seeds, the asker) cannot eat up the sample.
  const sample = room.draw
    .draw(config.sample + taken.size, below)
    .filter((peer) => !taken.has(peer))
    .slice(0, config.sample);
  const left = limit - seeds.length;
  const random = sample.slice(0, Math.min(config.randomPeers, left));
  const rest = sample.slice(random.length);
  const needed = byNeed(room, has, rest, left - random.length, below);
  const chosen = new Set(needed);
  const filler = rest.filter((peer) => !chosen.has(peer)).slice(0, left - random.length - needed.length);

  return describe(room, [...seeds, ...interleave(needed, random), ...filler], has, config.summaries);
}

/** Seeds of shares of which the asker has nothing: a few per share until `count`, shares and seeds in random order. */
function drawSeeds(
  room: Room,
  has: ReadonlyMap<ShareId, ShareSummary>,
  taken: ReadonlySet<PeerId>,
  count: number,
  below: Below,
): PeerId[] {
  const found = new Set<PeerId>();
  // A draw, not a walk: what members announce must not decide how long an answer takes.
  for (const share of room.seeded.draw(signalingLimits.shares, below)) {
    if (found.size >= count) break;
    if (hasAny(has.get(share))) continue;
    for (const peer of room.seeds.get(share)?.draw(count + taken.size, below) ?? []) {
      if (found.size >= count) break;
      if (!taken.has(peer)) found.add(peer);
    }
  }
  return [...found];
}

/** Up to `count` of `candidates` that have something the asker lacks; whoever is no seed comes before seeds, which others need more. */
function byNeed(
  room: Room,
  has: ReadonlyMap<ShareId, ShareSummary>,
  candidates: readonly PeerId[],
  count: number,
  below: Below,
): PeerId[] {
  const scored: { peer: PeerId; spares: boolean; key: number }[] = [];
  for (const peer of candidates) {
    const member = room.members.get(peer);
    const use = member ? usefulness(member, has) : 0;
    if (!member || use === 0) continue;
    const unit = (below(0x1_0000_0000) + 1) / 0x1_0000_0001;
    scored.push({ peer, spares: isSeed(member), key: Math.pow(unit, 1 / use) });
  }
  scored.sort((a, b) => Number(a.spares) - Number(b.spares) || b.key - a.key);
  return scored.slice(0, count).map(({ peer }) => peer);
}

/** Regions (64ths of a share) the member holds and the asker lacks, over all shares; half a region where only the band tells. */
function usefulness(member: Member, has: ReadonlyMap<ShareId, ShareSummary>): number {
  let sum = 0;
  for (const theirs of member.shares.values()) {
    const ours = has.get(theirs.share);
    let regions = 0;
    for (let i = 0; i < theirs.regions.length; i++)
      regions += bitCount((theirs.regions[i] ?? 0) & ~(ours?.regions[i] ?? 0));
    sum += regions > 0 ? regions : theirs.band > 0 && (ours?.band ?? 0) < wholeBand ? 0.5 : 0;
  }
  return sum;
}

const hasAny = (summary: ShareSummary | undefined): boolean => summary !== undefined && summary.band > 0;

/** Holds all of everything it speaks of. */
function isSeed(member: Member): boolean {
  for (const summary of member.shares.values()) if (summary.band !== wholeBand) return false;
  return member.shares.size > 0;
}

function bitCount(byte: number): number {
  let count = 0;
  for (let rest = byte & 0xff; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function interleave<Item>(first: readonly Item[], second: readonly Item[]): Item[] {
  const mixed: Item[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++)
    for (const item of [first[i], second[i]]) if (item !== undefined) mixed.push(item);
  return mixed;
}

/** With what each has: shares the asker lacks most first, at most `budget` summaries in all, evenly over the peers. */
function describe(
  room: Room,
  peers: readonly PeerId[],
  has: ReadonlyMap<ShareId, ShareSummary>,
  budget: number,
): HandoutPeer[] {
  let left = budget;
  return peers.map((peer, i) => {
    const shares = [...(room.members.get(peer)?.shares.values() ?? [])];
    const part = Math.ceil(left / (peers.length - i));
    if (shares.length > part)
      shares.sort((a, b) => (has.get(a.share)?.band ?? 0) - (has.get(b.share)?.band ?? 0));
    const told = shares.slice(0, part);
    left -= told.length;
    return { peer, shares: told };
  });
}
