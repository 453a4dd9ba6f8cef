/**
 * Making a share: header and catalog first, so that the link is good at once; then chunk by chunk read, seal, hash, store, sign. A chunk is
 * published when the signed hash that names it is on disk for good: a publisher that crashed must never seal other bytes under the same index.
 * For the same reason what a crash left in the store unsigned must come out again byte by byte. Design §4. Leaves out: who asks for chunks,
 * and whether files chosen again are the same (reattach.ts).
 */
import { equalBytes, release, toBase64Url } from '../base/bytes';
import { ShoalError } from '../base/errors';
import { idBytes, type ShareId } from '../base/ids';
import { catalogAssociatedData, catalogNonce, encodeCatalog, type CatalogFile } from '../content/catalog';
import { encodeHeader, headerSigningBytes, shareIdPreimage } from '../content/header';
import { geometryOf, segmentOf } from '../content/layout';
import { segmentSigningBytes } from '../content/segments';
import type { Bytes, SourceFile } from '../ports';
import { transactionBytes } from './chunk-writer';
import type { DriverContext } from './context';
import { readPlainChunk, sealChunk, type SealedChunks } from './sealed-chunks';
import { saveSegments, saveShare, ShareEntry } from './share-entry';
import { spaceLacking } from './space';

interface SealedChunk {
  readonly chunk: number;
  readonly bytes: Bytes;
  readonly hash: Bytes;
}

/** A failed write is tried again after so long, then twice as long, and so on. Guess: a connection the browser closed is back at once. */
const retryMs = 500;
const tries = 4;

/** Chunks being read and sealed at one time: each takes its size three times over. Guess: work for every core of a desktop. */
const sealingBytes = 4 * 1024 * 1024;

/** A signed header with its sealed catalog: everything a link needs. Nothing of the files' contents is read. */
export async function createShare(
  { ports, identity, keys }: Pick<DriverContext, 'ports' | 'identity' | 'keys'>,
  files: readonly CatalogFile[],
): Promise<ShareEntry> {
  const { crypto } = ports;
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const nonce = crypto.random(16);
  const preimage = shareIdPreimage(identity.publicKey, nonce);
  const share = toBase64Url((await crypto.sha256(preimage)).subarray(0, idBytes)) as ShareId;
  const catalog = { shareKey: crypto.random(32), files };
  const sealed = await crypto.seal(
    keys.catalog,
    catalogNonce(share),
    encodeCatalog(catalog),
    catalogAssociatedData(share),
  );
  const unsigned = {
    share,
    publisherKey: identity.publicKey,
    nonce,
    ...geometryOf(totalBytes),
    createdAt: Date.now(),
    catalogBytes: sealed.length,
    catalogHash: await crypto.sha256(sealed),
  };
  const header = { ...unsigned, signature: await crypto.sign(identity, headerSigningBytes(unsigned)) };
  const entry = new ShareEntry(header, encodeHeader(header), 'self');
  entry.sealedCatalog = sealed;
  entry.setCatalog(catalog, await crypto.importKey(catalog.shareKey));
  return entry;
}

export class Publisher {
  private readonly stopped = new Set<ShareId>();
  /** Sealed, and perhaps signed in memory, but not published: their records could not be written. */
  private readonly unpublished = new Map<ShareId, readonly SealedChunk[]>();
  private readonly restocking = new Set<ShareId>();

  constructor(
    private readonly context: DriverContext,
    private readonly memory: SealedChunks,
  ) {}

  stop(share: ShareId): void {
    this.stopped.add(share);
  }

  /** Hashes, signs and stores whatever of the share is not yet, from `entry.sources`. Ends with the share whole, or with entry.error set. */
  async prepare(entry: ShareEntry): Promise<void> {
    if (entry.preparing) return;
    entry.preparing = true;
    entry.error = null;
    this.context.changed(true);
    try {
      const interrupted = this.unpublished.get(entry.id);
      if (interrupted) await this.publish(entry, interrupted);
      if (!entry.fromFile) await this.weighSpace(entry);
      const leftovers = await this.leftovers(entry);
      // While one batch is stored and signed the next is read, sealed and hashed.
      let next = this.seal(entry, entry.segments.knownChunks);
      while (!this.stopped.has(entry.id)) {
        const batch = await next;
        if (batch.length === 0) break;
        const after = (batch[batch.length - 1]?.chunk ?? 0) + 1;
        next = this.seal(entry, after);
        // Awaited in the next round; a failure before that must not count as unhandled.
        next.catch(() => undefined);
        await this.compareWithLeftovers(entry, batch, leftovers);
        await this.publish(entry, batch);
      }
    } catch (error) {
      entry.error = error instanceof ShoalError ? error.code : 'internal';
      if (entry.error === 'file-unreadable' || entry.error === 'file-changed') entry.sources = null;
      this.context.ports.log.write('prepare-failed', { error: entry.error });
    } finally {
      entry.preparing = false;
      this.context.changed(true);
    }
  }

  /** Puts what the store lacks of the hashed part back from the files, as far as there is space. */
  restock(entry: ShareEntry): void {
    if (entry.fromFile || this.restocking.has(entry.id)) return;
    this.restocking.add(entry.id);
    const work = this.restockNow(entry).finally(() => this.restocking.delete(entry.id));
    this.context.background('restock', work);
  }

  /** The person wants a copy kept after all. Ends with one, or with `fromFile` again where the space does not suffice. */
  async keepCopy(entry: ShareEntry): Promise<void> {
    if (!entry.fromFile || !entry.sources) return;
    entry.fromFile = false;
    entry.space = null;
    await this.save(entry);
    this.restock(entry);
    this.context.changed(true);
  }

  /** One chunk read from these files, sealed and hashed. Rejects with 'file-unreadable'. */
  async sealOne(
    entry: ShareEntry,
    chunk: number,
    sources: readonly SourceFile[] = entry.sources ?? [],
  ): Promise<SealedChunk> {
    let plain: Bytes;
    try {
      plain = await readPlainChunk(entry, chunk, sources);
    } catch (error) {
      throw new ShoalError('file-unreadable', error instanceof Error ? error.name : '', { cause: error });
    }
    const bytes = await sealChunk(this.context, entry, chunk, plain);
    release(plain);
    return { chunk, bytes, hash: await this.context.ports.crypto.sha256(bytes) };
  }

  private async weighSpace(entry: ShareEntry): Promise<void> {
    const lacking = await spaceLacking(
      this.context.ports.chunks,
      entry.geometry.totalBytes - entry.storedBytes,
    );
    if (lacking) await this.serveFromFile(entry, lacking);
  }

  private async serveFromFile(entry: ShareEntry, space: ShareEntry['space']): Promise<void> {
    entry.fromFile = true;
    entry.space = space;
    await this.save(entry);
    this.context.changed(true);
  }

  private save(entry: ShareEntry): Promise<void> {
    return saveShare(this.context.ports.records, this.context.keys.room, entry);
  }

  /** Chunks a crash left in the store before they were signed. */
  private async leftovers(entry: ShareEntry): Promise<ReadonlySet<number>> {
    const kept = await this.context.ports.chunks.keys(entry.id);
    return new Set(kept.filter((chunk) => !entry.segments.hash(chunk)));
  }

  /** What was sealed under this index before must have been the same: else the file changed, and two texts under one nonce betray both. */
  private async compareWithLeftovers(
    entry: ShareEntry,
    batch: readonly SealedChunk[],
    leftovers: ReadonlySet<number>,
  ): Promise<void> {
    for (const { chunk, bytes } of batch) {
      if (!leftovers.has(chunk)) continue;
      const before = await this.context.ports.chunks.get(entry.id, chunk);
      if (before && !equalBytes(before, bytes)) throw new ShoalError('file-changed', `content:${chunk}`);
    }
  }

  private async restockNow(entry: ShareEntry): Promise<void> {
    const kept = new Set(await this.context.ports.chunks.keys(entry.id));
    for (let chunk = 0; chunk < entry.segments.knownChunks && entry.sources; chunk++) {
      const signed = entry.segments.hash(chunk);
      if (this.stopped.has(entry.id) || entry.fromFile) return;
      if (kept.has(chunk) || !signed) continue;
      const sealed = await this.sealOne(entry, chunk).catch(() => undefined);
      if (!sealed || !equalBytes(sealed.hash, signed)) {
        entry.error = sealed ? 'file-changed' : 'file-unreadable';
        entry.sources = null;
        this.context.wantOwn(entry);
        this.context.changed(true);
        return;
      }
      await this.store(entry, [sealed]);
      this.context.feed({ kind: 'chunk-restored', share: entry.id, chunk });
    }
    this.context.changed(true);
  }

  private async seal(entry: ShareEntry, from: number): Promise<SealedChunk[]> {
    const perBatch = Math.max(1, Math.floor(transactionBytes / entry.geometry.chunkBytes));
    const until = Math.min(entry.geometry.chunkCount, from + perBatch);
    const sealed: SealedChunk[] = [];
    const atOnce = Math.max(1, Math.floor(sealingBytes / entry.geometry.chunkBytes));
    for (let at = from; at < until; at += atOnce) {
      const group = Array.from({ length: Math.min(atOnce, until - at) }, (_, i) =>
        this.sealOne(entry, at + i),
      );
      sealed.push(...(await Promise.all(group)));
    }
    return sealed;
  }

  /** Keeps a copy; where the store takes none, chunks are made from the files from here on. */
  private async store(entry: ShareEntry, batch: readonly SealedChunk[]): Promise<void> {
    if (entry.fromFile) return;
    try {
      await this.persistently(() => this.context.ports.chunks.put(entry.id, batch));
      for (const { bytes } of batch) entry.storedBytes += bytes.length;
    } catch {
      // The estimate was wrong, or the store is broken: go on without a copy.
      const left = entry.geometry.totalBytes - entry.storedBytes;
      await this.serveFromFile(entry, { neededBytes: Math.max(0, left), freeBytes: null });
    }
  }

  private async persistently(write: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await write();
        return;
      } catch (error) {
        if (attempt >= tries || (error instanceof ShoalError && error.code === 'quota-exceeded')) throw error;
        const { clock } = this.context.ports;
        const pause = retryMs * 2 ** (attempt - 1);
        await new Promise<void>((resolve) => clock.at(clock.now() + pause, resolve));
      }
    }
  }

  private async publish(entry: ShareEntry, batch: readonly SealedChunk[]): Promise<void> {
    const { ports, identity } = this.context;
    this.unpublished.set(entry.id, batch);
    await this.store(entry, batch);
    for (const { chunk, hash } of batch)
      if (!entry.segments.hash(chunk)) entry.segments.append(segmentOf(chunk), hash);
    const segments = new Set(batch.map(({ chunk }) => segmentOf(chunk)));
    for (const segment of segments) {
      const count = entry.segments.known(segment);
      const hashes = entry.segments.hashesWith(segment, count, new Uint8Array(0));
      if (!hashes) continue;
      const signature = await ports.crypto.sign(identity, segmentSigningBytes(entry.id, segment, hashes));
      entry.segments.setSignature(segment, signature, count);
    }
    await this.persistently(() => saveSegments(ports.records, entry, segments, { durable: true }));
    this.unpublished.delete(entry.id);
    if (this.stopped.has(entry.id)) return;
    for (const segment of segments) {
      const known = entry.segments.known(segment);
      this.context.feed({ kind: 'segment-known', share: entry.id, segment, known, session: null });
    }
    for (const { chunk, bytes } of batch) {
      this.memory.remember(entry.id, chunk, bytes);
      this.context.feed({ kind: 'chunk-published', share: entry.id, chunk });
    }
    this.context.changed(false);
  }
}
