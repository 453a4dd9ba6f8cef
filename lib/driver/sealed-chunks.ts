/**
 * Where sealed chunks come from when they are to be served: memory, the store, or the publisher's own file. What leaves here has the signed
 * hash: a chunk read back is hashed once, a chunk made again must give the same hash or the file has changed (design §4).
 */
import { equalBytes, release } from '../base/bytes';
import type { ShareId } from '../base/ids';
import { plainChunkBytes } from '../content/layout';
import { chunkAssociatedData, chunkNonce } from '../content/ticket';
import type { Bytes, SourceFile } from '../ports';
import type { DriverContext } from './context';
import type { ShareEntry } from './share-entry';

/**
 * Verified chunks kept in memory: more than a pipeline's worth, and older ones are a quick read away (pack-files). Measured with 1 GiB: sender and
 * receiver grow by 16 MB less than with 32 MiB, and one to three costs no more.
 */
const cacheBytes = 16 * 1024 * 1024;

export class SealedChunks {
  /** Least recently used first. */
  private readonly cache = new Map<string, Bytes>();
  private cached = 0;
  private readonly reading = new Map<string, Promise<Bytes | undefined>>();

  constructor(private readonly context: DriverContext) {}

  /** Bytes whose hash is the signed one; undefined when there are none, and the engine has been told that the chunk is lost. */
  get(share: ShareId, chunk: number): Promise<Bytes | undefined> {
    const key = `${share}/${chunk}`;
    const hit = this.cache.get(key);
    if (hit) {
      this.cache.delete(key);
      this.cache.set(key, hit);
      return Promise.resolve(hit);
    }
    let read = this.reading.get(key);
    if (!read) {
      read = this.read(share, chunk).finally(() => this.reading.delete(key));
      this.reading.set(key, read);
    }
    return read;
  }

  /** A chunk's bytes, where they happen to be in memory. */
  recent(share: ShareId, chunk: number): Bytes | undefined {
    return this.cache.get(`${share}/${chunk}`);
  }

  /** A chunk just verified: it will be asked for soon. */
  remember(share: ShareId, chunk: number, bytes: Bytes): void {
    const key = `${share}/${chunk}`;
    if (this.cache.has(key)) return;
    this.cache.set(key, bytes);
    this.cached += bytes.length;
    for (const [oldest, old] of this.cache) {
      if (this.cached <= cacheBytes) break;
      this.cache.delete(oldest);
      this.cached -= old.length;
    }
  }

  forget(share: ShareId): void {
    for (const [key, bytes] of [...this.cache]) {
      if (!key.startsWith(share)) continue;
      this.cache.delete(key);
      this.cached -= bytes.length;
    }
  }

  private async read(share: ShareId, chunk: number): Promise<Bytes | undefined> {
    const entry = this.context.shares.get(share);
    const signed = entry?.segments.hash(chunk);
    if (!entry || !signed) return undefined;
    const { chunks, crypto, log } = this.context.ports;
    const waiting = this.context.waits(share, chunk);
    if (waiting) return waiting;
    const stored = await chunks.get(share, chunk).catch(() => undefined);
    if (stored) {
      if (equalBytes(await crypto.sha256(stored), signed)) {
        this.remember(share, chunk, stored);
        return stored;
      }
      log.write('stored-chunk-damaged', { chunk });
      await chunks.remove(share, [chunk]).catch(() => undefined);
    }
    const made = entry.sources ? await this.make(entry, chunk, signed) : undefined;
    if (made) this.remember(share, chunk, made);
    else this.context.lose(entry, [chunk]);
    return made;
  }

  /** Seals a chunk again from the file; undefined and an error on the share when the file is not what it was. */
  private async make(entry: ShareEntry, chunk: number, signed: Uint8Array): Promise<Bytes | undefined> {
    const { crypto, log } = this.context.ports;
    const plain = await readPlainChunk(entry, chunk, entry.sources ?? []).catch(() => undefined);
    if (!plain) {
      this.fail(entry, 'file-unreadable');
      return undefined;
    }
    const sealed = await sealChunk(this.context, entry, chunk, plain);
    release(plain);
    if (equalBytes(await crypto.sha256(sealed), signed)) return sealed;
    log.write('file-changed', { chunk });
    this.fail(entry, 'file-changed');
    return undefined;
  }

  private fail(entry: ShareEntry, error: 'file-changed' | 'file-unreadable'): void {
    entry.error = error;
    entry.sources = null;
    this.context.wantOwn(entry);
    this.context.changed(true);
  }
}

/**
 * Reads of files in flight for one chunk. A chunk may hold tens of thousands of small files, and each read is a round trip to the browser's
 * own process: one by one, 100,000 files of 13 bytes took 115 s on a busy machine. Guess: as many as collecting has (app/_hooks/collect).
 */
const readsAtOnce = 32;

/** Plaintext of a chunk from the publisher's files, which lie end to end; the caller's own. Rejects when a file cannot be read. */
export async function readPlainChunk(
  entry: ShareEntry,
  chunk: number,
  sources: readonly SourceFile[],
): Promise<Bytes> {
  const start = chunk * entry.geometry.chunkBytes;
  const length = plainChunkBytes(entry.geometry, chunk);
  const end = start + length;
  let file = fileAt(entry.offsets, start);
  // Most chunks lie within one file: its own buffer does, without a second one and a copy.
  if ((entry.offsets[file + 1] ?? 0) >= end) return readPart(entry, sources[file], file, start, length);
  const plain = new Uint8Array(length);
  let reads: Promise<void>[] = [];
  for (let at = start; at < end; file++) {
    const until = Math.min(end, entry.offsets[file + 1] ?? end);
    if (until > at) reads.push(fill(plain, at - start, readPart(entry, sources[file], file, at, until - at)));
    at = Math.max(at, until);
    if (reads.length < readsAtOnce && at < end) continue;
    await Promise.all(reads);
    reads = [];
  }
  return plain;
}

async function fill(plain: Bytes, at: number, part: Promise<Bytes>): Promise<void> {
  plain.set(await part, at);
}

/** `length` bytes of file `file` from position `at` of the share on. */
async function readPart(
  entry: ShareEntry,
  source: SourceFile | undefined,
  file: number,
  at: number,
  length: number,
): Promise<Bytes> {
  if (!source) throw new Error('no source file');
  const from = at - (entry.offsets[file] ?? 0);
  const read = new Uint8Array(await source.slice(from, from + length).arrayBuffer());
  // A file cut short on disk reads short instead of failing.
  if (read.length !== length) throw new Error('short read');
  return read;
}

export const sealChunk = (
  { ports }: Pick<DriverContext, 'ports'>,
  entry: ShareEntry,
  chunk: number,
  plain: Bytes,
): Promise<Bytes> => {
  if (!entry.key) return Promise.reject(new Error('no share key'));
  return ports.crypto.seal(entry.key, chunkNonce(chunk), plain, chunkAssociatedData(entry.id, chunk));
};

/** Index of the last file that starts at or before `position` (binary search; empty files before it are skipped). */
function fileAt(offsets: readonly number[], position: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
