/**
 * What the driver knows of one share: header, sealed and opened catalog, hashes, key, choice, and for a publisher the files. Which chunks
 * are held is the engine's to know. Kept in the 'shares' and 'segments' collections, so that a reload goes on where it was.
 */
import { ShoalError, type ShoalErrorCode } from '../base/errors';
import type { RoomId, ShareId } from '../base/ids';
import { catalogAssociatedData, catalogNonce, decodeCatalog, type Catalog } from '../content/catalog';
import { decodeHeader, type Header } from '../content/header';
import { fileOffsets, segmentCount, type ChunkGeometry } from '../content/layout';
import { SegmentTable } from '../content/segments';
import type { Bytes, Crypto, KeptHandle, RecordStore, SealingKey, SourceFile } from '../ports';
import type { Space } from './space';

export type Publisher = 'self' | 'creator' | 'other';
export type Choice = 'all' | readonly number[] | null;

export class ShareEntry {
  readonly id: ShareId;
  readonly geometry: ChunkGeometry;
  readonly segments: SegmentTable;
  sealedCatalog: Bytes | null = null;
  catalog: Catalog | null = null;
  /** Start of each file, and the end. */
  offsets: readonly number[] = [];
  key: SealingKey | null = null;
  chosen: Choice = null;
  /** Files of a publisher, in catalog order; null after a reload lost them. */
  sources: readonly SourceFile[] | null = null;
  /** Where the files can be read again after a reload; none where the platform has no handles. */
  handles: readonly KeptHandle[] = [];
  /** The handles are there, but reading them takes the person's permission. */
  handlesAsk = false;
  /** Chunks are not stored but made from the files. */
  fromFile = false;
  /** Why they are: space a copy needs. */
  space: Space | null = null;
  /** Files chosen again are compared with the signed hashes: chunks done. */
  checkedChunks: number | null = null;
  /** Segments whose hashes are known and not yet on disk: storage failed. */
  readonly unsaved = new Set<number>();
  /** A publisher is hashing now. */
  preparing = false;
  error: ShoalErrorCode | null = null;
  filesVersion = 0;
  /** Bytes of chunks in the store. */
  storedBytes = 0;

  constructor(
    readonly header: Header,
    readonly headerBytes: Bytes,
    readonly publisher: Publisher,
  ) {
    this.id = header.share;
    this.geometry = {
      totalBytes: header.totalBytes,
      chunkBytes: header.chunkBytes,
      chunkCount: header.chunkCount,
    };
    this.segments = new SegmentTable(this.geometry);
  }

  get own(): boolean {
    return this.publisher === 'self';
  }

  /** Hashes known per segment, for the engine. */
  get known(): number[] {
    return Array.from({ length: segmentCount(this.geometry) }, (_, segment) => this.segments.known(segment));
  }

  setCatalog(catalog: Catalog, key: SealingKey): void {
    this.catalog = catalog;
    this.key = key;
    this.offsets = fileOffsets(catalog.files.map((file) => file.bytes));
    this.filesVersion++;
  }
}

interface ShareRecord {
  readonly header: Bytes;
  readonly publisher: Publisher;
  readonly sealedCatalog: Bytes | null;
  readonly chosen: Choice;
  readonly fromFile: boolean;
  /** Absent in records of the first versions. */
  readonly space?: Space | null;
  readonly handles?: readonly KeptHandle[];
}

const shareKey = (room: RoomId, share: ShareId): string => `${room}/${share}`;
const segmentKey = (share: ShareId, segment: number): string =>
  `${share}/${segment.toString(16).padStart(4, '0')}`;

export async function saveShare(records: RecordStore, room: RoomId, entry: ShareEntry): Promise<void> {
  const record: ShareRecord = {
    header: entry.headerBytes,
    publisher: entry.publisher,
    sealedCatalog: entry.sealedCatalog,
    chosen: entry.chosen,
    fromFile: entry.fromFile,
    space: entry.space,
    handles: entry.handles,
  };
  const key = shareKey(room, entry.id);
  try {
    await records.put('shares', [[key, record]]);
  } catch (error) {
    if (entry.handles.length === 0 || !(error instanceof ShoalError) || error.code !== 'store-failed')
      throw error;
    // A handle that cannot be stored must not keep the share from being: without it the files are chosen again.
    entry.handles = [];
    await records.put('shares', [[key, { ...record, handles: [] }]]);
  }
}

/** Signed hashes are kept before they are told to anyone: a publisher that forgets them would seal other bytes under the same index. */
export async function saveSegments(
  records: RecordStore,
  entry: ShareEntry,
  segments: Iterable<number>,
  options = { durable: false },
): Promise<void> {
  const list = [...segments];
  for (const segment of list) entry.unsaved.add(segment);
  await records.put(
    'segments',
    list.map((segment) => [segmentKey(entry.id, segment), entry.segments.toRecord(segment)] as const),
    options,
  );
  for (const segment of list) entry.unsaved.delete(segment);
}

/** Writes all hashes known of a share, after its records were taken away. */
export const saveAllSegments = (records: RecordStore, entry: ShareEntry): Promise<void> =>
  saveSegments(
    records,
    entry,
    entry.known.flatMap((known, segment) => (known > 0 ? [segment] : [])),
    { durable: entry.own },
  );

/** Every share kept of a room, with catalog opened and hashes read back. A record that does not read is left out. */
export async function loadShares(
  records: RecordStore,
  crypto: Crypto,
  catalogKey: SealingKey,
  room: RoomId,
): Promise<ShareEntry[]> {
  const entries: ShareEntry[] = [];
  for (const [, value] of await records.list('shares', `${room}/`)) {
    const record = value as ShareRecord;
    const header = decodeHeader(record.header);
    if (!header.ok) continue;
    const entry = new ShareEntry(header.value, record.header, record.publisher);
    entry.chosen = record.chosen;
    entry.fromFile = record.fromFile;
    entry.space = record.space ?? null;
    entry.handles = record.handles ?? [];
    if (record.sealedCatalog) await openCatalog(entry, record.sealedCatalog, crypto, catalogKey);
    for (const [key, kept] of await records.list('segments', `${entry.id}/`)) {
      const segment = parseInt(key.slice(entry.id.length + 1), 16);
      const { hashes, signature } = kept as { hashes: Bytes; signature: Bytes };
      entry.segments.accept(segment, hashes, signature);
    }
    entries.push(entry);
  }
  return entries;
}

/** Handles on the files of a room's own shares. */
export async function loadHandles(records: RecordStore, room: RoomId): Promise<readonly KeptHandle[]> {
  const shares = (await records.list('shares', `${room}/`)) as [string, ShareRecord][];
  return shares.flatMap(([, { handles }]) => handles ?? []);
}

/** Unseals and reads a catalog into the entry. False: wrong key or not what the header says. */
export async function openCatalog(
  entry: ShareEntry,
  sealed: Bytes,
  crypto: Crypto,
  catalogKey: SealingKey,
): Promise<boolean> {
  const plain = await crypto.open(
    catalogKey,
    catalogNonce(entry.id),
    sealed,
    catalogAssociatedData(entry.id),
  );
  if (!plain) return false;
  const catalog = decodeCatalog(plain, entry.geometry.totalBytes);
  if (!catalog.ok) return false;
  entry.sealedCatalog = sealed;
  entry.setCatalog(catalog.value, await crypto.importKey(catalog.value.shareKey));
  return true;
}

/** Removes all that is stored of a share. */
export async function eraseShare(records: RecordStore, room: RoomId, share: ShareId): Promise<void> {
  const segments = await records.list('segments', `${share}/`);
  await records.remove(
    'segments',
    segments.map(([key]) => key),
  );
  await records.remove('shares', [shareKey(room, share)]);
}
