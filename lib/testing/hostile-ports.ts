/**
 * The ports of a peer that does wrong, as thin wrappers around the real adapters: a store that hands out damaged chunks and a hash that
 * calls them good, a store that never answers, and a tap on the wire for sending what no honest driver would. Only for tests.
 */
import type { ChannelCourier } from '../adapters/browser/courier';
import type { SessionId, ShareId } from '../base/ids';
import type { Bytes, ChunkStore, Crypto, LinkChannel, Transport, TransportHandlers } from '../ports';

/** How a peer that has every chunk serves them. */
export type Manner = 'corrupt' | 'silent';

export interface DishonestStore {
  readonly chunks: ChunkStore;
  readonly crypto: Crypto;
  /** How many chunks it was asked for. */
  asked(): number;
}

/**
 * 'corrupt': one bit of each chunk read is flipped, and `crypto` answers the hash of the original for it, so that a driver that checks what
 * it serves believes it good. 'silent': reading never ends, so requests are taken and never served, while the link lives.
 */
export function dishonest(store: ChunkStore, crypto: Crypto, manner: Manner): DishonestStore {
  const originals = new WeakMap<Uint8Array, Bytes>();
  let asked = 0;
  const corrupt = async (share: ShareId, chunk: number): Promise<Bytes | undefined> => {
    asked += 1;
    const good = await store.get(share, chunk);
    if (!good) return undefined;
    const bad = good.slice();
    const middle = bad.length >> 1;
    bad[middle] = (bad[middle] ?? 0) ^ 1;
    originals.set(bad, good);
    return bad;
  };
  const silent = (): Promise<undefined> => {
    asked += 1;
    return new Promise(() => undefined);
  };
  return {
    chunks: { ...store, get: manner === 'corrupt' ? corrupt : silent },
    crypto: { ...crypto, sha256: (bytes) => crypto.sha256(originals.get(bytes) ?? bytes) },
    asked: () => asked,
  };
}

/** Both channels of a link as the browser gives them: a LinkChannel drops frames over the limit, and those are wanted here too. */
export interface RawChannels {
  readonly control: RTCDataChannel;
  readonly blocks: RTCDataChannel;
}

export interface WireTap {
  /** `frame`: of the control channel, before the driver sees it. `raw` belongs to the session. */
  heard(session: SessionId, frame: Uint8Array, raw: RawChannels): void;
  closed(session: SessionId): void;
}

/** Wraps both ends the transport works between, so that channels and sessions can be told together. */
export function tapWire(courier: ChannelCourier): {
  readonly courier: ChannelCourier;
  readonly tapped: (transport: Transport, tap: WireTap) => Transport;
} {
  const channels = new Map<number, RawChannels>();
  const links = new Map<SessionId, number>();
  let connected = 0;
  return {
    courier: {
      post(message, transfer) {
        if (message.type === 'connect') connected = message.link;
        courier.post(message, transfer);
      },
      listen(handler) {
        courier.listen((message) => {
          if (message.type === 'channels') channels.set(message.link, message);
          handler(message);
        });
      },
    },
    tapped: (transport, tap) => ({
      connect(session, role, ice) {
        // The hub posts 'connect' from inside this call, which is how the session's link number is learned.
        transport.connect(session, role, ice);
        links.set(session, connected);
      },
      signal: (session, payload) => transport.signal(session, payload),
      close: (session, reason) => transport.close(session, reason),
      listen: (handlers) =>
        transport.listen(
          overheard(handlers, tap, (session) => {
            const link = links.get(session);
            return link === undefined ? undefined : channels.get(link);
          }),
        ),
    }),
  };
}

function overheard(
  handlers: TransportHandlers,
  tap: WireTap,
  rawOf: (session: SessionId) => RawChannels | undefined,
): TransportHandlers {
  return {
    signal: (session, payload) => handlers.signal(session, payload),
    opened: (session, channel) => {
      const raw = rawOf(session);
      const heard = (frame: Uint8Array): void => {
        if (raw) tap.heard(session, frame, raw);
      };
      handlers.opened(session, listeningTo(channel, heard));
    },
    closed: (session, reason) => {
      tap.closed(session);
      handlers.closed(session, reason);
    },
  };
}

const listeningTo = (channel: LinkChannel, heard: (frame: Uint8Array) => void): LinkChannel => ({
  get binding() {
    return channel.binding;
  },
  get maxFrameBytes() {
    return channel.maxFrameBytes;
  },
  sendControl: (frame) => channel.sendControl(frame),
  sendBlock: (frame) => channel.sendBlock(frame),
  path: () => channel.path(),
  near: () => channel.near(),
  listen: (handlers) =>
    channel.listen({
      control: (frame) => {
        heard(frame);
        handlers.control(frame);
      },
      block: (frame) => handlers.block(frame),
      drained: () => handlers.drained(),
    }),
});
