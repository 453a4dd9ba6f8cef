/**
 * The frame of block data on the block channel: u32 tag, u32 chunk, u32 offset, big-endian, then the payload. PROTOCOL.md §3 (WR).
 * Fixed and binary because it is the hot path: one allocation and one copy out, none in. Leaves out whether anybody asked for it.
 */
import { invariant } from '../base/invariant';
import { limits } from './messages';

export const blockHeaderBytes = 12;

export interface BlockFrame {
  /** Of the request this answers. */
  readonly tag: number;
  readonly chunk: number;
  /** Bytes from the start of the sealed chunk. */
  readonly offset: number;
  /** A view of the frame. */
  readonly payload: Uint8Array;
}

/** `payload` holds 1 byte up to the frame limit less the header; the rest are unsigned 32-bit numbers. */
export function encodeBlockFrame(
  tag: number,
  chunk: number,
  offset: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const size = blockHeaderBytes + payload.length;
  invariant(payload.length > 0 && size <= limits.frameBytes, 'a block fits a frame');
  const frame = new Uint8Array(size);
  const view = new DataView(frame.buffer);
  view.setUint32(0, tag);
  view.setUint32(4, chunk);
  view.setUint32(8, offset);
  frame.set(payload, blockHeaderBytes);
  return frame;
}

/** undefined: too short, without payload or over the frame limit. */
export function decodeBlockFrame(frame: Uint8Array): BlockFrame | undefined {
  if (frame.length <= blockHeaderBytes || frame.length > limits.frameBytes) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, blockHeaderBytes);
  return {
    tag: view.getUint32(0),
    chunk: view.getUint32(4),
    offset: view.getUint32(8),
    payload: frame.subarray(blockHeaderBytes),
  };
}
