/**
 * Does a join prove its peer id, and an ending that its room is over? Signature (Ed25519, RFC 8032) over utf8(joinDomain) ‖ nonce ‖ utf8(room); the id is the first 16 bytes
 * of SHA-256 of the key, so whoever signs owns the id. PROTOCOL.md §2 (SG).
 * node:crypto rather than crypto.subtle: the same check in the thread pool, without Node 20's warning that Ed25519 is experimental there.
 */
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { concatBytes, toBase64Url } from '../lib/base/bytes';
import { idBytes, type PeerId, type RoomId } from '../lib/base/ids';
import { clockSkewMs, decodeEnding, endedBy, endingSigningBytes, roomIdPreimage } from '../lib/wire/ending';
import { joinDomain } from '../lib/wire/signaling';

const utf8 = new TextEncoder();

/** 32 random bytes, fresh for each connection: a proof is worth nothing on another one. */
export const newNonce = (): Uint8Array => new Uint8Array(randomBytes(32));

/** What is signed to join. */
export const joinMessage = (nonce: Uint8Array, room: RoomId): Uint8Array<ArrayBuffer> =>
  concatBytes(utf8.encode(joinDomain), nonce, utf8.encode(room));

export const peerIdOf = (publicKey: Uint8Array): PeerId =>
  toBase64Url(createHash('sha256').update(publicKey).digest().subarray(0, idBytes)) as PeerId;

/** The proven peer id; undefined when the signature does not hold. Never rejects. */
export async function provenPeer(
  nonce: Uint8Array,
  join: { readonly room: RoomId; readonly publicKey: Uint8Array; readonly signature: Uint8Array },
): Promise<PeerId | undefined> {
  const holds = await signed(join.publicKey, joinMessage(nonce, join.room), join.signature);
  return holds ? peerIdOf(join.publicKey) : undefined;
}

/**
 * Whether the creator of this very room says that it is over, now. The room's id is the hash of `part` and the creator's id, so the key that
 * signed is the creator's although nobody told this server who that is. `now`: milliseconds since 1970. Never rejects.
 */
export async function endsRoom(
  shown: { readonly room: RoomId; readonly part: Uint8Array; readonly ending: Uint8Array },
  now: number,
): Promise<boolean> {
  const decoded = decodeEnding(shown.ending);
  if (!decoded.ok || decoded.value.room !== shown.room) return false;
  const ending = decoded.value;
  // Whoever shows it has waited for it to be over by its own clock; this one may be behind.
  if (endedBy(ending, now, -clockSkewMs) === null) return false;
  const hash = createHash('sha256')
    .update(roomIdPreimage(shown.part, peerIdOf(ending.publisherKey)))
    .digest();
  if (toBase64Url(hash.subarray(0, idBytes)) !== shown.room) return false;
  return signed(ending.publisherKey, endingSigningBytes(ending), ending.signature);
}

function signed(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const key = createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(publicKey) },
        format: 'jwk',
      });
      verify(null, message, key, signature, (error, holds) => {
        resolve(error === null && holds);
      });
    } catch {
      // A key that is no point on the curve: nobody can have signed with it.
      resolve(false);
    }
  });
}
