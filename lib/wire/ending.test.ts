import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toBase64Url, toHex } from '../base/bytes';
import type { PeerId, RoomId } from '../base/ids';
import { encodeMessage } from './codec';
import {
  clockSkewMs,
  decodeEnding,
  encodedEndingBytes,
  encodeEnding,
  endedBy,
  endingReasons,
  endingSigningBytes,
  endingSupersedes,
  roomIdPreimage,
  type Ending,
} from './ending';

const counted = (length: number, start = 0) => Uint8Array.from({ length }, (_, i) => start + i);
const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((raw) => new Uint8Array(raw));
const example: Ending = {
  room: toBase64Url(counted(16)) as RoomId,
  sequence: 0x0102,
  over: 'expired',
  endsAt: 0x0a0b,
  publisherKey: counted(32, 0x10),
  signature: counted(64, 0x80),
};
const anyEnding: fc.Arbitrary<Ending> = fc.record({
  room: bytes(16).map((raw) => toBase64Url(raw) as RoomId),
  sequence: fc.oneof(fc.nat(3), fc.maxSafeNat()),
  over: fc.constantFrom(null, ...endingReasons),
  endsAt: fc.oneof(
    fc.constant(null),
    fc.integer({ min: 1, max: 4 }),
    fc.maxSafeNat().map((n) => n || 1),
  ),
  publisherKey: bytes(32),
  signature: bytes(64),
});

describe('ending', () => {
  it('[OP5] lies in memory as written down', () => {
    expect(toHex(encodeEnding(example))).toBe(
      [
        '01',
        toHex(counted(16)),
        '0000000000000102',
        '02',
        '0000000000000a0b',
        toHex(counted(32, 0x10)),
        toHex(counted(64, 0x80)),
      ].join(''),
    );
    expect(encodedEndingBytes).toBe(130);
    expect(encodeMessage({ type: 'ending', ending: encodeEnding(example) }).length).toBeLessThan(256);
  });

  it('[OP5] survives the round trip, and the signature covers everything before it', () => {
    fc.assert(
      fc.property(anyEnding, (ending) => {
        const encoded = encodeEnding(ending);
        expect(decodeEnding(encoded)).toEqual({ ok: true, value: ending });
        expect(endingSigningBytes(ending)).toEqual(
          concatBytes(new TextEncoder().encode('shoal ending 1'), encoded.subarray(0, encoded.length - 64)),
        );
      }),
    );
  });

  it('[OP5] any other bytes are malformed and throw nothing', () => {
    const malformed = { ok: false, error: 'malformed' };
    const encoded = encodeEnding(example);
    for (let length = 0; length < encoded.length; length++)
      expect(decodeEnding(encoded.subarray(0, length))).toEqual(malformed);
    expect(decodeEnding(concatBytes(encoded, Uint8Array.of(0)))).toEqual(malformed);
    // Another version, an unknown reason, a number over 2^53 − 1 in either place.
    for (const [at, value] of [
      [0, 2],
      [25, 4],
      [17, 0x20],
      [26, 0x20],
    ] as const) {
      const altered = encoded.slice();
      altered[at] = value;
      expect(decodeEnding(altered)).toEqual(malformed);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (raw) => typeof decodeEnding(raw).ok === 'boolean'),
    );
  });

  it('[OP6] the higher sequence counts, a room that is over stays so, and all agree in whatever order they hear', () => {
    const at = (sequence: number, over: Ending['over'], endsAt: number | null): Ending => ({
      ...example,
      ...{ sequence, over, endsAt },
    });
    expect(endingSupersedes(at(1, null, 5), undefined)).toBe(true);
    expect(endingSupersedes(at(3, null, null), at(2, null, 5))).toBe(true);
    expect(endingSupersedes(at(1, null, 9), at(2, null, 5))).toBe(false);
    expect(endingSupersedes(at(2, null, 4), at(2, null, 5))).toBe(true);
    expect(endingSupersedes(at(2, null, null), at(2, null, 5))).toBe(false);
    expect(endingSupersedes(at(1, 'closed', null), at(9, null, 5))).toBe(true);
    expect(endingSupersedes(at(9, null, null), at(1, 'closed', null))).toBe(false);
    expect(endingSupersedes(at(9, 'closed', null), at(1, 'expired', null))).toBe(false);
    const few = fc.record({
      sequence: fc.nat(2),
      over: fc.constantFrom(null, 'closed' as const),
      endsAt: fc.constantFrom(null, 1, 2),
    });
    fc.assert(
      fc.property(fc.array(few, { minLength: 1, maxLength: 6 }), fc.nat(), (said, seed) => {
        const settle = (order: readonly (typeof said)[number][]) =>
          order
            .map((one) => at(one.sequence, one.over, one.endsAt))
            .reduce(
              (held: Ending | undefined, next) => (endingSupersedes(next, held) ? next : held),
              undefined,
            );
        const shuffled = said
          .map((one, i) => ({ one, key: ((i + 1) * (seed + 7)) % 11 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const [a, b] = [settle(said), settle(shuffled)];
        expect(a?.over).toBe(b?.over);
        if (!a?.over) expect([a?.sequence, a?.endsAt]).toEqual([b?.sequence, b?.endsAt]);
      }),
    );
  });

  it('[OP7] a time counts once it has come by the clock of who asks, with slack; a word for now counts at once', () => {
    const timed = { ...example, over: null, endsAt: 1_000_000 };
    expect(endedBy(null, 5e15, 0)).toBeNull();
    expect(endedBy({ ...timed, endsAt: null }, 5e15, 0)).toBeNull();
    expect(endedBy(timed, 999_999, 0)).toBeNull();
    expect(endedBy(timed, 1_000_000, 0)).toBe('expired');
    expect(endedBy(timed, 1_000_000 + clockSkewMs - 1, clockSkewMs)).toBeNull();
    expect(endedBy(timed, 1_000_000 + clockSkewMs, clockSkewMs)).toBe('expired');
    expect(endedBy({ ...timed, over: 'closed' }, 0, clockSkewMs)).toBe('closed');
  });

  it('[OP8] what a room’s id is a hash of begins like nothing else that is hashed', () => {
    const creator = toBase64Url(counted(16, 0x40)) as PeerId;
    expect(toHex(roomIdPreimage(counted(16), creator))).toBe(
      toHex(new TextEncoder().encode('shoal room 2')) + toHex(counted(16)) + toHex(counted(16, 0x40)),
    );
  });
});
