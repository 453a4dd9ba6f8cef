import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../base/bytes';
import type { ShareId } from '../base/ids';
import { geometryOf, minChunkBytes } from './layout';
import { hashBytes, segmentSigningBytes, SegmentTable } from './segments';
import { countedBytes } from './testing/formats';

const share = 'AAECAwQFBgcICQoLDA0ODw' as ShareId;
/** 600 chunks: segments of 256, 256 and 88. */
const geometry = geometryOf(600 * minChunkBytes - 5);
const table = () => new SegmentTable(geometry);
const hashOf = (chunk: number) =>
  new Uint8Array(hashBytes).fill(chunk & 0xff).map((byte, i) => (i === 0 ? chunk >> 8 : byte));
/** The true hashes of the first `count` chunks of a segment. */
const hashesOf = (segment: number, count: number) =>
  concatBytes(...Array.from({ length: count }, (_, i) => hashOf(segment * 256 + i)));
/** Stands for a signature over `count` hashes. */
const signatureOf = (count: number) => new Uint8Array(64).fill(count & 0xff);
const none = { hashes: new Uint8Array(0), signature: new Uint8Array(0) };

describe('segments', () => {
  it('[CF9] a signature covers domain, share, segment, count and hashes', () => {
    const hashes = countedBytes(64);
    expect(toHex(segmentSigningBytes(share, 0x01020304, hashes))).toBe(
      Buffer.from('shoal segment 1' + share).toString('hex') + '01020304' + '00000002' + toHex(hashes),
    );
  });

  it('[CF10] grows as longer lists come, and knows each chunk', () => {
    const known = table();
    expect([known.known(0), known.knownChunks, known.hash(0)]).toEqual([0, 0, undefined]);
    expect(known.accept(0, hashesOf(0, 3), signatureOf(3))).toBe('grown');
    expect(known.accept(0, hashesOf(0, 10), signatureOf(10))).toBe('grown');
    expect(known.accept(2, hashesOf(2, 88), signatureOf(88))).toBe('grown');
    expect([known.known(0), known.known(1), known.known(2), known.knownChunks]).toEqual([10, 0, 88, 98]);
    expect(known.hash(9)).toEqual(hashOf(9));
    expect(known.hash(10)).toBeUndefined();
    expect(known.hash(512)).toEqual(hashOf(512));
    expect(known.hash(600)).toBeUndefined();
    expect(known.hash(-1)).toBeUndefined();
    expect(known.isComplete).toBe(false);
  });

  it('[CF10] a shorter or equal list with the same beginning is nothing new, and the longer signature stays', () => {
    const known = table();
    known.accept(0, hashesOf(0, 10), signatureOf(10));
    expect(known.accept(0, hashesOf(0, 4), signatureOf(4))).toBe('same');
    expect(known.accept(0, hashesOf(0, 10), signatureOf(99))).toBe('same');
    expect(known.accept(0, new Uint8Array(0), new Uint8Array(0))).toBe('same');
    expect(known.toRecord(0)).toEqual({ hashes: hashesOf(0, 10), signature: signatureOf(10) });
  });

  it('[CF10] a list that differs where both have hashes is a conflict and changes nothing', () => {
    const known = table();
    known.accept(0, hashesOf(0, 10), signatureOf(10));
    for (const [count, at] of [
      [10, 9],
      [4, 0],
      [20, 5],
    ] as const) {
      const other = hashesOf(0, count);
      other[at * hashBytes + 31] = 0xee;
      expect(known.accept(0, other, signatureOf(count))).toBe('conflict');
    }
    expect(known.toRecord(0)).toEqual({ hashes: hashesOf(0, 10), signature: signatureOf(10) });
  });

  it.each([
    ['a segment past the last', 3, 1 * hashBytes],
    ['a negative segment', -1, 1 * hashBytes],
    ['a fractional segment', 0.5, 1 * hashBytes],
    ['more hashes than the last segment has chunks', 2, 89 * hashBytes],
    ['more hashes than a segment has', 0, 257 * hashBytes],
    ['half a hash', 0, 40],
  ])('[CF10] refuses %s', (_name, segment, bytes) => {
    const known = table();
    expect(known.accept(segment, new Uint8Array(bytes), signatureOf(1))).toBe('out-of-range');
    expect(known.knownChunks).toBe(0);
  });

  it('[CF10] what must be verified is the own beginning with the new hashes', () => {
    const known = table();
    known.accept(0, hashesOf(0, 10), signatureOf(10));
    const added = concatBytes(hashOf(10), hashOf(11));
    expect(known.hashesWith(0, 10, added)).toEqual(hashesOf(0, 12));
    expect(known.hashesWith(0, 4, added)).toEqual(concatBytes(hashesOf(0, 4), added));
    expect(known.hashesWith(0, 0, added)).toEqual(added);
    expect(known.hashesWith(0, 11, added)).toBeUndefined();
    expect(known.hashesWith(1, 0, added)).toEqual(added);
    expect(known.hashesWith(1, 1, added)).toBeUndefined();
  });

  it('[CF11] hands out hashes from a number on, with the signature over all of them', () => {
    const known = table();
    known.accept(1, hashesOf(1, 10), signatureOf(10));
    expect(known.slice(1, 0)).toEqual({ hashes: hashesOf(1, 10), signature: signatureOf(10) });
    expect(known.slice(1, 9)).toEqual({ hashes: hashOf(256 + 9), signature: signatureOf(10) });
    expect(known.slice(1, 10)).toEqual(none);
    expect(known.slice(1, 200)).toEqual(none);
    expect(known.slice(0, 0)).toEqual(none);
    expect(known.slice(77, 0)).toEqual(none);
  });

  it('[CF11] hands out a publisher’s hashes only as far as they are signed', () => {
    const own = table();
    own.append(0, hashOf(0));
    own.append(0, hashOf(1));
    expect([own.known(0), own.slice(0, 0), own.toRecord(0)]).toEqual([2, none, none]);
    expect(own.hash(1)).toEqual(hashOf(1));
    // Hashing went on while the first two were being signed.
    own.append(0, hashOf(2));
    own.setSignature(0, signatureOf(2), 2);
    expect(own.slice(0, 1)).toEqual({ hashes: hashOf(1), signature: signatureOf(2) });
    expect(own.slice(0, 2)).toEqual(none);
    own.setSignature(0, signatureOf(3));
    expect(own.slice(0, 0)).toEqual({ hashes: hashesOf(0, 3), signature: signatureOf(3) });
    // A signature that comes late covers less and is dropped.
    own.setSignature(0, signatureOf(2), 2);
    expect(own.toRecord(0)).toEqual({ hashes: hashesOf(0, 3), signature: signatureOf(3) });
  });

  it('[CF11] a publisher that hashed again gets its signature back from a peer or its store', () => {
    const own = table();
    for (let i = 0; i < 5; i++) own.append(0, hashOf(i));
    expect(own.accept(0, hashesOf(0, 4), signatureOf(4))).toBe('same');
    expect(own.toRecord(0)).toEqual({ hashes: hashesOf(0, 4), signature: signatureOf(4) });
    expect(own.known(0)).toBe(5);
  });

  it('[CF11] a publisher’s slips are bugs of ours', () => {
    const own = table();
    expect(() => own.append(3, hashOf(0))).toThrow('segment');
    expect(() => own.append(0, new Uint8Array(31))).toThrow('hash');
    expect(() => own.setSignature(0, signatureOf(0))).toThrow('known hashes');
    for (let i = 0; i < 88; i++) own.append(2, hashOf(512 + i));
    expect(() => own.append(2, hashOf(600))).toThrow('no more hashes');
  });

  it('[CF11] what is handed out is not shared memory', () => {
    const known = table();
    const given = hashesOf(0, 2);
    known.accept(0, given, signatureOf(2));
    given.fill(0);
    known.slice(0, 0).hashes.fill(0);
    known.toRecord(0).signature.fill(0);
    expect(known.toRecord(0)).toEqual({ hashes: hashesOf(0, 2), signature: signatureOf(2) });
    expect(known.toRecord(0).hashes.buffer.byteLength).toBe(2 * hashBytes);
  });

  it('[CF10] is complete when every chunk has its hash; a share without chunks from the start', () => {
    const known = table();
    for (const [segment, count] of [256, 256, 88].entries()) {
      expect(known.isComplete).toBe(false);
      known.accept(segment, hashesOf(segment, count), signatureOf(count));
    }
    expect([known.isComplete, known.knownChunks]).toEqual([true, 600]);
    expect(new SegmentTable(geometryOf(0)).isComplete).toBe(true);
    expect(new SegmentTable(geometryOf(0)).accept(0, new Uint8Array(0), signatureOf(0))).toBe('out-of-range');
  });

  it('[CF10] lists of any lengths in any order leave the longest', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(88)), { maxLength: 12 }), (lists) => {
        const known = table();
        const longest = [0, 0, 0];
        for (const [segment, count] of lists) {
          const before = longest[segment] ?? 0;
          const outcome = known.accept(segment, hashesOf(segment, count), signatureOf(count));
          expect(outcome).toBe(count > before ? 'grown' : 'same');
          longest[segment] = Math.max(before, count);
        }
        longest.forEach((count, segment) => {
          expect(known.known(segment)).toBe(count);
          expect(known.toRecord(segment)).toEqual(
            count === 0 ? none : { hashes: hashesOf(segment, count), signature: signatureOf(count) },
          );
        });
        expect(known.knownChunks).toBe(longest.reduce((sum, count) => sum + count, 0));
      }),
    );
  });
});
