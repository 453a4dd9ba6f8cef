/**
 * The list of files of a share and the key its chunks are sealed with. The whole is sealed under the room's catalog key, so that a blind
 * seed learns neither. Design §4, PROTOCOL.md §4 (CF).
 *
 * Field by field rather than file by file: numbers of one kind lie together as varints and all path text lies in one run, which decodes
 * in one call. A path gives only what differs from the path before it, for neighbours share their folders. Paths are the publisher's words
 * and hostile: they are made safe on save, not here. Leaves out sealing and hashing.
 */
import { concatBytes } from '../base/bytes';
import type { ShareId } from '../base/ids';
import { invariant } from '../base/invariant';
import { err, ok, type Result } from '../base/result';
import { limits } from '../wire/messages';
import { ByteReader, ByteWriter, idToBytes, utf8 } from './byte-io';

export interface CatalogFile {
  /** '/'-separated, relative, 1 … maxPathLength UTF-16 units. */
  readonly path: string;
  readonly bytes: number;
  /** MIME type as the publisher's browser told it, or empty. */
  readonly type: string;
  /** Milliseconds since 1970; earlier times are told as 0. */
  readonly modified: number;
}

export interface Catalog {
  /** AES-256-GCM key of the share's chunks, 32 bytes. */
  readonly shareKey: Uint8Array<ArrayBuffer>;
  /** In the order in which they are laid end to end. */
  readonly files: readonly CatalogFile[];
}

/** UTF-16 units; more than any file system takes for one name, less than what some take for a path. A decision of ours. */
export const maxPathLength = 1024;
/** RFC 6838 §4.2: 127 on each side of the slash. */
export const maxTypeLength = 255;
/** 2^53 − 1 in varint form takes 8 bytes; a date of our time 6. */
const expectedBytesPerFile = 40;
const version = 1;

/** Over the limits (limits.files, maxPathLength): the caller's bug, since it must have told the person. Overlong types are left out. */
export function encodeCatalog(catalog: Catalog): Uint8Array<ArrayBuffer> {
  const { files, shareKey } = catalog;
  invariant(files.length <= limits.files, 'no more files than a catalog takes');
  const types = new Map<string, number>();
  const typeIndexes = files.map((file) => {
    const type = file.type.length <= maxTypeLength ? file.type : '';
    const index = types.get(type) ?? types.size;
    types.set(type, index);
    return index;
  });

  const writer = new ByteWriter(1024 + expectedBytesPerFile * files.length);
  writer.u8(version).fixed(shareKey, 32).varint(files.length).varint(types.size);
  for (const type of types.keys()) {
    const text = utf8(type);
    writer.varint(text.length).raw(text);
  }
  for (const file of files) writer.varint(file.bytes);
  // Node tells fractions of a millisecond, and a file may be older than 1970.
  for (const file of files) writer.varint(Math.max(0, Math.round(file.modified)));
  for (const index of typeIndexes) writer.varint(index);

  const suffixes: string[] = [];
  let previous = '';
  for (const { path } of files) {
    invariant(path.length > 0 && path.length <= maxPathLength, 'a path within its bounds');
    const shared = sharedPrefix(previous, path);
    writer.varint(shared);
    suffixes.push(path.slice(shared));
    previous = path;
  }
  for (const suffix of suffixes) writer.varint(suffix.length);
  return writer.text(suffixes.join('')).finish();
}

/** 'malformed': not a catalog, or over a limit. 'inconsistent': file sizes that do not add up to `totalBytes`. */
export function decodeCatalog(
  bytes: Uint8Array,
  totalBytes: number,
): Result<Catalog, 'malformed' | 'inconsistent'> {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== version) return err('malformed');
  const shareKey = reader.raw(32);
  const count = reader.varint();
  const typeCount = reader.varint();
  // Each file takes five varints and each type one: counts that the bytes cannot hold are refused before anything is allocated for them.
  if (count > limits.files || typeCount > count || 5 * count + typeCount > reader.left)
    return err('malformed');

  const types: string[] = [];
  for (let i = 0; i < typeCount; i++) {
    const type = reader.text(reader.varint());
    if (type.length > maxTypeLength) return err('malformed');
    types.push(type);
  }
  const sizes = readColumn(reader, count);
  const modified = readColumn(reader, count);
  const typeIndexes = readColumn(reader, count);
  const paths = readPaths(reader, count);
  if (!reader.isDone || !paths) return err('malformed');

  const files: CatalogFile[] = [];
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const type = types[typeIndexes[i] ?? 0];
    if (type === undefined) return err('malformed');
    const size = sizes[i] ?? 0;
    sum += size;
    files.push({ path: paths[i] ?? '', bytes: size, type, modified: modified[i] ?? 0 });
  }
  // No size is negative: a sum that left the safe integers on the way is over any total.
  return sum === totalBytes ? ok({ shareKey, files }) : err('inconsistent');
}

/**
 * Nonce for sealing a share's catalog: the first 12 of the share id's 16 bytes. All catalogs of a room are sealed under one key, and a
 * (key, nonce) pair must never see two plaintexts. It does not: a share's catalog is sealed exactly once, before the header with its hash
 * is signed, and never made again (what is stored and passed on is the ciphertext); and two shares have different nonces, because a share
 * id is a hash over 128 random bits. At 256 shares a room the chance that two agree in 96 bits is below 2^-80.
 */
export const catalogNonce = (share: ShareId): Uint8Array<ArrayBuffer> => idToBytes(share).slice(0, 12);

/** utf8('shoal catalog 1') ‖ utf8(share id), so that no catalog can stand in for another share's. */
export const catalogAssociatedData = (share: ShareId): Uint8Array<ArrayBuffer> =>
  concatBytes(utf8('shoal catalog 1'), utf8(share));

/** UTF-16 units that both begin with, never ending inside a surrogate pair: half a pair has no UTF-8 form. */
function sharedPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  const next = b.charCodeAt(length);
  return length > 0 && next >= 0xdc00 && next <= 0xdfff ? length - 1 : length;
}

function readColumn(reader: ByteReader, count: number): number[] {
  const values: number[] = [];
  for (let i = 0; i < count && !reader.failed; i++) values.push(reader.varint());
  return values;
}

/** undefined when lengths do not fit the text or one another. */
function readPaths(reader: ByteReader, count: number): string[] | undefined {
  const shared = readColumn(reader, count);
  const added = readColumn(reader, count);
  const text = reader.text(reader.left);
  const paths: string[] = [];
  let previous = '';
  let at = 0;
  let characters = 0;
  for (let i = 0; i < count; i++) {
    const from = shared[i] ?? 0;
    const length = added[i] ?? 0;
    if (from > previous.length) return undefined;
    const size = from + length;
    // Shared prefixes must not let a small catalog unfold into more than a large one could say outright.
    characters += size;
    if (size < 1 || size > maxPathLength || characters > limits.catalogBytes) return undefined;
    previous = previous.slice(0, from) + text.slice(at, at + length);
    at += length;
    paths.push(previous);
  }
  // Lengths beyond the text end here as well.
  return at === text.length ? paths : undefined;
}
