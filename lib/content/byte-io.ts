/**
 * Writing and reading the binary formats of this folder. Numbers are big-endian; varints are LEB128 (low 7 bits first) up to 2^53 − 1 in
 * the fewest bytes, so that one value has one encoding. Reading is total: past the end or on a bad value the reader fails for good and
 * answers zeros; check `isDone` at the end. Leaves out what the fields mean.
 */
import { fromBase64Url, toBase64Url } from '../base/bytes';
import { idBytes } from '../base/ids';
import { invariant } from '../base/invariant';

const encoder = new TextEncoder();
/** ignoreBOM: keep a leading U+FEFF, else text would not survive the round trip. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

export class ByteWriter {
  private bytes: Uint8Array<ArrayBuffer>;
  private at = 0;

  /** `expectedBytes` saves copying; the writer grows as needed. */
  constructor(expectedBytes = 256) {
    this.bytes = new Uint8Array(expectedBytes);
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.at);
  }

  u8(value: number): this {
    this.reserve(1);
    this.bytes[this.at++] = value;
    return this;
  }

  u16(value: number): this {
    return this.u8(value >>> 8).u8(value & 0xff);
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff);
  }

  /** A safe integer from 0 on. */
  u64(value: number): this {
    invariant(Number.isSafeInteger(value) && value >= 0, 'a safe unsigned integer');
    return this.u32(Math.floor(value / 0x1_0000_0000)).u32(value % 0x1_0000_0000);
  }

  varint(value: number): this {
    invariant(Number.isSafeInteger(value) && value >= 0, 'a safe unsigned integer');
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.at++] = rest;
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return this;
  }

  /** Bytes of a field whose length is fixed. */
  fixed(bytes: Uint8Array, length: number): this {
    invariant(bytes.length === length, `a field of ${length} bytes`);
    return this.raw(bytes);
  }

  /** The 16 bytes an id stands for. */
  id(id: string): this {
    return this.raw(idToBytes(id));
  }

  text(text: string): this {
    return this.raw(utf8(text));
  }

  private reserve(length: number): void {
    const needed = this.at + length;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
  }
}

export class ByteReader {
  private at = 0;
  private hasFailed = false;

  constructor(private readonly bytes: Uint8Array) {}

  /** All bytes were read and every read was good. */
  get isDone(): boolean {
    return !this.hasFailed && this.at === this.bytes.length;
  }

  get failed(): boolean {
    return this.hasFailed;
  }

  /** Bytes not read yet; 0 after a failure. */
  get left(): number {
    return this.hasFailed ? 0 : this.bytes.length - this.at;
  }

  u8(): number {
    const byte = this.hasFailed ? undefined : this.bytes[this.at];
    if (byte === undefined) return this.fail();
    this.at++;
    return byte;
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8();
  }

  u32(): number {
    return this.u16() * 0x1_0000 + this.u16();
  }

  /** Fails over 2^53 − 1. */
  u64(): number {
    const value = this.u32() * 0x1_0000_0000 + this.u32();
    return Number.isSafeInteger(value) ? value : this.fail();
  }

  /** Fails over 2^53 − 1 and when a shorter encoding exists. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let length = 1; length <= 8; length++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80)
        return (byte === 0 && length > 1) || !Number.isSafeInteger(value) ? this.fail() : value;
      scale *= 0x80;
    }
    return this.fail();
  }

  /** A copy, so that what is kept does not keep the message alive. */
  raw(length: number): Uint8Array<ArrayBuffer> {
    if (length > this.left) {
      this.fail();
      return new Uint8Array(0);
    }
    this.at += length;
    return new Uint8Array(this.bytes.subarray(this.at - length, this.at));
  }

  /** 16 bytes as an id. */
  id(): string {
    return toBase64Url(this.raw(idBytes));
  }

  /** `length` bytes of well-formed UTF-8; fails on anything else. */
  text(length: number): string {
    if (length > this.left) return this.failText();
    this.at += length;
    try {
      return decoder.decode(this.bytes.subarray(this.at - length, this.at));
    } catch {
      return this.failText();
    }
  }

  private fail(): number {
    this.hasFailed = true;
    return 0;
  }

  private failText(): string {
    this.hasFailed = true;
    return '';
  }
}

/** The 16 bytes an id stands for. Ids reach formats only after their shape was checked. */
export function idToBytes(id: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64Url(id);
  invariant(bytes?.length === idBytes, 'an id of 16 bytes');
  return bytes;
}
