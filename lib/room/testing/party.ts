/** Several profiles in one process over memory adapters, for tests of whole rooms: real engine, driver, codec and cryptography, no browser. */
import { createHash } from 'node:crypto';
import { createClock } from '../../adapters/clock';
import { createMemoryFileHandles } from '../../adapters/memory/memory-files';
import { createMemoryNetwork } from '../../adapters/memory/memory-transport';
import { createMemoryTrackerHub } from '../../adapters/memory/memory-tracker';
import {
  createMemoryChunkStore,
  createMemoryRecordStore,
  type MemoryChunks,
  type MemoryRecords,
} from '../../adapters/memory/memory-stores';
import { createWebCrypto } from '../../adapters/web-crypto';
import type { ShareId } from '../../base/ids';
import { decodeEntry } from './read-back';
import { TestProfile } from './tabs';
import type { CreateOptions, PickedFile, RoomSnapshot } from '../api';
import type { RoomController, RoomFactory } from '../controller';
import { createRoomFactory } from '../room';
import type { Clock, Collection, KeptHandle, Log } from '../../ports';

export const origin = 'https://shoal.test';

/** One profile: what it stores outlives a "reload" (a new factory over the same maps). */
export class Profile {
  readonly chunks: MemoryChunks = new Map<ShareId, Map<number, Uint8Array<ArrayBuffer>>>();
  readonly records: MemoryRecords = new Map<Collection, Map<string, unknown>>();
  quotaBytes: number | undefined;
  /** Files on this profile's disk, by path, and whether they may be read through handles without asking. */
  readonly disk = { files: new Map<string, File>(), readable: true };
  /** Tell rooms that the platform took something away. */
  loseChunks: (share: ShareId) => void = () => undefined;
  loseRecords: (collection: Collection) => void = () => undefined;
  /** So many writes of records from now on are refused. */
  refusedPuts = 0;
  readonly events: string[] = [];
  /** What its tabs, and in a browser its service worker, hear of each other. */
  readonly tabs = new TestProfile();
  rooms: RoomController[] = [];

  constructor(private readonly party: Party) {}

  get stores() {
    const quotaBytes = (): number | undefined => this.quotaBytes;
    return {
      chunks: createMemoryChunkStore({
        chunks: this.chunks,
        get quotaBytes() {
          return quotaBytes();
        },
        watched: (lost) => (this.loseChunks = lost),
      }),
      records: createMemoryRecordStore({
        records: this.records,
        fail: (operation) =>
          operation === 'put' && this.refusedPuts-- > 0 ? 'storage-unavailable' : undefined,
        watched: (lost) => (this.loseRecords = lost),
      }),
      files: createMemoryFileHandles(this.disk),
    };
  }

  factory(): RoomFactory {
    const log: Log = {
      write: (event, fields) => void this.events.push(fields ? `${event} ${JSON.stringify(fields)}` : event),
    };
    return createRoomFactory({
      clock: this.party.clock,
      crypto: createWebCrypto(),
      ...this.stores,
      tracker: this.party.hub.client(),
      createTransport: () => this.party.network.transport(),
      log,
      broadcast: this.tabs.tab().broadcast,
    });
  }

  async create(
    files: readonly PickedFile[] | null,
    othersMayAdd = true,
    handles: readonly KeptHandle[] = [],
    sender: Pick<CreateOptions, 'passphrase' | 'endsAt' | 'downloads'> = {},
  ): Promise<RoomController> {
    const options = { origin, othersMayAdd, handles, ...sender };
    const room = await this.factory().create(files, options, this.party.noted);
    this.rooms.push(room);
    return room;
  }

  async open(link: string, passphrase?: string): Promise<RoomController> {
    const key = link.slice(link.indexOf('#') + 1);
    const factory = this.factory();
    const secret = await factory.unlock(key, passphrase);
    const room = await factory.open(key, { origin, secret }, this.party.noted);
    this.rooms.push(room);
    return room;
  }

  /** Plaintext of a stored file, by ticket: what a save would write. */
  async read(room: RoomController, path: string): Promise<Uint8Array> {
    const [share] = room.snapshot().shares.filter((one) => one.fileCount !== null);
    if (!share) throw new Error('no share');
    for (const candidate of room.snapshot().shares) {
      const files = await room.files(candidate.id);
      const file = files.find((one) => one.path === path);
      if (!file) continue;
      const ticket = await room.ticket([{ share: candidate.id, files: [file.index] }]);
      return decodeEntry(ticket, this.stores.chunks, createWebCrypto());
    }
    throw new Error(`no file ${path}`);
  }
}

export class Party {
  readonly network = createMemoryNetwork();
  readonly hub = createMemoryTrackerHub();
  private waiting: (() => void)[] = [];
  /** From now on no timer of any room fires, as in a browser that puts a page to sleep and still delivers its messages. */
  timersStopped = false;
  /** How much later the calendar's time is than it is. */
  wallSkewMs = 0;
  readonly clock: Clock = this.stoppable(createClock());
  readonly profiles: Profile[] = [];

  profile(): Profile {
    const profile = new Profile(this);
    this.profiles.push(profile);
    return profile;
  }

  /** Something changed somewhere: conditions are looked at again. */
  readonly noted = (): void => {
    for (const look of this.waiting) look();
  };

  /** Resolves when the condition holds; looked at on every change and a few times a second. Rejects after `ms` with the last snapshots. */
  async until(condition: () => boolean, ms = 40_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!condition()) return;
        end();
        resolve();
      };
      const often = setInterval(look, 100);
      const late = setTimeout(() => {
        end();
        const states = this.profiles.flatMap(({ rooms }) => rooms.map((room) => describe(room.snapshot())));
        reject(new Error(`condition not met: ${states.join(' | ')}`));
      }, ms);
      const end = (): void => {
        clearInterval(often);
        clearTimeout(late);
        this.waiting = this.waiting.filter((one) => one !== look);
      };
      this.waiting.push(look);
    });
  }

  private stoppable(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      wall: () => clock.wall() + this.wallSkewMs,
      at: (time, run) =>
        clock.at(time, () => {
          if (!this.timersStopped) run();
        }),
    };
  }

  async close(): Promise<void> {
    for (const { rooms } of this.profiles) for (const room of rooms) await room.close();
  }
}

const describe = (s: RoomSnapshot): string =>
  `${s.state}/${s.detail.kind} peers=${s.peers.length} have=${s.shares.map((share) => `${share.chunksHave}/${share.chunksTotal}`).join(',')} error=${s.error ?? '-'}`;

/** A picked file of `bytes` bytes that nobody could mistake for another. */
export function picked(path: string, bytes: number, seed = bytes): PickedFile {
  const data = new Uint8Array(bytes);
  let x = seed | 1;
  for (let i = 0; i < bytes; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    data[i] = x >>> 24;
  }
  return {
    path,
    file: new File([data], path.split('/').at(-1) ?? path, { type: 'application/octet-stream' }),
  };
}

/** For comparing: deep equality of megabytes takes the test runner minutes. */
export const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const bytesOf = async ({ file }: PickedFile): Promise<Uint8Array> =>
  new Uint8Array(await file.arrayBuffer());
