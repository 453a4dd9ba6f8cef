/** For tests only: arbitrary well-formed values of each content format. */
import fc from 'fast-check';
import { toBase64Url } from '../../base/bytes';
import type { PeerId, RoomId, ShareId } from '../../base/ids';
import { limits } from '../../wire/messages';
import type { Catalog } from '../catalog';
import type { Header } from '../header';
import { geometryOf, maxTotalBytes } from '../layout';
import type { LinkKey } from '../link';
import type { Policy } from '../policy';
import type { SignalPayload } from '../signal';

export const anyBytes = (length: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => new Uint8Array(bytes));
const id = anyBytes(16).map(toBase64Url);

/** `length` bytes start, start + 1, …: for examples written out by hand. */
export const countedBytes = (length: number, start = 0): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => start + i);

export const anyHeader: fc.Arbitrary<Header> = fc
  .record({
    share: id.map((text) => text as ShareId),
    publisherKey: anyBytes(32),
    nonce: anyBytes(16),
    totalBytes: fc.oneof(fc.nat(10_000_000), fc.integer({ min: 0, max: maxTotalBytes })),
    createdAt: fc.maxSafeNat(),
    catalogBytes: fc.integer({ min: 1, max: limits.catalogBytes }),
    catalogHash: anyBytes(32),
    signature: anyBytes(64),
  })
  .map((fields) => ({ ...fields, ...geometryOf(fields.totalBytes) }));

const paths = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  fc
    .array(fc.constantFrom('holiday', 'day 1', 'Ünïcode', '写真', '😀', '😁', 'a.jpg'), {
      minLength: 1,
      maxLength: 6,
    })
    .map((names) => names.join('/')),
);
export const anyCatalog: fc.Arbitrary<Catalog> = fc.record({
  shareKey: anyBytes(32),
  files: fc.array(
    fc.record({
      path: paths,
      bytes: fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1)),
      type: fc.constantFrom('', 'image/jpeg', 'text/plain', 'application/x-très'),
      modified: fc.nat({ max: 2 ** 31 - 1 }).map((seconds) => seconds * 1000),
    }),
    { maxLength: 30 },
  ),
});
export const totalOf = (catalog: Catalog): number => catalog.files.reduce((sum, file) => sum + file.bytes, 0);

export const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  room: id.map((text) => text as RoomId),
  sequence: fc.oneof(fc.nat(10), fc.maxSafeNat()),
  othersMayAdd: fc.boolean(),
  publisherKey: anyBytes(32),
  signature: anyBytes(64),
});

const text = (maxBytes: number, minLength = 0) =>
  fc
    .string({ unit: 'grapheme', minLength, maxLength: maxBytes >> 2 })
    .filter((value) => new TextEncoder().encode(value).length <= maxBytes);
export const anySignal: fc.Arbitrary<SignalPayload> = fc.oneof(
  fc.record({ kind: fc.constant('knock') }),
  fc.record({ kind: fc.constantFrom('offer', 'answer'), sdp: text(2000, 1) }),
  fc.record({
    kind: fc.constant('candidate'),
    candidate: text(400),
    sdpMid: fc.option(text(64)),
    sdpMLineIndex: fc.option(fc.nat(0xfffe)),
  }),
);

const linkParts = { secret: anyBytes(16), creator: id.map((value) => value as PeerId) };
export const anyLinkKey: fc.Arbitrary<LinkKey> = fc.oneof(
  fc.record({ version: fc.constantFrom(1 as const, 2 as const), ...linkParts }),
  fc.record({ version: fc.constant(3 as const), ...linkParts, check: fc.nat(255) }),
);
