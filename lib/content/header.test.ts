import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toBase64Url, toHex } from '../base/bytes';
import type { ShareId } from '../base/ids';
import { limits } from '../wire/messages';
import {
  decodeHeader,
  encodedHeaderBytes,
  encodeHeader,
  headerSigningBytes,
  shareIdPreimage,
  type Header,
} from './header';
import { maxChunkBytes, maxTotalBytes, minChunkBytes } from './layout';
import { anyHeader, countedBytes } from './testing/formats';

const example: Header = {
  share: toBase64Url(countedBytes(16)) as ShareId,
  publisherKey: countedBytes(32, 0x10),
  nonce: countedBytes(16, 0x40),
  totalBytes: 1_000_000,
  chunkBytes: 262_144,
  chunkCount: 4,
  createdAt: 1_700_000_000_000,
  catalogBytes: 300,
  catalogHash: countedBytes(32, 0x60),
  signature: countedBytes(64, 0x80),
};
/** The example's bytes with some overwritten: fields that a publisher of ours would never write. */
function altered(at: number, ...bytes: number[]): Uint8Array {
  const encoded = encodeHeader(example);
  encoded.set(bytes, at);
  return encoded;
}
const errorOf = (bytes: Uint8Array) => {
  const result = decodeHeader(bytes);
  return result.ok ? 'ok' : result.error;
};

describe('header', () => {
  it('[CF2] lies in memory as written down', () => {
    expect(toHex(encodeHeader(example))).toBe(
      [
        '01',
        toHex(countedBytes(16)),
        toHex(countedBytes(32, 0x10)),
        toHex(countedBytes(16, 0x40)),
        '00000000000f4240',
        '00040000',
        '00000004',
        '0000018bcfe56800',
        '0000012c',
        toHex(countedBytes(32, 0x60)),
        toHex(countedBytes(64, 0x80)),
      ].join(''),
    );
    expect(encodedHeaderBytes).toBe(189);
    expect(encodedHeaderBytes).toBeLessThanOrEqual(limits.headerBytes);
  });

  it('[CF2] survives the round trip, and one header has one encoding', () => {
    fc.assert(
      fc.property(anyHeader, (header) => {
        const bytes = encodeHeader(header);
        const result = decodeHeader(bytes);
        expect(result).toEqual({ ok: true, value: header });
        if (result.ok) expect(encodeHeader(result.value)).toEqual(bytes);
      }),
    );
  });

  it('[CF2] any other length or version is malformed', () => {
    const bytes = encodeHeader(example);
    for (let length = 0; length < bytes.length; length++)
      expect(errorOf(bytes.subarray(0, length))).toBe('malformed');
    expect(errorOf(concatBytes(bytes, Uint8Array.of(0)))).toBe('malformed');
    expect(errorOf(altered(0, 2))).toBe('malformed');
  });

  it('[CF2] what is decoded does not hang on the message', () => {
    const bytes = encodeHeader(example);
    const result = decodeHeader(bytes);
    bytes.fill(0);
    expect(result).toEqual({ ok: true, value: example });
  });

  it('[CF3] the signature covers a domain and every field before it', () => {
    const signed = headerSigningBytes(example);
    const encoded = encodeHeader(example);
    expect(signed).toEqual(
      concatBytes(new TextEncoder().encode('shoal header 1'), encoded.subarray(0, encoded.length - 64)),
    );
  });

  it.each([
    ['a chunk size other than the total asks for', altered(73, 0, 8, 0, 0)],
    ['a chunk size that is no power of two', altered(73, 0, 4, 0, 1)],
    ['a chunk size under the least', altered(73, 0, 2, 0, 0)],
    ['a chunk size over the most', altered(73, 0, 0x80, 0, 0)],
    ['no chunk size', altered(73, 0, 0, 0, 0)],
    ['a chunk too few', altered(77, 0, 0, 0, 3)],
    ['a chunk too many', altered(77, 0, 0, 0, 5)],
    ['a total over 2^53 − 1', altered(65, 0, 0x20)],
    ['a total over the largest share', altered(65, 0, 0x1f, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0)],
    ['a time over 2^53 − 1', altered(81, 0xff)],
    ['no catalog', altered(89, 0, 0, 0, 0)],
    ['a catalog over the limit', altered(89, 4, 0, 0, 1)],
  ])('[CF4] refuses %s', (_name, bytes) => {
    expect(errorOf(bytes)).toBe('inconsistent');
  });

  it('[CF4] accepts shares from nothing to the largest, and none larger', () => {
    const sized = (totalBytes: number, chunkBytes: number, chunkCount: number): Header => ({
      ...example,
      totalBytes,
      chunkBytes,
      chunkCount,
    });
    const edges = [
      sized(0, minChunkBytes, 0),
      sized(1, minChunkBytes, 1),
      sized(minChunkBytes * 2000, minChunkBytes, 2000),
      sized(minChunkBytes * 2000 + 1, 2 * minChunkBytes, 1001),
      sized(maxTotalBytes, maxChunkBytes, limits.chunks),
    ];
    for (const header of edges)
      expect(decodeHeader(encodeHeader(header))).toEqual({ ok: true, value: header });
    expect(() => encodeHeader(sized(maxTotalBytes + 1, maxChunkBytes, limits.chunks + 1))).toThrow(
      'holds together',
    );
  });

  it('[CF4] making one that others would refuse is a bug of ours', () => {
    expect(() => encodeHeader({ ...example, chunkCount: 5 })).toThrow('holds together');
    expect(() => encodeHeader({ ...example, totalBytes: 0.5 })).toThrow('holds together');
    expect(() => encodeHeader({ ...example, createdAt: Number.NaN })).toThrow('holds together');
    expect(() => encodeHeader({ ...example, catalogBytes: 0 })).toThrow('holds together');
    expect(() => encodeHeader({ ...example, signature: countedBytes(63) })).toThrow('64 bytes');
  });

  it('[CF5] a share id is the hash of its publisher and a nonce', () => {
    const preimage = shareIdPreimage(countedBytes(32, 0x10), countedBytes(16, 0x40));
    expect(toHex(preimage)).toBe(
      Buffer.from('shoal share 1').toString('hex') +
        toHex(countedBytes(32, 0x10)) +
        toHex(countedBytes(16, 0x40)),
    );
    const hash = createHash('sha256').update(preimage).digest().subarray(0, 16);
    expect(toBase64Url(hash)).toHaveLength(22);
    expect(() => shareIdPreimage(countedBytes(31), countedBytes(16))).toThrow('32 bytes');
  });
});
