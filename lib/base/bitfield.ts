import { forEachRange, type Ranges } from './ranges';

/** A fixed-length set of small integers, one bit each; bit 0 is the high bit of byte 0 (BEP 3). */
export class Bitfield {
  readonly length: number;
  private readonly bits: Uint8Array<ArrayBuffer>;
  /** The same memory, 32 at a time, for looking at two sets at once. */
  private readonly words: Uint32Array<ArrayBuffer>;
  private held = 0;

  constructor(length: number) {
    this.length = length;
    this.words = new Uint32Array((length + 31) >> 5);
    this.bits = new Uint8Array(this.words.buffer, 0, (length + 7) >> 3);
  }

  /** Reads a wire bitfield; undefined when the byte count is off or spare bits are set. */
  static fromBytes(length: number, bytes: Uint8Array): Bitfield | undefined {
    if (bytes.length !== (length + 7) >> 3) return undefined;
    const field = new Bitfield(length);
    const spare = (8 - (length & 7)) & 7;
    const last = bytes[bytes.length - 1] ?? 0;
    if (spare > 0 && (last & ((1 << spare) - 1)) !== 0) return undefined;
    field.bits.set(bytes);
    for (const byte of bytes) field.held += popcount(byte);
    return field;
  }

  static full(length: number): Bitfield {
    return Bitfield.fromRanges(length, [0, length]);
  }

  /** The set of these runs (base/ranges); what lies beyond `length` is left out. */
  static fromRanges(length: number, ranges: Ranges): Bitfield {
    const field = new Bitfield(length);
    forEachRange(ranges, (start, count) => field.setRange(start, start + count));
    return field;
  }

  /** How many are in the set. */
  get count(): number {
    return this.held;
  }

  get isFull(): boolean {
    return this.held === this.length;
  }

  has(index: number): boolean {
    return ((this.bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
  }

  /** True when this call changed the set. Out-of-range indexes change nothing. */
  add(index: number): boolean {
    if (index < 0 || index >= this.length || this.has(index)) return false;
    this.bits[index >> 3] = (this.bits[index >> 3] ?? 0) | (0x80 >> (index & 7));
    this.held++;
    return true;
  }

  remove(index: number): boolean {
    if (!this.has(index)) return false;
    this.bits[index >> 3] = (this.bits[index >> 3] ?? 0) & ~(0x80 >> (index & 7));
    this.held--;
    return true;
  }

  setRange(start: number, end: number): void {
    for (let i = start; i < end; i++) this.add(i);
  }

  /** How many of [start, end) are in the set. */
  countRange(start: number, end: number): number {
    let count = 0;
    for (let i = start; i < end; i++) if (this.has(i)) count++;
    return count;
  }

  /** A copy in wire form. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.bits.slice();
  }

  clone(): Bitfield {
    const copy = new Bitfield(this.length);
    copy.bits.set(this.bits);
    copy.held = this.held;
    return copy;
  }

  /** Whether any member is also in `other` and not in `without`. All three of one length. */
  meets(other: Bitfield, without: Bitfield): boolean {
    for (let at = 0; at < this.words.length; at++) {
      if ((this.words[at] ?? 0) & (other.words[at] ?? 0) & ~(without.words[at] ?? 0)) return true;
    }
    return false;
  }

  /** Whether every member of `other`, of the same length, is one of this set. */
  covers(other: Bitfield): boolean {
    if (this.isFull || other.count === 0) return true;
    for (let byte = 0; byte < this.bits.length; byte++) {
      if ((other.bits[byte] ?? 0) & ~(this.bits[byte] ?? 0)) return false;
    }
    return true;
  }

  /** A new set of what both hold. Both of one length. */
  and(other: Bitfield): Bitfield {
    const both = new Bitfield(this.length);
    for (let byte = 0; byte < this.bits.length; byte++) {
      const shared = (this.bits[byte] ?? 0) & (other.bits[byte] ?? 0);
      both.bits[byte] = shared;
      both.held += popcount(shared);
    }
    return both;
  }

  /** Visits what is also in `other`, ascending; both of one length. A thirty-second of a step for each index that is in neither. */
  forEachIn(other: Bitfield, visit: (index: number) => void): void {
    for (let at = 0; at < this.words.length; at++) {
      if (((this.words[at] ?? 0) & (other.words[at] ?? 0)) === 0) continue;
      for (let i = at * 32; i < at * 32 + 32; i++) if (this.has(i) && other.has(i)) visit(i);
    }
  }

  forEach(visit: (index: number) => void): void {
    for (let byte = 0; byte < this.bits.length; byte++) {
      if (this.bits[byte] === 0) continue;
      for (let i = byte * 8; i < byte * 8 + 8; i++) if (this.has(i)) visit(i);
    }
  }
}

function popcount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
