import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../lib/base/bytes';
import type { ShareId } from '../lib/base/ids';
import { encodeMessage } from '../lib/wire/codec';
import type { EngineMessage } from '../lib/core/types';
import { frameBytes } from './message-size';

const share = toBase64Url(new Uint8Array(16).fill(3)) as ShareId;
const index = fc.integer({ min: 0, max: (1 << 20) - 1 });
const tag = fc.integer({ min: 0, max: 0xffff_ffff });
const message: fc.Arbitrary<EngineMessage> = fc.oneof(
  fc.array(index, { maxLength: 300 }).map((ranges): EngineMessage => ({ type: 'have', share, ranges })),
  fc.array(index, { maxLength: 20 }).map((ranges): EngineMessage => ({ type: 'interest', share, ranges })),
  fc
    .uint8Array({ maxLength: 70_000 })
    .map((bits): EngineMessage => ({ type: 'bitfield', share, kind: 'bits', bits })),
  fc
    .record({ chunk: index, tag, blockCount: fc.integer({ min: 0, max: 256 }) })
    .map((fields): EngineMessage => ({ type: 'request', share, firstBlock: 0, ...fields })),
  tag.map((t): EngineMessage => ({ type: 'cancel', tag: t })),
  tag.map((t): EngineMessage => ({ type: 'reject', tag: t, reason: 'queue-full' })),
  fc.constantFrom<EngineMessage>({ type: 'choke' }, { type: 'unchoke' }, { type: 'ping' }, { type: 'pong' }),
  fc
    .integer({ min: 0, max: 255 })
    .map((from): EngineMessage => ({ type: 'segmentRequest', share, segment: 900, from })),
  fc.uint8Array({ maxLength: 8192 }).map((hashes): EngineMessage => ({
    type: 'segment',
    share,
    segment: 3,
    from: 0,
    hashes,
    signature: new Uint8Array(64),
  })),
);

describe('message sizes', () => {
  it('[SM1] a computed size is the size of the encoded frame', () => {
    fc.assert(
      fc.property(message, (m) => {
        expect(frameBytes(m)).toBe(encodeMessage(m).length);
      }),
    );
  });
});
