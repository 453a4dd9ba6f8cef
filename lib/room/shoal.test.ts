import { describe, expect, it } from 'vitest';
import { ShoalError } from '../base/errors';
import type { RoomId } from '../base/ids';
import type { RoomSnapshot, ShareSnapshot, ShoalSnapshot } from './api';
import type { HostListener, ShoalHost } from './host-api';
import { placeholderSnapshot } from './snapshots';
import { linkKeyOf, origin, pick, recordOf, shareId, shareSnapshot, watchTicket } from './testing/rooms';
import { createShoalFacade, type PageServices, type Saver } from './shoal';
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

const emptyStrip = {
  chunks: 0,
  have: new Uint8Array(),
  arriving: new Uint8Array(),
  copies: new Uint8Array(),
};

/** A facade over a host that records; `log` holds what happened in order, across host, saver and pickers. */
function world({
  saver,
  ...services
}: Partial<Omit<PageServices, 'saver'>> & { saver?: Partial<Saver> } = {}) {
  const log: string[] = [];
  const folders = new Map<RoomId, FileSystemDirectoryHandle>();
  let report: HostListener = () => undefined;
  let silence: (silent: boolean) => void = () => undefined;
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
    filePercents: () => done('filePercents')().then(() => Uint8Array.of(50)),
    fileBytes: () => done('fileBytes')().then(() => null),
    download: done('download'),
    ticket: () => done('ticket')().then(() => ticket),
    saved: done('saved'),
    watch: (_room, share, file) => done(`watch ${share} ${file}`)().then(() => watchTicket),
    unwatch: (_room, id) => done(`unwatch ${id}`)(),
    reattach: done('reattach'),
    retry: done('retry'),
    keepCopy: done('keepCopy'),
    repair: done('repair'),
    handles: () => done('handles')().then(() => [{ path: 'a.txt', handle: 'a handle' }]),
    reopen: done('reopen'),
    chunkMap: (_room, wish) =>
      done(`chunkMap ${wish.share}`)().then(() => ({ members: 1, whole: emptyStrip, files: [] })),
    setOthersMayAdd: done('setOthersMayAdd'),
    setOptions: done('setOptions'),
    setPassphrase: () => Promise.reject(new ShoalError('passphrase-late')),
    stop: done('stop'),
    resume: done('resume'),
    remove: done('remove'),
    refreshStorage: done('refreshStorage'),
    goodbye: done('goodbye'),
  };
  const shoal = createShoalFacade({
    connect: (listener, silent) => {
      report = listener;
      silence = silent;
      return Promise.resolve(host);
    },
    saver: {
      prepare: () => Promise.resolve(),
      save: (id, name) => done(`save ${id} ${name}`)(),
      follow: () => Promise.resolve(false),
      saveToFolder: (given, folder) => done(`write ${given.id} to ${folder.name}`)(),
      saveToFile: (given, file) => done(`write ${given.id} into ${file.name}`)(),
      ...saver,
    },
    openStage: (id, name) =>
      done(`stage ${id} ${name}`)().then(() => ({
        stage: '/s',
        source: '/v',
        close: () => void log.push('close'),
      })),
    pickDirectory: () => done('pick')().then(() => directory),
    askToRead: (handle) => done(`ask for ${String(handle)}`)().then(() => true),
    pickFile: (name) => done(`pick ${name}`)().then(() => ({ kind: 'file', name }) as FileSystemFileHandle),
    folders: {
      get: (id) => Promise.resolve(folders.get(id)),
      keep: (id, folder) => done('keep')().then(() => void folders.set(id, folder)),
      forget: (id) => done('forget')().then(() => void folders.delete(id)),
    },
    persist: () => done('persist')().then(() => true),
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
  return { shoal, host, log, show, folders, silence: (silent: boolean) => silence(silent) };
}

const options = { ask: () => Promise.resolve(null) };

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof ShoalError ? error.code : error),
  );

describe('the facade: snapshots', () => {
  it('[UI200] a host that falls silent is told beside what is known, until it answers', () => {
    const { shoal, show, silence } = world();
    show({ state: 'transferring' });
    silence(true);
    expect(shoal.getSnapshot()).toMatchObject({
      phase: 'ready',
      error: 'engine-silent',
      rooms: [{ state: 'transferring' }],
    });
    silence(false);
    expect(shoal.getSnapshot()).toMatchObject({ error: null, rooms: [{ state: 'transferring' }] });
  });

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
    const { shoal, log, show } = world({ saver: { save } });
    show({ savePending: true });
    expect(await codeOf(shoal.save(room.id, choices))).toBe('save-failed');
    expect(log).toEqual(['ticket']);
  });

  it('[RM61] has what a save found damaged repaired, and tells of it all the same', async () => {
    const damaged = new ShoalError('chunk-damaged', 'chunk 3 is missing');
    const { shoal, log, show } = world({
      saver: {
        prepare: () => Promise.resolve(),
        save: () => Promise.reject(damaged),
        saveToFolder: () => Promise.resolve(),
      },
    });
    show({ savePending: true });
    await expect(shoal.save(room.id, choices)).rejects.toMatchObject({ code: 'chunk-damaged' });
    expect(log).toEqual(['ticket', 'repair']);
  });

  it('[RM65] asks for each kept handle in the page, and goes on only when all may be read', async () => {
    const { shoal, log } = world();
    await shoal.allowFiles(room.id, shareId(1));
    expect(log).toEqual(['handles', 'ask for a handle', 'reopen']);
    const refused = world({ askToRead: () => Promise.resolve(false) });
    await expect(refused.shoal.allowFiles(room.id, shareId(1))).rejects.toMatchObject({
      code: 'files-needed',
    });
    expect(refused.log).toEqual(['handles']);
  });

  it('[RM77] fetches what saving needs as soon as files of others are chosen or own ones are stored, once', () => {
    let prepared = 0;
    const prepare = (): Promise<void> => {
      prepared++;
      return Promise.resolve();
    };
    const { show } = world({ saver: { prepare } });
    const [own, theirs] = [{ publisher: 'self' } as const, { publisher: 'creator' } as const];
    show({ shares: [shareSnapshot(shareId(1), { ...own, chosen: 'all', preparedBytes: 1 })] });
    show({ shares: [shareSnapshot(shareId(1), { ...theirs, chosen: null })] });
    expect(prepared).toBe(0);
    show({ shares: [shareSnapshot(shareId(1), { ...theirs, chosen: [0] })] });
    show({ shares: [shareSnapshot(shareId(1), { ...theirs, chosen: 'all' })] });
    expect(prepared).toBe(1);
    const sender = world({ saver: { prepare } });
    sender.show({ shares: [shareSnapshot(shareId(1), { ...own, preparedBytes: null, chunksHave: 1 })] });
    expect(prepared).toBe(2);
  });

  it('[RM50] opens the folder picker in the gesture, before anything else', async () => {
    const { shoal, log, show } = world();
    show({ savePending: true });
    expect(shoal.canSaveToFolder).toBe(true);
    const saving = shoal.saveToFolder(room.id, choices, options);
    expect(log).toEqual(['pick']);
    await saving;
    expect(log).toEqual(['pick', 'ticket', 'write ticket-1 to Downloads', 'saved']);
  });

  it.each([
    [new DOMException('closed', 'AbortError'), 'save-cancelled'],
    [new DOMException('no to its question', 'NotAllowedError'), 'save-cancelled'],
    [new DOMException('blocked', 'SecurityError'), 'save-failed'],
  ])('[RM50] a picker that ends with %s is %s, and nothing is begun', async (error, code) => {
    const ends = () => Promise.reject(error);
    const { shoal, log } = world({ pickDirectory: ends, pickFile: ends });
    expect(await codeOf(shoal.saveToFolder(room.id, choices, options))).toBe(code);
    expect(await codeOf(shoal.saveAs(room.id, choices, { name: 'a.txt' }))).toBe(code);
    expect(await codeOf(shoal.downloadToFolder(room.id, choices))).toBe(code);
    await settle();
    expect(log).toEqual(['persist', 'refreshStorage']);
  });

  it('[RM50] saves one file under the name that is picked, proposing a safe one', async () => {
    const { shoal, log, show } = world();
    show({ savePending: true });
    const saving = shoal.saveAs(room.id, choices, { name: 'CON:a?.txt' });
    expect(log).toEqual(['pick CONa.txt']);
    await saving;
    expect(log).toEqual(['pick CONa.txt', 'ticket', 'write ticket-1 into CONa.txt', 'saved']);
  });

  it('[RM80] a folder picked before the download gets the files, and is forgotten then', async () => {
    const { shoal, log, show, folders } = world();
    expect(await shoal.downloadToFolder(room.id, choices)).toBe('Downloads');
    expect(log.filter((line) => !/persist|refresh/.test(line))).toEqual(['pick', 'keep', 'download']);
    show({ savePending: true });
    log.length = 0;
    const into: string[] = [];
    const when = { ...options, gesture: false, into: (name: string) => into.push(name) };
    await shoal.saveWhenComplete(room.id, choices, when);
    expect(into).toEqual(['Downloads']);
    expect(log).toEqual(['ticket', 'write ticket-1 to Downloads', 'forget', 'saved']);
    expect(folders.size).toBe(0);
    show({ savePending: true });
    await shoal.saveWhenComplete(room.id, choices, when);
    expect(log.slice(4)).toEqual(['ticket', 'save ticket-1 a.txt', 'saved']);
  });

  it('[RM80] another download forgets the folder; a save that fails keeps it', async () => {
    const failing = world({
      saver: { saveToFolder: () => Promise.reject(new ShoalError('save-disk-full')) },
    });
    await failing.shoal.downloadToFolder(room.id, choices);
    const when = { ...options, gesture: false };
    expect(await codeOf(failing.shoal.saveWhenComplete(room.id, choices, when))).toBe('save-disk-full');
    expect(failing.folders.size).toBe(1);
    await failing.shoal.download(room.id, choices, { save: true });
    expect(failing.folders.size).toBe(0);
  });

  it.each([
    ['granted', false, 'granted', 'done', 0],
    ['prompt', false, 'granted', 'save-permission', 0],
    ['prompt', true, 'granted', 'done', 1],
    ['prompt', true, 'denied', 'save-permission', 1],
    ['denied', true, 'granted', 'save-permission', 0],
  ] as const)(
    '[RM80] permission %s, gesture %s, answered %s: %s',
    async (state, gesture, answer, outcome, asked) => {
      const { shoal, log, folders } = world();
      const folder = {
        name: 'Kept',
        queryPermission: () => Promise.resolve(state),
        requestPermission: () => {
          log.push('asked');
          return Promise.resolve(answer);
        },
      };
      folders.set(room.id, folder as unknown as FileSystemDirectoryHandle);
      const saving = shoal.saveWhenComplete(room.id, choices, { ...options, gesture });
      expect(await codeOf(saving)).toBe(outcome);
      expect(log.filter((line) => line === 'asked')).toHaveLength(asked);
      expect(log.includes('write ticket-1 to Kept')).toBe(outcome === 'done');
    },
  );

  it('[SA42] a pending save follows a download of the same files instead of beginning another', async () => {
    const { shoal, log, show } = world({ saver: { follow: ({ id }) => Promise.resolve(id === 'ticket-1') } });
    show({ savePending: true });
    await shoal.saveWhenComplete(room.id, choices, { ...options, gesture: false });
    expect(log).toEqual(['ticket', 'saved']);
    await shoal.save(room.id, choices); // the person's own wish is always a new download
    expect(log).toContain('save ticket-1 a.txt');
  });

  it('[RM50] without a picker there is no saving to a folder', async () => {
    const { shoal } = world({ pickDirectory: undefined, pickFile: undefined });
    expect([shoal.canSaveToFolder, shoal.canSaveAs]).toEqual([false, false]);
    expect(await codeOf(shoal.saveAs(room.id, choices, { name: 'a' }))).toBe('save-failed');
    expect(await codeOf(shoal.saveToFolder(room.id, choices, options))).toBe('save-failed');
  });

  it('[RM75] hands few files over with the command, many in slices before it', async () => {
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
    expect(await shoal.persist()).toBe(true);
    expect(await world({ persist: () => Promise.resolve(false) }).shoal.persist()).toBe(false);
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
        near: false,
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

  it('[RM73] watch asks the host, has the stage opened, and ends once', async () => {
    const { shoal, show, log } = world();
    show();
    expect(shoal.canWatch).toBe(true);
    const viewing = await shoal.watch(room.id, shareId(1), 2);
    expect(viewing).toMatchObject({ display: 'video', stage: '/s', source: '/v' });
    viewing.close();
    viewing.close();
    await settle();
    expect(log.filter((what) => !/persist|refresh|listen/.test(what))).toEqual([
      `watch ${shareId(1)} 2`,
      'stage watch-1 a.mp4',
      'close',
      'unwatch watch-1',
    ]);
  });

  it('[RM73] without a service worker nothing is asked for; where none comes up the ticket goes', async () => {
    const none = world({ openStage: undefined });
    expect(none.shoal.canWatch).toBe(false);
    await expect(none.shoal.watch(room.id, shareId(1), 0)).rejects.toMatchObject({ code: 'watch-failed' });
    expect(none.log).not.toContain(`watch ${shareId(1)} 0`);
    const failing = world({ openStage: () => Promise.reject(new ShoalError('watch-failed', 'old')) });
    await expect(failing.shoal.watch(room.id, shareId(1), 0)).rejects.toMatchObject({ code: 'watch-failed' });
    await settle();
    expect(failing.log).toContain('unwatch watch-1');
  });

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
