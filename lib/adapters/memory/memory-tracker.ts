/**
 * Trackers without a server: clients of one hub reach each other inside this process, each delivery a microtask later. For tests of the
 * driver and tours without a network. Same contract suite as the socket tracker. Proofs are not checked: whoever has an Identity has its
 * key. Leaves out: limits, a handout policy (random others), refusals other than being replaced.
 */
import type { PeerId, RoomId } from '../../base/ids';
import type { TrackerClient, TrackerMembership } from '../../ports';
import { signalingLimits, type HandoutPeer, type ShareSummary } from '../../wire/signaling';

export interface MemoryTrackerHub {
  client(): TrackerClient;
  /** False: as if the server were gone. True: clients come back and join again. */
  setOnline(online: boolean): void;
}

/** A client's stay in one room. */
interface Stay {
  readonly membership: TrackerMembership;
  /** As last announced by this client, whether or not the server is there. */
  shares: readonly ShareSummary[];
  standing: 'in' | 'out' | 'replaced';
}

/** `below`: uniform integer in [0, bound), for handouts larger than one answer. */
export function createMemoryTrackerHub(
  below: (bound: number) => number = (bound) => Math.floor(Math.random() * bound),
): MemoryTrackerHub {
  /** What the server would know; empty while it is gone. */
  const rooms = new Map<RoomId, Map<PeerId, Stay>>();
  const clients = new Set<Map<RoomId, Stay>>();
  let online = true;
  /** Not checked, as proofs are not. */
  const ended = new Map<RoomId, Uint8Array>();
  const unshown = new Map<RoomId, Uint8Array>();

  const isIn = (room: RoomId, stay: Stay): boolean =>
    rooms.get(room)?.get(stay.membership.identity.peer) === stay;

  function enter(room: RoomId, stay: Stay): void {
    const { membership } = stay;
    const { peer } = membership.identity;
    const over = ended.get(room);
    if (over) {
      turnAway(room, stay, over);
      return;
    }
    const members = rooms.get(room) ?? new Map<PeerId, Stay>();
    rooms.set(room, members);
    const before = members.get(peer);
    members.set(peer, stay);
    stay.standing = 'in';
    if (before && before !== stay) {
      before.standing = 'replaced';
      before.membership.state('offline');
      before.membership.refused('not-joined');
    }
    membership.state('online');
    membership.joined({
      ok: true,
      peers: others(room, peer, []),
      members: members.size,
      iceServers: [],
      icePolicy: 'all',
      iceTtlMs: null,
    });
  }

  function exit(room: RoomId, stay: Stay): void {
    if (isIn(room, stay)) rooms.get(room)?.delete(stay.membership.identity.peer);
    if (rooms.get(room)?.size === 0) rooms.delete(room);
    stay.standing = 'out';
  }

  /** Puts everybody out of rooms that were shown to be over; nothing while the server is away. */
  function showEndings(): void {
    if (!online) return;
    for (const [room, ending] of unshown) {
      unshown.delete(room);
      if (ended.has(room)) continue;
      ended.set(room, ending);
      for (const stay of [...(rooms.get(room)?.values() ?? [])]) turnAway(room, stay, ending);
    }
  }

  function turnAway(room: RoomId, stay: Stay, ending: Uint8Array): void {
    exit(room, stay);
    stay.standing = 'replaced';
    stay.membership.state('offline');
    stay.membership.ended(ending);
  }

  function others(room: RoomId, asker: PeerId, linked: readonly PeerId[]): HandoutPeer[] {
    const rest = [...(rooms.get(room) ?? [])].filter(([peer]) => peer !== asker && !linked.includes(peer));
    for (let i = rest.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const [a, b] = [rest[i], rest[j]];
      if (a && b) [rest[i], rest[j]] = [b, a];
    }
    return rest
      .slice(0, signalingLimits.handoutPeers)
      .map(([peer, stay]) => ({ peer, shares: [...stay.shares] }));
  }

  function client(): TrackerClient {
    const stays = new Map<RoomId, Stay>();
    clients.add(stays);
    let closed = false;
    /** Runs later, if this is still how things stand then. */
    const soon = (room: RoomId, stay: Stay, run: () => void): void => {
      queueMicrotask(() => {
        if (online && stays.get(room) === stay) run();
      });
    };
    const leave = (room: RoomId): void => {
      const stay = stays.get(room);
      if (!stay) return;
      exit(room, stay);
      stays.delete(room);
    };
    return {
      join(room, membership) {
        if (closed) return;
        leave(room);
        const stay: Stay = { membership, shares: [], standing: 'out' };
        stays.set(room, stay);
        membership.state(online ? 'connecting' : 'offline');
        soon(room, stay, () => {
          enter(room, stay);
        });
      },
      leave,
      announce(room, shares) {
        const stay = stays.get(room);
        if (stay) stay.shares = shares.slice(0, signalingLimits.shares).map(copy);
      },
      handout(room, linked) {
        const stay = stays.get(room);
        if (!stay || !isIn(room, stay)) return;
        soon(room, stay, () => {
          const { membership } = stay;
          membership.handout(others(room, membership.identity.peer, linked), rooms.get(room)?.size ?? 0);
        });
      },
      signal(room, to, session, sealed) {
        const stay = stays.get(room);
        if (!stay || !isIn(room, stay)) return;
        const bytes = sealed.slice();
        const from = stay.membership.identity.peer;
        queueMicrotask(() => {
          rooms.get(room)?.get(to)?.membership.signal(from, session, bytes);
        });
      },
      end(room, _part, ending) {
        leave(room);
        unshown.set(room, ending.slice());
        queueMicrotask(showEndings);
      },
      close() {
        closed = true;
        for (const room of [...stays.keys()]) leave(room);
        clients.delete(stays);
      },
    };
  }

  return {
    client,
    setOnline(next) {
      if (next === online) return;
      online = next;
      if (!next) rooms.clear();
      else showEndings();
      for (const stays of clients)
        for (const [room, stay] of [...stays]) {
          if (stay.standing === 'replaced') continue;
          stay.standing = 'out';
          stay.membership.state(next ? 'connecting' : 'offline');
          if (next)
            queueMicrotask(() => {
              if (online && stays.get(room) === stay && stay.standing === 'out') enter(room, stay);
            });
        }
    },
  };
}

const copy = (summary: ShareSummary): ShareSummary => ({ ...summary, regions: summary.regions.slice() });
