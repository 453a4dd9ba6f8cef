/**
 * Does a join prove its peer id? Signature (Ed25519, RFC 8032) over utf8(joinDomain) ‖ nonce ‖ utf8(room); the id is the first 16 bytes
 * of SHA-256 of the key, so whoever signs owns the id. PROTOCOL.md §2 (SG).
 * node:crypto rather than crypto.subtle: the same check in the thread pool, without Node 20's warning that Ed25519 is experimental there.
 */
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { concatBytes, toBase64Url } from '../lib/base/bytes';
import { idBytes, type PeerId, type RoomId } from '../lib/base/ids';
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
export function provenPeer(
  nonce: Uint8Array,
  join: { readonly room: RoomId; readonly publicKey: Uint8Array; readonly signature: Uint8Array },
): Promise<PeerId | undefined> {
  return new Promise((resolve) => {
    try {
      const key = createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(join.publicKey) },
        format: 'jwk',
      });
      verify(null, joinMessage(nonce, join.room), key, join.signature, (error, holds) => {
        resolve(error === null && holds ? peerIdOf(join.publicKey) : undefined);
      });
    } catch {
      // A key that is no point on the curve: nobody can have signed with it.
      resolve(undefined);
    }
  });
}
