import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../base/bytes';
import { blockHeaderBytes, decodeBlockFrame, encodeBlockFrame } from './block-frame';
import { limits } from './messages';

const u32 = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 0x7fff_ffff, 0xffff_ffff));

describe('block frames', () => {
  it('[WR11] is tag, chunk and offset as big-endian u32, then the payload', () => {
    const frame = encodeBlockFrame(0x01020304, 0x0a0b0c0d, 0xf0000001, Uint8Array.of(0xaa, 0xbb));
    expect(toHex(frame)).toBe('010203040a0b0c0df0000001aabb');
    expect(blockHeaderBytes).toBe(12);
  });

  it('[WR11] survives the round trip', () => {
    fc.assert(
      fc.property(
        u32,
        u32,
        u32,
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        (tag, chunk, offset, payload) => {
          const frame = encodeBlockFrame(tag, chunk, offset, payload);
          expect(decodeBlockFrame(frame)).toEqual({ tag, chunk, offset, payload });
        },
      ),
    );
  });

  it('[WR11] the payload is a view, also when the frame lies inside a larger buffer', () => {
    const frame = encodeBlockFrame(1, 2, 3, Uint8Array.of(9));
    const buffer = new Uint8Array(100);
    buffer.set(frame, 7);
    const block = decodeBlockFrame(buffer.subarray(7, 7 + frame.length));
    expect(block).toEqual({ tag: 1, chunk: 2, offset: 3, payload: Uint8Array.of(9) });
    expect(block?.payload.buffer).toBe(buffer.buffer);
  });

  it('[WR12] refuses what is too short, empty or over the frame limit', () => {
    for (let length = 0; length <= blockHeaderBytes; length++)
      expect(decodeBlockFrame(new Uint8Array(length))).toBeUndefined();
    expect(decodeBlockFrame(new Uint8Array(limits.frameBytes))?.payload.length).toBe(
      limits.frameBytes - blockHeaderBytes,
    );
    expect(decodeBlockFrame(new Uint8Array(limits.frameBytes + 1))).toBeUndefined();
  });

  it('[WR12] sending such a frame is a bug of ours', () => {
    expect(() => encodeBlockFrame(0, 0, 0, new Uint8Array(0))).toThrow('fits a frame');
    const most = limits.frameBytes - blockHeaderBytes;
    expect(encodeBlockFrame(0, 0, 0, new Uint8Array(most))).toHaveLength(limits.frameBytes);
    expect(() => encodeBlockFrame(0, 0, 0, new Uint8Array(most + 1))).toThrow('fits a frame');
  });
});
