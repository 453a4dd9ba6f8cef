import { describe, expect, it } from 'vitest';
import { ShoalError } from '../base/errors';
import type { RoomId } from '../base/ids';
import type { RoomSnapshot, ShareSnapshot, ShoalSnapshot } from './api';
import type { HostListener, ShoalHost } from './host-api';
import { placeholderSnapshot } from './snapshots';
import { createShoalFacade, type PageServices } from './shoal';
import { linkKeyOf, origin, pick, recordOf, shareId, shareSnapshot } from './testing/rooms';
import { settle } from './testing/tabs';

const room: RoomSnapshot = {
  ...placeholderSnapshot(recordOf(linkKeyOf(1)), origin),
  shares: [shareSnapshot(shareId(1))],
};
const choices = [{ share: shareId(1), files: 'all' as const }];
const ticket = {
  id: 'ticket-1',
  name: 'a.txt',
  createdAt: 0,
  sources: [],
  kind: 'file',
  entries: [],
} as const;
const directory = { kind: 'directory', name: 'Downloads' } as FileSystemDirectoryHandle;

/** A facade over a host that records; `log` holds what happened in order, across host, saver and pickers. */
function world(services: Partial<PageServices> = {}) {
  const log: string[] = [];
  let report: HostListener = () => undefined;
  const done = (what: string) => (): Promise<void> => {
    log.push(what);
    return Promise.resolve();
  };
  const host: ShoalHost = {
    listen: done('listen'),
    create: () => done('create')().then(() => room.id),
    open: () => done('open')().then(() => room.id),
    resumeAll: done('resumeAll'),
    carry: (name, slice) => done(`carry ${name} ${slice.length}`)(),
    add: (_room, files) => done(`add ${'carried' in files ? `carried ${files.carried}` : files.length}`)(),
    files: (_room, share) =>
      done(`files ${share}`)().then(() => [{ index: 0, path: 'a.txt', bytes: 1, type: '', modified: 0 }]),
    download: done('download'),
    ticket: () => done('ticket')().then(() => ticket),
    saved: done('saved'),
    reattach: done('reattach'),
    setOthersMayAdd: done('setOthersMayAdd'),
    stop: done('stop'),
    resume: done('resume'),
    remove: done('remove'),
    refreshStorage: done('refreshStorage'),
    goodbye: done('goodbye'),
  };
  const shoal = createShoalFacade({
    connect: (listener) => {
      report = listener;
      return Promise.resolve(host);
    },
    saver: {
      save: (id, name) => done(`save ${id} ${name}`)(),
      saveToFolder: (given, folder) => done(`write ${given.id} to ${folder.name}`)(),
    },
    pickDirectory: () => done('pick')().then(() => directory),
    persist: done('persist'),
    version: '1.2.3',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
    ...services,
  });
  /** As a snapshot arrives from a worker: a clone. */
  const show = (changes: Partial<RoomSnapshot> = {}, rooms?: RoomSnapshot[], events: string[] = []): void => {
    const snapshot: ShoalSnapshot = {
      phase: 'ready',
      error: null,
      rooms: rooms ?? [{ ...room, ...changes }],
      library: [],
      storage: { usedBytes: 1, quotaBytes: 2, persisted: false },
    };
    report(structuredClone(snapshot), events);
  };
  return { shoal, host, log, show };
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof ShoalError ? error.code : error),
  );

describe('the facade: snapshots', () => {
  it('[RM46] getSnapshot answers the same object until something changed, and tells subscribers only then', () => {
    const { shoal, show } = world();
    let told = 0;
    const { subscribe, getSnapshot } = shoal; // React calls them unbound
    const unsubscribe = subscribe(() => told++);
    const starting = getSnapshot();
    expect(starting.phase).toBe('starting');
    expect(getSnapshot()).toBe(starting);
    show();
    const ready = getSnapshot();
    expect(ready.phase).toBe('ready');
    show();
    expect(getSnapshot()).toBe(ready);
    expect(told).toBe(1);
    show({ state: 'complete' });
    expect(told).toBe(2);
    unsubscribe();
    show({ state: 'error' });
    expect(told).toBe(2);
  });

  it('[RM46] what did not change keeps its identity through cloning', () => {
    const { shoal, show } = world();
    const second = { ...room, id: 'another' as RoomId };
    show({}, [room, second]);
    const before = shoal.getSnapshot();
    show({}, [{ ...room, state: 'transferring' }, second]);
    const after = shoal.getSnapshot();
    expect(after.rooms[0]).not.toBe(before.rooms[0]);
    expect(after.rooms[0]?.shares).toBe(before.rooms[0]?.shares);
    expect(after.rooms[1]).toBe(before.rooms[1]);
    expect(after.storage).toBe(before.storage);
  });

  it('[RM46] a listener may unsubscribe another while being told', () => {
    const { shoal, show } = world();
    const told: string[] = [];
    const stop: (() => void)[] = [];
    shoal.subscribe(() => {
      told.push('first');
      stop.forEach((unsubscribe) => unsubscribe());
    });
    stop.push(shoal.subscribe(() => told.push('second')));
    show();
    show({ state: 'complete' });
    expect(told).toEqual(['first', 'second', 'first']);
  });

  it('[RM47] a host that cannot start is shown as failed, and every command rejects with its code', async () => {
    const connect = () => Promise.reject(new ShoalError('browser-unsupported'));
    const { shoal } = world({ connect });
    await settle();
    expect(shoal.getSnapshot()).toMatchObject({ phase: 'failed', error: 'browser-unsupported' });
    expect(await codeOf(shoal.open('x'))).toBe('browser-unsupported');
    expect(await codeOf(shoal.resumeAll())).toBe('browser-unsupported');
  });

  it('[RM47] commands given before the host is up wait for it', async () => {
    let up: (host: ShoalHost) => void = () => undefined;
    const { host } = world();
    const { shoal } = world({ connect: () => new Promise((resolve) => (up = resolve)) });
    const opening = shoal.open('x');
    await settle();
    up(host);
    expect(await opening).toBe(room.id);
  });
});

describe('the facade: files', () => {
  const at = (filesVersion: number): { shares: ShareSnapshot[] } => ({
    shares: [shareSnapshot(shareId(1), { filesVersion })],
  });

  it('[RM48] answers the same array for the same version, and asks again for a new one', async () => {
    const { shoal, log, show } = world();
    show(at(1));
    const first = await shoal.files(room.id, shareId(1));
    expect(await shoal.files(room.id, shareId(1))).toBe(first);
    expect(shoal.files(room.id, shareId(1))).toBe(shoal.files(room.id, shareId(1)));
    show(at(2));
    expect(await shoal.files(room.id, shareId(1))).not.toBe(first);
    expect(log.filter((line) => line.startsWith('files'))).toHaveLength(2);
  });

  it('[RM48] keeps no failure and nothing of shares that are gone', async () => {
    const { shoal, host, log, show } = world();
    show(at(1));
    const { files } = host;
    host.files = () => Promise.reject(new ShoalError('room-unknown'));
    expect(await codeOf(shoal.files(room.id, shareId(1)))).toBe('room-unknown');
    host.files = files;
    await shoal.files(room.id, shareId(1));
    show({}, []);
    show(at(1));
    await shoal.files(room.id, shareId(1));
    expect(log.filter((line) => line.startsWith('files'))).toHaveLength(2);
  });
});

describe('the facade: what takes a page', () => {
  it('[RM49] saves by ticket, and tells the host when that was pending', async () => {
    const { shoal, log, show } = world();
    show();
    await shoal.save(room.id, choices);
    show({ savePending: true });
    await shoal.save(room.id, choices);
    const once = ['ticket', 'save ticket-1 a.txt'];
    expect(log).toEqual([...once, ...once, 'saved']);
  });

  it('[RM49] what could not be saved stays pending', async () => {
    const save = () => Promise.reject(new ShoalError('save-failed'));
    const { shoal, log, show } = world({ saver: { save, saveToFolder: save } });
    show({ savePending: true });
    expect(await codeOf(shoal.save(room.id, choices))).toBe('save-failed');
    expect(log).toEqual(['ticket']);
  });

  it('[RM50] opens the folder picker in the gesture, before anything else', async () => {
    const { shoal, log, show } = world();
    show({ savePending: true });
    expect(shoal.canSaveToFolder).toBe(true);
    const saving = shoal.saveToFolder(room.id, choices);
    expect(log).toEqual(['pick']);
    await saving;
    expect(log).toEqual(['pick', 'ticket', 'write ticket-1 to Downloads', 'saved']);
  });

  it.each([
    [new DOMException('closed', 'AbortError'), 'save-cancelled'],
    [new DOMException('blocked', 'SecurityError'), 'save-failed'],
  ])('[RM50] a picker that ends with %s is %s, and no ticket is made', async (error, code) => {
    const { shoal, log } = world({ pickDirectory: () => Promise.reject(error) });
    expect(await codeOf(shoal.saveToFolder(room.id, choices))).toBe(code);
    expect(log).toEqual([]);
  });

  it('[RM50] without a picker there is no saving to a folder', async () => {
    const { shoal } = world({ pickDirectory: undefined });
    expect(shoal.canSaveToFolder).toBe(false);
    expect(await codeOf(shoal.saveToFolder(room.id, choices))).toBe('save-failed');
  });

  it('[RM59] hands few files over with the command, many in slices before it', async () => {
    const { shoal, log } = world();
    await shoal.add(room.id, [pick('a.txt')]);
    expect(log).toEqual(['add 1']);
    await shoal.add(
      room.id,
      Array.from({ length: 250 }, (_, i) => pick(`${i}.txt`)),
    );
    expect(log.slice(1)).toEqual(['carry 1 100', 'carry 1 100', 'carry 1 50', 'add carried 1']);
  });

  it('[RM51] asks for persistent storage in the gestures that store, and waits for no answer', async () => {
    const { shoal, log } = world();
    const creating = shoal.create([pick('a.txt')]);
    expect(log).toEqual(['persist']);
    await creating;
    const downloading = shoal.download(room.id, choices, { save: true });
    await downloading;
    await settle();
    expect(log.filter((line) => line === 'persist')).toHaveLength(2);
    expect(log.filter((line) => line === 'refreshStorage')).toHaveLength(2);
    const unanswered = world({ persist: () => new Promise(() => undefined) });
    expect(await unanswered.shoal.create([pick('a.txt')])).toBe(room.id);
  });
});

describe('the facade: numbers', () => {
  const busy: RoomSnapshot = {
    ...room,
    state: 'error',
    detail: { kind: 'error' },
    error: 'store-failed',
    errorDetail: 'put',
    shares: [
      shareSnapshot(shareId(1), { chunksHave: 4, chunksTotal: 10 }),
      shareSnapshot(shareId(2), { chunksHave: 1, chunksTotal: 5 }),
    ],
    peers: [
      {
        id: 'PEERPEERPEERPEERPEERPE' as RoomSnapshot['peers'][number]['id'],
        agent: 'Bob on 192.168.1.7',
        path: 'relayed',
        bytesSent: 10,
        bytesReceived: 20,
        rateIn: 1.4,
        rateOut: 2,
        completeness: 0.5,
        isCreator: true,
      },
    ],
    lostPeers: [{ id: 'LOSTLOSTLOSTLOSTLOSTLO' as never, reason: 'silent', at: 1 }],
  };

  it('[RM52] stats sum over shares; unknown rooms have none', () => {
    const { shoal, show } = world();
    show({}, [busy]);
    expect(shoal.stats(room.id)).toMatchObject({
      chunksHave: 5,
      chunksTotal: 15,
      peers: [{ id: 'PEERPEERPEERPEERPEERPE', bytesSent: 10, bytesReceived: 20, path: 'relayed' }],
    });
    expect(shoal.stats('nobody' as RoomId)).toBeUndefined();
  });

  it('[RM53] diagnostics tell states, reasons and counters, and nobody’s name, key, address or link', () => {
    const { shoal, show } = world();
    show({}, [busy], ['0.100s connect-failed attempt=1']);
    const text = shoal.diagnostics(room.id);
    for (const part of [
      'Shoal 1.2.3, Firefox 144',
      'store-failed put',
      'relayed',
      'lost 1: silent',
      'attempt=1',
    ])
      expect(text).toContain(part);
    for (const secret of [
      'PEERPEER',
      'LOSTLOST',
      '192.168',
      'Bob',
      room.id,
      room.link,
      shareId(1),
      'shoal.test',
    ])
      expect(text).not.toContain(secret);
    expect(shoal.diagnostics('nobody' as RoomId)).toContain('room not open');
  });

  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0.1',
      'Edge 150',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/151.0.0.0 Safari/537.36', 'Chromium 151'],
    ['Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Version/18.4 Mobile/15E148 Safari/604.1', 'Safari 18'],
    ['curl', 'unknown browser'],
  ])('[RM53] names the browser family only: %s', (userAgent, family) => {
    expect(world({ userAgent }).shoal.diagnostics(room.id).split('\n')[0]).toBe(`Shoal 1.2.3, ${family}`);
  });
});
