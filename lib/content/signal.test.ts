import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex } from '../base/bytes';
import type { PeerId, RoomId, SessionId } from '../base/ids';
import {
  decodeSignal,
  encodeSignal,
  maxCandidateBytes,
  maxSdpBytes,
  maxSdpMidBytes,
  signalAssociatedData,
  type SignalPayload,
} from './signal';
import { anySignal } from './testing/formats';

const candidate = (fields: Partial<Extract<SignalPayload, { kind: 'candidate' }>>): SignalPayload => ({
  kind: 'candidate',
  candidate: '',
  sdpMid: null,
  sdpMLineIndex: null,
  ...fields,
});

describe('signal', () => {
  it.each<[SignalPayload, string]>([
    [{ kind: 'knock' }, '00'],
    [{ kind: 'offer', sdp: 'v=0' }, '01763d30'],
    [{ kind: 'answer', sdp: 'v=0' }, '02763d30'],
    [candidate({ candidate: 'ab', sdpMid: '0', sdpMLineIndex: 258 }), '030130' + '0102' + '6162'],
    [candidate({}), '03' + 'ff' + 'ffff'],
    [candidate({ sdpMid: '', sdpMLineIndex: 0 }), '03' + '00' + '0000'],
  ])('[CF13] %j lies in memory as written down', (payload, hex) => {
    expect(toHex(encodeSignal(payload))).toBe(hex);
    expect(decodeSignal(encodeSignal(payload))).toEqual(payload);
  });

  it('[CF13] survives the round trip, and one signal has one encoding', () => {
    fc.assert(
      fc.property(anySignal, (payload) => {
        const bytes = encodeSignal(payload);
        const read = decodeSignal(bytes);
        expect(read).toEqual(payload);
        expect(read && encodeSignal(read)).toEqual(bytes);
      }),
    );
  });

  it('[CF13] accepts up to its bounds and refuses what passes them', () => {
    const bytes = (kind: number, ...rest: (number | string)[]) =>
      concatBytes(
        Uint8Array.of(kind),
        ...rest.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : Buffer.from(part))),
      );
    expect(decodeSignal(bytes(1, 'x'.repeat(maxSdpBytes)))?.kind).toBe('offer');
    expect(decodeSignal(bytes(1, 'x'.repeat(maxSdpBytes + 1)))).toBeUndefined();
    expect(decodeSignal(bytes(2))).toBeUndefined();
    expect(decodeSignal(bytes(3, 64, 'm'.repeat(maxSdpMidBytes), 0, 0))?.kind).toBe('candidate');
    expect(decodeSignal(bytes(3, 65, 'm'.repeat(maxSdpMidBytes + 1), 0, 0))).toBeUndefined();
    expect(decodeSignal(bytes(3, 0xff, 0, 0, 'c'.repeat(maxCandidateBytes)))?.kind).toBe('candidate');
    expect(decodeSignal(bytes(3, 0xff, 0, 0, 'c'.repeat(maxCandidateBytes + 1)))).toBeUndefined();
  });

  it.each([[[]], [[4]], [[255]], [[0, 0]], [[3]], [[3, 0xff]], [[3, 0xff, 0]], [[3, 5, 65]], [[1, 0xff]]])(
    '[CF13] %j is no signal',
    (bytes) => {
      expect(decodeSignal(Uint8Array.from(bytes))).toBeUndefined();
    },
  );

  it('[CF13] making one over the bounds is a bug of ours', () => {
    expect(() => encodeSignal({ kind: 'offer', sdp: 'é'.repeat(maxSdpBytes / 2 + 1) })).toThrow('SDP');
    expect(() => encodeSignal({ kind: 'answer', sdp: '' })).toThrow('SDP');
    expect(() => encodeSignal(candidate({ candidate: 'x'.repeat(maxCandidateBytes + 1) }))).toThrow(
      'candidate',
    );
    expect(() => encodeSignal(candidate({ sdpMid: 'x'.repeat(maxSdpMidBytes + 1) }))).toThrow('sdpMid');
    expect(() => encodeSignal(candidate({ sdpMLineIndex: -1 }))).toThrow('sdpMLineIndex');
  });

  it('[CF14] the associated data name room, both peers in order, and session', () => {
    const [room, from, to, session] = ['R', 'F', 'T', 'S'].map((letter) => letter.repeat(22)) as [
      RoomId,
      PeerId,
      PeerId,
      SessionId,
    ];
    const data = signalAssociatedData(room, from, to, session);
    expect(Buffer.from(data).toString()).toBe(`shoal signal 1${room}${from}${to}${session}`);
  });
});
