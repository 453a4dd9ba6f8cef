/**
 * A publisher's files again after a reload lost them: through kept handles, or chosen anew. Decides when they count as the same files: a chunk
 * that has a signed hash must give it again, and a file with chunks that have none must not have been touched since it was shared (size and
 * time), for nothing else could tell two plaintexts under one nonce apart. Design §4, PROTOCOL.md RM33, RM60–RM63.
 */
import { equalBytes } from '../base/bytes';
import { ShoalError } from '../base/errors';
import { chunksOf } from '../content/layout';
import type { SourceFile } from '../ports';
import type { DriverContext } from './context';
import type { Publisher } from './publisher';
import type { ShareEntry } from './share-entry';

/** Chunks read and hashed at once. Guess: two cores and a disk that likes a queue. */
const checkedAtOnce = 4;

export class Reattach {
  constructor(
    private readonly context: DriverContext,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Through handles kept earlier, where they may be read without asking. Files that look untouched are taken at once: each chunk is compared
   * with its hash when it is served. Answers false when the person must be asked. Rejects as `files`, and with 'file-changed' where they differ.
   */
  async fromHandles(entry: ShareEntry): Promise<boolean> {
    const { files } = this.context.ports;
    const wanted = entry.catalog?.files ?? [];
    if (entry.handles.length === 0 || !(await files.allowed(entry.handles))) return false;
    const sources = await files.open(
      entry.handles,
      wanted.map(({ path }) => path),
    );
    try {
      if (sources.every((source, i) => isUntouched(entry, source, i))) this.take(entry, sources);
      else await this.files(entry, sources);
    } catch (error) {
      // Nobody chose a wrong file: the one that was shared is another by now.
      if (error instanceof ShoalError && error.code === 'files-differ')
        throw new ShoalError('file-changed', error.detail);
      throw error;
    }
    return true;
  }

  /**
   * Files in catalog order. Every hash signed so far must come out the same. Rejects with 'files-differ', detail `<why>:<index of the file>`,
   * or 'file-unreadable', and then nothing has changed.
   */
  async files(entry: ShareEntry, sources: readonly SourceFile[]): Promise<void> {
    if (entry.preparing) return;
    const sizes = entry.catalog?.files ?? [];
    const other = sizes.findIndex(({ bytes }, i) => sources[i]?.size !== bytes);
    if (other >= 0) throw new ShoalError('files-differ', `size:${other}`);
    for (const [i, source] of sources.entries()) {
      if (isUntouched(entry, source, i) || !hasUnsigned(entry, i)) continue;
      throw new ShoalError('files-differ', `touched:${i}`);
    }
    entry.preparing = true;
    entry.checkedChunks = 0;
    this.context.changed(true);
    try {
      await this.compare(entry, sources);
    } finally {
      entry.preparing = false;
      entry.checkedChunks = null;
      this.context.changed(true);
    }
    this.take(entry, sources);
  }

  /** What is not prepared goes on being prepared; what the store lacks is put back or made on demand. */
  private take(entry: ShareEntry, sources: readonly SourceFile[]): void {
    entry.sources = sources;
    entry.error = null;
    const held = this.context.engine.transfer.shares.get(entry.id)?.have;
    for (let chunk = 0; chunk < entry.geometry.chunkCount; chunk++)
      if (entry.segments.hash(chunk) && !held?.has(chunk))
        this.context.feed({ kind: 'chunk-restored', share: entry.id, chunk });
    this.context.wantOwn(entry);
    this.publisher.restock(entry);
    this.context.background('prepare', this.publisher.prepare(entry));
  }

  private async compare(entry: ShareEntry, sources: readonly SourceFile[]): Promise<void> {
    for (let from = 0; from < entry.geometry.chunkCount; from += checkedAtOnce) {
      const until = Math.min(entry.geometry.chunkCount, from + checkedAtOnce);
      const chunks = Array.from({ length: until - from }, (_, i) => from + i);
      const same = await Promise.all(chunks.map((chunk) => this.isSame(entry, sources, chunk)));
      const differing = chunks.filter((_, i) => !same[i]);
      // A chunk that lies within one file says which one differs.
      const told = differing.find((chunk) => filesOf(entry, chunk) === 1) ?? differing[0];
      if (told !== undefined) throw new ShoalError('files-differ', `content:${fileOf(entry, told)}`);
      entry.checkedChunks = until;
      this.context.changed(false);
    }
  }

  /** What was never signed cannot differ. */
  private async isSame(entry: ShareEntry, sources: readonly SourceFile[], chunk: number): Promise<boolean> {
    const signed = entry.segments.hash(chunk);
    return !signed || equalBytes((await this.publisher.sealOne(entry, chunk, sources)).hash, signed);
  }
}

/** How many files have bytes in a chunk. */
function filesOf(entry: ShareEntry, chunk: number): number {
  const start = chunk * entry.geometry.chunkBytes;
  const end = start + entry.geometry.chunkBytes;
  return (entry.catalog?.files ?? []).filter(
    ({ bytes }, i) => bytes > 0 && (entry.offsets[i] ?? 0) < end && (entry.offsets[i + 1] ?? 0) > start,
  ).length;
}

function isUntouched(entry: ShareEntry, source: SourceFile, index: number): boolean {
  const file = entry.catalog?.files[index];
  // The catalog keeps whole milliseconds from 1970 on (CF6).
  return file?.bytes === source.size && file.modified === Math.max(0, Math.trunc(source.lastModified));
}

/** Part of the file lies in a chunk whose hash was never signed. */
function hasUnsigned(entry: ShareEntry, index: number): boolean {
  const [first, count] = chunksOf(entry.geometry, entry.offsets[index] ?? 0, entry.offsets[index + 1] ?? 0);
  for (let chunk = first; chunk < first + count; chunk++) if (!entry.segments.hash(chunk)) return true;
  return false;
}

/** The first file with bytes in a chunk: where several share it, the one to be named. */
function fileOf(entry: ShareEntry, chunk: number): number {
  const start = chunk * entry.geometry.chunkBytes;
  const next = entry.offsets.findIndex((offset) => offset > start);
  return Math.max(0, next < 0 ? entry.offsets.length - 2 : next - 1);
}
