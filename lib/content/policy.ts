/**
 * The room's rules, signed by its creator and passed on by everybody: whether others may add files. PROTOCOL.md §4 (CF).
 * Leaves out cryptography: the driver checks the signature, and that the key's hash is the creator's id from the link.
 */
import { concatBytes } from '../base/bytes';
import type { RoomId } from '../base/ids';
import { err, ok, type Result } from '../base/result';
import { ByteReader, ByteWriter, utf8 } from './byte-io';

export interface Policy {
  readonly room: RoomId;
  /** Grows with each change: the higher one counts. */
  readonly sequence: number;
  readonly othersMayAdd: boolean;
  /** The creator's, 32 bytes. */
  readonly publisherKey: Uint8Array<ArrayBuffer>;
  /** 64 bytes over policySigningBytes. */
  readonly signature: Uint8Array<ArrayBuffer>;
}
export type UnsignedPolicy = Omit<Policy, 'signature'>;

const version = 1;
/** Bytes of every encoded policy. */
export const encodedPolicyBytes = 1 + 16 + 8 + 1 + 32 + 64;

/** What the creator signs: utf8('shoal policy 1') ‖ the encoded policy up to its signature. */
export const policySigningBytes = (policy: UnsignedPolicy): Uint8Array<ArrayBuffer> =>
  concatBytes(utf8('shoal policy 1'), writeFields(policy).finish());

export const encodePolicy = (policy: Policy): Uint8Array<ArrayBuffer> =>
  writeFields(policy).fixed(policy.signature, 64).finish();

export function decodePolicy(bytes: Uint8Array): Result<Policy, 'malformed'> {
  if (bytes.length !== encodedPolicyBytes) return err('malformed');
  const reader = new ByteReader(bytes);
  if (reader.u8() !== version) return err('malformed');
  const room = reader.id() as RoomId;
  const sequence = reader.u64();
  const flags = reader.u8();
  const publisherKey = reader.raw(32);
  const signature = reader.raw(64);
  if (!reader.isDone || flags > 1) return err('malformed');
  return ok({ room, sequence, othersMayAdd: flags === 1, publisherKey, signature });
}

/** Whether `policy` takes the place of `current`. Should a creator sign two under one number, the stricter counts, so that all agree. */
export function supersedes(policy: UnsignedPolicy, current: UnsignedPolicy | undefined): boolean {
  if (!current || policy.sequence > current.sequence) return true;
  return policy.sequence === current.sequence && current.othersMayAdd && !policy.othersMayAdd;
}

function writeFields(policy: UnsignedPolicy): ByteWriter {
  return new ByteWriter(encodedPolicyBytes)
    .u8(version)
    .id(policy.room)
    .u64(policy.sequence)
    .u8(policy.othersMayAdd ? 1 : 0)
    .fixed(policy.publisherKey, 32);
}
