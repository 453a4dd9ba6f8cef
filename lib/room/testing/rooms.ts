/** Rooms that record what was asked of them, for tests of what stands around rooms. The factory keeps records as the real one does. */
import type { ShoalError } from '../../base/errors';
import { toBase64Url } from '../../base/bytes';
import type { PeerId, RoomId, ShareId } from '../../base/ids';
import { encodeLinkKey, linkVersion } from '../../content/link';
import type { KeptHandle, RecordStore } from '../../ports';
import type { SaveTicket, WatchTicket } from '../../content/ticket';
import type {
  ChunkMap,
  ChunkMapWish,
  FileEntry,
  OptionsChange,
  PickedFile,
  RoomSnapshot,
  ShareSnapshot,
} from '../api';
import type { RoomController, RoomFactory, RoomRecord, RoomSources } from '../controller';
import { placeholderSnapshot } from '../snapshots';

export const origin = 'https://shoal.test';

export const linkKeyOf = (number: number): string =>
  encodeLinkKey({
    version: linkVersion,
    secret: new Uint8Array(16).fill(number),
    creator: toBase64Url(new Uint8Array(16).fill(7)) as PeerId,
  });
export const linkOf = (number: number): string => `${origin}/r#${linkKeyOf(number)}`;
export const roomIdOf = (linkKey: string): RoomId => linkKey.slice(0, 22) as RoomId;
export const shareId = (number: number): ShareId => toBase64Url(new Uint8Array(16).fill(number)) as ShareId;
export const pick = (path: string, text = path): PickedFile => ({ path, file: new File([text], path) });

export function shareSnapshot(id: ShareId, changes: Partial<ShareSnapshot> = {}): ShareSnapshot {
  return {
    id,
    publisher: 'self',
    totalBytes: 1000,
    chunksTotal: 10,
    chunksHave: 4,
    fileCount: 1,
    filesVersion: 1,
    chosen: 'all',
    filePercent: [40],
    preparedBytes: null,
    fromFile: false,
    space: null,
    filesNeeded: false,
    filesAsk: false,
    error: null,
    closing: null,
    ...changes,
  };
}

export function recordOf(linkKey: string, changes: Partial<RoomRecord> = {}): RoomRecord {
  return {
    id: roomIdOf(linkKey),
    linkKey,
    role: 'creator',
    createdAt: 1,
    identity: { peer: 'p', publicKey: new Uint8Array(32), privateKey: 'opaque' },
    title: 'a.txt',
    fileCount: 1,
    totalBytes: 1000,
    storedBytes: 400,
    complete: false,
    stopped: false,
    policy: null,
    saveWanted: false,
    ...changes,
  };
}

export const watchTicket: WatchTicket = {
  id: 'watch-1',
  name: 'a.mp4',
  createdAt: 0,
  kind: 'watch',
  sources: [
    {
      share: shareId(1),
      geometry: { totalBytes: 5, chunkBytes: 256 * 1024, chunkCount: 1 },
      key: { sealingKey: 'opaque' },
    },
  ],
  entries: [{ source: 0, path: 'a.mp4', type: '', modified: 0, start: 0, bytes: 5 }],
};

export class FakeRoom implements RoomController {
  readonly id: RoomId;
  readonly calls: unknown[][] = [];
  closed = 0;
  /** What close() waits for. */
  closing: Promise<void> = Promise.resolve();
  state: RoomSnapshot;
  /** Answers files(); ticket() puts this into the store first, as a real room does. */
  list: readonly FileEntry[] = [{ index: 0, path: 'a.txt', bytes: 5, type: '', modified: 0 }];
  ticketToGive: SaveTicket = {
    id: 'ticket-1',
    name: 'a.txt',
    createdAt: 0,
    sources: [],
    kind: 'file',
    entries: [],
  };
  /** Runs before each command is done. */
  before: (command: string) => Promise<void> = () => Promise.resolve();

  constructor(
    linkKey: string,
    private readonly records: RecordStore,
    readonly changed: (urgent: boolean) => void,
  ) {
    this.id = roomIdOf(linkKey);
    this.state = placeholderSnapshot(recordOf(linkKey), origin);
  }

  /** The room's state moved on. */
  become(changes: Partial<RoomSnapshot>, urgent = false): void {
    this.state = { ...this.state, ...changes };
    this.changed(urgent);
  }

  /** A fresh copy each time, as "built afresh from the present state" allows. */
  snapshot = (): RoomSnapshot => structuredClone(this.state);
  add = (files: readonly PickedFile[]) => this.record('add', files);
  async files(share: ShareId): Promise<readonly FileEntry[]> {
    await this.record('files', share);
    return this.list;
  }
  async filePercents(share: ShareId): Promise<Uint8Array<ArrayBuffer>> {
    await this.record('filePercents', share);
    return Uint8Array.of(50);
  }
  async fileBytes(share: ShareId, file: number, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
    await this.record('fileBytes', share, file, maxBytes);
    return Uint8Array.of(1, 2, 3);
  }
  download = (...args: Parameters<RoomController['download']>) => this.record('download', ...args);
  async ticket(choices: Parameters<RoomController['ticket']>[0]): Promise<SaveTicket> {
    await this.record('ticket', choices);
    await this.records.put('tickets', [[this.ticketToGive.id, this.ticketToGive]]);
    return this.ticketToGive;
  }
  saved = () => this.record('saved');
  /** As ticket(): answers what it was given to give, after putting it into the store. */
  async watch(share: ShareId, file: number): Promise<WatchTicket> {
    await this.record('watch', share, file);
    await this.records.put('tickets', [[watchTicket.id, watchTicket]]);
    return watchTicket;
  }
  unwatch = (ticket: string) => this.record('unwatch', ticket);
  reattach = (share: ShareId, files: readonly PickedFile[]) => this.record('reattach', share, files);
  retry = () => this.record('retry');
  keepCopy = (share: ShareId) => this.record('keepCopy', share);
  repair = (choices: Parameters<RoomController['repair']>[0]) => this.record('repair', choices);
  async handles(share: ShareId): Promise<readonly KeptHandle[]> {
    await this.record('handles', share);
    return [{ path: 'a.txt', handle: 'a handle' }];
  }
  reopen = (share: ShareId) => this.record('reopen', share);
  async chunkMap(wish: ChunkMapWish): Promise<ChunkMap> {
    await this.record('chunkMap', wish);
    const strip = {
      chunks: 2,
      have: Uint8Array.of(255, 0),
      arriving: Uint8Array.of(0, 9),
      copies: Uint8Array.of(1, 2),
    };
    return { members: 3, whole: strip, files: [] };
  }
  setOptions = (change: OptionsChange) => this.record('setOptions', change);
  /** What sources() answers. */
  sourcesToGive: RoomSources = { shares: [], othersMayAdd: true, endsAt: null, downloads: null };
  async sources(): Promise<RoomSources> {
    await this.record('sources');
    return this.sourcesToGive;
  }
  setOthersMayAdd = (allowed: boolean) => this.record('setOthersMayAdd', allowed);
  close(): Promise<void> {
    this.closed++;
    return this.closing;
  }

  private async record(command: string, ...args: unknown[]): Promise<void> {
    this.calls.push([command, ...args]);
    await this.before(command);
  }
}

export class FakeFactory implements RoomFactory {
  readonly made: FakeRoom[] = [];
  readonly erased: RoomId[] = [];
  /** Options of each room that was made by create(). */
  readonly created: Parameters<RoomFactory['create']>[1][] = [];
  /** Rejects the next open or create with this code. */
  failNext: ShoalError | undefined;
  /** `before` of the next room made. */
  beforeNext: FakeRoom['before'] | undefined;
  /** open() waits for this. */
  gate: Promise<void> = Promise.resolve();

  constructor(private readonly records: RecordStore) {}

  get last(): FakeRoom {
    const room = this.made.at(-1);
    if (!room) throw new Error('no room was made');
    return room;
  }

  async create(
    files: readonly PickedFile[] | null,
    options: Parameters<RoomFactory['create']>[1],
    changed: (urgent: boolean) => void,
  ) {
    this.created.push(options);
    const linkKey = linkKeyOf(100 + this.made.length);
    const room = await this.make(linkKey, changed);
    room.state = {
      ...room.state,
      othersMayAdd: options.othersMayAdd,
      shares: files ? [shareSnapshot(shareId(1), { fileCount: files.length })] : [],
    };
    return room;
  }

  async open(linkKey: string, _options: unknown, changed: (urgent: boolean) => void) {
    await this.gate;
    return this.make(linkKey, changed);
  }

  unlock: RoomFactory['unlock'] = () => Promise.resolve(undefined);
  roomIdOf = (linkKey: string) => Promise.resolve(roomIdOf(linkKey));

  async erase(room: RoomId): Promise<void> {
    this.erased.push(room);
    await this.records.remove('rooms', [room]);
  }

  private async make(linkKey: string, changed: (urgent: boolean) => void): Promise<FakeRoom> {
    const error = this.failNext;
    this.failNext = undefined;
    if (error) throw error;
    const id = roomIdOf(linkKey);
    if ((await this.records.get('rooms', id)) === undefined)
      await this.records.put('rooms', [[id, recordOf(linkKey)]]);
    const room = new FakeRoom(linkKey, this.records, changed);
    if (this.beforeNext) room.before = this.beforeNext;
    this.beforeNext = undefined;
    this.made.push(room);
    return room;
  }
}
