/**
 * What two people nearby tell each other before one hands the other a link, before sealing, and the marks they compare. PROTOCOL.md §5 (NB).
 * The sender commits to a nonce before it sees the receiver's, and shows it after: whoever sits between them with keys of their own has one
 * guess at the marks, not as many as they can compute (Vaudenay, CRYPTO 2005; as in ZRTP, RFC 6189 §4.4.1.1). Leaves out sealing.
 */
import { concatBytes } from '../base/bytes';
import type { SessionId } from '../base/ids';
import { invariant } from '../base/invariant';
import { ByteReader, ByteWriter, utf8 } from './byte-io';

export type ParcelAnswer = 'accepted' | 'declined' | 'busy' | 'cancelled';

export type Parcel =
  | { readonly kind: 'commit'; readonly commitment: Uint8Array }
  | { readonly kind: 'nonce' | 'reveal'; readonly nonce: Uint8Array }
  /** A link key as in the fragment: the receiver puts its own server's address before it. */
  | { readonly kind: 'link'; readonly key: string }
  | { readonly kind: 'answer'; readonly answer: ParcelAnswer };

export const commitmentBytes = 32;
export const nonceBytes = 16;
/** A link key has 44 characters; a later version may have more. */
export const maxKeyBytes = 256;

const codes = { commit: 0, nonce: 1, reveal: 2, link: 3, answer: 4 } as const;
const answers: readonly ParcelAnswer[] = ['accepted', 'declined', 'busy', 'cancelled'];

export function encodeParcel(parcel: Parcel): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u8(codes[parcel.kind]);
  switch (parcel.kind) {
    case 'commit':
      invariant(parcel.commitment.length === commitmentBytes, 'a commitment of 32 bytes');
      return writer.raw(parcel.commitment).finish();
    case 'nonce':
    case 'reveal':
      invariant(parcel.nonce.length === nonceBytes, 'a nonce of 16 bytes');
      return writer.raw(parcel.nonce).finish();
    case 'link': {
      const key = utf8(parcel.key);
      invariant(key.length > 0 && key.length <= maxKeyBytes, 'a link key within its bound');
      return writer.raw(key).finish();
    }
    case 'answer':
      return writer.u8(answers.indexOf(parcel.answer)).finish();
  }
}

/** undefined: not a parcel, or over a bound. */
export function decodeParcel(bytes: Uint8Array): Parcel | undefined {
  const reader = new ByteReader(bytes);
  const parcel = readParcel(reader);
  return reader.isDone ? parcel : undefined;
}

function readParcel(reader: ByteReader): Parcel | undefined {
  switch (reader.u8()) {
    case codes.commit:
      // An empty message also reads as 0 here; the reader has failed then.
      return { kind: 'commit', commitment: reader.raw(commitmentBytes) };
    case codes.nonce:
      return { kind: 'nonce', nonce: reader.raw(nonceBytes) };
    case codes.reveal:
      return { kind: 'reveal', nonce: reader.raw(nonceBytes) };
    case codes.link:
      if (reader.left === 0 || reader.left > maxKeyBytes) return undefined;
      return { kind: 'link', key: reader.text(reader.left) };
    case codes.answer: {
      const answer = answers[reader.u8()];
      return answer && { kind: 'answer', answer };
    }
    default:
      return undefined;
  }
}

/** Both keys and who began, so that no parcel fits another conversation or comes back as one's own. */
export const parcelAssociatedData = (from: Uint8Array, to: Uint8Array, session: SessionId) =>
  concatBytes(utf8('shoal parcel 1'), from, to, utf8(session));

/** HKDF label of the key parcels between two neighbours are sealed with. */
export const parcelPurpose = 'shoal parcel key';

/** What a commitment is the SHA-256 of. `from`: the key of who began, `to`: the other's. */
export const committed = (nonce: Uint8Array, from: Uint8Array, to: Uint8Array) =>
  concatBytes(utf8('shoal commitment 1'), nonce, from, to);

/** What the marks are taken from, by SHA-256. */
export const marked = (from: Uint8Array, to: Uint8Array, fromNonce: Uint8Array, toNonce: Uint8Array) =>
  concatBytes(utf8('shoal marks 1'), from, to, fromNonce, toNonce);

export const markCount = 4;
/** Each is one of so many: 20 bits in all. */
export const markKinds = 32;

/** Numbers below `markKinds`, from the first bits of a hash. */
export function marksOf(hash: Uint8Array): number[] {
  const [a = 0, b = 0, c = 0] = hash;
  const bits = (a << 16) | (b << 8) | c;
  return Array.from({ length: markCount }, (_, i) => (bits >> (19 - 5 * i)) & (markKinds - 1));
}
