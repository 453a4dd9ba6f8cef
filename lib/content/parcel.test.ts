import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeParcel, encodeParcel, markCount, markKinds, marksOf, type Parcel } from './parcel';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const parcel: fc.Arbitrary<Parcel> = fc.oneof(
  fc.record({ kind: fc.constant('commit' as const), commitment: bytes(32) }),
  fc.record({ kind: fc.constantFrom('nonce' as const, 'reveal' as const), nonce: bytes(16) }),
  fc.record({ kind: fc.constant('link' as const), key: fc.stringMatching(/^[\w-]{1,200}$/) }),
  fc.record({
    kind: fc.constant('answer' as const),
    answer: fc.constantFrom('accepted' as const, 'declined' as const, 'busy' as const, 'cancelled' as const),
  }),
);

describe('parcels', () => {
  it('[NB10] come back as they were written', () => {
    fc.assert(
      fc.property(parcel, (one) => {
        expect(decodeParcel(encodeParcel(one))).toEqual(one);
      }),
    );
  });

  it('[NB10] any other bytes are no parcel, and no exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 80 }), parcel.map(encodeParcel)),
        fc.nat(255),
        (base, extra) => {
          expect(() => decodeParcel(base)).not.toThrow();
          expect(
            decodeParcel(Uint8Array.of(...base, extra)) === undefined || base[0] === 3 || base.length < 34,
          ).toBe(true);
        },
      ),
    );
    for (const wrong of [
      [],
      [9],
      [0],
      [4, 4],
      [4],
      [3],
      [1, ...new Uint8Array(15)],
      [1, ...new Uint8Array(17)],
    ])
      expect(decodeParcel(Uint8Array.from(wrong))).toBeUndefined();
    expect(decodeParcel(Uint8Array.of(3, ...new Uint8Array(257).fill(65)))).toBeUndefined();
  });

  it('[NB11] marks are four of thirty-two, by the first twenty bits', () => {
    expect(marksOf(Uint8Array.of(0b00001_000, 0b10_00011_0, 0b0100_1111))).toEqual([1, 2, 3, 4]);
    fc.assert(
      fc.property(bytes(32), (hash) => {
        const marks = marksOf(hash);
        expect(marks).toHaveLength(markCount);
        expect(marks.every((mark) => mark >= 0 && mark < markKinds)).toBe(true);
      }),
    );
  });
});
