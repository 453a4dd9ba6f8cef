import { expose, wrap } from 'comlink';
import { describe, expect, it } from 'vitest';
import { createRecentLog } from '../adapters/browser/log';
import { sendShoalErrorsWhole } from '../adapters/comlink-errors';
import {
  createMemoryChunkStore,
  createMemoryRecordStore,
  type MemoryRecords,
} from '../adapters/memory/memory-stores';
import { ShoalError } from '../base/errors';
import type { RoomId } from '../base/ids';
import { encodeEnding, type Ending } from '../wire/ending';
import type { PeerSnapshot, PickedFile, ShoalSnapshot } from './api';
import { createHost, type HostOptions } from './host';
import type { ShoalHost } from './host-api';
import { FakeFactory, linkKeyOf, linkOf, origin, pick, recordOf, roomIdOf, shareId } from './testing/rooms';
import { createTestClock, settle, TestProfile } from './testing/tabs';

const room1 = roomIdOf(linkKeyOf(1));
const room2 = roomIdOf(linkKeyOf(2));

const linkedPeer: PeerSnapshot = {
  id: 'peer' as PeerSnapshot['id'],
  agent: '',
  path: 'direct',
  near: false,
  bytesSent: 0,
  bytesReceived: 0,
  rateIn: 0,
  rateOut: 0,
  completeness: 0,
  isCreator: false,
};

function world(options: Partial<HostOptions> = {}) {
  const profile = new TestProfile();
  const stored: MemoryRecords = new Map();
  const clock = createTestClock();
  const seen: { at: number; snapshot: ShoalSnapshot; events: readonly string[] }[] = [];
  const openTab = () => {
    const tab = profile.tab();
    const records = createMemoryRecordStore({ records: stored });
    const factory = new FakeFactory(records);
    const log = createRecentLog(() => clock.now());
    const chunks = createMemoryChunkStore({ quotaBytes: 5000 });
    const persisted = () => Promise.resolve(true);
    const host = createHost({ ...tab, factory, records, chunks, persisted, origin, clock, log, ...options });
    return { host, factory, records, log, tab };
  };
  const first = openTab();
  const listen = () =>
    first.host.listen((snapshot, events) => {
      seen.push({ at: clock.now(), snapshot, events });
    });
  const last = (): ShoalSnapshot => {
    const report = seen.at(-1);
    if (!report) throw new Error('nothing was reported');
    return report.snapshot;
  };
  return { ...first, openTab, listen, seen, last, clock, profile };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return error instanceof ShoalError ? error.code : `not a ShoalError: ${String(error)}`;
  }
}

describe('host: snapshots', () => {
  it('[RM1] reports at most one snapshot per 200 ms however often a room changes', async () => {
    const { host, factory, clock, listen, seen } = world();
    await listen();
    await host.open(linkOf(1));
    await clock.advance(5000);
    seen.length = 0;
    for (let step = 0; step < 100; step++) {
      factory.last.become({ storedBytes: step });
      factory.last.become({ storedBytes: step + 0.5 });
      await clock.advance(10);
    }
    await clock.advance(1000);
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(seen.length).toBeLessThanOrEqual(7);
    const gaps = seen.slice(1).map(({ at }, i) => at - (seen[i]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200);
    expect(seen.at(-1)?.snapshot.rooms[0]?.storedBytes).toBe(99.5);
  });

  it('[RM2] reports an urgent change at once, and a flood of them every 20 ms', async () => {
    const { host, factory, clock, listen, seen } = world();
    await listen();
    await host.open(linkOf(1));
    await clock.advance(5000);
    factory.last.become({ storedBytes: 1 });
    await settle();
    seen.length = 0;
    factory.last.become({ state: 'stalled' }, true);
    await clock.advance(20);
    expect(seen.map(({ snapshot }) => snapshot.rooms[0]?.state)).toEqual(['stalled']);
    await clock.advance(1000);
    const idleSince = clock.now();
    factory.last.become({ state: 'complete' }, true);
    await settle();
    expect(seen.at(-1)).toMatchObject({ at: idleSince, snapshot: { rooms: [{ state: 'complete' }] } });
    seen.length = 0;
    for (let step = 0; step < 100; step++) {
      factory.last.become({ storedBytes: step }, true);
      await clock.advance(1);
    }
    expect(seen.length).toBeLessThanOrEqual(6);
  });

  it('[RM3] reports nothing when nothing changed', async () => {
    const { host, factory, clock, listen, seen } = world();
    await listen();
    await host.open(linkOf(1));
    await clock.advance(5000);
    seen.length = 0;
    await clock.advance(60_000);
    factory.last.become({}, true);
    await clock.advance(5000);
    expect(seen).toEqual([]);
  });

  it('[RM3] while peers are linked, looks every second for numbers that moved without a word', async () => {
    const { host, factory, clock, listen, seen, last } = world();
    await listen();
    await host.open(linkOf(1));
    factory.last.become({ peers: [linkedPeer] });
    await clock.advance(5000);
    seen.length = 0;
    await clock.advance(10_000);
    expect(seen).toEqual([]);
    const room = factory.last;
    room.state = { ...room.state, totals: { ...room.state.totals, bytesSent: 5 } };
    await clock.advance(1200);
    expect(last().rooms[0]?.totals.bytesSent).toBe(5);
    expect(seen).toHaveLength(1);
  });

  it('[RM3] keeps the identity of rooms that did not change', async () => {
    const { host, factory, clock, listen, last } = world();
    await listen();
    await host.open(linkOf(1));
    await host.open(linkOf(2));
    await clock.advance(5000);
    const before = last();
    factory.last.become({ storedBytes: 9 });
    await clock.advance(200);
    expect(last().rooms[0]).toBe(before.rooms[0]);
    expect(last().rooms[1]).not.toBe(before.rooms[1]);
  });

  it('[RM4] waits for a listener that takes its time instead of queueing snapshots', async () => {
    const { host, factory, clock } = world();
    await host.open(linkOf(1));
    const seen: number[] = [];
    let free = (): void => undefined;
    await host.listen((snapshot) => {
      seen.push(snapshot.rooms[0]?.storedBytes ?? -1);
      return new Promise<void>((resolve) => (free = resolve));
    });
    await settle();
    for (let step = 1; step <= 50; step++) {
      factory.last.become({ storedBytes: step });
      await clock.advance(100);
    }
    expect(seen).toHaveLength(1);
    free();
    await clock.advance(100);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe(50);
  });

  it('[RM5] starts, then is ready with library and storage', async () => {
    const { records, listen, clock, last, host } = world();
    await records.put('rooms', [
      [room1, recordOf(linkKeyOf(1), { createdAt: 1 })],
      [room2, recordOf(linkKeyOf(2), { createdAt: 2, stopped: true })],
    ]);
    await listen();
    await host.refreshStorage();
    await clock.advance(200);
    expect(last()).toMatchObject({
      phase: 'ready',
      error: null,
      rooms: [],
      storage: { usedBytes: 0, quotaBytes: 5000, persisted: true },
    });
    expect(last().library.map(({ id, link, stopped }) => ({ id, link, stopped }))).toEqual([
      { id: room2, link: linkOf(2), stopped: true },
      { id: room1, link: linkOf(1), stopped: false },
    ]);
    expect(JSON.stringify(last())).not.toContain('opaque');
  });

  it('[UI130] the library tells when a stored room ends, and that it is over when that time is past', async () => {
    const { records, listen, clock, last, host } = world();
    await clock.advance(200_000);
    const later = clock.wall() + 9e6;
    const ends = (endsAt: number | null, over: Ending['over'] = null) =>
      encodeEnding({
        ...{ room: room1, sequence: 1, over, endsAt },
        publisherKey: new Uint8Array(32),
        signature: new Uint8Array(64),
      });
    await records.put('rooms', [
      [room1, recordOf(linkKeyOf(1), { createdAt: 5, stopped: true, ending: ends(later) })],
      [room2, recordOf(linkKeyOf(2), { createdAt: 4, role: 'guest', ending: ends(1) })],
      ['three', recordOf(linkKeyOf(3), { createdAt: 3, ending: ends(null, 'closed') })],
      ['four', recordOf(linkKeyOf(4), { createdAt: 2, ending: new Uint8Array(3) })],
      ['five', recordOf(linkKeyOf(5), { createdAt: 1 })],
    ]);
    await listen();
    await host.refreshStorage();
    await clock.advance(200);
    expect(last().library.map(({ endsAt, over }) => ({ endsAt, over }))).toEqual([
      { endsAt: later, over: null },
      { endsAt: 1, over: 'expired' },
      { endsAt: null, over: 'closed' },
      { endsAt: null, over: null },
      { endsAt: null, over: null },
    ]);
  });

  it('[RM5] shows why it cannot start, and commands reject with that', async () => {
    const check = () => Promise.reject(new ShoalError('browser-unsupported', 'no Ed25519'));
    const { listen, clock, last, host } = world({ check });
    await listen();
    await clock.advance(200);
    expect(last()).toMatchObject({ phase: 'failed', error: 'browser-unsupported' });
    expect(await codeOf(host.open(linkOf(1)))).toBe('browser-unsupported');
  });

  it('[RM5] hands the log on with the snapshots, each event once', async () => {
    const { host, log, clock, listen, seen } = world();
    await listen();
    log.write('first', { n: 1 });
    await host.open(linkOf(1));
    await clock.advance(5000);
    log.write('second');
    await host.open(linkOf(2));
    await clock.advance(5000);
    const names = seen.flatMap(({ events }) => events).map((event) => event.split(' ')[1]);
    expect(names).toEqual(['first', 'second']);
  });
});

describe('host: rooms', () => {
  it('[RM6] opens a room once, however often and however fast it is asked to', async () => {
    const { host, factory } = world();
    const ids = await Promise.all([
      host.open(linkOf(1)),
      host.open(`  <${linkOf(1)}>.`),
      host.open(linkKeyOf(1)),
    ]);
    expect(ids).toEqual([room1, room1, room1]);
    expect(factory.made).toHaveLength(1);
  });

  it.each([
    ['https://example.org/nothing', 'link-malformed'],
    [`${origin}/r`, 'link-cut'],
    [linkOf(1).slice(0, -5), 'link-cut'],
    [`${origin}/r#BA${linkKeyOf(1).slice(2)}`, 'link-version'],
  ])('[RM7] tells what is wrong with the link %s', async (link, code) => {
    expect(await codeOf(world().host.open(link))).toBe(code);
  });

  it('[RM8] what opened or ended is shown when the command resolves, and a room made is stored', async () => {
    const { host, clock, listen, last } = world();
    await listen();
    const id = await host.create([pick('a.txt'), pick('b/c.txt')], { othersMayAdd: true });
    expect(last().rooms).toMatchObject([{ id, othersMayAdd: true, shares: [{ fileCount: 2 }] }]);
    await clock.advance(200);
    expect(last().library.map((room) => room.id)).toEqual([id]);
    await host.stop(id);
    expect(last().rooms).toMatchObject([{ detail: { kind: 'stopped' } }]);
    await host.resume(id);
    expect(last().rooms).toMatchObject([{ detail: { kind: 'server' } }]);
    await host.remove(id);
    expect(last().rooms).toEqual([]);
    const resumed = await host.open(linkOf(1));
    expect(last().rooms.map((room) => room.id)).toEqual([resumed]);
    expect(await codeOf(host.create([]))).toBe('nothing-to-share');
    expect(await codeOf(host.add(resumed, []))).toBe('nothing-to-share');
  });

  it('[RM75] a command takes what was carried over before it, whole and in order, once', async () => {
    const { host, factory } = world();
    const id = await host.create(null);
    expect(factory.last.state.shares).toEqual([]);
    await host.carry(1, [pick('a.txt'), pick('b.txt')]);
    await host.carry(2, [pick('other.txt')]);
    await host.carry(1, [pick('c.txt')]);
    await host.add(id, { carried: 1 });
    const [command, files] = factory.last.calls.at(-1) as [string, PickedFile[]];
    expect(command).toBe('add');
    expect(files.map(({ path }) => path)).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(await codeOf(host.add(id, { carried: 1 }))).toBe('internal');
  });

  it('[RM9] hands commands to the room they name, and rejects for one that is not open', async () => {
    const { host, factory } = world();
    await host.open(linkOf(1));
    await host.open(linkOf(2));
    const choices = [{ share: shareId(1), files: 'all' as const }];
    await host.download(room2, choices, { save: true });
    await host.setOthersMayAdd(room2, false);
    await host.saved(room2);
    expect(await host.files(room2, shareId(1))).toHaveLength(1);
    expect((await host.ticket(room2, choices)).id).toBe('ticket-1');
    expect((await host.watch(room2, shareId(1), 3)).id).toBe('watch-1');
    await host.unwatch(room2, 'watch-1');
    expect(await host.fileBytes(room2, shareId(1), 0, 10)).toHaveLength(3);
    expect(await host.filePercents(room2, shareId(1))).toHaveLength(1);
    expect(factory.made[0]?.calls).toEqual([]);
    expect(factory.made[1]?.calls).toEqual([
      ['download', choices, { save: true }],
      ['setOthersMayAdd', false],
      ['saved'],
      ['files', shareId(1)],
      ['ticket', choices],
      ['watch', shareId(1), 3],
      ['unwatch', 'watch-1'],
      ['fileBytes', shareId(1), 0, 10],
      ['filePercents', shareId(1)],
    ]);
    expect(await codeOf(host.saved('nobody' as RoomId))).toBe('room-unknown');
  });

  it('[OP12] a passphrase makes another room of the same files and options, and then removes the old one', async () => {
    const { host, factory, last, listen } = world();
    await listen();
    const before = await host.create([pick('a.txt')]);
    const old = factory.last;
    const shares = [{ files: [pick('a.txt'), pick('b.txt')], handles: [{ path: 'a.txt', handle: 'h' }] }];
    old.sourcesToGive = { shares, othersMayAdd: false, endsAt: 4e12, downloads: 3 };
    const made = await host.setPassphrase(before, 'four words are safe');
    expect(made).not.toBe(before);
    expect(factory.created.at(-1)).toMatchObject({
      ...{ passphrase: 'four words are safe', othersMayAdd: false, endsAt: 4e12, downloads: 3 },
    });
    // The library says that space was made (the old room went), so it may be told to try again besides.
    expect(factory.last.calls[0]).toEqual(['add', shares[0]?.files]);
    expect([old.closed, factory.erased]).toEqual([1, [before]]);
    expect(last().rooms.map(({ id }) => id)).toEqual([made]);
    // Too late: nothing is made and nothing removed.
    factory.last.before = () => Promise.reject(new ShoalError('passphrase-late'));
    expect(await codeOf(host.setPassphrase(made, null))).toBe('passphrase-late');
    expect(last().rooms.map(({ id }) => id)).toEqual([made]);
    // One whose files are refused goes again.
    factory.last.before = () => Promise.resolve();
    factory.last.sourcesToGive = { ...old.sourcesToGive };
    factory.beforeNext = () => Promise.reject(new ShoalError('share-too-large'));
    expect(await codeOf(host.setPassphrase(made, null))).toBe('share-too-large');
    expect(last().rooms.map(({ id }) => id)).toEqual([made]);
    // A new one that cannot be made leaves the old one as it was.
    factory.failNext = new ShoalError('quota-exceeded');
    expect(await codeOf(host.setPassphrase(made, null))).toBe('quota-exceeded');
    expect(last().rooms.map(({ id }) => id)).toEqual([made]);
  });

  it('[RM10] stop leaves but keeps the room: stored as stopped, shown as stopped, not resumed by resumeAll', async () => {
    const { host, factory, records, clock, listen, last, profile } = world();
    await listen();
    await host.open(linkOf(1));
    factory.last.become({ state: 'transferring' });
    await host.stop(room1);
    await clock.advance(200);
    expect(factory.last.closed).toBe(1);
    expect(await records.get('rooms', room1)).toMatchObject({ stopped: true });
    expect(last().rooms).toMatchObject([{ id: room1, state: 'waiting', detail: { kind: 'stopped' } }]);
    expect(last().library).toMatchObject([{ id: room1, stopped: true }]);
    expect(profile.holds(`shoal-room-${room1}`)).toBe(false);
    expect(await codeOf(host.saved(room1))).toBe('room-unknown');
    await host.resumeAll();
    expect(factory.made).toHaveLength(1);
  });

  it('[RM10] resume, or opening its link, undoes stop', async () => {
    const { host, factory, records, clock, listen, last } = world();
    await listen();
    await host.open(linkOf(1));
    await host.stop(room1);
    await host.resume(room1);
    await clock.advance(200);
    expect(factory.made).toHaveLength(2);
    expect(await records.get('rooms', room1)).toMatchObject({ stopped: false });
    expect(last().rooms).toMatchObject([{ id: room1, detail: { kind: 'server' } }]);
    await host.stop(room1);
    await host.open(linkOf(1));
    expect(factory.made).toHaveLength(3);
    expect(await codeOf(host.resume(room2))).toBe('room-unknown');
  });

  it('[RM10] keeps the order when stop and resume come at once', async () => {
    const { host, factory, records } = world();
    await host.open(linkOf(1));
    await Promise.all([host.stop(room1), host.resume(room1), host.stop(room1), host.resume(room1)]);
    expect(factory.made.map(({ closed }) => closed)).toEqual([1, 1, 0]);
    expect(await records.get('rooms', room1)).toMatchObject({ stopped: false });
  });

  it('[RM11] remove closes the room before it erases it, and it is gone from view', async () => {
    const { host, factory, clock, listen, last } = world();
    await listen();
    await host.open(linkOf(1));
    await host.remove(room1);
    await clock.advance(200);
    expect(factory.last.closed).toBe(1);
    expect(factory.erased).toEqual([room1]);
    expect(last().rooms).toEqual([]);
    expect(last().library).toEqual([]);
    expect(await codeOf(host.remove(room1))).toBe('room-unknown');
  });

  it('[RM11] stops and removes rooms that are stored but not open', async () => {
    const { host, factory, records } = world();
    await records.put('rooms', [[room1, recordOf(linkKeyOf(1))]]);
    await host.stop(room1);
    expect(await records.get('rooms', room1)).toMatchObject({ stopped: true });
    await host.remove(room1);
    expect(factory.made).toEqual([]);
    expect(factory.erased).toEqual([room1]);
  });

  it('[RM11] a removal that fails tells so, shows the room as stopped, and it can be opened or removed again', async () => {
    const { host, factory, listen, clock, last } = world();
    await listen();
    await host.open(linkOf(1));
    const erase = factory.erase.bind(factory);
    factory.erase = () => Promise.reject(new ShoalError('store-failed'));
    expect(await codeOf(host.remove(room1))).toBe('store-failed');
    await clock.advance(200);
    expect(last().rooms).toMatchObject([{ detail: { kind: 'stopped' } }]);
    await host.open(linkOf(1));
    expect(factory.made.map(({ closed }) => closed)).toEqual([1, 0]);
    factory.erase = erase;
    await host.remove(room1);
    expect(last().rooms).toEqual([]);
  });

  it('[RM12] resumeAll opens every stored room that is not stopped, whatever becomes of one of them', async () => {
    const { host, factory, records, clock, listen, last } = world();
    await records.put('rooms', [
      [room1, recordOf(linkKeyOf(1), { createdAt: 3 })],
      [room2, recordOf(linkKeyOf(2), { createdAt: 2 })],
      ['x', recordOf(linkKeyOf(3), { createdAt: 1, stopped: true })],
    ]);
    await listen();
    factory.failNext = new ShoalError('store-failed');
    await host.resumeAll();
    await clock.advance(200);
    expect(last().rooms.map(({ id }) => id)).toEqual([room2]);
    expect(last().library).toHaveLength(3);
  });

  it('[RM12] a room stopped or removed while all are resumed stays stopped or gone', async () => {
    // Between any two steps of resuming.
    for (let steps = 0; steps < 60; steps++) {
      const { host, factory, records, clock, listen, last } = world();
      await records.put('rooms', [
        [room1, recordOf(linkKeyOf(1), { createdAt: 2 })],
        [room2, recordOf(linkKeyOf(2), { createdAt: 1 })],
      ]);
      await listen();
      const resuming = host.resumeAll();
      for (let step = 0; step < steps; step++) await Promise.resolve();
      await Promise.all([host.remove(room1), host.stop(room2), resuming]);
      await clock.advance(200);
      expect(last().library.map(({ id, stopped }) => [id, stopped])).toEqual([[room2, true]]);
      expect(last().rooms.filter(({ id }) => id === room1)).toEqual([]);
      expect(factory.made.filter(({ closed }) => closed === 0)).toEqual([]);
    }
  });

  it('[RM82] a room that is being made is not opened a second time by resumeAll', async () => {
    const { host, factory, clock, listen, last } = world();
    await listen();
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    factory.unlock = () => held.then(() => undefined);
    const making = host.create([pick('a.txt')]);
    await settle();
    const resuming = host.resumeAll();
    await settle();
    goOn();
    const [id] = await Promise.all([making, resuming]);
    expect(factory.made).toHaveLength(1);
    factory.last.become({ storedBytes: 7 });
    await clock.advance(10_000);
    expect(last().rooms).toMatchObject([{ id, storedBytes: 7 }]);
  });

  it('[RM13] goodbye closes every room, frees its lock and answers no command after it', async () => {
    const { host, factory, records, profile } = world();
    await host.open(linkOf(1));
    await host.open(linkOf(2));
    await host.goodbye();
    expect(factory.made.map(({ closed }) => closed)).toEqual([1, 1]);
    expect([room1, room2].map((id) => profile.holds(`shoal-room-${id}`))).toEqual([false, false]);
    expect(await records.get('rooms', room1)).toMatchObject({ stopped: false });
    expect(await codeOf(host.open(linkOf(1)))).toBe('internal');
  });

  it('[RM14] errors that are no ShoalError become internal and keep only their kind', async () => {
    const { host, factory } = world();
    await host.open(linkOf(1));
    factory.last.before = () => Promise.reject(new TypeError('holiday.jpg is broken'));
    await expect(host.saved(room1)).rejects.toMatchObject({ code: 'internal', detail: 'TypeError' });
  });

  it('[RM14] errors cross a worker border with code and detail', async () => {
    sendShoalErrorsWhole();
    const { host, factory } = world();
    const { port1, port2 } = new MessageChannel();
    try {
      expose(host, port1);
      const remote = wrap<ShoalHost>(port2);
      expect(await remote.open(linkOf(1))).toBe(room1);
      factory.last.before = () => Promise.reject(new ShoalError('quota-exceeded', '5 of 4'));
      const error: unknown = await remote.saved(room1).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(ShoalError);
      expect(error).toMatchObject({ code: 'quota-exceeded', detail: '5 of 4' });
    } finally {
      port1.close();
      port2.close();
    }
  });
});

describe('host: several tabs', () => {
  it('[RM15] a second tab shows the room of the first and runs none', async () => {
    const { host, factory, clock, openTab } = world();
    await host.open(linkOf(1));
    const second = openTab();
    let seen: ShoalSnapshot | undefined;
    await second.host.listen((snapshot) => (seen = snapshot));
    await second.host.open(linkOf(1));
    factory.last.become({ state: 'transferring', storedBytes: 77 }, true);
    await clock.advance(500);
    expect(second.factory.made).toEqual([]);
    expect(seen?.rooms).toMatchObject([{ id: room1, state: 'transferring', storedBytes: 77 }]);
  });

  it('[RM16] stop in one tab is stop in all, from the mirror and from a tab that only lists it', async () => {
    const { host, factory, clock, openTab, records, listen, last } = world();
    await listen();
    const [mirror, lister] = [openTab(), openTab()];
    await host.open(linkOf(1));
    await mirror.host.open(linkOf(1));
    await mirror.host.stop(room1);
    await clock.advance(500);
    expect(factory.last.closed).toBe(1);
    expect(last().rooms).toMatchObject([{ detail: { kind: 'stopped' } }]);
    expect(mirror.factory.made).toEqual([]);

    await host.resume(room1);
    await lister.host.remove(room1);
    await clock.advance(500);
    expect(factory.erased).toEqual([room1]);
    expect(last().rooms).toEqual([]);
    expect(await records.get('rooms', room1)).toBeUndefined();
  });

  it('[RM83] who asked the leading tab for an end does it itself when that tab goes away before it has', async () => {
    const { host, factory, tab, openTab, records } = world();
    const mirror = openTab();
    await host.open(linkOf(1));
    await mirror.host.open(linkOf(1));
    factory.last.closing = new Promise(() => undefined);
    const removing = mirror.host.remove(room1);
    await settle();
    expect(factory.last.closed).toBe(1);
    tab.crash();
    await removing;
    expect([factory.erased, mirror.factory.erased]).toEqual([[], [room1]]);
    expect(await records.get('rooms', room1)).toBeUndefined();
    expect(await codeOf(mirror.host.saved(room1))).toBe('room-unknown');
  });

  it('[RM17] what one tab stores appears in the library of the others', async () => {
    const { host, clock, openTab, listen, last } = world();
    await listen();
    await clock.advance(200);
    const id = await openTab().host.create([pick('a.txt')]);
    await clock.advance(500);
    expect(last().library.map((room) => room.id)).toEqual([id]);
    await host.stop(id);
  });
});
