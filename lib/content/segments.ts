/**
 * Chunk hashes, in segments of 256 that are signed one by one. Segments grow while the publisher hashes: a signature covers all hashes
 * from the segment's first to some count, and a longer list with the same beginning supersedes a shorter one. Two lists that differ where
 * both have hashes, both signed, prove a lying publisher. Design §4, PROTOCOL.md §4 (CF).
 * Leaves out cryptography: only verified lists may be given to `accept`.
 */
import { concatBytes, equalBytes, uint32 } from '../base/bytes';
import type { ShareId } from '../base/ids';
import { invariant } from '../base/invariant';
import { limits } from '../wire/messages';
import { utf8 } from './byte-io';
import { segmentCount, segmentLength, segmentOf, type ChunkGeometry } from './layout';

/** SHA-256. */
export const hashBytes = 32;

export interface SignedHashes {
  /** 32 bytes each. */
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** 64 bytes, or none when there are no hashes. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** What the publisher signs: utf8('shoal segment 1') ‖ utf8(share) ‖ u32 segment ‖ u32 count ‖ hashes, all from the first on. */
export const segmentSigningBytes = (
  share: ShareId,
  segment: number,
  hashes: Uint8Array,
): Uint8Array<ArrayBuffer> =>
  concatBytes(
    utf8('shoal segment 1'),
    utf8(share),
    uint32(segment),
    uint32(hashes.length / hashBytes),
    hashes,
  );

interface Segment {
  /** Room for all hashes the segment can have; only the first `known` are set. */
  readonly hashes: Uint8Array<ArrayBuffer>;
  known: number;
  /** How many of the known ones `signature` covers: fewer only while a publisher's signing lags behind its hashing. */
  signed: number;
  signature: Uint8Array<ArrayBuffer>;
}

const none = new Uint8Array(0);

/** One share's hashes. Memory: 32 bytes a chunk for segments of which anything is known, nothing for others. */
export class SegmentTable {
  private readonly segments = new Map<number, Segment>();
  private total = 0;

  constructor(private readonly geometry: ChunkGeometry) {}

  /** Hashes known of a segment, from its first on. */
  known(segment: number): number {
    return this.segments.get(segment)?.known ?? 0;
  }

  /** A view; not to be changed. */
  hash(chunk: number): Uint8Array<ArrayBuffer> | undefined {
    const segment = segmentOf(chunk);
    const entry = this.segments.get(segment);
    const index = chunk - segment * limits.chunksPerSegment;
    if (!entry || index >= entry.known) return undefined;
    return entry.hashes.subarray(index * hashBytes, (index + 1) * hashBytes);
  }

  /** Copies of the signed hashes from number `from` on, for a peer, and the signature over all of them; no hashes when there are none. */
  slice(segment: number, from: number): SignedHashes {
    const entry = this.segments.get(segment);
    if (!entry || from >= entry.signed) return { hashes: none, signature: none };
    return {
      hashes: entry.hashes.slice(from * hashBytes, entry.signed * hashBytes),
      signature: entry.signature.slice(),
    };
  }

  /** Own first `from` hashes ‖ `hashes`: the list whose signature must be verified. undefined when own hashes do not reach to `from`. */
  hashesWith(segment: number, from: number, hashes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    if (from > this.known(segment)) return undefined;
    const own = this.segments.get(segment)?.hashes.subarray(0, from * hashBytes) ?? none;
    return concatBytes(own, hashes);
  }

  /**
   * Takes a verified list of hashes from the segment's first on. 'same': nothing new. 'conflict': it differs from what is known, so the
   * publisher signed two different things. 'out-of-range': no such segment, or more hashes than it has chunks, or half a hash.
   */
  accept(
    segment: number,
    hashes: Uint8Array,
    signature: Uint8Array,
  ): 'grown' | 'same' | 'conflict' | 'out-of-range' {
    if (!this.isSegment(segment) || hashes.length % hashBytes !== 0) return 'out-of-range';
    const count = hashes.length / hashBytes;
    if (count > segmentLength(this.geometry, segment)) return 'out-of-range';
    const known = this.known(segment);
    const common = Math.min(known, count) * hashBytes;
    const own = this.segments.get(segment)?.hashes.subarray(0, common) ?? none;
    if (!equalBytes(own, hashes.subarray(0, common))) return 'conflict';
    const signed = this.segments.get(segment)?.signed ?? 0;
    if (count > signed) {
      const entry = this.entry(segment);
      if (count > known) {
        entry.hashes.set(hashes);
        entry.known = count;
        this.total += count - known;
      }
      entry.signature = new Uint8Array(signature);
      entry.signed = count;
    }
    return count > known ? 'grown' : 'same';
  }

  /** The publisher's next hash of a segment. Handed out once a signature covers it. */
  append(segment: number, hash: Uint8Array): void {
    invariant(this.isSegment(segment) && hash.length === hashBytes, 'a hash of a segment of this share');
    const entry = this.entry(segment);
    invariant(entry.known < segmentLength(this.geometry, segment), 'no more hashes than chunks');
    entry.hashes.set(hash, entry.known * hashBytes);
    entry.known++;
    this.total++;
  }

  /**
   * The publisher's signature over the first `count` hashes. Give `count` when hashing went on while signing; a signature over fewer than
   * an earlier one is dropped.
   */
  setSignature(segment: number, signature: Uint8Array, count = this.known(segment)): void {
    invariant(count > 0 && count <= this.known(segment), 'a signature over known hashes');
    const entry = this.entry(segment);
    if (count < entry.signed) return;
    entry.signature = new Uint8Array(signature);
    entry.signed = count;
  }

  /** What to store of a segment: copies of all signed hashes with their signature. Goes back in through `accept`. */
  toRecord(segment: number): SignedHashes {
    return this.slice(segment, 0);
  }

  /** Every chunk's hash is known. */
  get isComplete(): boolean {
    return this.total === this.geometry.chunkCount;
  }

  /** Chunks whose hash is known. */
  get knownChunks(): number {
    return this.total;
  }

  private isSegment(segment: number): boolean {
    return Number.isInteger(segment) && segment >= 0 && segment < segmentCount(this.geometry);
  }

  private entry(segment: number): Segment {
    let entry = this.segments.get(segment);
    if (!entry) {
      const length = segmentLength(this.geometry, segment);
      entry = { hashes: new Uint8Array(length * hashBytes), known: 0, signed: 0, signature: none };
      this.segments.set(segment, entry);
    }
    return entry;
  }
}
