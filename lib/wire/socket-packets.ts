/**
 * socket.io packets as one MessagePack frame each, given to server and client as `parser`. PROTOCOL.md §2 (SG).
 * The default parser sends every binary field as a frame of its own and refuses more than 10 of them in a packet (socket.io-parser 4.2.6
 * on), which an announce of 11 shares or a handout of a busy room exceeds. One frame a packet also makes the size limit mean the packet.
 * Packet types and fields: socket.io protocol 5. Leaves out: what events mean (signaling.ts) and namespaces other than the main one.
 */
import { Decoder as MessagePackDecoder, Encoder as MessagePackEncoder } from '@msgpack/msgpack';
import { scanMap, type ScanBounds } from './msgpack-scan';
import { signalingLimits } from './signaling';

const packetTypes = { connect: 0, disconnect: 1, event: 2, ack: 3, connectError: 4 } as const;

interface Packet {
  readonly type: number;
  readonly nsp: string;
  readonly data?: unknown;
  readonly id?: number;
}

const bounds: ScanBounds = {
  // packet, data, acknowledgement, peers, peer, shares, share.
  depth: 7,
  arrayLength: Math.max(signalingLimits.shares, signalingLimits.handoutPeers, 64),
  stringBytes: 1024,
  binaryBytes: signalingLimits.signalBytes,
};

const encoder = new MessagePackEncoder({ ignoreUndefined: true, maxDepth: bounds.depth + 2 });
const decoder = new MessagePackDecoder({
  maxStrLength: bounds.stringBytes,
  maxBinLength: bounds.binaryBytes,
  maxArrayLength: bounds.arrayLength,
  maxMapLength: 15,
  maxExtLength: 0,
});

/** Names with a meaning of their own in socket.io and in event emitters: a peer may not fire those. */
const reservedEvents = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'error',
  'newListener',
  'removeListener',
]);

/** Encodes packets for socket.io. */
export class Encoder {
  encode(packet: Packet): Uint8Array<ArrayBuffer>[] {
    const { type, nsp, data, id } = packet;
    return [encoder.encode({ type, nsp, data, id })];
  }
}

type Listener = (packet: Packet) => void;

/** Decodes frames for socket.io, which catches what `add` throws and closes the connection. */
export class Decoder {
  private readonly listeners = new Set<Listener>();

  /** One whole packet. Throws on anything else. */
  add(frame: unknown): void {
    if (!(frame instanceof Uint8Array) && !(frame instanceof ArrayBuffer))
      throw new Error('not a binary frame');
    const bytes = frame instanceof Uint8Array ? frame : new Uint8Array(frame);
    const fault = scanMap(bytes, bounds);
    if (fault) throw new Error(`packet: ${fault}`);
    const packet = toPacket(decoder.decode(bytes));
    if (!packet) throw new Error('packet: fields');
    for (const listener of [...this.listeners]) listener(packet);
  }

  on(_decoded: 'decoded', listener: Listener): this {
    this.listeners.add(listener);
    return this;
  }

  off(_decoded: 'decoded', listener: Listener): this {
    this.listeners.delete(listener);
    return this;
  }

  removeListener(decoded: 'decoded', listener: Listener): this {
    return this.off(decoded, listener);
  }

  /** Nothing is held between frames. socket.io-client calls this on every close and goes on using the decoder. */
  destroy(): void {
    // See above.
  }
}

function toPacket(value: unknown): Packet | undefined {
  if (!isObject(value)) return undefined;
  const { type, nsp, data, id } = value;
  if (typeof type !== 'number' || nsp !== '/') return undefined;
  if (id !== undefined && !(typeof id === 'number' && id >= 0)) return undefined;
  if (!fits(type, data, id)) return undefined;
  return { type, nsp, ...(data === undefined ? {} : { data }), ...(id === undefined ? {} : { id }) };
}

function fits(type: number, data: unknown, id: number | undefined): boolean {
  switch (type) {
    case packetTypes.connect:
      return data === undefined || isObject(data);
    case packetTypes.disconnect:
      return data === undefined;
    case packetTypes.event:
      return Array.isArray(data) && typeof data[0] === 'string' && !reservedEvents.has(data[0]);
    case packetTypes.ack:
      return Array.isArray(data) && id !== undefined;
    case packetTypes.connectError:
      return isObject(data);
    default:
      return false;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
