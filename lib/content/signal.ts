/**
 * What two peers tell each other to connect, before sealing: knock, offer, answer, candidate. Design §4, PROTOCOL.md §4 (CF).
 * Bounds are ours: a data-channel offer is under 1 KiB, so these leave room without letting a peer send us books. Leaves out sealing and
 * whether the SDP makes sense, which the transport finds out.
 */
import { concatBytes } from '../base/bytes';
import type { PeerId, RoomId, SessionId } from '../base/ids';
import { invariant } from '../base/invariant';
import { ByteReader, ByteWriter, utf8 } from './byte-io';

/** `knock` asks the smaller id to dial. */
export type SignalPayload =
  | { readonly kind: 'knock' }
  | { readonly kind: 'offer' | 'answer'; readonly sdp: string }
  | {
      readonly kind: 'candidate';
      readonly candidate: string;
      readonly sdpMid: string | null;
      readonly sdpMLineIndex: number | null;
    };

/** In UTF-8 bytes. */
export const maxSdpBytes = 16 * 1024;
export const maxCandidateBytes = 1024;
export const maxSdpMidBytes = 64;

const codes = { knock: 0, offer: 1, answer: 2, candidate: 3 } as const;
/** Stands for null where a length or an index would stand. */
const noMid = 0xff;
const noIndex = 0xffff;

/** Over the bounds is a bug: our own browser does not make such signals. */
export function encodeSignal(payload: SignalPayload): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u8(codes[payload.kind]);
  if (payload.kind === 'knock') return writer.finish();
  if (payload.kind === 'candidate') {
    const mid = payload.sdpMid === null ? undefined : utf8(payload.sdpMid);
    const index = payload.sdpMLineIndex ?? noIndex;
    const candidate = utf8(payload.candidate);
    invariant((mid?.length ?? 0) <= maxSdpMidBytes, 'an sdpMid within its bound');
    invariant(Number.isInteger(index) && index >= 0 && index <= noIndex, 'an sdpMLineIndex within its bound');
    invariant(candidate.length <= maxCandidateBytes, 'a candidate within its bound');
    writer.u8(mid?.length ?? noMid);
    if (mid) writer.raw(mid);
    return writer.u16(index).raw(candidate).finish();
  }
  const sdp = utf8(payload.sdp);
  invariant(sdp.length > 0 && sdp.length <= maxSdpBytes, 'an SDP within its bound');
  return writer.raw(sdp).finish();
}

/** undefined: not a signal, or over a bound. */
export function decodeSignal(bytes: Uint8Array): SignalPayload | undefined {
  const reader = new ByteReader(bytes);
  const payload = readPayload(reader);
  return reader.isDone ? payload : undefined;
}

/** utf8('shoal signal 1') ‖ utf8(room ‖ from ‖ to ‖ session): ids are all 22 characters, so nothing can be moved across their borders. */
export const signalAssociatedData = (
  room: RoomId,
  from: PeerId,
  to: PeerId,
  session: SessionId,
): Uint8Array<ArrayBuffer> =>
  concatBytes(utf8('shoal signal 1'), utf8(room), utf8(from), utf8(to), utf8(session));

function readPayload(reader: ByteReader): SignalPayload | undefined {
  switch (reader.u8()) {
    case codes.knock:
      // An empty message also reads as 0 here; the reader has failed then.
      return { kind: 'knock' };
    case codes.offer:
      return readDescription(reader, 'offer');
    case codes.answer:
      return readDescription(reader, 'answer');
    case codes.candidate:
      return readCandidate(reader);
    default:
      return undefined;
  }
}

function readDescription(reader: ByteReader, kind: 'offer' | 'answer'): SignalPayload | undefined {
  if (reader.left === 0 || reader.left > maxSdpBytes) return undefined;
  return { kind, sdp: reader.text(reader.left) };
}

function readCandidate(reader: ByteReader): SignalPayload | undefined {
  const midBytes = reader.u8();
  if (midBytes > maxSdpMidBytes && midBytes !== noMid) return undefined;
  const sdpMid = midBytes === noMid ? null : reader.text(midBytes);
  const index = reader.u16();
  if (reader.left > maxCandidateBytes) return undefined;
  const candidate = reader.text(reader.left);
  return { kind: 'candidate', candidate, sdpMid, sdpMLineIndex: index === noIndex ? null : index };
}
