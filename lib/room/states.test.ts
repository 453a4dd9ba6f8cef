/** The rarer words for what a room is doing: refused, stuck, without a list, without a server, checked, stopped, run elsewhere. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRecentLog } from '../adapters/browser/log';
import { createShare } from '../driver/publisher';
import type { TrackerMembership } from '../ports';
import type { RefusalCode } from '../wire/signaling';
import type { RoomSnapshot } from './api';
import type { RoomController } from './controller';
import { createHost } from './host';
import type { Broadcast } from './tabs';
import { origin, Party, picked, type Profile } from './testing/party';
import { RawPeer } from './testing/raw-peer';

const all = (room: RoomController) =>
  room.snapshot().shares.map((share) => ({ share: share.id, files: 'all' as const }));
const wordOf = ({ state, detail }: RoomSnapshot) => `${state}/${detail.kind}`;
const state = (room: RoomController) => wordOf(room.snapshot());
const error = (room: RoomController) => room.snapshot().error;
const share = (room: RoomController) => room.snapshot().shares[0]!;
const linked = (room: RoomController) => room.snapshot().peers.length;
const prepared = (room: RoomController) =>
  share(room).preparedBytes === null && share(room).chunksHave === share(room).chunksTotal;

let party: Party;
beforeEach(() => {
  party = new Party();
});
afterEach(() => party.close());

/** From now on the server can refuse: whoever joins then, and whoever it let in before. Told as the socket's adapter tells it. */
function refusingServer(): (code: RefusalCode) => void {
  const { hub } = party;
  const client = hub.client.bind(hub);
  const inside: TrackerMembership[] = [];
  let refusal: RefusalCode | undefined;
  const turnAway = (membership: TrackerMembership, code: RefusalCode): void => {
    membership.state('offline');
    membership.refused(code);
  };
  hub.client = () => {
    const own = client();
    return {
      ...own,
      join(room, membership) {
        const code = refusal;
        if (code) {
          queueMicrotask(() => {
            turnAway(membership, code);
          });
          return;
        }
        inside.push(membership);
        own.join(room, membership);
      },
    };
  };
  return (code) => {
    refusal = code;
    for (const membership of inside) turnAway(membership, code);
  };
}

/** Puts the rooms' clock forward; what waits for a time already goes on waiting as long as it would have. */
function timeMachine(): (ms: number) => void {
  const { clock } = party;
  const [now, at] = [clock.now.bind(clock), clock.at.bind(clock)];
  let ahead = 0;
  clock.now = () => now() + ahead;
  clock.at = (time, run) => at(time - ahead, run);
  return (ms) => {
    ahead += ms;
  };
}

/** Two guests who know the list and are linked; the sender is gone. */
async function leftBehind(...files: readonly ReturnType<typeof picked>[]) {
  const sender = await party.profile().create(files);
  await party.until(() => prepared(sender));
  const { link } = sender.snapshot();
  const [one, other] = [await party.profile().open(link), await party.profile().open(link)];
  await party.until(() =>
    [one, other].every((room) => state(room) === 'waiting/ready' && linked(room) === 2),
  );
  const senderLeaves = async () => {
    await sender.close();
    await party.until(() => linked(one) === 1 && linked(other) === 1);
  };
  return { one, other, senderLeaves };
}

describe('a join the server refused', () => {
  test.each([
    ['room-full', 'room-full'],
    ['rate-limited', 'server-busy'],
    ['too-many-rooms', 'server-busy'],
    ['server-full', 'server-busy'],
    ['bad-proof', 'server-refused'],
    ['malformed', 'server-refused'],
  ] as const)('[RS2] with %s is the error %s, whatever is being prepared', async (code, shown) => {
    refusingServer()(code);
    const collecting = await party.profile().create(null);
    await party.until(() => state(collecting) !== 'hashing/collecting');
    expect([state(collecting), error(collecting)]).toEqual(['error/error', shown]);
    const preparing = await party.profile().create([picked('a', 3_000_000)]);
    await party.until(() => error(preparing) !== null);
    expect(share(preparing).preparedBytes).not.toBeNull();
    expect([state(preparing), error(preparing)]).toEqual(['error/error', shown]);
  });

  test('[RS2] is no error while somebody is linked, nor once the server let the room in again', async () => {
    const refuse = refusingServer();
    const sender = await party.profile().create([picked('a', 1000)]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => state(guest) === 'waiting/ready' && state(sender) === 'waiting/nobody-asks');
    refuse('room-full');
    expect([state(sender), error(sender)]).toEqual(['waiting/nobody-asks', null]);
    await guest.close();
    await party.until(() => linked(sender) === 0);
    expect([state(sender), error(sender)]).toEqual(['error/error', 'room-full']);
    party.hub.setOnline(false);
    party.hub.setOnline(true);
    await party.until(() => state(sender) === 'waiting/empty-room');
    expect(error(sender)).toBeNull();
  });
});

describe('a room that waits for others', () => {
  test('[RS7] linked with somebody who has no more of it: stalled, with the chunks nobody linked has', async () => {
    const { one, other, senderLeaves } = await leftBehind(picked('a', 600_000), picked('b', 600_000));
    await other.download([{ share: share(other).id, files: [0] }], { save: false });
    await party.until(() => state(other) === 'complete/received');
    await senderLeaves();
    await one.download(all(one), { save: false });
    await party.until(() => share(one).chunksHave === 3 && state(one) !== 'transferring/receiving');
    expect([linked(one), share(one).chunksTotal]).toEqual([1, 5]);
    expect(one.snapshot()).toMatchObject({
      state: 'stalled',
      detail: { kind: 'missing', chunks: 2, lostPeers: 1 },
      error: null,
    });
  });

  test('[RS11] [RS16] no list and nobody linked: the server is away, others are there, or nobody is', async () => {
    const sender = await party.profile().create(null);
    const { link } = sender.snapshot();
    await sender.close();
    const guest = await party.profile().open(link);
    await party.until(() => state(guest) === 'waiting/empty-room');
    party.network.refuseDials(true);
    const second = await party.profile().open(link);
    await party.until(() => state(second) === 'connecting/peers');
    party.hub.setOnline(false);
    expect([state(guest), state(second)]).toEqual(['connecting/server', 'connecting/server']);
  });

  test('[RS11] linked and no list here: connecting, also when the header of a share has come', async () => {
    const profile = party.profile();
    const made = await profile.create(null);
    await made.close();
    const room = await profile.open(made.snapshot().link);
    await party.until(() => state(room) === 'waiting/empty-room');
    const peer = await RawPeer.join(party, room.snapshot().link);
    await party.until(() => linked(room) === 1);
    expect(state(room)).toBe('connecting/catalog');
    await peer.linked();
    const entry = await createShare(peer.context, [{ path: 'x', bytes: 5, type: '', modified: 0 }]);
    peer.say({ type: 'shares', headers: [entry.headerBytes], policy: null });
    await party.until(() => peer.received.some(({ type }) => type === 'catalogRequest'));
    expect(room.snapshot().shares).toMatchObject([{ id: entry.id, fileCount: null }]);
    expect(state(room)).toBe('connecting/catalog');
    peer.say({ type: 'catalogPart', share: entry.id, offset: 0, bytes: entry.sealedCatalog! });
    await party.until(() => state(room) === 'waiting/ready');
  });
});

describe('a server that cannot be reached', () => {
  test('[RS17] is told after 8 s beside connecting (server), and counted anew once it was there', async () => {
    const pass = timeMachine();
    const sender = await party.profile().create([picked('a', 1000)]);
    await party.until(() => state(sender) === 'waiting/empty-room');
    party.hub.setOnline(false);
    // Nothing is awaited up to the limit: only the time put forward counts.
    pass(7_900);
    expect([state(sender), error(sender)]).toEqual(['connecting/server', null]);
    pass(101);
    expect([state(sender), error(sender)]).toEqual(['connecting/server', 'server-unreachable']);
    party.hub.setOnline(true);
    await party.until(() => state(sender) === 'waiting/empty-room');
    expect(error(sender)).toBeNull();
    party.hub.setOnline(false);
    expect([state(sender), error(sender)]).toEqual(['connecting/server', null]);
    const never = await party.profile().open(sender.snapshot().link);
    pass(8_001);
    expect([state(never), error(never)]).toEqual(['connecting/server', 'server-unreachable']);
  });

  test('[RS17] is told beside RS4, and not beside what needs no server', async () => {
    const { one, other, senderLeaves } = await leftBehind(picked('a', 600_000));
    await senderLeaves();
    const pass = timeMachine();
    party.hub.setOnline(false);
    pass(8_001);
    expect([state(one), error(one)]).toEqual(['waiting/ready', null]); // RS10
    await one.download(all(one), { save: false });
    expect([linked(one), state(one), error(one)]).toEqual([1, 'stalled/missing', null]); // RS7
    await other.close();
    await party.until(() => linked(one) === 0);
    expect([state(one), error(one)]).toEqual(['stalled/missing', 'server-unreachable']);
  });
});

test('[RS20] files chosen again are being checked, not prepared, until they turned out the same or not', async () => {
  const profile = party.profile();
  profile.quotaBytes = 0;
  const file = picked('a.bin', 3_000_000);
  const before = await profile.create([file]);
  await party.until(() => prepared(before));
  await before.close();
  const room = await profile.open(before.snapshot().link);
  expect(state(room)).toBe('stalled/files-needed');
  const refused = expect(room.reattach(share(room).id, [picked('a.bin', 3_000_000, 9)])).rejects.toThrow();
  expect(state(room)).toBe('hashing/checking');
  await refused;
  expect(state(room)).toBe('stalled/files-needed');
  const taken = room.reattach(share(room).id, [file]);
  expect(state(room)).toBe('hashing/checking');
  await taken;
  await party.until(() => state(room) === 'waiting/empty-room');
});

describe('a room as the tabs of a profile show it', () => {
  const leaving: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const leave of leaving.splice(0)) await leave();
  });

  /** A tab of the profile with the whole host, over real rooms. */
  async function openTab(profile: Profile, hear: (broadcast: Broadcast) => Broadcast = (own) => own) {
    const { locks, broadcast } = profile.tabs.tab();
    const host = createHost({
      locks,
      broadcast: hear(broadcast),
      factory: profile.factory(),
      ...profile.stores,
      persisted: () => Promise.resolve(true),
      origin,
      clock: party.clock,
      log: createRecentLog(() => party.clock.now()),
    });
    leaving.push(() => host.goodbye());
    const shown: { room?: RoomSnapshot | undefined } = {};
    await host.listen(({ rooms }) => void (shown.room = rooms[0]));
    return { host, word: () => shown.room && wordOf(shown.room), room: () => shown.room };
  }

  test('[RS18] stopped, it waits, whatever was wrong with it', async () => {
    refusingServer()('room-full');
    const { host, word, room } = await openTab(party.profile());
    const id = await host.create([picked('a', 1000)]);
    await party.until(() => room()?.error === 'room-full');
    await host.stop(id);
    expect(word()).toBe('waiting/stopped');
    expect(room()).toMatchObject({ id, error: null, server: 'offline', peers: [] });
  });

  test('[RS18] run by another tab, it is connecting until that tab was heard', async () => {
    const profile = party.profile();
    const unsaid: (() => void)[] = [];
    let silent = false;
    const first = await openTab(profile, (own) => ({
      open(name, receive) {
        const port = own.open(name, receive);
        return {
          ...port,
          post(message) {
            if (silent && name.startsWith('shoal-room-')) unsaid.push(() => port.post(message));
            else port.post(message);
          },
        };
      },
    }));
    await first.host.create([picked('a', 1000)]);
    await party.until(() => first.word() === 'waiting/empty-room');
    silent = true;
    const second = await openTab(profile);
    await second.host.open(first.room()!.link);
    // By now the first tab has answered, and is not heard.
    await party.until(() => unsaid.length > 0);
    expect(second.word()).toBe('connecting/server');
    expect(second.room()).toMatchObject({ error: null, shares: [] });
    silent = false;
    for (const say of unsaid) say();
    await party.until(() => second.word() === 'waiting/empty-room');
    expect(second.room()?.shares).toHaveLength(1);
  });
});
