/**
 * What the store still holds of what self believes to hold. Decides what to do when the platform took chunks away, when a record is damaged, and
 * when chunks are found that nobody remembers: nothing is believed that does not have its signed hash, nothing is fetched that is at hand, and
 * what is gone is fetched again. PROTOCOL.md RX8–RX10. Leaves out what a publisher makes again from its files (publisher.ts).
 */
import { Bitfield } from '../base/bitfield';
import { equalBytes } from '../base/bytes';
import type { ShareId } from '../base/ids';
import { forEachRange, toRanges, type Ranges } from '../base/ranges';
import { sealedChunkBytes } from '../content/layout';
import type { ChunkWriter } from './chunk-writer';
import type { DriverContext } from './context';
import type { SealedChunks } from './sealed-chunks';
import type { ShareEntry } from './share-entry';

export class Keeping {
  /** Chunks in the store whose hash is not known yet, by share: kept by an earlier visit whose records were lost. */
  private readonly strays = new Map<ShareId, Set<number>>();
  /** One look at a share at a time. */
  private readonly looking = new Map<ShareId, Promise<void>>();

  constructor(
    private readonly context: DriverContext,
    private readonly memory: SealedChunks,
    private readonly writer: ChunkWriter,
    /** Puts what is missing of an own share back from its files. */
    private readonly restock: (entry: ShareEntry) => void,
  ) {}

  /**
   * Chunks of a share that lie in the store and whose hash is known: what the engine starts from. Records without a known hash are remembered,
   * and count once their hash came and fits; those of an own share are the publisher's to judge.
   */
  async stored(entry: ShareEntry): Promise<Bitfield> {
    const have = new Bitfield(entry.geometry.chunkCount);
    const strays = new Set<number>();
    entry.storedBytes = 0;
    for (const chunk of await this.context.ports.chunks.keys(entry.id)) {
      if (chunk >= entry.geometry.chunkCount) continue;
      if (entry.segments.hash(chunk)) {
        have.add(chunk);
        entry.storedBytes += sealedChunkBytes(entry.geometry, chunk);
      } else if (!entry.own) strays.add(chunk);
    }
    if (strays.size > 0) this.strays.set(entry.id, strays);
    return have;
  }

  /** Hashes became known: chunks found in the store may turn out good. */
  async adopt(entry: ShareEntry): Promise<void> {
    const strays = this.strays.get(entry.id);
    if (!strays) return;
    const { chunks, log } = this.context.ports;
    for (const chunk of [...strays]) {
      const signed = entry.segments.hash(chunk);
      if (!signed || !strays.delete(chunk)) continue;
      if (await this.isGood(entry.id, chunk, signed)) {
        entry.storedBytes += sealedChunkBytes(entry.geometry, chunk);
        this.context.feed({ kind: 'chunk-restored', share: entry.id, chunk });
        this.context.changed(false);
      } else if (!this.held(entry.id)?.has(chunk)) {
        log.write('stored-chunk-damaged', { chunk });
        await chunks.remove(entry.id, [chunk]);
      }
    }
    if (strays.size === 0) this.strays.delete(entry.id);
  }

  /**
   * Compares what is believed with what is stored. `thorough`: these chunks are read and hashed too. What is gone and still in memory is
   * written again; the rest is told to the engine, or made again from a publisher's files. Answers how many were gone or damaged.
   */
  check(entry: ShareEntry, thorough: Ranges = []): Promise<number> {
    const before = this.looking.get(entry.id) ?? Promise.resolve();
    const look = before.then(() => this.look(entry, thorough));
    const settled = look.then(
      () => undefined,
      () => undefined,
    );
    this.looking.set(entry.id, settled);
    return look;
  }

  private async look(entry: ShareEntry, thorough: Ranges): Promise<number> {
    const { chunks, log } = this.context.ports;
    const held = this.held(entry.id);
    if (!held || entry.fromFile) return 0;
    const believed = chunksOf(held);
    const kept = new Set(await chunks.keys(entry.id));
    const damaged: number[] = [];
    const suspects: number[] = [];
    forEachRange(thorough, (start, count) => {
      for (let chunk = start; chunk < start + count; chunk++)
        if (held.has(chunk) && kept.has(chunk)) suspects.push(chunk);
    });
    for (const chunk of suspects) {
      const signed = entry.segments.hash(chunk);
      if (signed && (await this.isGood(entry.id, chunk, signed))) continue;
      log.write('stored-chunk-damaged', { chunk });
      damaged.push(chunk);
      kept.delete(chunk);
    }
    if (damaged.length > 0) await chunks.remove(entry.id, damaged);
    const lost: number[] = [];
    let gone = 0;
    for (const chunk of believed) {
      // Written since the list was read, or on its way to the store.
      if (kept.has(chunk) || this.writer.waits(entry.id, chunk) || !held.has(chunk)) continue;
      gone++;
      const bytes = this.memory.recent(entry.id, chunk);
      if (bytes) this.writer.add(entry.id, chunk, bytes);
      else lost.push(chunk);
    }
    if (gone === 0) return 0;
    log.write('stored-chunks-gone', { chunks: gone, lost: lost.length });
    entry.storedBytes = 0;
    for (const chunk of kept) entry.storedBytes += sealedChunkBytes(entry.geometry, chunk);
    if (entry.sources) this.restock(entry);
    else this.lose(entry, lost);
    this.context.changed(true);
    return gone;
  }

  /** These are gone for good here. */
  lose(entry: ShareEntry, chunks: readonly number[]): void {
    if (chunks.length === 0) return;
    this.context.feed({ kind: 'chunks-lost', share: entry.id, ranges: toRanges(chunks) });
    this.wantOwn(entry);
  }

  /** A publisher that cannot make its chunks any more gets them back from those who have them. */
  wantOwn(entry: ShareEntry): void {
    const held = this.held(entry.id);
    if (!entry.own || !held || held.isFull) return;
    const missing: number[] = [];
    // With the files at hand nothing need be fetched: what others asked for before is taken back.
    if (!entry.sources)
      for (let chunk = 0; chunk < entry.geometry.chunkCount; chunk++)
        if (!held.has(chunk)) missing.push(chunk);
    this.context.feed({ kind: 'wanted', share: entry.id, ranges: toRanges(missing) });
  }

  private async isGood(share: ShareId, chunk: number, signed: Uint8Array): Promise<boolean> {
    const { chunks, crypto } = this.context.ports;
    const bytes = await chunks.get(share, chunk);
    return bytes !== undefined && equalBytes(await crypto.sha256(bytes), signed);
  }

  private held(share: ShareId): Bitfield | undefined {
    return this.context.engine.transfer.shares.get(share)?.have;
  }
}

function chunksOf(bits: Bitfield): number[] {
  const chunks: number[] = [];
  bits.forEach((chunk) => chunks.push(chunk));
  return chunks;
}
