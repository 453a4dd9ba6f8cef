/**
 * "Your shares" and the storage line: what the 'rooms' collection and the quota say, read again after changes and never on a clock. Reading
 * costs a transaction, so a burst of changes is one read. Tabs tell each other on BroadcastChannel `shoal-library` that it changed.
 */
import type { ChunkStore, Clock, RecordStore } from '../ports';
import { clockSkewMs, decodeEnding, endedBy } from '../wire/ending';
import type { ShoalSnapshot, StoredRoom } from './api';
import type { RoomRecord } from './controller';
import { linkTo } from './snapshots';
import type { Broadcast, BroadcastPort } from './tabs';

export interface LibraryOptions {
  readonly records: RecordStore;
  readonly chunks: Pick<ChunkStore, 'estimate'>;
  /** Whether the platform promised not to evict. Asking for that takes a page and a gesture (room/shoal). */
  readonly persisted: () => Promise<boolean>;
  readonly broadcast: Broadcast;
  readonly clock: Pick<Clock, 'wall'>;
  readonly origin: string;
  readonly changed: () => void;
  /** Something that took space was deleted, in this tab or another. */
  readonly spaceMade: () => void;
}

/** Less is noise: records, the database's own housekeeping. */
const spaceMadeBytes = 1024 * 1024;

export class Library {
  rooms: readonly StoredRoom[] = [];
  storage: ShoalSnapshot['storage'] = null;
  private readonly port: BroadcastPort;
  private reading: Promise<void> | undefined;
  private requests = 0;
  private closed = false;

  constructor(private readonly options: LibraryOptions) {
    this.port = options.broadcast.open('shoal-library', () => {
      void this.refresh().catch(() => undefined); // the next change reads again
    });
  }

  /** Reads again and resolves when what was stored at the time of this call is in `rooms`. Rejects when the store does. */
  refresh(): Promise<void> {
    this.requests++;
    this.reading ??= this.readUntilCurrent().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /** Something stored was changed by this tab: reads again and lets other tabs do so. Never rejects: the list is only a view. */
  async stored(): Promise<void> {
    if (this.closed) return;
    this.port.post('changed');
    await this.refresh().catch(() => undefined);
  }

  async record(id: string): Promise<RoomRecord | undefined> {
    const value = await this.options.records.get('rooms', id);
    return isRoomRecord(value) ? value : undefined;
  }

  /** Does nothing for a room that is not stored. The room must not be open anywhere: an open room writes its own record. */
  async setStopped(id: string, stopped: boolean): Promise<void> {
    const record = await this.record(id);
    if (record && record.stopped !== stopped)
      await this.options.records.put('rooms', [[id, { ...record, stopped }]]);
  }

  close(): void {
    this.closed = true;
    this.port.close();
  }

  private async readUntilCurrent(): Promise<void> {
    let answered: number;
    do {
      answered = this.requests;
      await this.read();
    } while (answered !== this.requests && !this.closed);
  }

  private async read(): Promise<void> {
    const { records, chunks, persisted, clock, origin, changed, spaceMade } = this.options;
    const [stored, estimate, kept] = await Promise.all([
      records.list('rooms'),
      chunks.estimate().catch(() => null),
      persisted().catch(() => false),
    ]);
    const usedBefore = this.storage?.usedBytes ?? 0;
    const roomsBefore = this.rooms.length;
    this.rooms = stored
      .map(([, value]) => value)
      .filter(isRoomRecord)
      .sort((a, b) => b.createdAt - a.createdAt)
      .map((record) => storedRoom(record, origin, clock.wall()));
    this.storage = estimate && { ...estimate, persisted: kept };
    changed();
    const freed = usedBefore - (estimate?.usedBytes ?? usedBefore);
    if (freed > spaceMadeBytes || this.rooms.length < roomsBefore) spaceMade();
  }
}

/** The collection is ours, but older code may have written it. */
function isRoomRecord(value: unknown): value is RoomRecord {
  return typeof value === 'object' && value !== null && 'linkKey' in value && 'role' in value;
}

function storedRoom(record: RoomRecord, origin: string, now: number): StoredRoom {
  const { id, role, createdAt, title, fileCount, totalBytes, storedBytes, stopped, complete } = record;
  const link = linkTo(origin, record.linkKey);
  const decoded = record.ending ? decodeEnding(record.ending) : null; // checked before it was stored
  const ending = decoded?.ok ? decoded.value : null;
  const over = endedBy(ending, now, role === 'creator' ? 0 : clockSkewMs);
  const endsAt = ending?.endsAt ?? null;
  return {
    ...{ id, link, role, createdAt, title, fileCount, totalBytes, storedBytes, stopped, complete },
    endsAt,
    over,
  };
}
