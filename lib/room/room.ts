/**
 * One room, run in full: the commands of a person over a driver, and the record that lets a reload go on. Implements RoomController.
 */
import { toBase64Url } from '../base/bytes';
import { ShoalError } from '../base/errors';
import { idBytes, type RoomId, type ShareId } from '../base/ids';
import { maxPathLength, type CatalogFile } from '../content/catalog';
import {
  encodeLinkKey,
  linkOf,
  linkVersion,
  needsPassphrase,
  parseLink,
  secretBytes,
  type LinkKey,
} from '../content/link';
import { decodePolicy } from '../content/policy';
import { maxTotalBytes } from '../content/layout';
import type { SaveTicket, WatchTicket } from '../content/ticket';
import { displayTypeOf } from '../content/displays';
import { limits } from '../wire/messages';
import type { RoomPorts } from '../driver/context';
import { Driver } from '../driver/driver';
import { createShare } from '../driver/publisher';
import { eraseShare, loadShares, saveAllSegments, saveShare, type ShareEntry } from '../driver/share-entry';
import type { Bytes, Collection, Identity, KeptHandle } from '../ports';
import { agentOf } from './agent';
import { chunkMapOf } from './chunk-maps';
import type {
  ChunkMap,
  ChunkMapWish,
  DownloadOptions,
  FileEntry,
  OptionsChange,
  PickedFile,
  RoomChoice,
  RoomSnapshot,
} from './api';
import type { RoomController, RoomFactory, RoomRecord, RoomSources } from './controller';
import { deriveRoomKeys, lock, roomIdOf, unlock, type RoomSecret } from './keys';
import { applyOptions, restoreOptions, sourcesOf } from './options';
import { matchFiles } from './match-files';
import { filePercents, filesNeeded, isComplete, roomSnapshot } from './room-snapshot';
import {
  choiceWith,
  chunksOfChoice,
  missingBytes,
  ticketOf,
  watchTicketOf,
  type Selected,
} from './selection';
import { Rewrites } from './rewrites';
import type { Broadcast } from './tabs';
import { WatchWindows } from './watch-windows';

/** Folders and files at the top that name a room, and how many files are looked through for them: a record is written often. */
const titleTops = 3;
const titleFiles = 1000;

export interface RoomFactoryPorts extends RoomPorts {
  /** Between the tabs of this profile and its service worker. */
  readonly broadcast: Broadcast;
}

class Room implements RoomController {
  readonly id: RoomId;
  private record: RoomRecord;
  private readonly driver: Driver;
  private readonly windows: WatchWindows;
  private readonly origin: string;
  private readonly link: LinkKey;
  private readonly files_ = new Map<ShareId, { version: number; files: readonly FileEntry[] }>();
  private offlineSince: number | null;
  private unsaved = false;
  /** A new room whose files the page still collects. */
  private collecting = false;
  private closing = false;
  private closed = false;

  constructor(
    private readonly ports: RoomFactoryPorts,
    record: RoomRecord,
    link: LinkKey,
    keys: ConstructorParameters<typeof Driver>[0]['keys'],
    origin: string,
    changed: (urgent: boolean) => void,
    private readonly makeSpace: () => Promise<boolean>,
  ) {
    this.id = record.id;
    this.record = record;
    this.origin = origin;
    this.link = link;
    this.offlineSince = ports.clock.now();
    this.driver = new Driver({
      ports,
      keys,
      identity: record.identity as Identity,
      agent: agentOf((globalThis.navigator as { userAgent?: string } | undefined)?.userAgent ?? 'Node'),
      changed: (urgent) => {
        // What a closing driver still reports must not be written over what comes after it (a stop, a new opening).
        if (this.closed) return;
        this.noteServer();
        if (urgent) this.driver.background('record', this.refreshRecord());
        changed(urgent);
      },
      policyChanged: (policy) => this.saveRecord({ policy }),
      endingChanged: (ending) => this.saveRecord({ ending }),
      downloadsCounted: (downloaders) => {
        this.driver.background('record', this.saveRecord({ downloaders }));
      },
      met: () => {
        this.driver.background('record', this.saveRecord({ met: true }));
      },
      makeSpace,
      kept: (share, chunk) => this.windows.kept(share, chunk),
    });
    this.windows = new WatchWindows({
      broadcast: ports.broadcast,
      clock: ports.clock,
      chunkBytes: (share) => this.driver.shares.get(share)?.geometry.chunkBytes,
      urgent: (share, windows) => this.driver.feed({ kind: 'urgent', share, windows }),
    });
  }

  /** Brings back what is stored, then joins. `collecting`: its first files follow with `add`. */
  async start(collecting = false): Promise<void> {
    this.collecting = collecting;
    const { driver, record, ports } = this;
    const policy = record.policy && decodePolicy(record.policy);
    if (policy?.ok) driver.catalogs.policy = policy.value;
    restoreOptions(driver, record);
    for (const entry of await loadShares(ports.records, ports.crypto, driver.keys.catalog, this.id)) {
      await driver.addShare(entry, await driver.keeping.stored(entry));
      if (entry.chosen !== null && entry.catalog) this.want(entry);
      if (entry.own) await this.resumeOwn(entry);
    }
    driver.start();
  }

  /** What was taken away of the chunks of a share, and of the records: the one is fetched or made again, the other written again. */
  async chunksTaken(share: ShareId): Promise<void> {
    const entry = this.driver.shares.get(share);
    if (entry) await this.driver.keeping.check(entry);
  }

  async recordsTaken(collection: Collection): Promise<void> {
    const { records } = this.ports;
    const entries = [...this.driver.shares.values()];
    if (collection === 'rooms') await records.put('rooms', [[this.id, this.record]]);
    if (collection === 'shares') for (const entry of entries) await saveShare(records, this.id, entry);
    if (collection === 'segments') for (const entry of entries) await saveAllSegments(records, entry);
  }

  get shareIds(): Iterable<ShareId> {
    return this.driver.shares.keys();
  }

  get isClosed(): boolean {
    return this.closing;
  }

  snapshot(): RoomSnapshot {
    const { driver, record, offlineSince } = this;
    return roomSnapshot({
      driver,
      link: linkOf(this.origin, this.link),
      role: record.role,
      createdAt: record.createdAt,
      saveWanted: record.saveWanted,
      collecting: this.collecting,
      offlineSince,
      passphrase: needsPassphrase(this.link),
      met: record.met === true,
    });
  }

  async add(picked: readonly PickedFile[], handles: readonly KeptHandle[] = []): Promise<void> {
    if (this.driver.endings.over) throw new ShoalError('room-ended');
    if (this.record.role !== 'creator' && !this.driver.catalogs.othersMayAdd) {
      throw new ShoalError('adding-not-allowed');
    }
    try {
      // The others would ignore it (PROTOCOL SH4).
      if (this.driver.shares.size >= limits.sharesPerRoom) throw new ShoalError('too-many-shares');
      const entry = await createShare(this.driver, catalogFiles(picked));
      entry.sources = picked.map(({ file }) => file);
      entry.handles = handles;
      await this.driver.addShare(entry, null);
      this.driver.catalogs.tellAll(entry);
      this.driver.background('prepare', this.driver.publisher.prepare(entry));
    } finally {
      this.collecting = false;
      this.driver.changed(true);
    }
  }

  files(share: ShareId): Promise<readonly FileEntry[]> {
    const entry = this.entry(share);
    const cached = this.files_.get(share);
    if (cached?.version === entry.filesVersion) return Promise.resolve(cached.files);
    const files = (entry.catalog?.files ?? []).map((file, index) => {
      const display = displayTypeOf(file.path, file.bytes)?.display;
      return display ? { index, ...file, display } : { index, ...file };
    });
    this.files_.set(share, { version: entry.filesVersion, files });
    return Promise.resolve(files);
  }

  filePercents(share: ShareId): Promise<Bytes> {
    return Promise.resolve(filePercents(this.driver, this.entry(share)));
  }

  fileBytes(share: ShareId, file: number, maxBytes: number): Promise<Bytes | null> {
    return this.driver.fileBytes(this.entry(share), file, maxBytes);
  }

  async download(choices: readonly RoomChoice[], options: DownloadOptions): Promise<void> {
    const selected = this.select(choices).filter(({ entry }) => !entry.own);
    if (selected.length === 0) throw new ShoalError('nothing-chosen');
    if (!options.anyway) await this.checkSpace(selected);
    await this.fetch(selected);
    await this.saveRecord({ saveWanted: options.save });
    this.driver.changed(true);
    this.driver.background('retry', this.driver.writer.retry());
  }

  async retry(): Promise<void> {
    const { driver } = this;
    for (const entry of driver.shares.values()) {
      if (!entry.own || entry.preparing) continue;
      if (entry.sources && !entry.segments.isComplete)
        driver.background('prepare', driver.publisher.prepare(entry));
      else if (filesNeeded(driver, entry)) await this.resumeOwn(entry);
    }
    await driver.writer.retry();
  }

  async keepCopy(share: ShareId): Promise<void> {
    await this.driver.publisher.keepCopy(this.entry(share));
  }

  /** Chunks that turn out damaged or gone are fetched again, and the files are saved when they are whole. */
  async repair(choices: readonly RoomChoice[]): Promise<void> {
    let gone = 0;
    for (const { entry, choice } of this.select(choices))
      gone += await this.driver.keeping.check(entry, chunksOfChoice(entry, choice));
    // Also where memory still had them: that save failed, and the next one will not.
    if (gone > 0) await this.saveRecord({ saveWanted: true });
    this.driver.changed(true);
  }

  handles(share: ShareId): Promise<readonly KeptHandle[]> {
    return Promise.resolve(this.entry(share).handles);
  }

  /** The person allowed reading: 'files-needed' when that did not suffice. */
  async reopen(share: ShareId): Promise<void> {
    const entry = this.entry(share);
    await this.resumeOwn(entry);
    if (entry.handlesAsk) throw new ShoalError('files-needed');
    if (entry.error) throw new ShoalError(entry.error);
  }

  async ticket(choices: readonly RoomChoice[]): Promise<SaveTicket> {
    const selected = this.select(choices);
    await this.driver.flush();
    for (const { entry, choice } of selected) {
      // What the store lost unseen must be found before a download starts, not in its midst.
      await this.driver.keeping.check(entry);
      if (this.missing(entry, choice) > 0)
        throw new ShoalError('chunk-damaged', 'not all chunks of the chosen files are here');
    }
    const ticket = ticketOf(toBase64Url(this.ports.crypto.random(idBytes)), selected, Date.now());
    await this.ports.records.put('tickets', [[ticket.id, ticket]]);
    return ticket;
  }

  saved(): Promise<void> {
    return this.saveRecord({ saveWanted: false });
  }

  async watch(share: ShareId, file: number): Promise<WatchTicket> {
    const entry = this.entry(share);
    const ticket = watchTicketOf(toBase64Url(this.ports.crypto.random(idBytes)), entry, file, Date.now());
    if (entry.own && entry.fromFile) throw new ShoalError('watch-failed', 'not stored');
    if (!entry.own) {
      const selected = [{ entry, choice: choiceWith(entry, file) }];
      await this.checkSpace(selected);
      await this.fetch(selected);
    }
    await this.ports.records.put('tickets', [[ticket.id, ticket]]);
    this.driver.changed(true);
    return ticket;
  }

  async unwatch(ticket: string): Promise<void> {
    this.windows.end(ticket);
    await this.ports.records.remove('tickets', [ticket]);
  }

  async reattach(
    share: ShareId,
    picked: readonly PickedFile[],
    handles: readonly KeptHandle[] = [],
  ): Promise<void> {
    const entry = this.entry(share);
    await this.driver.reattach.files(entry, matchFiles(entry.catalog?.files ?? [], picked));
    if (handles.length > 0) {
      entry.handles = handles;
      entry.handlesAsk = false;
      await saveShare(this.ports.records, this.id, entry);
    }
    this.driver.changed(true);
  }

  chunkMap(wish: ChunkMapWish): Promise<ChunkMap> {
    return Promise.resolve(chunkMapOf(this.driver, this.entry(wish.share), wish));
  }

  async setOthersMayAdd(allowed: boolean): Promise<void> {
    if (this.record.role !== 'creator') throw new ShoalError('adding-not-allowed');
    await this.driver.catalogs.setPolicy(allowed);
  }

  async setOptions(change: OptionsChange): Promise<void> {
    if (this.record.role !== 'creator') throw new ShoalError('internal', 'not the creator');
    await applyOptions(this.driver, change, (downloadLimit) => this.saveRecord({ downloadLimit }));
    this.driver.changed(true);
  }

  async sources(): Promise<RoomSources> {
    if (this.record.role !== 'creator' || this.record.met) throw new ShoalError('passphrase-late');
    return Promise.resolve(sourcesOf(this.driver));
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    // Goodbyes first: when a page goes there is time for little else.
    const closing = this.driver.close();
    // Storage may be full, and closing is part of deleting, which makes space. Whoever opens the room counts anew.
    const recorded = this.refreshRecord();
    this.driver.background('record', recorded);
    await recorded.catch(() => undefined);
    this.closed = true;
    this.windows.close();
    await closing;
  }

  /** Own files by their handles, without a click where that is allowed. Until then what is missing is fetched from those who have it. */
  private async resumeOwn(entry: ShareEntry): Promise<void> {
    if (!filesNeeded(this.driver, entry)) return;
    try {
      entry.handlesAsk = !(await this.driver.reattach.fromHandles(entry)) && entry.handles.length > 0;
    } catch (error) {
      entry.error = error instanceof ShoalError ? error.code : 'file-unreadable';
      entry.handlesAsk = false;
      this.ports.log.write('resume-files-failed', { code: entry.error });
    }
    this.driver.wantOwn(entry);
    this.driver.changed(true);
  }

  private missing(entry: ShareEntry, choice: Selected['choice']): number {
    const have = this.driver.engine.transfer.shares.get(entry.id)?.have;
    return missingBytes(entry, chunksOfChoice(entry, choice), (chunk) => have?.has(chunk) ?? false);
  }

  private async fetch(selected: readonly Selected[]): Promise<void> {
    for (const { entry, choice } of selected) {
      entry.chosen = choice;
      // At once: a choice whose chunks are not wanted yet looks complete.
      this.want(entry);
      await saveShare(this.ports.records, this.id, entry);
    }
  }

  private want(entry: ShareEntry): void {
    this.driver.feed({ kind: 'wanted', share: entry.id, ranges: chunksOfChoice(entry, entry.chosen) });
  }

  private select(choices: readonly RoomChoice[]): Selected[] {
    return choices.map(({ share, files }) => ({ entry: this.entry(share), choice: files }));
  }

  private entry(share: ShareId): ShareEntry {
    const entry = this.driver.shares.get(share);
    if (!entry) throw new ShoalError('room-unknown', 'no such share');
    return entry;
  }

  /** Told before the transfer, with numbers, instead of failing in the middle. */
  private async checkSpace(selected: readonly Selected[]): Promise<void> {
    const needed = selected.reduce((sum, { entry, choice }) => sum + this.missing(entry, choice), 0);
    const estimate = needed > 0 ? await this.ports.chunks.estimate().catch(() => null) : null;
    const free = estimate && Math.max(0, estimate.quotaBytes - estimate.usedBytes);
    if (free === null || needed <= free) return;
    if (await this.makeSpace()) return this.checkSpace(selected);
    throw new ShoalError('quota-exceeded', `needs ${needed}, free ${free}`);
  }

  private noteServer(): void {
    if (this.driver.server === 'online') this.offlineSince = null;
    else this.offlineSince ??= this.ports.clock.now();
  }

  /** What "Your shares" shows without opening the room. Written only when it differs. */
  private async refreshRecord(): Promise<void> {
    const entries = [...this.driver.shares.values()];
    const wanted = entries.filter((entry) => entry.own || entry.chosen !== null);
    await this.saveRecord({
      title: topsOf(entries).join(', '),
      fileCount: entries.reduce((count, entry) => count + (entry.catalog?.files.length ?? 0), 0),
      totalBytes: entries.reduce((bytes, entry) => bytes + entry.geometry.totalBytes, 0),
      storedBytes: entries.reduce((bytes, entry) => bytes + entry.storedBytes, 0),
      complete:
        wanted.length > 0 &&
        wanted.every((entry) => (entry.own ? entry.segments.isComplete : isComplete(this.driver, entry))),
    });
  }

  private async saveRecord(change: Partial<RoomRecord>): Promise<void> {
    const keys = Object.keys(change) as (keyof RoomRecord)[];
    if (!this.unsaved && keys.every((key) => this.record[key] === change[key])) return;
    this.record = { ...this.record, ...change };
    // Storage may refuse it now: then the next change writes it.
    this.unsaved = true;
    await this.ports.records.put('rooms', [[this.id, this.record]]);
    this.unsaved = false;
  }
}

/** Checks what was picked against the bounds every receiver will apply. */
function catalogFiles(picked: readonly PickedFile[]): CatalogFile[] {
  if (picked.length === 0) throw new ShoalError('nothing-to-share');
  if (picked.length > limits.files) throw new ShoalError('too-many-files', String(picked.length));
  let total = 0;
  const files = picked.map(({ path, file }) => {
    total += file.size;
    return {
      path: path.slice(0, maxPathLength),
      bytes: file.size,
      type: file.type,
      modified: file.lastModified,
    };
  });
  if (total > maxTotalBytes) throw new ShoalError('share-too-large', String(total));
  return files;
}

export function createRoomFactory(ports: RoomFactoryPorts): RoomFactory {
  const { crypto, records, chunks } = ports;
  const open = new Set<Room>();
  const opened = (room: Room): Room => {
    for (const other of open) if (other.isClosed) open.delete(other);
    open.add(room);
    return room;
  };
  /** Drops chunks no room remembers; false when there were none. They are kept until space lacks, for their link may be opened again (RM60). */
  const makeSpace = async (): Promise<boolean> => {
    const known = new Set((await records.list('shares')).map(([key]) => key.split('/')[1]));
    for (const room of open) for (const share of room.shareIds) known.add(share);
    const forgotten = (await chunks.shares()).filter((share) => !known.has(share));
    for (const share of forgotten) await chunks.drop(share);
    return forgotten.length > 0;
  };
  const rewrites = new Rewrites(ports.clock, ports.log);
  chunks.watch((share) => {
    for (const room of open) {
      if (room.isClosed) continue;
      room.chunksTaken(share).catch((error: unknown) => {
        ports.log.write('recheck-failed', { code: error instanceof ShoalError ? error.code : 'internal' });
      });
    }
  });
  records.watch((collection) => {
    for (const room of open) if (!room.isClosed) rewrites.owe(room, collection);
  });

  const newRecord = async (
    link: LinkKey,
    role: RoomRecord['role'],
    identity: Identity,
    secret: RoomSecret,
  ): Promise<RoomRecord> => {
    const record: RoomRecord = {
      id: await roomIdOf(crypto, link, secret),
      linkKey: encodeLinkKey(link),
      role,
      createdAt: Date.now(),
      identity: { ...identity, publicKey: identity.publicKey },
      title: '',
      fileCount: 0,
      totalBytes: 0,
      storedBytes: 0,
      complete: false,
      stopped: false,
      policy: null,
      saveWanted: false,
      ...(needsPassphrase(link) && { secret }),
    };
    await records.put('rooms', [[record.id, record]]);
    return record;
  };

  const make = async (
    record: RoomRecord,
    link: LinkKey,
    origin: string,
    changed: (urgent: boolean) => void,
  ): Promise<Room> =>
    new Room(
      ports,
      record,
      link,
      await deriveRoomKeys(crypto, link, record.secret ?? link.secret),
      origin,
      changed,
      makeSpace,
    );

  const parsedLink = (linkKey: string): LinkKey => {
    const parsed = parseLink(linkKey);
    if (!parsed.ok) throw new ShoalError(parsed.error);
    return parsed.value;
  };

  return {
    async create(files, options, changed) {
      // Checked before anything is made, so that a refusal leaves nothing behind.
      if (files) catalogFiles(files);
      const identity = await crypto.createIdentity();
      const creator = identity.peer;
      const secret = crypto.random(secretBytes);
      const made = options.passphrase
        ? await lock(crypto, creator, options.passphrase)
        : { link: { version: linkVersion, secret, creator } as const, secret };
      const { link } = made;
      const record = await newRecord(link, 'creator', identity, made.secret);
      const room = await make(record, link, options.origin, changed);
      await room.start(files === null);
      if (files) await room.add(files, options.handles);
      if (!options.othersMayAdd) await room.setOthersMayAdd(false);
      const { endsAt = null, downloads = null } = options;
      if (endsAt !== null || downloads !== null) await room.setOptions({ endsAt, downloads });
      return opened(room);
    },

    async open(linkKey, options, changed) {
      const link = parsedLink(linkKey);
      const secret = options.secret ?? link.secret;
      const kept = (await records.get('rooms', await roomIdOf(crypto, link, secret))) as
        RoomRecord | undefined;
      const record = kept ?? (await newRecord(link, 'guest', await crypto.createIdentity(), secret));
      const room = await make(record, link, options.origin, changed);
      await room.start();
      return opened(room);
    },

    async unlock(linkKey, passphrase) {
      const link = parsedLink(linkKey);
      if (!needsPassphrase(link)) return undefined;
      const kept = (await records.list('rooms')) as [string, RoomRecord][];
      const known = kept.find(([, record]) => record.linkKey === linkKey)?.[1].secret;
      if (known) return known;
      if (!passphrase) throw new ShoalError('passphrase-needed');
      const secret = await unlock(crypto, link, passphrase);
      if (!secret) throw new ShoalError('passphrase-wrong');
      return secret;
    },

    async roomIdOf(linkKey, secret) {
      const link = parsedLink(linkKey);
      return roomIdOf(crypto, link, secret ?? link.secret);
    },

    async erase(room) {
      const keys = (await records.list('shares', `${room}/`)).map(([key]) => key);
      const shares = new Set(keys.map((key) => key.slice(room.length + 1) as ShareId));
      // First of all: where storage is full, nothing else may be written, not even what takes away.
      for (const share of shares) await chunks.drop(share);
      // Tickets hold the shares' keys.
      const tickets = (await records.list('tickets')) as [string, SaveTicket][];
      const theirs = tickets.filter(([, ticket]) => ticket.sources.some(({ share }) => shares.has(share)));
      await records.remove(
        'tickets',
        theirs.map(([key]) => key),
      );
      for (const share of shares) await eraseShare(records, room, share);
      await records.remove('folders', [room]);
      await records.remove('rooms', [room]);
    },
  };
}

/** What a person dropped: folders by their own names, files outside of one. */
function topsOf(entries: readonly ShareEntry[]): string[] {
  const tops = new Set<string>();
  for (const { catalog } of entries)
    for (const { path } of catalog?.files.slice(0, titleFiles) ?? []) {
      if (tops.size === titleTops) break;
      tops.add(path.split('/', 1)[0] ?? path);
    }
  return [...tops];
}
