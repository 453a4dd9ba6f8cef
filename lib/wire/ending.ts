/**
 * The end of a room, signed by its creator: that it is over, or when it will be. PROTOCOL.md OP. Peers pass it on, and show it to the tracker
 * once it holds, which can check it without knowing the link: the room's id is a hash of the creator's id and a part that only members know.
 * Here and not among the content formats, because both sides of the wire read it. Leaves out cryptography and what an end does.
 */
import { concatBytes, fromBase64Url, toBase64Url } from '../base/bytes';
import { idBytes, type PeerId, type RoomId } from '../base/ids';
import { invariant } from '../base/invariant';
import { err, ok, type Result } from '../base/result';

/** Why a room is over. 'closed': its creator said so · 'expired': its time came · 'downloads': as many as were allowed are done. */
export const endingReasons = ['closed', 'expired', 'downloads'] as const;
export type EndingReason = (typeof endingReasons)[number];

export interface Ending {
  readonly room: RoomId;
  /** Grows with each change: the higher one counts, but a room that is over stays so. */
  readonly sequence: number;
  /** Over from now on, by nobody's clock; null: not yet. */
  readonly over: EndingReason | null;
  /** Milliseconds since 1970 from which on the room is over; null: no such time. */
  readonly endsAt: number | null;
  /** The creator's, 32 bytes. */
  readonly publisherKey: Uint8Array<ArrayBuffer>;
  /** 64 bytes over endingSigningBytes. */
  readonly signature: Uint8Array<ArrayBuffer>;
}
export type UnsignedEnding = Omit<Ending, 'signature'>;

const version = 1;
export const encodedEndingBytes = 1 + idBytes + 8 + 1 + 8 + 32 + 64;
/** Bytes of a room's part: what an ending is shown to the tracker with. */
export const roomPartBytes = 16;
/**
 * Nobody ends a room for being ahead of its creator's clock by less than this. Guess: devices that set their clocks by the network are within
 * seconds, those that do not are within minutes.
 */
export const clockSkewMs = 2 * 60_000;

/** Labels are ASCII: the core, which reads this file too, has no TextEncoder. */
const ascii = (label: string): Uint8Array => Uint8Array.from(label, (c) => c.charCodeAt(0));

/** What is hashed to the id of a room (link versions 2 and 3): its first 16 bytes of SHA-256. */
export const roomIdPreimage = (part: Uint8Array, creator: PeerId): Uint8Array<ArrayBuffer> =>
  concatBytes(ascii('shoal room 2'), part, bytesOfId(creator));

/** What the creator signs: utf8('shoal ending 1') ‖ the encoded ending up to its signature. */
export const endingSigningBytes = (ending: UnsignedEnding): Uint8Array<ArrayBuffer> =>
  concatBytes(ascii('shoal ending 1'), fieldsOf(ending));

export function encodeEnding(ending: Ending): Uint8Array<ArrayBuffer> {
  invariant(ending.signature.length === 64, 'a signature of 64 bytes');
  return concatBytes(fieldsOf(ending), ending.signature);
}

export function decodeEnding(bytes: Uint8Array): Result<Ending, 'malformed'> {
  if (bytes.length !== encodedEndingBytes || bytes[0] !== version) return err('malformed');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sequence = uint53(view, 17);
  const endsAt = uint53(view, 26);
  const why = bytes[25] ?? 0;
  if (sequence === undefined || endsAt === undefined || why > endingReasons.length) return err('malformed');
  return ok({
    room: toBase64Url(bytes.subarray(1, 17)) as RoomId,
    sequence,
    over: endingReasons[why - 1] ?? null,
    endsAt: endsAt === 0 ? null : endsAt,
    publisherKey: new Uint8Array(bytes.subarray(34, 66)),
    signature: new Uint8Array(bytes.subarray(66)),
  });
}

/**
 * Whether `ending` takes the place of `current`. What is over stays over, whatever comes later: a peer that has heard of it has left and would
 * not hear the rest. Should a creator sign two under one number, the stricter counts, so that all agree.
 */
export function endingSupersedes(ending: UnsignedEnding, current: UnsignedEnding | undefined): boolean {
  if (!current) return true;
  if ((ending.over === null) !== (current.over === null)) return ending.over !== null;
  if (ending.over !== null) return false;
  if (ending.sequence !== current.sequence) return ending.sequence > current.sequence;
  return (ending.endsAt ?? Infinity) < (current.endsAt ?? Infinity);
}

/** Whether it holds now, and why. `now`: milliseconds since 1970 by the clock of whoever asks; `slackMs`: how far that clock may be ahead. */
export function endedBy(ending: UnsignedEnding | null, now: number, slackMs: number): EndingReason | null {
  if (!ending) return null;
  if (ending.over) return ending.over;
  return ending.endsAt !== null && now >= ending.endsAt + slackMs ? 'expired' : null;
}

function fieldsOf(ending: UnsignedEnding): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(encodedEndingBytes - 64);
  const view = new DataView(bytes.buffer);
  invariant(ending.publisherKey.length === 32, 'a public key of 32 bytes');
  invariant(ending.endsAt !== 0, 'no time is null');
  bytes[0] = version;
  bytes.set(bytesOfId(ending.room), 1);
  setUint53(view, 17, ending.sequence);
  bytes[25] = ending.over ? endingReasons.indexOf(ending.over) + 1 : 0;
  setUint53(view, 26, ending.endsAt ?? 0);
  bytes.set(ending.publisherKey, 34);
  return bytes;
}

function bytesOfId(id: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64Url(id);
  invariant(bytes?.length === idBytes, 'an id of 16 bytes');
  return bytes;
}

/** Eight bytes, high byte first; undefined over 2^53 − 1. */
function uint53(view: DataView, at: number): number | undefined {
  const value = view.getBigUint64(at);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value);
}

function setUint53(view: DataView, at: number, value: number): void {
  invariant(Number.isSafeInteger(value) && value >= 0, 'a whole number up to 2^53 − 1');
  view.setBigUint64(at, BigInt(value));
}
