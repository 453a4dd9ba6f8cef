/** The library as the app gets it, put together in a real browser without a server: worker or page, storage, tabs, commands. */
import { afterEach, describe, expect, it } from 'vitest';
import { startWorkerHost } from './engine-worker';
import {
  createShoal,
  isSupported,
  ShoalError,
  type RoomSnapshot,
  type Shoal,
  type ShoalSnapshot,
} from './index';

const patienceMs = 20_000;

/** Resolves with the first snapshot that fits. */
function shows(shoal: Shoal, fits: (snapshot: ShoalSnapshot) => boolean): Promise<ShoalSnapshot> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`never shown; last: ${JSON.stringify(shoal.getSnapshot())}`));
    }, patienceMs);
    const look = (): void => {
      const snapshot = shoal.getSnapshot();
      if (!fits(snapshot)) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(snapshot);
    };
    const unsubscribe = shoal.subscribe(look);
    look();
  });
}

const inRoom =
  (id: string, fits: (room: RoomSnapshot) => boolean) =>
  (snapshot: ShoalSnapshot): boolean =>
    snapshot.rooms.some((room) => room.id === id && fits(room));

const bytes = new Uint8Array(600_000).map((_, i) => i % 251);
const picked = () => [{ path: 'folder/a.bin', file: new File([bytes], 'a.bin') }];

const createWorker = (): Worker => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

const realWorker = globalThis.Worker;
afterEach(() => {
  globalThis.Worker = realWorker;
});

/** Counts engine workers and, when told, lets none start. */
function watchWorkers(allowed: boolean): { started: number } {
  const count = { started: 0 };
  globalThis.Worker = class extends realWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      const isEngine = /\/worker\.ts/.test(String(url));
      if (isEngine && !allowed) throw new DOMException('blocked by the test', 'SecurityError');
      super(url, options);
      if (isEngine) count.started++;
    }
  };
  return count;
}

describe('createShoal', () => {
  it('[RM57] this browser is supported', () => {
    expect(isSupported()).toBeNull();
  });

  it.each([
    ['in a worker', true],
    ['in the page where no worker starts', false],
  ])('[RM57] makes, prepares, stops, resumes and removes a room %s', async (_where, allowed) => {
    const workers = watchWorkers(allowed);
    const shoal = createShoal(createWorker);
    expect(shoal.getSnapshot().phase).toBe('starting');
    await shows(shoal, ({ phase }) => phase === 'ready');
    expect(workers.started).toBe(allowed ? 1 : 0);

    const id = await shoal.create(picked());
    const prepared = inRoom(id, ({ shares }) => {
      const share = shares[0];
      return share !== undefined && share.chunksTotal > 0 && share.chunksHave === share.chunksTotal;
    });
    const room = (await shows(shoal, prepared)).rooms.find((one) => one.id === id);
    expect(room?.role).toBe('creator');
    const share = room?.shares[0];
    expect(await shoal.files(id, share!.id)).toMatchObject([{ path: 'folder/a.bin', bytes: bytes.length }]);
    expect(shoal.stats(id)).toMatchObject({ chunksHave: share?.chunksTotal, badChunks: 0 });

    await shoal.stop(id);
    await shows(
      shoal,
      inRoom(id, ({ detail }) => detail.kind === 'stopped'),
    );
    expect(await shoal.open(room!.link)).toBe(id);
    await shows(shoal, prepared);

    await shoal.remove(id);
    const after = await shows(shoal, ({ rooms, library }) =>
      [...rooms, ...library].every((one) => one.id !== id),
    );
    expect(after.phase).toBe('ready');
  });

  it('[TP23] data channels can be moved to the worker here, so the engine runs there', async () => {
    const host = await startWorkerHost(
      createWorker,
      location.origin,
      () => undefined,
      () => undefined,
    );
    expect(await host.refreshStorage().then(() => 'done')).toBe('done');
    await host.goodbye();
  });

  it('[RM57] errors reach the page with their code', async () => {
    const shoal = createShoal(createWorker);
    await expect(shoal.open('https://example.org/')).rejects.toBeInstanceOf(ShoalError);
    await expect(shoal.open('https://example.org/')).rejects.toMatchObject({ code: 'link-malformed' });
    await expect(shoal.create([])).rejects.toMatchObject({ code: 'nothing-to-share' });
  });

  it('[RM15] a second one in the same profile mirrors the first, and its commands reach it', async () => {
    const [first, second] = [createShoal(createWorker), createShoal(createWorker)];
    const id = await first.create(picked());
    const link = first.getSnapshot().rooms.find((room) => room.id === id)?.link;
    const shown = await shows(
      first,
      inRoom(id, ({ shares }) => shares.length === 1),
    );
    expect(await second.open(link ?? shown.rooms.find((room) => room.id === id)!.link)).toBe(id);
    await shows(
      second,
      inRoom(id, ({ shares }) => shares.length === 1),
    );
    await second.setOthersMayAdd(id, true);
    await shows(
      first,
      inRoom(id, ({ othersMayAdd }) => othersMayAdd),
    );
    await second.add(id, picked());
    await shows(
      second,
      inRoom(id, ({ shares }) => shares.length === 2),
    );
    await second.remove(id);
    await shows(first, ({ rooms }) => rooms.every((room) => room.id !== id));
    await shows(second, ({ rooms }) => rooms.every((room) => room.id !== id));
  });
});
