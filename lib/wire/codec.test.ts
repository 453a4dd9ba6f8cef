import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../base/bytes';
import type { ShareId } from '../base/ids';
import { decodeMessage, encodeMessage } from './codec';
import { limits, messageSchemas, type PeerMessage } from './messages';
import { anyMessage, arbitraryMessages, messageTypes } from './testing/messages';

const share = 'AAECAwQFBgcICQoLDA0ODw' as ShareId;
const raw = (...bytes: number[]) => Uint8Array.from(bytes);
const frame = (id: number, body: unknown) => encode([id, body]);
const kindOf = (bytes: Uint8Array) => decodeMessage(bytes).kind;
const reasonOf = (bytes: Uint8Array) => {
  const result = decodeMessage(bytes);
  return result.kind === 'malformed' ? result.reason : result.kind;
};
/** Frame of id 13 (cancel), whose body is {tag: value} with `value` as raw bytes. */
const cancelWith = (...value: number[]) => raw(0x92, 13, 0x81, 0xa3, 0x74, 0x61, 0x67, ...value);

describe('frames', { timeout: 30_000 }, () => {
  it.each(messageTypes)('[WR1] %s survives the round trip', (type) => {
    fc.assert(
      fc.property(arbitraryMessages[type] as fc.Arbitrary<PeerMessage>, (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual({ kind: 'message', message });
      }),
    );
  });

  it('[WR1] is the MessagePack array of id and body', () => {
    expect(toHex(encodeMessage({ type: 'cancel', tag: 7 }))).toBe('920d81a374616707');
    expect(toHex(encodeMessage({ type: 'choke' }))).toBe('920a80');
  });

  it('[WR1] no id stands for two messages', () => {
    const ids = messageTypes.map((type) => messageSchemas[type].id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('[WR2] equal messages give equal bytes whatever order their fields were written in', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const reversed = Object.fromEntries(Object.entries(message).reverse()) as unknown as PeerMessage;
        expect(encodeMessage(reversed)).toEqual(encodeMessage(message));
      }),
    );
  });

  it('[WR2] fields that are not of the message do not travel', () => {
    const message = { type: 'cancel', tag: 7, secret: 'x' } as const;
    expect(decodeMessage(encodeMessage(message))).toEqual({
      kind: 'message',
      message: { type: 'cancel', tag: 7 },
    });
  });

  it('[WR2] sending what a peer would refuse is a bug of ours', () => {
    expect(() => encodeMessage({ type: 'cancel', tag: -1 })).toThrow('within its bounds');
    expect(() => encodeMessage({ type: 'cancel', tag: Number.NaN })).toThrow('within its bounds');
    expect(() => encodeMessage({ type: 'have', share: 'no id' as ShareId, ranges: [] })).toThrow('bounds');
  });

  it('[WR3] the largest of each message fits a frame', () => {
    const full = Array.from({ length: limits.rangesPerMessage }, () => limits.chunks);
    const largest: PeerMessage[] = [
      {
        type: 'hello',
        version: 255,
        publicKey: new Uint8Array(32),
        signature: new Uint8Array(64),
        agent: '€'.repeat(64),
      },
      {
        type: 'shares',
        headers: Array.from({ length: limits.headersPerMessage }, () => new Uint8Array(limits.headerBytes)),
        policy: new Uint8Array(limits.policyBytes),
      },
      { type: 'bitfield', share, kind: 'bits', bits: new Uint8Array(limits.chunks / 8) },
      {
        type: 'catalogPart',
        share,
        offset: limits.catalogBytes,
        bytes: new Uint8Array(limits.catalogPartBytes),
      },
      {
        type: 'segment',
        share,
        segment: 4095,
        from: 255,
        hashes: new Uint8Array(8192),
        signature: new Uint8Array(64),
      },
      { type: 'have', share, ranges: full },
      { type: 'interest', share, ranges: full },
      { type: 'bye', reason: '€'.repeat(32) },
    ];
    for (const message of largest)
      expect(decodeMessage(encodeMessage(message))).toEqual({ kind: 'message', message });
  });

  it('[WR3] a frame over the limit is malformed, whatever it says', () => {
    const long = new Uint8Array(limits.frameBytes + 1);
    long.set([0x92, 200]);
    expect(decodeMessage(long)).toEqual({ kind: 'malformed', reason: 'oversized' });
    expect(kindOf(long.subarray(0, limits.frameBytes))).not.toBe('message');
  });

  it('[WR4] an unknown id is told apart from damage, whatever its body', () => {
    expect(decodeMessage(frame(32, { any: 1.5 }))).toEqual({ kind: 'unknown', id: 32 });
    expect(decodeMessage(frame(200, [1n.toString()]))).toEqual({ kind: 'unknown', id: 200 });
    expect(decodeMessage(frame(40_000, null))).toEqual({ kind: 'unknown', id: 40_000 });
    expect(decodeMessage(frame(0xffff_ffff, null))).toEqual({ kind: 'unknown', id: 0xffff_ffff });
    expect(decodeMessage(raw(0x92, 0x7f, 0xdd, 0xff, 0xff, 0xff, 0xff))).toEqual({
      kind: 'unknown',
      id: 0x7f,
    });
  });

  it.each([
    ['nothing', raw()],
    ['a lone array head', raw(0x92)],
    ['one element', encode([10])],
    ['three elements', encode([10, {}, {}])],
    ['a map', encode({ id: 10 })],
    ['a negative id', encode([-1, {}])],
    ['a fractional id', encode([1.5, {}])],
    ['a text id', encode(['choke', {}])],
    ['a 64-bit id', encode([2 ** 33, {}])],
    ['an id cut short', raw(0x92, 0xce, 0, 0)],
    ['an array 32 head', concatBytes(raw(0xdd, 0, 0, 0, 2), raw(10, 0x80))],
  ])('[WR5] %s is no message', (_name, bytes) => {
    expect(reasonOf(bytes)).toBe('no message');
  });

  it.each([
    ['no body', raw(0x92, 10), 'truncated'],
    ['bytes after it', concatBytes(encodeMessage({ type: 'choke' }), raw(0)), 'trailing'],
    ['an array for a body', frame(10, []), 'bad-type'],
    ['nil for a body', frame(10, null), 'bad-type'],
    ['binary for a body', frame(10, raw(1)), 'bad-type'],
    ['a map 16 body', raw(0x92, 10, 0xde, 0, 0), 'bad-type'],
    ['a number as key', raw(0x92, 13, 0x81, 0x01, 0x01), 'bad-key'],
    ['a long key', frame(13, { ['k'.repeat(40)]: 1 }), 'bad-key'],
    ['a map in the body', frame(13, { tag: {} }), 'tag'],
    ['a list in a list', frame(8, { share, ranges: [[1]] }), 'too-deep'],
    ['NaN', frame(13, { tag: Number.NaN }), 'bad-type'],
    ['infinity', frame(13, { tag: Number.POSITIVE_INFINITY }), 'bad-type'],
    ['a float 32', cancelWith(0xca, 0x3f, 0x80, 0, 0), 'bad-type'],
    ['an unsigned 64-bit number', cancelWith(0xcf, 0, 0, 0, 0, 0, 0, 0, 1), 'bad-type'],
    ['a signed 64-bit number', cancelWith(0xd3, 0xff, 0, 0, 0, 0, 0, 0, 1), 'bad-type'],
    ['an extension', cancelWith(0xd4, 0x01, 0x00), 'bad-type'],
    ['too many ranges', frame(8, { share, ranges: new Array(4097).fill(1) }), 'too-long'],
    ['too many bits', frame(7, { share, kind: 'bits', bits: new Uint8Array(131_073) }), 'too-long'],
    ['too long a text', frame(17, { reason: 'x'.repeat(193) }), 'too-long'],
    ['a timestamp', frame(13, { tag: new Date(0) }), 'bad-type'],
    ['the reserved type', cancelWith(0xc1), 'bad-type'],
    ['text that is not UTF-8', raw(0x92, 17, 0x81, 0xa6, ...Buffer.from('reason'), 0xa1, 0xff), 'bad-text'],
    [
      'text that is cut in a character',
      raw(0x92, 17, 0x81, 0xa6, ...Buffer.from('reason'), 0xa1, 0xe2),
      'bad-text',
    ],
  ])('[WR5] refuses %s', (_name, bytes, fault) => {
    const result = decodeMessage(bytes);
    expect(result.kind).toBe('malformed');
    expect(reasonOf(bytes)).toContain(fault);
  });

  it('[WR5] any encoding of an integer serves', () => {
    for (const value of [[5], [0xcc, 5], [0xcd, 0, 5], [0xce, 0, 0, 0, 5], [0xd0, 5], [0xd1, 0, 5]])
      expect(decodeMessage(cancelWith(...value))).toEqual({
        kind: 'message',
        message: { type: 'cancel', tag: 5 },
      });
  });

  it.each([
    ['array 32', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['array 16', [0xdc, 0xff, 0xff]],
    ['an array no longer than allowed', [0xdc, 0x10, 0x00]],
    ['bin 32', [0xc6, 0xff, 0xff, 0xff, 0xff]],
    ['a binary no longer than allowed', [0xc6, 0x00, 0x02, 0x00, 0x00]],
    ['str 32', [0xdb, 0xff, 0xff, 0xff, 0xff]],
    ['a string no longer than allowed', [0xd9, 0xc0]],
    ['map 32', [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ['ext 32', [0xc9, 0xff, 0xff, 0xff, 0xff, 1]],
  ])('[WR6] refuses %s that is not there', (_name, value) => {
    for (const bytes of [cancelWith(...value), cancelWith(...value, ...new Array<number>(50).fill(0))])
      expect(reasonOf(bytes)).toMatch(/^cancel: (truncated|too-long|bad-type)$/);
  });

  it('[WR6] a frame full of announcements is refused at once', () => {
    const hostile = new Uint8Array(limits.frameBytes).fill(0xdd);
    hostile.set([0x92, 8, 0x82]);
    const nested = new Uint8Array(limits.frameBytes);
    for (let at = 9; at + 3 < nested.length; at += 3) nested.set([0xdc, 0x10, 0x00], at);
    nested.set([0x92, 8, 0x81, 0xa5, ...Buffer.from('share')]);
    // Reading what is announced before refusing it would run into the test's time limit.
    for (let i = 0; i < 100_000; i++)
      for (const bytes of [hostile, nested]) if (kindOf(bytes) !== 'malformed') expect.fail('taken');
  });

  it('[WR7] a field too many, too few or twice is malformed', () => {
    expect(kindOf(frame(13, { tag: 1 }))).toBe('message');
    expect(kindOf(frame(13, { tag: 1, more: 1 }))).toBe('malformed');
    expect(kindOf(frame(13, {}))).toBe('malformed');
    expect(kindOf(frame(10, { tag: 1 }))).toBe('malformed');
    expect(kindOf(raw(0x92, 13, 0x82, 0xa3, 0x74, 0x61, 0x67, 1, 0xa3, 0x74, 0x61, 0x67, 2))).toBe(
      'malformed',
    );
  });

  it('[WR7] names of the prototype are names like others', () => {
    const named = (name: string) => raw(0x92, 10, 0x81, 0xa0 | name.length, ...Buffer.from(name), 1);
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'type'])
      expect(kindOf(named(name))).toBe('malformed');
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it.each([
    ['a negative number', frame(13, { tag: -1 })],
    ['a number over its bound', frame(12, { share, chunk: 1, firstBlock: 256, blockCount: 1, tag: 1 })],
    ['a chunk over the largest', frame(12, { share, chunk: 1 << 20, firstBlock: 0, blockCount: 1, tag: 1 })],
    ['text for a number', frame(13, { tag: '1' })],
    ['nil for a number', frame(13, { tag: null })],
    ['a boolean for a number', frame(13, { tag: true })],
    ['a share that is no id', frame(3, { share: '__proto__', offset: 0 })],
    ['an unknown kind', frame(7, { share, kind: 'most', bits: raw() })],
    [
      'a short signature',
      frame(1, { version: 1, publicKey: new Uint8Array(32), signature: raw(), agent: '' }),
    ],
    ['too long a reason', frame(17, { reason: 'x'.repeat(33) })],
    ['text for bytes', frame(4, { share, offset: 0, bytes: 'x' })],
    ['an empty header', frame(2, { headers: [raw()], policy: null })],
    ['too many headers', frame(2, { headers: new Array(65).fill(raw(1)), policy: null })],
  ])('[WR8] refuses %s', (_name, bytes) => {
    expect(kindOf(bytes)).toBe('malformed');
  });

  it('[WR8] says which field, in our words only', () => {
    expect(reasonOf(frame(3, { share, offset: -1 }))).toBe('catalogRequest: offset');
    expect(reasonOf(frame(8, { share, ranges: [1, -1] }))).toBe('have: ranges');
    expect(reasonOf(frame(3, { share, offset: 1, evil: 1 }))).toBe('catalogRequest: fields');
  });

  it('[WR10] byte fields are views of the frame, also when it lies inside a larger buffer', () => {
    const encoded = encodeMessage({ type: 'catalogPart', share, offset: 1, bytes: raw(1, 2, 3) });
    const buffer = new Uint8Array(encoded.length + 20);
    buffer.set(encoded, 10);
    const result = decodeMessage(buffer.subarray(10, 10 + encoded.length));
    if (result.kind !== 'message' || result.message.type !== 'catalogPart') throw new Error(result.kind);
    expect(result.message.bytes).toEqual(raw(1, 2, 3));
    expect(result.message.bytes.buffer).toBe(buffer.buffer);
  });
});
