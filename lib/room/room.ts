/**
 * One room, run in full: the commands of a person over a driver, and the record that lets a reload go on. Implements RoomController.
 */
import { toBase64Url } from '../base/bytes';
import { ShoalError } from '../base/errors';
import { idBytes, type RoomId, type ShareId } from '../base/ids';
import { maxPathLength, type CatalogFile } from '../content/catalog';
import { encodeLinkKey, linkOf, linkVersion, parseLink, type LinkKey } from '../content/link';
import { decodePolicy } from '../content/policy';
import { maxTotalBytes, sealedChunkBytes } from '../content/layout';
import type { SaveTicket } from '../content/ticket';
import { limits } from '../wire/messages';
import type { RoomPorts } from '../driver/context';
import { Driver } from '../driver/driver';
import { createShare } from '../driver/publisher';
import { eraseShare, loadShares, saveShare, type ShareEntry } from '../driver/share-entry';
import type { Identity } from '../ports';
import { agentOf } from './agent';
import type { FileEntry, PickedFile, RoomChoice, RoomSnapshot } from './api';
import type { RoomController, RoomFactory, RoomRecord } from './controller';
import { deriveRoomKeys, roomIdOf } from './keys';
import { isComplete, roomSnapshot } from './room-snapshot';
import { chunksOfChoice, missingBytes, ticketOf, type Selected } from './selection';

/** First file names shown for recognition in "Your shares". */
const titleFiles = 3;

class Room implements RoomController {
  readonly id: RoomId;
  private record: RoomRecord;
  private readonly driver: Driver;
  private readonly origin: string;
  private readonly link: LinkKey;
  private readonly files_ = new Map<ShareId, { version: number; files: readonly FileEntry[] }>();
  private offlineSince: number | null;
  /** A new room whose files the page still collects. */
  private collecting = false;
  private closing = false;
  private closed = false;

  constructor(
    private readonly ports: RoomPorts,
    record: RoomRecord,
    link: LinkKey,
    keys: ConstructorParameters<typeof Driver>[0]['keys'],
    origin: string,
    changed: (urgent: boolean) => void,
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
    });
  }

  /** Brings back what is stored, then joins. `collecting`: its first files follow with `add`. */
  async start(collecting = false): Promise<void> {
    this.collecting = collecting;
    const { driver, record, ports } = this;
    const policy = record.policy && decodePolicy(record.policy);
    if (policy?.ok) driver.catalogs.policy = policy.value;
    for (const entry of await loadShares(ports.records, ports.crypto, driver.keys.catalog, this.id)) {
      const have = await driver.storedChunks(entry);
      have.forEach((chunk) => (entry.storedBytes += sealedChunkBytes(entry.geometry, chunk)));
      await driver.addShare(entry, have);
      if (entry.chosen !== null && entry.catalog) this.want(entry);
    }
    driver.start();
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
    });
  }

  async add(picked: readonly PickedFile[]): Promise<void> {
    if (this.record.role !== 'creator' && !this.driver.catalogs.othersMayAdd) {
      throw new ShoalError('adding-not-allowed');
    }
    try {
      const entry = await createShare(this.driver, catalogFiles(picked));
      entry.sources = picked.map(({ file }) => file);
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
    const files = (entry.catalog?.files ?? []).map((file, index) => ({ index, ...file }));
    this.files_.set(share, { version: entry.filesVersion, files });
    return Promise.resolve(files);
  }

  async download(choices: readonly RoomChoice[], options: { readonly save: boolean }): Promise<void> {
    const selected = this.select(choices).filter(({ entry }) => !entry.own);
    if (selected.length === 0) throw new ShoalError('nothing-chosen');
    await this.checkSpace(selected);
    this.driver.feed({ kind: 'receiving', paused: false });
    for (const { entry, choice } of selected) {
      entry.chosen = choice;
      if (entry.error === 'quota-exceeded' || entry.error === 'store-failed') entry.error = null;
      await saveShare(this.ports.records, this.id, entry);
      this.want(entry);
    }
    await this.saveRecord({ saveWanted: options.save });
    this.driver.changed(true);
  }

  async ticket(choices: readonly RoomChoice[]): Promise<SaveTicket> {
    const selected = this.select(choices);
    await this.driver.flush();
    for (const { entry, choice } of selected) {
      const share = this.driver.engine.transfer.shares.get(entry.id);
      const left = missingBytes(
        entry,
        chunksOfChoice(entry, choice),
        (chunk) => share?.have.has(chunk) ?? false,
      );
      if (left > 0) throw new ShoalError('chunk-damaged', 'not all chunks of the chosen files are here');
    }
    const ticket = ticketOf(toBase64Url(this.ports.crypto.random(idBytes)), selected, Date.now());
    await this.ports.records.put('tickets', [[ticket.id, ticket]]);
    return ticket;
  }

  saved(): Promise<void> {
    return this.saveRecord({ saveWanted: false });
  }

  async reattach(share: ShareId, picked: readonly PickedFile[]): Promise<void> {
    const entry = this.entry(share);
    const byPath = new Map(picked.map(({ path, file }) => [path, file]));
    const wantedFiles = entry.catalog?.files ?? [];
    const sources = wantedFiles.map((file) => {
      // A folder chosen again brings its paths; single files only their names.
      const match = byPath.get(file.path) ?? byPath.get(file.path.split('/').at(-1) ?? '');
      if (match?.size !== file.bytes) throw new ShoalError('files-differ', file.path ? 'size' : '');
      return match;
    });
    await this.driver.publisher.reattach(entry, sources);
    this.driver.changed(true);
  }

  async setOthersMayAdd(allowed: boolean): Promise<void> {
    if (this.record.role !== 'creator') throw new ShoalError('adding-not-allowed');
    await this.driver.catalogs.setPolicy(allowed);
  }

  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    // Goodbyes first: when a page goes there is time for little else.
    const closing = this.driver.close();
    await this.refreshRecord();
    this.closed = true;
    await closing;
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
    const estimate = await this.ports.chunks.estimate().catch(() => null);
    if (!estimate) return;
    let needed = 0;
    for (const { entry, choice } of selected) {
      const share = this.driver.engine.transfer.shares.get(entry.id);
      needed += missingBytes(
        entry,
        chunksOfChoice(entry, choice),
        (chunk) => share?.have.has(chunk) ?? false,
      );
    }
    const free = estimate.quotaBytes - estimate.usedBytes;
    if (needed > free)
      throw new ShoalError('quota-exceeded', `needs ${needed} bytes, ${Math.max(0, free)} are free`);
  }

  private noteServer(): void {
    if (this.driver.server === 'online') this.offlineSince = null;
    else this.offlineSince ??= this.ports.clock.now();
  }

  /** What "Your shares" shows without opening the room. Written only when it differs. */
  private async refreshRecord(): Promise<void> {
    const entries = [...this.driver.shares.values()];
    const files = entries.flatMap((entry) => entry.catalog?.files.slice(0, titleFiles) ?? []);
    const wanted = entries.filter((entry) => entry.own || entry.chosen !== null);
    await this.saveRecord({
      title: files
        .slice(0, titleFiles)
        .map((file) => file.path.split('/').at(-1) ?? file.path)
        .join(', '),
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
    if (keys.every((key) => this.record[key] === change[key])) return;
    this.record = { ...this.record, ...change };
    await this.ports.records.put('rooms', [[this.id, this.record]]);
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

export function createRoomFactory(ports: RoomPorts): RoomFactory {
  const { crypto, records, chunks } = ports;

  const newRecord = async (
    link: LinkKey,
    role: RoomRecord['role'],
    identity: Identity,
  ): Promise<RoomRecord> => {
    const record: RoomRecord = {
      id: await roomIdOf(crypto, link),
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
    };
    await records.put('rooms', [[record.id, record]]);
    return record;
  };

  return {
    async create(files, options, changed) {
      // Checked before anything is made, so that a refusal leaves nothing behind.
      if (files) catalogFiles(files);
      const identity = await crypto.createIdentity();
      const link: LinkKey = { version: linkVersion, secret: crypto.random(16), creator: identity.peer };
      const record = await newRecord(link, 'creator', identity);
      const room = new Room(ports, record, link, await deriveRoomKeys(crypto, link), options.origin, changed);
      await room.start(files === null);
      if (files) await room.add(files);
      if (!options.othersMayAdd) await room.setOthersMayAdd(false);
      return room;
    },

    async open(linkKey, options, changed) {
      const parsed = parseLink(linkKey);
      if (!parsed.ok) throw new ShoalError(parsed.error);
      const link = parsed.value;
      const id = await roomIdOf(crypto, link);
      const kept = (await records.get('rooms', id)) as RoomRecord | undefined;
      const record = kept ?? (await newRecord(link, 'guest', await crypto.createIdentity()));
      const room = new Room(ports, record, link, await deriveRoomKeys(crypto, link), options.origin, changed);
      await room.start();
      return room;
    },

    async roomIdOf(linkKey) {
      const parsed = parseLink(linkKey);
      if (!parsed.ok) throw new ShoalError(parsed.error);
      return roomIdOf(crypto, parsed.value);
    },

    async erase(room) {
      const keys = (await records.list('shares', `${room}/`)).map(([key]) => key);
      const shares = new Set(keys.map((key) => key.slice(room.length + 1) as ShareId));
      // Tickets hold the shares' keys.
      const tickets = (await records.list('tickets')) as [string, SaveTicket][];
      const theirs = tickets.filter(([, ticket]) => ticket.sources.some(({ share }) => shares.has(share)));
      await records.remove(
        'tickets',
        theirs.map(([key]) => key),
      );
      for (const share of shares) {
        await chunks.drop(share);
        await eraseShare(records, room, share);
      }
      await records.remove('rooms', [room]);
    },
  };
}
