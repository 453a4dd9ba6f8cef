/**
 * Making a share: header and catalog first, so that the link is good at once; then chunk by chunk read, seal, hash, store, sign. A chunk is
 * published when the signed hash that names it is on disk: a publisher that crashed must never seal other bytes under the same index.
 * Design §4. Leaves out: who asks for chunks.
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

interface SealedChunk {
  readonly chunk: number;
  readonly bytes: Bytes;
  readonly hash: Bytes;
}

/** Room to leave in the quota besides the share itself. Guess: records, other shares, the browser's own. */
const headroomBytes = 64 * 1024 * 1024;

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
    try {
      if (!entry.fromFile) entry.fromFile = !(await this.fits(entry));
      // While one batch is stored and signed the next is read, sealed and hashed.
      let next = this.seal(entry, entry.segments.knownChunks);
      while (!this.stopped.has(entry.id)) {
        const batch = await next;
        if (batch.length === 0) break;
        const after = (batch[batch.length - 1]?.chunk ?? 0) + 1;
        next = this.seal(entry, after);
        // Awaited in the next round; a failure before that must not count as unhandled.
        next.catch(() => undefined);
        await this.publish(entry, batch);
      }
    } catch (error) {
      entry.error = error instanceof ShoalError ? error.code : 'store-failed';
      entry.sources = null;
      this.context.ports.log.write('prepare-failed', { error: entry.error });
    } finally {
      entry.preparing = false;
      this.context.changed(true);
    }
  }

  /**
   * Files chosen again: every hash signed so far must come out the same, else ShoalError 'files-differ' and nothing changes. Chunks that
   * were lost from the store are put back or served from the file.
   */
  async reattach(entry: ShareEntry, sources: readonly SourceFile[]): Promise<void> {
    const before = entry.sources;
    entry.sources = sources;
    const held = this.context.engine.transfer.shares.get(entry.id)?.have;
    try {
      for (let chunk = 0; chunk < entry.segments.knownChunks; chunk++) {
        const signed = entry.segments.hash(chunk);
        const sealed = await this.sealOne(entry, chunk);
        if (!signed || !equalBytes(sealed.hash, signed)) throw new ShoalError('files-differ');
        if (held?.has(chunk)) continue;
        if (!entry.fromFile) {
          await this.context.ports.chunks
            .put(entry.id, [sealed])
            .then(() => (entry.storedBytes += sealed.bytes.length))
            .catch(() => (entry.fromFile = true));
        }
        this.context.feed({ kind: 'chunk-published', share: entry.id, chunk });
      }
    } catch (error) {
      entry.sources = before;
      throw error;
    }
    entry.error = null;
    this.context.background('prepare', this.prepare(entry));
  }

  private async fits(entry: ShareEntry): Promise<boolean> {
    const estimate = await this.context.ports.chunks.estimate().catch(() => null);
    return (
      !estimate || estimate.quotaBytes - estimate.usedBytes > entry.geometry.totalBytes * 1.05 + headroomBytes
    );
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

  private async sealOne(entry: ShareEntry, chunk: number): Promise<SealedChunk> {
    let plain: Bytes;
    try {
      plain = await readPlainChunk(entry, chunk);
    } catch (error) {
      throw new ShoalError('file-unreadable', String(error), { cause: error });
    }
    const bytes = await sealChunk(this.context, entry, chunk, plain);
    release(plain);
    return { chunk, bytes, hash: await this.context.ports.crypto.sha256(bytes) };
  }

  private async publish(entry: ShareEntry, batch: readonly SealedChunk[]): Promise<void> {
    const { ports, identity, keys } = this.context;
    if (!entry.fromFile) {
      try {
        await ports.chunks.put(entry.id, batch);
        for (const { bytes } of batch) entry.storedBytes += bytes.length;
      } catch (error) {
        if (!(error instanceof ShoalError) || error.code !== 'quota-exceeded') throw error;
        // The estimate was wrong: go on without a copy.
        entry.fromFile = true;
        await saveShare(ports.records, keys.room, entry);
      }
    }
    for (const { chunk, hash } of batch) entry.segments.append(segmentOf(chunk), hash);
    const segments = new Set(batch.map(({ chunk }) => segmentOf(chunk)));
    for (const segment of segments) {
      const count = entry.segments.known(segment);
      const hashes = entry.segments.hashesWith(segment, count, new Uint8Array(0));
      if (!hashes) continue;
      const signature = await ports.crypto.sign(identity, segmentSigningBytes(entry.id, segment, hashes));
      entry.segments.setSignature(segment, signature, count);
    }
    await saveSegments(ports.records, entry, segments);
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
