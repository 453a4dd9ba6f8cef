/**
 * The receive path: blocks into chunk buffers, whole chunks to the hash, good ones to memory and in batches to the store. Every frame is
 * checked against what was asked for; nothing unasked takes memory. PROTOCOL.md RX.
 */
import { equalBytes } from '../base/bytes';
import type { SessionId, ShareId } from '../base/ids';
import { blockBytes, blockCount, blockRange, sealedChunkBytes } from '../content/layout';
import { decodeBlockFrame } from '../wire/block-frame';
import type { Bytes } from '../ports';
import type { DriverContext } from './context';
import type { Link } from './links';
import type { ChunkWriter } from './chunk-writer';
import type { SealedChunks } from './sealed-chunks';

interface Arrival {
  readonly share: ShareId;
  readonly chunk: number;
  /** Made when the first block comes. */
  buffer: Bytes | null;
  readonly sealedBytes: number;
  readonly blocks: Set<number>;
}

/** Bytes a link may bring beyond what was asked for and given up: frames crossing a cancel, never more than a pipeline. */
const unaskedBytes = 4 * 1024 * 1024;

export class Receiving {
  private readonly arrivals = new Map<SessionId, Map<number, Arrival>>();
  /** Bytes given up per link that may still come. */
  private readonly forgiven = new Map<SessionId, number>();
  /** Verified, waiting for the engine to say that it wants it kept. */
  private readonly verified = new Map<string, Bytes>();
  bytesReceived = 0;
  bytesReceivedRelayed = 0;
  duplicateBytes = 0;
  badChunks = 0;

  constructor(
    private readonly context: DriverContext,
    private readonly memory: SealedChunks,
    private readonly writer: ChunkWriter,
  ) {}

  expect(session: SessionId, tag: number, share: ShareId, chunk: number): void {
    const entry = this.context.shares.get(share);
    if (!entry) return;
    let tags = this.arrivals.get(session);
    if (!tags) this.arrivals.set(session, (tags = new Map<number, Arrival>()));
    const sealedBytes = sealedChunkBytes(entry.geometry, chunk);
    tags.set(tag, { share, chunk, buffer: null, sealedBytes, blocks: new Set() });
  }

  discard(session: SessionId, tag: number): void {
    const arrival = this.arrivals.get(session)?.get(tag);
    if (!arrival) return;
    this.arrivals.get(session)?.delete(tag);
    for (const block of arrival.blocks) {
      const { start, end } = blockRange(arrival.sealedBytes, block);
      this.duplicateBytes += end - start;
    }
    this.forgiven.set(session, (this.forgiven.get(session) ?? unaskedBytes) + arrival.sealedBytes);
  }

  forget(session: SessionId): void {
    this.arrivals.delete(session);
    this.forgiven.delete(session);
  }

  block(link: Link, bytes: Uint8Array): void {
    const frame = decodeBlockFrame(bytes);
    if (!frame) return this.context.feed({ kind: 'link-breach', session: link.session, reason: 'malformed' });
    const { payload, tag, offset } = frame;
    this.bytesReceived += payload.length;
    if (link.channel.path() === 'relayed') this.bytesReceivedRelayed += payload.length;
    const arrival = this.arrivals.get(link.session)?.get(tag);
    const block = arrival
      ? Math.min(Math.floor(offset / blockBytes), blockCount(arrival.sealedBytes) - 1)
      : 0;
    const range = arrival && blockRange(arrival.sealedBytes, block);
    const fits =
      arrival?.chunk === frame.chunk && range?.start === offset && range.end === offset + payload.length;
    if (!arrival || !fits || arrival.blocks.has(block)) return this.unasked(link, payload.length);
    arrival.buffer ??= new Uint8Array(arrival.sealedBytes);
    arrival.buffer.set(payload, offset);
    arrival.blocks.add(block);
    this.context.feed({ kind: 'block-received', session: link.session, tag, bytes: payload.length });
  }

  /** All blocks are here: hash, compare, and let the engine decide. */
  verify(session: SessionId, tag: number, share: ShareId, chunk: number): void {
    const arrival = this.arrivals.get(session)?.get(tag);
    const signed = this.context.shares.get(share)?.segments.hash(chunk);
    if (!arrival?.buffer || !signed) {
      this.context.feed({ kind: 'chunk-bad', session, tag });
      return;
    }
    this.context.background('verify', this.check(session, tag, arrival, arrival.buffer, signed));
  }

  /** The engine took the chunk: keep it. */
  got(share: ShareId, chunk: number): void {
    const key = `${share}/${chunk}`;
    const bytes = this.verified.get(key);
    if (!bytes) return;
    this.verified.delete(key);
    this.memory.remember(share, chunk, bytes);
    this.writer.add(share, chunk, bytes);
    // A player reads from the store; and where nothing is asked for there is nothing to wait for.
    const played = this.context.engine.transfer.shares.get(share)?.urgent.length ?? 0;
    if (played > 0 || !this.expecting()) this.writer.flush();
  }

  private expecting(): boolean {
    for (const tags of this.arrivals.values()) if (tags.size > 0) return true;
    return false;
  }

  private async check(
    session: SessionId,
    tag: number,
    { share, chunk }: Arrival,
    buffer: Bytes,
    signed: Uint8Array,
  ): Promise<void> {
    const good = equalBytes(await this.context.ports.crypto.sha256(buffer), signed);
    const tags = this.arrivals.get(session);
    // Given up meanwhile: another peer was faster, or the link ended.
    if (!tags?.has(tag)) return;
    if (!good) {
      this.badChunks++;
      this.context.feed({ kind: 'chunk-bad', session, tag });
      return;
    }
    tags.delete(tag);
    const key = `${share}/${chunk}`;
    this.verified.set(key, buffer);
    this.context.feed({ kind: 'chunk-verified', session, tag });
    this.verified.delete(key);
  }

  private unasked(link: Link, bytes: number): void {
    this.duplicateBytes += bytes;
    const left = (this.forgiven.get(link.session) ?? unaskedBytes) - bytes;
    this.forgiven.set(link.session, left);
    if (left < 0) this.context.feed({ kind: 'link-breach', session: link.session, reason: 'protocol' });
  }
}
