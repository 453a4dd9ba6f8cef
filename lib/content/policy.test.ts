import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toBase64Url, toHex } from '../base/bytes';
import type { RoomId } from '../base/ids';
import { limits } from '../wire/messages';
import {
  decodePolicy,
  encodedPolicyBytes,
  encodePolicy,
  policySigningBytes,
  supersedes,
  type Policy,
} from './policy';
import { anyPolicy, countedBytes } from './testing/formats';

const example: Policy = {
  room: toBase64Url(countedBytes(16)) as RoomId,
  sequence: 0x0102,
  othersMayAdd: true,
  publisherKey: countedBytes(32, 0x10),
  signature: countedBytes(64, 0x80),
};

describe('policy', () => {
  it('[CF12] lies in memory as written down', () => {
    expect(toHex(encodePolicy(example))).toBe(
      [
        '01',
        toHex(countedBytes(16)),
        '0000000000000102',
        '01',
        toHex(countedBytes(32, 0x10)),
        toHex(countedBytes(64, 0x80)),
      ].join(''),
    );
    expect(encodedPolicyBytes).toBe(122);
    expect(encodedPolicyBytes).toBeLessThanOrEqual(limits.policyBytes);
  });

  it('[CF12] survives the round trip, and the signature covers everything before it', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        const bytes = encodePolicy(policy);
        expect(decodePolicy(bytes)).toEqual({ ok: true, value: policy });
        expect(policySigningBytes(policy)).toEqual(
          concatBytes(new TextEncoder().encode('shoal policy 1'), bytes.subarray(0, bytes.length - 64)),
        );
      }),
    );
  });

  it('[CF12] refuses another length, version, flag or a sequence over 2^53 − 1', () => {
    const malformed = { ok: false, error: 'malformed' };
    const bytes = encodePolicy(example);
    for (let length = 0; length < bytes.length; length++)
      expect(decodePolicy(bytes.subarray(0, length))).toEqual(malformed);
    expect(decodePolicy(concatBytes(bytes, Uint8Array.of(0)))).toEqual(malformed);
    for (const [at, value] of [
      [0, 2],
      [25, 2],
      [17, 0x20],
    ] as const) {
      const altered = bytes.slice();
      altered[at] = value;
      expect(decodePolicy(altered)).toEqual(malformed);
    }
  });

  it('[CF12] the higher sequence counts, and at a tie the stricter, so that all peers agree', () => {
    const at = (sequence: number, othersMayAdd: boolean): Policy => ({ ...example, sequence, othersMayAdd });
    expect(supersedes(at(0, true), undefined)).toBe(true);
    expect(supersedes(at(2, true), at(1, false))).toBe(true);
    expect(supersedes(at(1, false), at(2, true))).toBe(false);
    expect(supersedes(at(1, true), at(1, true))).toBe(false);
    const policies = fc.record({ sequence: fc.nat(3), othersMayAdd: fc.boolean() });
    fc.assert(
      fc.property(fc.array(policies, { minLength: 1 }), fc.integer(), (list, seed) => {
        const settle = (order: readonly { sequence: number; othersMayAdd: boolean }[]) =>
          order.reduce<Policy | undefined>((current, { sequence, othersMayAdd }) => {
            const policy = at(sequence, othersMayAdd);
            return supersedes(policy, current) ? policy : current;
          }, undefined);
        const shuffled = list.map((_, i) => list[(i + Math.abs(seed)) % list.length]!).reverse();
        expect(settle(shuffled)).toEqual(settle(list));
      }),
    );
  });
});
