import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder, Encoder } from './socket-packets';

const encoder = new Encoder();

function decode(frame: unknown): unknown {
  const decoder = new Decoder();
  let packet: unknown;
  decoder.on('decoded', (decoded) => (packet = decoded));
  decoder.add(frame);
  return packet;
}

const frameOf = (packet: Parameters<Encoder['encode']>[0]): Uint8Array<ArrayBuffer> =>
  encoder.encode(packet)[0]!;

describe('socket.io packets', () => {
  it('[SG1] carries a packet with hundreds of binary fields in one frame', () => {
    const shares = Array.from({ length: 256 }, (_, i) => ({
      share: 'A'.repeat(22),
      band: i % 5,
      regions: new Uint8Array(8).fill(i),
    }));
    const packet = { type: 2, nsp: '/', data: ['announce', { room: 'B'.repeat(22), shares }], id: 7 };
    const frames = encoder.encode(packet);
    expect(frames).toHaveLength(1);
    expect(frames[0]!.length).toBeLessThan(64 * 1024);
    expect(decode(frames[0])).toEqual(packet);
    expect(decode(frames[0]!.buffer)).toEqual(packet);
  });

  it('[SG1] leaves out fields that are undefined, so that optional stays optional', () => {
    expect(decode(frameOf({ type: 3, nsp: '/', data: [{ ok: false, retryMs: undefined }], id: 0 }))).toEqual({
      type: 3,
      nsp: '/',
      data: [{ ok: false }],
      id: 0,
    });
  });

  it.each([
    ['a name with a meaning of its own', { type: 2, nsp: '/', data: ['disconnect'] }],
    ['the error event', { type: 2, nsp: '/', data: ['error', {}] }],
    ['an event without a name', { type: 2, nsp: '/', data: [{}] }],
    ['another namespace', { type: 0, nsp: '/admin' }],
    ['an unknown type', { type: 9, nsp: '/', data: [] }],
    ['an acknowledgement of nothing', { type: 3, nsp: '/', data: [] }],
    ['a negative id', { type: 2, nsp: '/', data: ['join', {}], id: -1 }],
  ])('[SG2] refuses %s', (_what, packet) => {
    expect(() => decode(frameOf(packet))).toThrow('packet: fields');
  });

  it('[SG2] refuses text frames', () => {
    expect(() => decode('2["join",{}]')).toThrow('not a binary frame');
  });

  it('[SG2] any bytes give a packet or one plain error', () => {
    const valid = frameOf({ type: 2, nsp: '/', data: ['leave', { room: 'x' }], id: 1 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 }).map((edits) => {
            const bytes = valid.slice();
            for (const [at, byte] of edits) bytes[at] = byte;
            return bytes;
          }),
        ),
        (bytes) => {
          try {
            decode(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect((error as Error).message).toMatch(/./);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
