/**
 * A ticket's files as one ZIP, streamed, stored without compression, with its exact length known beforehand (APPNOTE 6.3.10). client-zip
 * writes the format; this file adds what it lacks: the ZIP64 end record for 65,535 files and more, without which readers see a broken
 * archive, and dates that fit the format. Leaves out empty folders: a share has none.
 */
import { makeZip, predictLength } from 'client-zip';
import { concatBytes } from '../../base/bytes';
import { ShoalError } from '../../base/errors';
import type { SaveEntry, SaveTicket } from '../../content/ticket';
import type { Bytes } from '../../ports';
import { entryBytes, type EntryReader } from './entry-stream';

/** The largest count and offset of the plain format stand for "see ZIP64" (APPNOTE 4.4.1.4). */
const countSentinel = 0xffff;
const sizeSentinel = 0xffff_ffff;
const endBytes = 22;
/** ZIP64 end record and locator. */
const end64Bytes = 56 + 20;
/** Local header and data descriptor, besides name and data. */
const localBytes = 46;

/** Four pieces of some 30 bytes for each file: handed on one by one they cost more than their content. */
const sliceBytes = 64 * 1024;

/** What a date of the format can hold; outside of it the years wrap around (APPNOTE 4.4.6). */
const earliest = Date.UTC(1980, 0, 2);
const latest = Date.UTC(2107, 11, 30);

export function zipLength(entries: readonly SaveEntry[]): number {
  const predicted = Number(predictLength(entries.map(({ path, bytes }) => ({ name: path, size: bytes }))));
  return predicted + (lacksZip64(entries) ? end64Bytes : 0);
}

/** Slices of the ZIP, zipLength(ticket.entries) bytes together. Rejects as entryBytes does. */
export async function* zipBytes(
  reader: EntryReader,
  ticket: SaveTicket,
): AsyncGenerator<Bytes, void, undefined> {
  let held: Bytes[] = [];
  let heldBytes = 0;
  for await (const piece of pieces(reader, ticket)) {
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes < sliceBytes) continue;
    yield held.length === 1 ? piece : concatBytes(...held);
    held = [];
    heldBytes = 0;
  }
  if (heldBytes > 0) yield concatBytes(...held);
}

/** As client-zip gives them: each header, name and file slice by itself. */
async function* pieces(reader: EntryReader, ticket: SaveTicket): AsyncGenerator<Bytes, void, undefined> {
  const zip = makeZip(inputs(reader, ticket)).getReader();
  const patch = lacksZip64(ticket.entries);
  const length = zipLength(ticket.entries);
  let written = 0;
  try {
    for (;;) {
      const { done, value } = await zip.read();
      if (done) break;
      // client-zip writes the end record as a piece of its own, the last one.
      if (patch && written + value.length === length - end64Bytes) {
        written += end64Bytes;
        yield end64(value, ticket.entries.length);
      }
      written += value.length;
      yield value as Bytes;
    }
  } finally {
    await zip.cancel().catch(() => undefined);
  }
  if (written !== length) throw new ShoalError('save-failed', `the ZIP has ${written} of ${length} bytes`);
}

interface ZipInput {
  readonly name: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly input: AsyncIterable<Bytes>;
}

function* inputs(reader: EntryReader, { sources, entries }: SaveTicket): Generator<ZipInput> {
  for (const { source, path, modified, start, bytes } of entries) {
    const from = sources[source];
    if (!from) throw new ShoalError('save-failed', `a file names source ${source}, which is not there`);
    yield {
      name: path,
      size: bytes,
      lastModified: new Date(Math.min(latest, Math.max(earliest, modified || earliest))),
      // An empty generator is an empty file; no input at all would be a folder.
      input: entryBytes(reader, from, start, start + bytes),
    };
  }
}

/** client-zip adds the ZIP64 end record for large sizes and offsets, but not for many files. */
function lacksZip64(entries: readonly SaveEntry[]): boolean {
  if (entries.length < countSentinel) return false;
  const utf8 = new TextEncoder();
  let offset = 0;
  for (const { path, bytes } of entries) {
    if (bytes >= sizeSentinel) return false;
    offset += localBytes + utf8.encode(path).length + bytes;
  }
  return offset < sizeSentinel;
}

/** ZIP64 end record and locator (APPNOTE 4.3.14, 4.3.15), with sizes and offset as the plain end record has them. */
function end64(end: Uint8Array, count: number): Bytes {
  if (end.length !== endBytes) throw new ShoalError('save-failed', 'the ZIP does not end as expected');
  const plain = new DataView(end.buffer, end.byteOffset, endBytes);
  const directoryBytes = plain.getUint32(12, true);
  const directoryAt = plain.getUint32(16, true);
  const view = new DataView(new ArrayBuffer(end64Bytes));
  view.setUint32(0, 0x06064b50, true);
  view.setBigUint64(4, 44n, true);
  view.setUint16(12, 45, true);
  view.setUint16(14, 45, true);
  view.setBigUint64(24, BigInt(count), true);
  view.setBigUint64(32, BigInt(count), true);
  view.setBigUint64(40, BigInt(directoryBytes), true);
  view.setBigUint64(48, BigInt(directoryAt), true);
  view.setUint32(56, 0x07064b50, true);
  view.setBigUint64(64, BigInt(directoryAt) + BigInt(directoryBytes), true);
  view.setUint32(72, 1, true);
  return new Uint8Array(view.buffer);
}
