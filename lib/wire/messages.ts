/**
 * Every message on a link's control channel, declared once: schema with bounds; the type follows from it. PROTOCOL.md §3.
 * The codec beside this file turns them into frames and back. Block data has its own fixed frame (block-frame.ts).
 * Leaves out: what the messages mean, which is the core's business.
 */
import * as v from 'valibot';
import { isId, type ShareId } from '../base/ids';
import { encodedEndingBytes } from './ending';

/** Bounds a hostile peer cannot pass. Each is a decision of ours unless a source is named. */
export const limits = {
  /** Chromium's advertised max-message-size (pitfalls 1.7); no frame of ours is larger, header included. */
  frameBytes: 256 * 1024,
  /** 4 TiB at the largest chunk size; a bitfield of it is 128 KiB. */
  chunks: 1 << 20,
  chunksPerSegment: 256,
  sharesPerRoom: 256,
  headersPerMessage: 64,
  headerBytes: 512,
  policyBytes: 256,
  catalogBytes: 64 * 1024 * 1024,
  catalogPartBytes: 64 * 1024,
  rangesPerMessage: 4096,
  files: 200_000,
} as const;

const uint = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const bytes = (max: number, min = 0) =>
  v.custom<Uint8Array>((x) => x instanceof Uint8Array && x.length >= min && x.length <= max);
const share = v.custom<ShareId>((x) => typeof x === 'string' && isId(x));
const chunk = uint(limits.chunks - 1);
const segment = uint(limits.chunks / limits.chunksPerSegment - 1);
/** Flat [start, count, …]; order and disjointness are checked by the core against the share's chunk count. */
const ranges = v.pipe(v.array(uint(limits.chunks)), v.maxLength(limits.rangesPerMessage));
const tag = uint(0xffff_ffff);

/**
 * One entry per message. The key is its name in code, `id` its number on the wire: numbers are never reused.
 * Later protocols (gossip, DHT, search) take numbers from 32 up.
 */
export const messageSchemas = {
  /** First on every link, both ways: proves the sender's peer id (PROTOCOL HS). */
  hello: {
    id: 1,
    body: v.strictObject({
      version: uint(255),
      publicKey: bytes(32, 32),
      signature: bytes(64, 64),
      agent: v.pipe(v.string(), v.maxLength(64)),
    }),
  },
  /** Share headers the sender knows (each signed by its publisher) and the room's policy when known. */
  shares: {
    id: 2,
    body: v.strictObject({
      headers: v.pipe(v.array(bytes(limits.headerBytes, 1)), v.maxLength(limits.headersPerMessage)),
      policy: v.nullable(bytes(limits.policyBytes, 1)),
    }),
  },
  /** Asks for sealed catalog bytes from `offset`. */
  catalogRequest: { id: 3, body: v.strictObject({ share, offset: uint(limits.catalogBytes) }) },
  catalogPart: {
    id: 4,
    body: v.strictObject({ share, offset: uint(limits.catalogBytes), bytes: bytes(limits.catalogPartBytes) }),
  },
  /** Asks for a segment's chunk hashes from number `from` on (0–255): segments grow while the publisher hashes. */
  segmentRequest: {
    id: 5,
    body: v.strictObject({ share, segment, from: uint(limits.chunksPerSegment - 1) }),
  },
  /** Hashes `from`… of a segment, 32 bytes each, and the signature over all of its hashes from 0 on. Empty hashes: none yet. */
  segment: {
    id: 6,
    body: v.strictObject({
      share,
      segment,
      from: uint(limits.chunksPerSegment - 1),
      hashes: bytes(32 * limits.chunksPerSegment),
      signature: bytes(64),
    }),
  },
  /** What the sender holds of a share: everything, nothing or a bitfield. */
  bitfield: {
    id: 7,
    body: v.strictObject({
      share,
      kind: v.picklist(['all', 'none', 'bits']),
      bits: bytes(limits.chunks / 8),
    }),
  },
  /** Newly held chunks, batched. */
  have: { id: 8, body: v.strictObject({ share, ranges }) },
  /** Which chunks the sender wants of a share at all; empty: not interested. Lets a super-seed reveal only what is of use. */
  interest: { id: 9, body: v.strictObject({ share, ranges }) },
  choke: { id: 10, body: v.strictObject({}) },
  unchoke: { id: 11, body: v.strictObject({}) },
  /** Asks for a run of blocks of one chunk; the answer's frames carry `tag`. */
  request: {
    id: 12,
    body: v.strictObject({ share, chunk, firstBlock: uint(255), blockCount: uint(256), tag }),
  },
  cancel: { id: 13, body: v.strictObject({ tag }) },
  /** The request will not be served (BEP 6): choked meanwhile, chunk not there, or the queue is full. */
  reject: {
    id: 14,
    body: v.strictObject({ tag, reason: v.picklist(['choked', 'missing', 'queue-full']) }),
  },
  ping: { id: 15, body: v.strictObject({}) },
  pong: { id: 16, body: v.strictObject({}) },
  /** The request's turn has come: its blocks follow. Outruns them, since those wait in the channel's buffer. */
  begun: { id: 18, body: v.strictObject({ tag }) },
  bye: { id: 17, body: v.strictObject({ reason: v.pipe(v.string(), v.maxLength(32)) }) },
  /** Show that you hold this chunk: answer with the hash of nonce and chunk. */
  audit: { id: 19, body: v.strictObject({ share, chunk, nonce: bytes(16, 16) }) },
  audited: { id: 20, body: v.strictObject({ share, chunk, digest: bytes(32, 32) }) },
  /** The room's end as its creator signed it (ending.ts): that it is over, or when it will be. */
  ending: { id: 21, body: v.strictObject({ ending: bytes(encodedEndingBytes, encodedEndingBytes) }) },
} as const;

export type MessageType = keyof typeof messageSchemas;
type Body<Type extends MessageType> = v.InferOutput<(typeof messageSchemas)[Type]['body']>;

/** One message: `{ type: 'have', share, ranges }` and so on. */
export type PeerMessage = {
  [Type in MessageType]: { readonly type: Type } & Readonly<Body<Type>>;
}[MessageType];
export type MessageOf<Type extends MessageType> = Extract<PeerMessage, { type: Type }>;
