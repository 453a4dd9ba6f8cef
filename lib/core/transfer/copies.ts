/**
 * How many others hold each chunk of a share, counted so that closing can be judged in O(1): the smallest number, how many chunks have
 * fewer than some, and which chunks nobody else holds. Every change moves one chunk by one step, so the smallest number moves by one as
 * well. Counts what it is told; whose word is good enough is decided in transfer.ts (PROTOCOL.md CL2).
 */
import { Bitfield } from '../../base/bitfield';

/** Counts stop here; a share has fewer links (maxLinks). */
const most = 0xffff;

export class Copies {
  /** Chunks nobody else holds. */
  readonly alone: Bitfield;
  private readonly counts: Uint16Array;
  /** chunksWith[n]: chunks of which there are exactly n copies. */
  private readonly chunksWith: number[];
  private lowest = 0;
  private highest = 0;

  constructor(readonly chunks: number) {
    this.alone = Bitfield.full(chunks);
    this.counts = new Uint16Array(chunks);
    this.chunksWith = [chunks];
  }

  /** Complete copies the others hold together: the smallest count over all chunks; 0 for a share without chunks. */
  get least(): number {
    return this.lowest;
  }

  /** The largest `least` there ever was. */
  get peak(): number {
    return this.highest;
  }

  /** Part of the chunks with more copies than `least`, 0…1: how far the next complete copy is. */
  get fraction(): number {
    return this.chunks === 0 ? 0 : 1 - (this.chunksWith[this.lowest] ?? 0) / this.chunks;
  }

  /** How many chunks have fewer than `copies` copies. O(copies). */
  below(copies: number): number {
    let sum = 0;
    for (let n = this.lowest; n < copies; n++) sum += this.chunksWith[n] ?? 0;
    return sum;
  }

  of(chunk: number): number {
    return this.counts[chunk] ?? 0;
  }

  /** One other peer more holds it. */
  gained(chunk: number): void {
    const before = this.of(chunk);
    if (chunk >= this.chunks || before === most) return;
    this.move(chunk, before, before + 1);
    if (before === 0) this.alone.remove(chunk);
    if (before === this.lowest && this.chunksWith[before] === 0) {
      this.lowest = before + 1;
      this.highest = Math.max(this.highest, this.lowest);
    }
  }

  /** One other peer less holds it. */
  lost(chunk: number): void {
    const before = this.of(chunk);
    if (before === 0) return;
    this.move(chunk, before, before - 1);
    if (before === 1) this.alone.add(chunk);
    this.lowest = Math.min(this.lowest, before - 1);
  }

  private move(chunk: number, from: number, to: number): void {
    this.counts[chunk] = to;
    this.chunksWith[from] = (this.chunksWith[from] ?? 0) - 1;
    this.chunksWith[to] = (this.chunksWith[to] ?? 0) + 1;
  }
}
