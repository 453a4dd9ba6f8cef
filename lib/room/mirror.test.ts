import { describe, expect, it } from 'vitest';
import { createBroadcast } from '../adapters/browser/tabs';
import { createMemoryRecordStore, type MemoryRecords } from '../adapters/memory/memory-stores';
import { ShoalError } from '../base/errors';
import type { RoomSnapshot } from './api';
import { placeholderSnapshot } from './snapshots';
import { SharedRoom, type SharedRoomHooks } from './mirror';
import { endRoom } from './mirror-end';
import { mirrorVersion } from './mirror-messages';
import {
  FakeFactory,
  linkKeyOf,
  origin,
  pick,
  recordOf,
  roomIdOf,
  shareId,
  shareSnapshot,
  watchTicket,
} from './testing/rooms';
import { createTestClock, settle, TestProfile } from './testing/tabs';
import type { Broadcast } from './tabs';

const linkKey = linkKeyOf(1);
const id = roomIdOf(linkKey);
const lock = `shoal-room-${id}`;
const choices = [{ share: shareId(1), files: 'all' as const }];

function world(broadcast?: Broadcast) {
  const profile = new TestProfile();
  const stored: MemoryRecords = new Map();
  const clock = createTestClock();
  const openTab = () => {
    const tab = profile.tab();
    const records = createMemoryRecordStore({ records: stored });
    const factory = new FakeFactory(records);
    const told: string[] = [];
    /** How storing the stop goes, and what the host still has to do after it. */
    const stopping = { store: () => Promise.resolve(), after: () => Promise.resolve() };
    const stop = async (): Promise<void> => {
      await room?.end('stop', async () => {
        await stopping.store();
        await records.put('rooms', [[id, recordOf(linkKey, { stopped: true })]]);
      });
      await stopping.after();
    };
    const hooks: SharedRoomHooks = {
      id,
      placeholder: placeholderSnapshot(recordOf(linkKey), origin),
      open: (changed) => factory.open(linkKey, {}, changed),
      wanted: async () => {
        const record = await records.get('rooms', id);
        return typeof record === 'object' && record !== null && 'stopped' in record && !record.stopped;
      },
      changed: (urgent) => told.push(urgent ? 'urgent' : 'changed'),
      ended: () => told.push('ended'),
      administration: {
        stop,
        remove: () => room?.end('remove', () => factory.erase(id)) ?? Promise.resolve(),
      },
    };
    let room: SharedRoom | undefined;
    const tabs = { ...tab, records, clock, ...(broadcast && { broadcast }) };
    return {
      factory,
      records,
      told,
      hooks,
      tabs,
      crash: () => {
        tab.crash();
      },
      open: async () => (room = await SharedRoom.open(hooks, tabs)),
      stop,
      stopping,
    };
  };
  return { profile, clock, openTab };
}

/** A tab that leads and one that mirrors it. */
async function twoTabs(broadcast?: Broadcast) {
  const { profile, clock, openTab } = world(broadcast);
  const [first, second] = [openTab(), openTab()];
  const leader = await first.open();
  const mirror = await second.open();
  await settle();
  return { profile, clock, openTab, first, second, leader, mirror };
}

const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value ?? 'done',
    (error: unknown) => (error instanceof ShoalError ? error.code : error),
  );

describe('mirrored rooms', () => {
  it('[RM15] only the first tab runs the room; the second shows its snapshots, the present one at once', async () => {
    const { first, second, mirror, clock } = await twoTabs();
    expect([first.factory.made.length, second.factory.made.length]).toEqual([1, 0]);
    expect(mirror.snapshot()).toEqual(first.factory.last.snapshot());
    first.factory.last.become({ state: 'transferring' }, true);
    await clock.advance(100);
    expect(mirror.snapshot().state).toBe('transferring');
    expect(second.told).toContain('urgent');
  });

  it('[RM15] a leader nobody watches publishes nothing, a watched one five snapshots a second', async () => {
    const { profile, clock, openTab } = world();
    const first = openTab();
    await first.open();
    await settle();
    profile.messages.length = 0;
    for (let step = 0; step < 10; step++) {
      first.factory.last.become({ storedBytes: step });
      await clock.advance(10);
    }
    expect(profile.messages).toEqual([]);
    await openTab().open();
    await clock.advance(1000);
    profile.messages.length = 0;
    for (let step = 0; step < 100; step++) {
      first.factory.last.become({ storedBytes: step });
      await clock.advance(10);
    }
    expect(profile.messages.length).toBeLessThanOrEqual(6);
    expect(profile.messages.length).toBeGreaterThanOrEqual(4);
  });

  it('[RM15] works over the real BroadcastChannel', async () => {
    const { first, second, leader, mirror } = await twoTabs(createBroadcast());
    await mirror.setOthersMayAdd(true);
    expect(first.factory.last.calls).toEqual([['setOthersMayAdd', true]]);
    expect(await mirror.files(shareId(1))).toEqual(first.factory.last.list);
    await leader.close();
    await mirror.saved();
    expect(second.factory.last.calls).toEqual([['saved']]);
    await mirror.close();
  });

  it('[RM18] only the leader shows a save as pending, so that one tab saves', async () => {
    const { first, leader, mirror, clock } = await twoTabs();
    first.factory.last.become({ savePending: true }, true);
    await clock.advance(100);
    expect([leader.snapshot().savePending, mirror.snapshot().savePending]).toEqual([true, false]);
    await leader.close();
    await settle();
    expect(mirror.snapshot().savePending).toBe(false); // as its own room says now
  });

  it('[RM19] commands of a mirror run in the leader and answer there', async () => {
    const { first, second, mirror } = await twoTabs();
    await mirror.add([pick('a.txt')]);
    await mirror.download(choices, { save: true });
    await mirror.reattach(shareId(1), [pick('a.txt')]);
    const { calls } = first.factory.last;
    expect(calls.map(([command]) => command)).toEqual(['add', 'download', 'reattach']);
    expect(calls[0]?.[1]).toMatchObject([{ path: 'a.txt' }]);
    expect((calls[0]?.[1] as { file: unknown }[])[0]?.file).toBeInstanceOf(Blob);
    expect(await mirror.files(shareId(1))).toEqual(first.factory.last.list);
    expect(await mirror.filePercents(shareId(1))).toEqual(Uint8Array.of(50));
    expect(await mirror.fileBytes(shareId(1), 0, 10)).toEqual(Uint8Array.of(1, 2, 3));
    expect(second.factory.made).toEqual([]);
  });

  it('[UI101] a mirror gets the map of chunks from its leader', async () => {
    const { first, mirror } = await twoTabs();
    const wish = { share: shareId(1), cells: 10, files: [0], fileCells: 5 };
    const map = await mirror.chunkMap(wish);
    expect(map.whole.have).toEqual(Uint8Array.of(255, 0));
    expect(first.factory.last.calls.at(-1)).toEqual(['chunkMap', wish]);
  });

  it('[RM19] a ticket crosses by its id: its keys stay in the store', async () => {
    const { first, mirror, profile } = await twoTabs();
    const key = { sealingKey: 'the key' };
    const geometry = { totalBytes: 1, chunkBytes: 1, chunkCount: 1 };
    first.factory.last.ticketToGive = {
      ...first.factory.last.ticketToGive,
      sources: [{ share: shareId(1), geometry, key }],
    };
    expect(await mirror.ticket(choices)).toEqual(first.factory.last.ticketToGive);
    expect(await mirror.watch(shareId(1), 0)).toEqual(watchTicket);
    await mirror.unwatch(watchTicket.id);
    expect(first.factory.last.calls.at(-1)).toEqual(['unwatch', watchTicket.id]);
    expect(JSON.stringify(profile.messages)).not.toMatch(/the key|opaque/);
  });

  it('[RM40] a command that fails in the leader fails in the mirror with the same code', async () => {
    const { first, mirror } = await twoTabs();
    first.factory.last.before = () => Promise.reject(new ShoalError('adding-not-allowed', 'policy'));
    await expect(mirror.add([pick('a.txt')])).rejects.toMatchObject({
      code: 'adding-not-allowed',
      detail: 'policy',
    });
  });

  it('[RM40] what cannot be sent to another tab rejects and is not waited for', async () => {
    const { mirror } = await twoTabs();
    const unclonable = [{ path: 'a', file: (() => undefined) as unknown as File }];
    expect(await outcome(mirror.add(unclonable))).toBe('internal');
  });

  it('[RM41] a leader that does not take a command within 10 s is told as room-open-elsewhere', async () => {
    const { clock, profile, openTab } = world();
    const frozen = profile.tab();
    await frozen.locks.tryAcquire(lock);
    const mirror = await openTab().open();
    const command = outcome(mirror.saved());
    await clock.advance(9_999);
    expect(mirror.snapshot().state).toBe('connecting');
    await clock.advance(1);
    expect(await command).toBe('room-open-elsewhere');
    expect(mirror.snapshot()).toMatchObject({ state: 'error', error: 'room-open-elsewhere' });
  });

  it('[RM41] a leader that took a command may take its time over it', async () => {
    const { first, mirror, clock } = await twoTabs();
    let finish = (): void => undefined;
    first.factory.last.before = () => new Promise((resolve) => (finish = resolve));
    const command = outcome(mirror.reattach(shareId(1), []));
    await clock.advance(60_000);
    finish();
    expect(await command).toBe('done');
  });

  it('[RM42] when the leading tab dies, the next in line runs the room behind the same interface', async () => {
    const { first, second, mirror, openTab, clock, profile } = await twoTabs();
    const third = openTab();
    const other = await third.open();
    first.factory.last.become({ storedBytes: 5 });
    await clock.advance(200);
    first.crash();
    expect(mirror.snapshot().storedBytes).toBe(5);
    await settle();
    expect([second.factory.made.length, third.factory.made.length]).toEqual([1, 0]);
    second.factory.last.become({ storedBytes: 6 }, true);
    await clock.advance(100);
    expect([mirror.snapshot().storedBytes, other.snapshot().storedBytes]).toEqual([6, 6]);
    await mirror.saved();
    await other.setOthersMayAdd(false);
    expect(second.factory.last.calls).toEqual([['saved'], ['setOthersMayAdd', false]]);
    await Promise.all([mirror.close(), other.close()]);
    expect(profile.holds(lock)).toBe(false);
  });

  it('[RM68] a mirror reads the handles of its room as soon as the leader shows shares, and again when there are more', async () => {
    const { first, second, clock } = await twoTabs();
    const reads: string[] = [];
    const list = second.records.list.bind(second.records);
    second.records.list = (collection, prefix) => {
      reads.push(`${collection} ${prefix ?? ''}`);
      return list(collection, prefix);
    };
    for (const count of [1, 1, 2]) {
      const shares = Array.from({ length: count }, (_, i) => shareSnapshot(shareId(i)));
      first.factory.last.become({ shares }, true);
      await clock.advance(200);
    }
    expect(reads).toEqual([`shares ${id}/`, `shares ${id}/`]);
  });

  it('[RM42] commands that were under way when the leader died are done by its successor, for every mirror', async () => {
    const { first, second, mirror, openTab } = await twoTabs();
    const other = await openTab().open();
    await settle();
    first.factory.last.before = () => new Promise(() => undefined);
    const mine = outcome(mirror.download(choices, { save: false }));
    const theirs = outcome(other.setOthersMayAdd(true));
    await settle();
    expect(first.factory.last.calls).toHaveLength(2);
    first.crash();
    expect(await Promise.all([mine, theirs])).toEqual(['done', 'done']);
    expect(second.factory.last.calls.map(([command]) => command).sort()).toEqual([
      'download',
      'setOthersMayAdd',
    ]);
  });

  it('[RM42] a command given while the successor opens the room waits for it', async () => {
    const { first, second, mirror } = await twoTabs();
    let ready = (): void => undefined;
    second.factory.gate = new Promise((resolve) => (ready = resolve));
    first.crash();
    await settle();
    const command = outcome(mirror.saved());
    await settle();
    ready();
    expect(await command).toBe('done');
    expect(second.factory.last.calls).toEqual([['saved']]);
  });

  it('[RM42] a command sent twice to one leader is done once', async () => {
    const { first, profile } = await twoTabs();
    const port = profile.tab().broadcast.open(lock, () => undefined);
    const call = { command: 'add', args: [[]] };
    for (let time = 0; time < 2; time++) port.post({ v: mirrorVersion, kind: 'command', id: 'same', call });
    await settle();
    expect(first.factory.last.calls).toEqual([['add', []]]);
  });

  it('[RM42] a takeover that fails shows why, rejects what waits, and lets the next tab try', async () => {
    const { first, second, mirror, openTab } = await twoTabs();
    const third = openTab();
    await third.open();
    await settle();
    second.factory.failNext = new ShoalError('storage-unavailable');
    first.factory.last.before = () => new Promise(() => undefined);
    const command = outcome(mirror.saved());
    await settle();
    first.crash();
    expect(await command).toBe('storage-unavailable');
    await settle();
    expect(mirror.alive).toBe(false);
    expect(mirror.snapshot()).toMatchObject({ state: 'error', error: 'storage-unavailable' });
    expect(third.factory.made).toHaveLength(1);
    expect(await outcome(mirror.saved())).toBe('storage-unavailable');
  });

  it('[RM43] a room that was stopped is taken over by nobody', async () => {
    const { first, second, mirror, leader, profile } = await twoTabs();
    await first.stop();
    await settle();
    expect(second.factory.made).toEqual([]);
    expect(second.told).toContain('ended');
    expect(profile.holds(lock)).toBe(false);
    expect(await outcome(mirror.saved())).toBe('room-unknown');
    expect(await outcome(leader.saved())).toBe('room-unknown');
  });

  it('[RM43] nor when the word of it was lost', async () => {
    const { first, second } = await twoTabs();
    await first.records.put('rooms', [[id, recordOf(linkKey, { stopped: true })]]);
    first.crash();
    await settle();
    expect(second.factory.made).toEqual([]);
    expect(second.told).toContain('ended');
  });

  it('[RM43] a stop asked for by a mirror marks the room before anyone else may open it', async () => {
    const { first, second, mirror } = await twoTabs();
    await mirror.end('stop', () => Promise.reject(new Error('not the mirror')));
    await settle();
    expect(first.factory.last.closed).toBe(1);
    expect(await first.records.get('rooms', id)).toMatchObject({ stopped: true });
    expect(second.factory.made).toEqual([]);
  });

  it('[RM43] who asked for a stop hears of it however long the leading tab is busy after it', async () => {
    const { first, second, mirror, openTab } = await twoTabs();
    const { tabs } = openTab();
    first.stopping.after = () => new Promise(() => undefined);
    const elsewhere = outcome(endRoom(id, 'stop', () => Promise.resolve(), tabs));
    const shown = outcome(mirror.end('stop', () => Promise.resolve()));
    expect(await Promise.all([elsewhere, shown])).toEqual(['done', 'done']);
    expect(second.told).toContain('ended');
  });

  it('[RM43] a stop that cannot be stored fails for who asked, and the room may be opened again', async () => {
    const { openTab } = world();
    const [first, second] = [openTab(), openTab()];
    await first.open();
    first.stopping.store = () => Promise.reject(new ShoalError('store-failed'));
    expect(await outcome(endRoom(id, 'stop', () => Promise.resolve(), second.tabs))).toBe('store-failed');
    await second.open();
    expect(second.factory.made).toHaveLength(1);
  });

  it('[RM13] closing a mirror leaves the queue; the leader goes on', async () => {
    const { first, second, leader, mirror, profile } = await twoTabs();
    await mirror.close();
    expect(await outcome(mirror.saved())).toBe('room-unknown');
    expect(await outcome(leader.saved())).toBe('done');
    await leader.close();
    await settle();
    expect(first.factory.last.closed).toBe(1);
    expect(second.factory.made).toEqual([]);
    expect(profile.holds(lock)).toBe(false);
  });

  it('[RM13] closing a tab while it takes over closes the room it just opened', async () => {
    const { first, second, mirror, profile } = await twoTabs();
    let ready = (): void => undefined;
    second.factory.gate = new Promise((resolve) => (ready = resolve));
    first.crash();
    await settle();
    const closing = mirror.close();
    ready();
    await closing;
    expect(second.factory.last.closed).toBe(1);
    expect(profile.holds(lock)).toBe(false);
  });

  it('[RM44] a room just made that another tab opened first goes to that tab, with its files', async () => {
    const { openTab } = world();
    const [first, second] = [openTab(), openTab()];
    await second.open();
    const real = await first.factory.open(linkKey, {}, () => undefined);
    real.state = { ...real.state, shares: [shareSnapshot(shareId(4))] };
    const room = await SharedRoom.adopt(real, [pick('a.txt')], first.hooks, first.tabs);
    expect(real.closed).toBe(1);
    expect(second.factory.last.calls).toMatchObject([['reattach', shareId(4), [{ path: 'a.txt' }]]]);
    await room.saved();
    expect(second.factory.last.calls).toHaveLength(2);
  });

  it('[RM45] ignores what other versions and strangers say on its channel', async () => {
    const { leader, mirror, clock, profile } = await twoTabs();
    const port = profile.tab().broadcast.open(lock, () => undefined);
    const before: RoomSnapshot = mirror.snapshot();
    for (const message of [
      null,
      'hello',
      {},
      { v: mirrorVersion + 1, kind: 'snapshot', snapshot: { state: 'error' } },
      { v: mirrorVersion + 1, kind: 'command', id: '1', call: { command: 'remove', args: [] } },
    ])
      port.post(message);
    await clock.advance(1000);
    expect(mirror.snapshot()).toEqual(before);
    expect(await outcome(leader.saved())).toBe('done');
  });
});
