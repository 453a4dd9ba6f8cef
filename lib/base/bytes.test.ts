import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, equalBytes, fromBase64Url, release, toBase64Url, toHex, uint32 } from './bytes';

const anyBytes = fc.uint8Array({ maxLength: 200 });
/** The RFC's vectors (RFC 4648 §10), without padding. */
const vectors = [
  ['', ''],
  ['f', 'Zg'],
  ['fo', 'Zm8'],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg'],
  ['fooba', 'Zm9vYmE'],
  ['foobar', 'Zm9vYmFy'],
] as const;

describe('base64url', () => {
  it.each(vectors)('[BA1] encodes %j as the RFC does', (plain, encoded) => {
    const bytes = new TextEncoder().encode(plain);
    expect(toBase64Url(bytes)).toBe(encoded);
    expect(fromBase64Url(encoded)).toEqual(bytes);
  });

  it('[BA1] agrees with Node and survives the round trip', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
    );
  });

  it.each(['A', 'AAAAA', 'AA==', 'A+/A', 'AA A', 'AAé', 'AA\u0000A', '😀'])('[BA1] refuses %j', (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });

  it('[BA1] has one text per value: spare bits must be zero', () => {
    expect(fromBase64Url('AA')).toEqual(Uint8Array.of(0));
    expect(fromBase64Url('AB')).toBeUndefined();
    expect(fromBase64Url('AAA')).toEqual(Uint8Array.of(0, 0));
    expect(fromBase64Url('AAB')).toBeUndefined();
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]{0,50}$/), (text) => {
        const bytes = fromBase64Url(text);
        if (bytes) expect(toBase64Url(bytes)).toBe(text);
      }),
    );
  });
});

describe('byte strings', () => {
  it('[BA2] writes hexadecimal as Node does', () => {
    fc.assert(fc.property(anyBytes, (bytes) => toHex(bytes) === Buffer.from(bytes).toString('hex')));
  });

  it('[BA2] equal means same length and same bytes', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (a, b) => {
        expect(equalBytes(a, b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
        expect(equalBytes(a, a.slice())).toBe(true);
      }),
    );
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  });

  it('[BA2] joins in order, into bytes of its own', () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 6 }), (parts) => {
        expect(toHex(concatBytes(...parts))).toBe(parts.map((part) => toHex(part)).join(''));
      }),
    );
    const part = Uint8Array.of(1);
    const joined = concatBytes(part);
    part[0] = 9;
    expect(joined).toEqual(Uint8Array.of(1));
  });

  it('[BA2] writes 32-bit numbers with the high byte first', () => {
    expect(toHex(uint32(0x01020304))).toBe('01020304');
    expect(toHex(uint32(0xffff_ffff))).toBe('ffffffff');
  });
});

describe('release', () => {
  it('[BA9] empties the bytes and every other view of their memory, where the platform can; else changes nothing', () => {
    const bytes = new Uint8Array(100).fill(7);
    const view = bytes.subarray(10, 20);
    const able = 'transfer' in ArrayBuffer.prototype;
    release(bytes);
    expect([bytes.length, view.length]).toEqual(able ? [0, 0] : [100, 10]);
    const other = new Uint8Array(3);
    Object.defineProperty(other.buffer, 'transfer', { value: undefined });
    release(other);
    expect(other.length).toBe(3);
  });
});
