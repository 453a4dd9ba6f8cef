/**
 * Where the tracker's state lives. One process keeps it in memory (store-memory.ts); several share it, which is why every method is
 * asynchronous and names its connection: the store alone knows which connection speaks for a peer.
 * Methods reject only when the place itself fails (a database that does not answer); what a client can cause is a value.
 */
import type { PeerId, RoomId } from '../lib/base/ids';
import type { Result } from '../lib/base/result';
import type { HandoutPeer, RefusalCode, ShareSummary } from '../lib/wire/signaling';
import type { ConnectionId, Joined, JoinRequest } from './tracker';

export interface Handout {
  readonly peers: readonly HandoutPeer[];
  /** Peers in the room, the asker included. */
  readonly members: number;
}

export interface TrackerStore {
  /**
   * Puts a proven peer into a room and lets this connection speak for it; `replaced` is the connection that did so until now.
   * `now`: milliseconds since 1970. Refusals: 'room-full', 'too-many-rooms', 'server-full', 'room-ended'.
   */
  join(request: JoinRequest, now: number): Promise<Result<Joined, RefusalCode>>;
  /** False: this connection spoke for nobody there. */
  leave(room: RoomId, connection: ConnectionId): Promise<boolean>;
  /** Replaces what this connection's peer has. False: it spoke for nobody there. */
  announce(room: RoomId, connection: ConnectionId, shares: readonly ShareSummary[]): Promise<boolean>;
  /** Peers for this connection's peer (handout.ts). undefined: it spoke for nobody there. */
  handout(room: RoomId, connection: ConnectionId, linked: readonly PeerId[]): Promise<Handout | undefined>;
  /** Who the sender of a signal is and which connection speaks for its receiver. Refusals: 'not-joined', 'unknown-peer'. */
  route(
    room: RoomId,
    connection: ConnectionId,
    to: PeerId,
  ): Promise<Result<{ readonly from: PeerId; readonly connection: ConnectionId }, RefusalCode>>;
  /** The room is over, by this proof, which was checked: its members are put out, and nobody joins again. Answers their connections. */
  end(room: RoomId, proof: Uint8Array): Promise<readonly ConnectionId[]>;
  /** The proof that a room is over; undefined: not that it is known. */
  ending(room: RoomId): Promise<Uint8Array | undefined>;
  /** The connection ended: everyone it spoke for leaves. Fine for one that joined nothing. */
  disconnect(connection: ConnectionId): Promise<void>;
  /** For the metrics; may be a moment old. */
  counts(): Promise<{ readonly rooms: number; readonly members: number }>;
  /** Lets go of what it holds. Nothing is called after. */
  close(): Promise<void>;
}
