import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bitfield } from './bitfield';

const length = fc.integer({ min: 0, max: 100 });
/** A length and indexes below it. */
const lengthAndMembers = length.chain((size) =>
  fc.tuple(
    fc.constant(size),
    size === 0 ? fc.constant([]) : fc.uniqueArray(fc.integer({ min: 0, max: size - 1 })),
  ),
);
function fieldOf(size: number, members: readonly number[]): Bitfield {
  const field = new Bitfield(size);
  for (const member of members) field.add(member);
  return field;
}
function membersOf(field: Bitfield): number[] {
  const members: number[] = [];
  field.forEach((index) => members.push(index));
  return members;
}

describe('bitfield', () => {
  it('[BA3] behaves as a set of small integers', () => {
    fc.assert(
      fc.property(
        length,
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -5, max: 110 }))),
        (size, steps) => {
          const field = new Bitfield(size);
          const model = new Set<number>();
          for (const [isAdd, index] of steps) {
            const isInside = index >= 0 && index < size;
            if (isAdd) {
              expect(field.add(index)).toBe(isInside && !model.has(index));
              if (isInside) model.add(index);
            } else expect(field.remove(index)).toBe(model.delete(index));
            expect(field.count).toBe(model.size);
          }
          expect(field.isFull).toBe(model.size === size);
          expect(membersOf(field)).toEqual([...model].sort((a, b) => a - b));
          for (let i = -5; i < 110; i++) expect(field.has(i)).toBe(model.has(i));
        },
      ),
    );
  });

  it('[BA3] bit 0 is the high bit of byte 0', () => {
    expect(fieldOf(10, [0, 7, 8]).toBytes()).toEqual(Uint8Array.of(0b1000_0001, 0b1000_0000));
  });

  it('[BA3] survives the wire', () => {
    fc.assert(
      fc.property(lengthAndMembers, ([size, members]) => {
        const read = Bitfield.fromBytes(size, fieldOf(size, members).toBytes());
        expect(read && membersOf(read)).toEqual([...members].sort((a, b) => a - b));
        expect(read?.count).toBe(members.length);
      }),
    );
  });

  it('[BA3] refuses a wrong byte count and set spare bits, and nothing else', () => {
    fc.assert(
      fc.property(length, fc.uint8Array({ maxLength: 14 }), (size, bytes) => {
        const spare = (8 - (size % 8)) % 8;
        const isValid =
          bytes.length === Math.ceil(size / 8) && ((bytes.at(-1) ?? 0) & ((1 << spare) - 1)) === 0;
        const field = Bitfield.fromBytes(size, bytes);
        expect(field !== undefined).toBe(isValid);
        if (field) expect(field.toBytes()).toEqual(bytes);
      }),
    );
    expect(Bitfield.fromBytes(9, Uint8Array.of(0xff, 0x80))?.isFull).toBe(true);
    expect(Bitfield.fromBytes(9, Uint8Array.of(0xff, 0xc0))).toBeUndefined();
    expect(Bitfield.fromBytes(9, Uint8Array.of(0xff))).toBeUndefined();
  });

  it('[BA3] counts and sets ranges, cut at its ends', () => {
    fc.assert(
      fc.property(lengthAndMembers, fc.nat(110), fc.nat(110), ([size, members], start, end) => {
        const field = fieldOf(size, members);
        expect(field.countRange(start, end)).toBe(members.filter((i) => i >= start && i < end).length);
        field.setRange(start, end);
        expect(field.countRange(start, end)).toBe(Math.max(0, Math.min(end, size) - start));
      }),
    );
  });

  it('[BA3] the full one holds everything; copies are independent', () => {
    for (const size of [0, 1, 7, 8, 9, 64]) {
      const full = Bitfield.full(size);
      expect([full.count, full.isFull]).toEqual([size, true]);
      const copy = full.clone();
      copy.remove(0);
      const bytes = full.toBytes();
      bytes.fill(0);
      expect([full.count, full.has(0)]).toEqual([size, size > 0]);
    }
  });

  it('[BA3] what both hold is a set of its own', () => {
    fc.assert(
      fc.property(lengthAndMembers, fc.array(fc.nat(100)), ([size, members], others) => {
        const one = fieldOf(size, members);
        const other = fieldOf(
          size,
          others.filter((i) => i < size),
        );
        const both = one.and(other);
        const expected = new Set(members.filter((i) => others.includes(i)));
        expect(both.count).toBe(expected.size);
        for (let i = 0; i < size; i++) expect(both.has(i)).toBe(expected.has(i));
      }),
    );
  });
});
