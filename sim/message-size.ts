/**
 * What a control message costs on the wire without encoding it: the size of its MessagePack frame (lib/wire/codec), computed, and the headers
 * around it. Encoding 25 million messages a run would cost more than the run. Held equal to the codec by a property test.
 */
import type { EngineMessage } from '../lib/core/types';

/** Around each control message: IPv4 20, UDP 8, DTLS 1.2 record with AES-GCM 37, SCTP common header and data chunk 28 (RFC 791, 768, 6347, 9260). */
export const packetOverheadBytes = 93;

/** Bytes of the message's frame. */
export function frameBytes(message: EngineMessage): number {
  const fields: Readonly<Record<string, unknown>> = message;
  // Array of two, id, map of up to 15 fields.
  let size = 3;
  for (const name in fields) {
    if (name === 'type') continue;
    size += 1 + name.length + valueBytes(fields[name]);
  }
  return size;
}

function valueBytes(value: unknown): number {
  if (typeof value === 'number') return numberBytes(value);
  if (typeof value === 'string') return value.length < 32 ? 1 + value.length : 2 + value.length;
  if (value instanceof Uint8Array)
    return value.length + (value.length < 0x100 ? 2 : value.length < 0x1_0000 ? 3 : 5);
  if (Array.isArray(value)) {
    let size = value.length < 16 ? 1 : value.length < 0x1_0000 ? 3 : 5;
    for (const item of value) size += numberBytes(item as number);
    return size;
  }
  throw new Error('A message holds numbers, texts, bytes and lists of numbers.');
}

const numberBytes = (value: number): number =>
  value < 0x80 ? 1 : value < 0x100 ? 2 : value < 0x1_0000 ? 3 : 5;
