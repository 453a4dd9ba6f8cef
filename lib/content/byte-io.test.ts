import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../base/bytes';
import { ByteReader, ByteWriter, idToBytes } from './byte-io';

const safe = fc.oneof(fc.nat(300), fc.maxSafeNat());
const write = (fill: (writer: ByteWriter) => unknown): Uint8Array => {
  const writer = new ByteWriter(1);
  fill(writer);
  return writer.finish();
};

describe('binary fields', { timeout: 30_000 }, () => {
  it('[CF1] numbers lie with the high byte first', () => {
    expect(
      toHex(
        write((writer) =>
          writer
            .u8(1)
            .u16(0x0203)
            .u32(0x04050607)
            .u64(2 ** 53 - 1),
        ),
      ),
    ).toBe('01020304050607001fffffffffffff');
  });

  it('[CF1] varints are LEB128, low 7 bits first', () => {
    const hex = (value: number) => toHex(write((writer) => writer.varint(value)));
    expect([0, 1, 127, 128, 300, 2 ** 32, Number.MAX_SAFE_INTEGER].map(hex)).toEqual([
      '00',
      '01',
      '7f',
      '8001',
      'ac02',
      '8080808010',
      'ffffffffffffff0f',
    ]);
  });

  it('[CF1] every field survives the round trip', () => {
    fc.assert(
      fc.property(
        safe,
        safe,
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.uint8Array({ maxLength: 40 }),
        fc.string({ unit: 'binary' }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (a, b, c, raw, text, id) => {
          const encoded = new TextEncoder().encode(text);
          const bytes = write((writer) =>
            writer
              .u64(a)
              .varint(b)
              .u32(c)
              .u16(c & 0xffff)
              .raw(id)
              .varint(raw.length)
              .raw(raw)
              .text(text),
          );
          const reader = new ByteReader(bytes);
          expect([reader.u64(), reader.varint(), reader.u32(), reader.u16()]).toEqual([a, b, c, c & 0xffff]);
          expect(idToBytes(reader.id())).toEqual(id);
          expect(reader.raw(reader.varint())).toEqual(raw);
          expect(reader.left).toBe(encoded.length);
          expect(reader.text(reader.left)).toBe(text);
          expect(reader.isDone).toBe(true);
        },
      ),
    );
  });

  it('[CF1] a leading byte order mark is text like other text', () => {
    const bytes = write((writer) => writer.text('\ufeffa'));
    expect(new ByteReader(bytes).text(bytes.length)).toBe('\ufeffa');
  });

  it.each([
    ['a longer varint than needed', [0x80, 0x00]],
    ['a varint over 2^53 − 1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f]],
    ['a varint without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a varint cut short', [0x80]],
    ['no varint', []],
  ])('[CF1] refuses %s', (_name, bytes) => {
    const reader = new ByteReader(Uint8Array.from(bytes));
    expect(reader.varint()).toBe(0);
    expect([reader.failed, reader.isDone]).toEqual([true, false]);
  });

  it('[CF1] a failed reader stays failed and answers nothing', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3));
    expect(reader.raw(4)).toEqual(new Uint8Array(0));
    expect([reader.u8(), reader.u16(), reader.u64(), reader.varint(), reader.left]).toEqual([0, 0, 0, 0, 0]);
    expect([reader.raw(1).length, reader.text(1), reader.isDone]).toEqual([0, '', false]);
  });

  it('[CF1] refuses numbers over 2^53 − 1 and text that is not UTF-8', () => {
    const big = new ByteReader(new Uint8Array(8).fill(0xff));
    expect([big.u64(), big.failed]).toEqual([0, true]);
    const text = new ByteReader(Uint8Array.of(0xc3, 0x28));
    expect([text.text(2), text.failed]).toEqual(['', true]);
  });

  it('[CF1] what is read is a copy', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const read = new ByteReader(bytes).raw(3);
    bytes.fill(0);
    expect(read).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('[CF1] writing what has no form is a bug of ours', () => {
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => new ByteWriter().u64(value)).toThrow('safe');
      expect(() => new ByteWriter().varint(value)).toThrow('safe');
    }
    expect(() => new ByteWriter().fixed(new Uint8Array(3), 4)).toThrow('4 bytes');
    expect(() => idToBytes('AAAA')).toThrow('16 bytes');
  });
});
