/** For tests only: arbitrary messages of every type, total by type, small enough that thousands are quick to make. */
import fc from 'fast-check';
import { toBase64Url } from '../../base/bytes';
import type { ShareId } from '../../base/ids';
import { encodedEndingBytes } from '../ending';
import { limits, messageSchemas, type MessageOf, type MessageType, type PeerMessage } from '../messages';

export const messageTypes = Object.keys(messageSchemas) as MessageType[];

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
export const anyId = bytes(16).map((raw) => toBase64Url(raw));
const share = anyId.map((id) => id as ShareId);
const uint = (max: number) => fc.integer({ min: 0, max });
const tag = fc.oneof(uint(300), uint(0xffff_ffff));
const chunk = fc.oneof(uint(300), uint(limits.chunks - 1));
const segment = uint(limits.chunks / limits.chunksPerSegment - 1);
const from = uint(limits.chunksPerSegment - 1);
const offset = fc.oneof(uint(300), uint(limits.catalogBytes));
const ranges = fc.array(uint(limits.chunks), { maxLength: 40 });

export const arbitraryMessages: { readonly [Type in MessageType]: fc.Arbitrary<MessageOf<Type>> } = {
  hello: fc.record({
    type: fc.constant('hello'),
    version: uint(255),
    publicKey: bytes(32),
    signature: bytes(64),
    agent: fc.string({ maxLength: 16, unit: 'grapheme' }).filter((text) => text.length <= 64),
  }),
  shares: fc.record({
    type: fc.constant('shares'),
    headers: fc.array(bytes(1, 200), { maxLength: 4 }),
    policy: fc.option(bytes(1, limits.policyBytes)),
  }),
  catalogRequest: fc.record({ type: fc.constant('catalogRequest'), share, offset }),
  catalogPart: fc.record({ type: fc.constant('catalogPart'), share, offset, bytes: bytes(0, 300) }),
  segmentRequest: fc.record({ type: fc.constant('segmentRequest'), share, segment, from }),
  segment: fc.record({
    type: fc.constant('segment'),
    share,
    segment,
    from,
    hashes: bytes(0, 128),
    signature: bytes(0, 64),
  }),
  bitfield: fc.record({
    type: fc.constant('bitfield'),
    share,
    kind: fc.constantFrom('all', 'none', 'bits'),
    bits: bytes(0, 300),
  }),
  have: fc.record({ type: fc.constant('have'), share, ranges }),
  interest: fc.record({ type: fc.constant('interest'), share, ranges }),
  choke: fc.record({ type: fc.constant('choke') }),
  unchoke: fc.record({ type: fc.constant('unchoke') }),
  begun: fc.record({ type: fc.constant('begun'), tag }),
  request: fc.record({
    type: fc.constant('request'),
    share,
    chunk,
    firstBlock: uint(255),
    blockCount: uint(256),
    tag,
  }),
  cancel: fc.record({ type: fc.constant('cancel'), tag }),
  reject: fc.record({
    type: fc.constant('reject'),
    tag,
    reason: fc.constantFrom('choked', 'missing', 'queue-full'),
  }),
  ping: fc.record({ type: fc.constant('ping') }),
  pong: fc.record({ type: fc.constant('pong') }),
  audit: fc.record({ type: fc.constant('audit'), share, chunk, nonce: bytes(16) }),
  audited: fc.record({ type: fc.constant('audited'), share, chunk, digest: bytes(32) }),
  ending: fc.record({ type: fc.constant('ending'), ending: bytes(encodedEndingBytes) }),
  bye: fc.record({ type: fc.constant('bye'), reason: fc.string({ maxLength: 32 }) }),
};

export const anyMessage: fc.Arbitrary<PeerMessage> = fc.oneof(
  ...messageTypes.map((type): fc.Arbitrary<PeerMessage> => arbitraryMessages[type]),
);
