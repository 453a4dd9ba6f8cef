/**
 * Control messages to frames and back. A frame is the MessagePack array [id, body]; body is a map with the schema's field names.
 * PROTOCOL.md §3 (WR). Decoding is total: whatever the bytes are, it answers a value, in time and memory proportional to the frame.
 * Leaves out block data (block-frame.ts) and what the messages mean.
 */
import { Decoder, Encoder } from '@msgpack/msgpack';
import * as v from 'valibot';
import { invariant } from '../base/invariant';
import { limits, messageSchemas, type MessageType, type PeerMessage } from './messages';
import { scanMap, type ScanBounds } from './msgpack-scan';

export type DecodeResult =
  | { readonly kind: 'message'; readonly message: PeerMessage }
  /** A message of a later version: to be ignored and counted. Its body was not looked at. */
  | { readonly kind: 'unknown'; readonly id: number }
  | { readonly kind: 'malformed'; readonly reason: string };

const bounds: ScanBounds = {
  // The body and the lists in it. No schema needs more.
  depth: 2,
  arrayLength: Math.max(limits.rangesPerMessage, limits.headersPerMessage),
  // The longest text is the agent: 64 UTF-16 units, at most 3 bytes each.
  stringBytes: 64 * 3,
  binaryBytes: Math.max(
    limits.chunks / 8,
    limits.catalogPartBytes,
    limits.headerBytes,
    32 * limits.chunksPerSegment,
  ),
};

const encoder = new Encoder({ maxDepth: bounds.depth + 2 });
/** The scan holds these bounds already; they stand here too so that the decoder is safe on its own. */
const decoder = new Decoder({
  maxStrLength: bounds.stringBytes,
  maxBinLength: bounds.binaryBytes,
  maxArrayLength: bounds.arrayLength,
  maxMapLength: 15,
  maxExtLength: 0,
});

const typeById = new Map<number, MessageType>();
for (const type of Object.keys(messageSchemas) as MessageType[]) typeById.set(messageSchemas[type].id, type);

/** The frame of a message. Fields come in the schema's order, so equal messages give equal bytes. A message over the bounds is our bug. */
export function encodeMessage(message: PeerMessage): Uint8Array<ArrayBuffer> {
  const { id, body } = messageSchemas[message.type];
  const given: Readonly<Record<string, unknown>> = message;
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(body.entries)) fields[name] = given[name];
  invariant(v.is(body, fields), `a ${message.type} message within its bounds`);
  const frame = encoder.encode([id, fields]);
  invariant(frame.length <= limits.frameBytes, `a ${message.type} message fits a frame`);
  return frame;
}

/** Never throws. Byte fields of the message are views of `frame`: copy what is kept beyond the call, lest it keep the whole frame alive. */
export function decodeMessage(frame: Uint8Array): DecodeResult {
  if (frame.length > limits.frameBytes) return malformed('oversized');
  const head = readHead(frame);
  if (!head) return malformed('no message');
  const type = typeById.get(head.id);
  if (type === undefined) return { kind: 'unknown', id: head.id };

  const bytes = frame.subarray(head.bytes);
  const fault = scanMap(bytes, bounds);
  if (fault) return malformed(`${type}: ${fault}`);
  const body = decodeBody(bytes);
  if (!body) return malformed(`${type}: body`);
  const schema = messageSchemas[type].body;
  const parsed = v.safeParse(schema, body, { abortEarly: true, abortPipeEarly: true });
  if (!parsed.success) {
    // A name that is not ours is the peer's text, which has no place in a log.
    const field = parsed.issues[0].path?.[0].key;
    return malformed(`${type}: ${typeof field === 'string' && field in schema.entries ? field : 'fields'}`);
  }
  return { kind: 'message', message: { type, ...parsed.output } as PeerMessage };
}

const malformed = (reason: string): DecodeResult => ({ kind: 'malformed', reason });

/** The array head and the id, and how many bytes they take. Read by hand so that nothing of an unknown message gets decoded. */
function readHead(frame: Uint8Array): { id: number; bytes: number } | undefined {
  const [array, a, b, c, d, e] = frame;
  if (array !== 0x92 || a === undefined) return undefined;
  if (a < 0x80) return { id: a, bytes: 2 };
  if (a === 0xcc && b !== undefined) return { id: b, bytes: 3 };
  if (a === 0xcd && b !== undefined && c !== undefined) return { id: b * 0x100 + c, bytes: 4 };
  if (a === 0xce && b !== undefined && c !== undefined && d !== undefined && e !== undefined)
    return { id: ((b * 0x100 + c) * 0x100 + d) * 0x100 + e, bytes: 6 };
  return undefined;
}

function decodeBody(bytes: Uint8Array): object | undefined {
  let body: unknown;
  try {
    body = decoder.decode(bytes);
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  // A name given twice would leave fewer fields than pairs: two readers could take different ones.
  const pairs = (bytes[0] ?? 0) & 0x0f;
  return Object.keys(body).length === pairs ? body : undefined;
}
