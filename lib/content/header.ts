/**
 * The signed description of a share, in the clear: sizes, whose it is, and the hash of its sealed catalog. Design §4, PROTOCOL.md §4 (CF).
 *
 * Departs from the design, which puts the sealed list of files into the header: the list may be megabytes, so it travels apart, in parts
 * (`catalogRequest`, `catalogPart`), and the header binds it by `catalogBytes` and `catalogHash` (SHA-256 of the sealed catalog). Headers
 * thus stay small enough that 64 fit a message and anybody, blind seeds included, can pass them on.
 *
 * Leaves out cryptography: the driver checks the signature, and that `share` is the hash of shareIdPreimage.
 */
import { concatBytes } from '../base/bytes';
import type { ShareId } from '../base/ids';
import { invariant } from '../base/invariant';
import { err, ok, type Result } from '../base/result';
import { limits } from '../wire/messages';
import { ByteReader, ByteWriter, utf8 } from './byte-io';
import { geometryOf } from './layout';

export interface Header {
  readonly share: ShareId;
  /** Ed25519, 32 bytes. */
  readonly publisherKey: Uint8Array<ArrayBuffer>;
  /** 16 random bytes: one publisher, many shares. */
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly totalBytes: number;
  readonly chunkBytes: number;
  readonly chunkCount: number;
  /** Milliseconds since 1970, by the publisher's clock. */
  readonly createdAt: number;
  /** Of the sealed catalog, its 16-byte tag included. */
  readonly catalogBytes: number;
  /** SHA-256 of the sealed catalog, 32 bytes. */
  readonly catalogHash: Uint8Array<ArrayBuffer>;
  /** 64 bytes over headerSigningBytes. */
  readonly signature: Uint8Array<ArrayBuffer>;
}
export type UnsignedHeader = Omit<Header, 'signature'>;

const version = 1;

/** Bytes of every encoded header: the format has no variable part, so it is canonical by shape. */
export const encodedHeaderBytes = 1 + 16 + 32 + 16 + 8 + 4 + 4 + 8 + 4 + 32 + 64;

/** What the publisher signs: utf8('shoal header 1') ‖ the encoded header up to its signature. */
export const headerSigningBytes = (header: UnsignedHeader): Uint8Array<ArrayBuffer> =>
  concatBytes(utf8('shoal header 1'), writeFields(header).finish());

/** A header that decodeHeader would refuse is our bug. */
export function encodeHeader(header: Header): Uint8Array<ArrayBuffer> {
  invariant(isConsistent(header), 'a header that holds together');
  return writeFields(header).fixed(header.signature, 64).finish();
}

/** 'malformed': not these bytes, or another version. 'inconsistent': sizes that do not fit one another or a limit. */
export function decodeHeader(bytes: Uint8Array): Result<Header, 'malformed' | 'inconsistent'> {
  if (bytes.length !== encodedHeaderBytes) return err('malformed');
  const reader = new ByteReader(bytes);
  if (reader.u8() !== version) return err('malformed');
  const header: Header = {
    share: reader.id() as ShareId,
    publisherKey: reader.raw(32),
    nonce: reader.raw(16),
    totalBytes: reader.u64(),
    chunkBytes: reader.u32(),
    chunkCount: reader.u32(),
    createdAt: reader.u64(),
    catalogBytes: reader.u32(),
    catalogHash: reader.raw(32),
    signature: reader.raw(64),
  };
  // The length was right, so only a number over 2^53 − 1 can have failed.
  if (!reader.isDone || !isConsistent(header)) return err('inconsistent');
  return ok(header);
}

/** utf8('shoal share 1') ‖ publisher key ‖ nonce. Share id = base64url of the first 16 bytes of its SHA-256. */
export const shareIdPreimage = (publisherKey: Uint8Array, nonce: Uint8Array): Uint8Array<ArrayBuffer> =>
  new ByteWriter().text('shoal share 1').fixed(publisherKey, 32).fixed(nonce, 16).finish();

function writeFields(header: UnsignedHeader): ByteWriter {
  return new ByteWriter(encodedHeaderBytes)
    .u8(version)
    .id(header.share)
    .fixed(header.publisherKey, 32)
    .fixed(header.nonce, 16)
    .u64(header.totalBytes)
    .u32(header.chunkBytes)
    .u32(header.chunkCount)
    .u64(header.createdAt)
    .u32(header.catalogBytes)
    .fixed(header.catalogHash, 32);
}

/** The chunk size is fixed by the total: a publisher has no say in it, so nobody can force tiny or huge chunks on others. */
function isConsistent(header: UnsignedHeader): boolean {
  const { totalBytes, createdAt, catalogBytes } = header;
  if (!Number.isSafeInteger(totalBytes) || totalBytes < 0) return false;
  if (!Number.isSafeInteger(createdAt) || createdAt < 0) return false;
  const { chunkBytes, chunkCount } = geometryOf(totalBytes);
  if (header.chunkBytes !== chunkBytes || header.chunkCount !== chunkCount) return false;
  if (chunkCount > limits.chunks) return false;
  return Number.isInteger(catalogBytes) && catalogBytes > 0 && catalogBytes <= limits.catalogBytes;
}
