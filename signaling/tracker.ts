/**
 * The book of who is in a room and who has what. Decides: membership, caps, which connection speaks for a peer. PROTOCOL.md §2 (TR).
 * Pure: plain state, functions over it, time as an argument; server and simulator run the same. Membership is bound to a connection:
 * nothing expires by time, `disconnect` takes all of it away. That a room is over is remembered apart from its members.
 * Leaves out: proof of ids (proof.ts), which peers to name (handout.ts), limits per time (limits.ts).
 */
import type { PeerId, RoomId, ShareId } from '../lib/base/ids';
import { err, ok, type Result } from '../lib/base/result';
import type { RefusalCode, ShareSummary } from '../lib/wire/signaling';
import { DrawSet } from './draw-set';

/** The server's own name of a connection. Never taken from a client. */
export type ConnectionId = string;

export interface Member {
  readonly peer: PeerId;
  /** The connection that speaks for the peer now. */
  connection: ConnectionId;
  /** Milliseconds, the host's clock. A newer connection of the same peer keeps it. */
  readonly joinedAt: number;
  /** As last announced; by share. */
  shares: ReadonlyMap<ShareId, ShareSummary>;
}

export interface Room {
  readonly members: Map<PeerId, Member>;
  /** The members' ids again, ready for random draws. */
  readonly draw: DrawSet<PeerId>;
  /** Who holds all of a share. Shares nobody holds in full have no entry. */
  readonly seeds: Map<ShareId, DrawSet<PeerId>>;
  /** The keys of `seeds`, ready for random draws. */
  readonly seeded: DrawSet<ShareId>;
}

export interface Tracker {
  readonly rooms: Map<RoomId, Room>;
  /** The rooms of each connection, and whom it speaks for there: one peer a room. */
  readonly connections: Map<ConnectionId, Map<RoomId, PeerId>>;
  /** Members of all rooms. */
  members: number;
  /** Rooms that are over and the proof of it, oldest first: they admit nobody. Not kept over a restart; peers hold the proof too. */
  readonly ended: Map<RoomId, Uint8Array>;
}

export interface TrackerLimits {
  readonly rooms: number;
  readonly members: number;
  readonly peersPerRoom: number;
  readonly roomsPerConnection: number;
  /** Rooms remembered as over; beyond that the oldest are forgotten. */
  readonly endedRooms: number;
}

/** Guesses, sized so that a full tracker stays within about 2 GiB when members announce a few shares each. */
export const defaultTrackerLimits: TrackerLimits = {
  rooms: 50_000,
  members: 200_000,
  /** The largest swarm the simulator runs (design §2). */
  peersPerRoom: 10_000,
  /** A person has a few rooms open; test peers some dozens. */
  roomsPerConnection: 64,
  /** About 400 bytes each: 40 MB. */
  endedRooms: 100_000,
};

/** `band` of a peer that holds every chunk. */
export const wholeBand = 4;

export const createTracker = (): Tracker => ({
  rooms: new Map(),
  connections: new Map(),
  members: 0,
  ended: new Map(),
});

export interface JoinRequest {
  readonly room: RoomId;
  readonly peer: PeerId;
  readonly connection: ConnectionId;
}

export interface Joined {
  /** The connection that spoke for this peer until now, if it is another one. */
  readonly replaced: ConnectionId | undefined;
}

/** Puts a peer into a room, or lets a new connection speak for it. What it announced before stays: the peer is the same. */
export function join(
  tracker: Tracker,
  limits: TrackerLimits,
  { room: roomId, peer, connection }: JoinRequest,
  now: number,
): Result<Joined, RefusalCode> {
  if (tracker.ended.has(roomId)) return err('room-ended');
  const spokenFor = tracker.connections.get(connection)?.get(roomId);
  if (
    spokenFor === undefined &&
    (tracker.connections.get(connection)?.size ?? 0) >= limits.roomsPerConnection
  )
    return err('too-many-rooms');
  const member = tracker.rooms.get(roomId)?.members.get(peer);
  if (!member) {
    const refusal = noPlace(tracker, limits, roomId);
    if (refusal) return err(refusal);
  }
  // One connection speaks for one peer in a room: proving another id there gives the first up.
  if (spokenFor !== undefined && spokenFor !== peer) leave(tracker, roomId, connection);

  const before = member?.connection;
  if (member) {
    if (before !== undefined && before !== connection) forget(tracker, before, roomId);
    member.connection = connection;
  } else {
    const room = openRoom(tracker, roomId);
    room.members.set(peer, { peer, connection, joinedAt: now, shares: new Map() });
    room.draw.add(peer);
    tracker.members++;
  }
  remember(tracker, connection, roomId, peer);
  return ok({ replaced: before === connection ? undefined : before });
}

/** Takes the connection's peer out of a room. False: it spoke for nobody there. */
export function leave(tracker: Tracker, roomId: RoomId, connection: ConnectionId): boolean {
  const peer = speaker(tracker, roomId, connection);
  const room = tracker.rooms.get(roomId);
  if (peer === undefined || !room) return false;
  for (const share of room.members.get(peer)?.shares.keys() ?? []) dropSeed(room, share, peer);
  room.members.delete(peer);
  room.draw.remove(peer);
  tracker.members--;
  if (room.members.size === 0) tracker.rooms.delete(roomId);
  forget(tracker, connection, roomId);
  return true;
}

/**
 * The room is over, by a proof the caller has checked: everybody is put out and nobody let in again. Answers the connections that spoke for its
 * members. One that is over already keeps its first proof.
 */
export function end(
  tracker: Tracker,
  limits: TrackerLimits,
  roomId: RoomId,
  proof: Uint8Array,
): ConnectionId[] {
  const connections = [...(tracker.rooms.get(roomId)?.members.values() ?? [])].map((m) => m.connection);
  for (const connection of connections) leave(tracker, roomId, connection);
  if (tracker.ended.has(roomId)) return [];
  // Copied: it is a view of a received message and would keep all of it alive.
  tracker.ended.set(roomId, proof.slice());
  const [oldest] = tracker.ended.keys();
  if (tracker.ended.size > limits.endedRooms && oldest !== undefined) tracker.ended.delete(oldest);
  return connections;
}

/** The connection is gone, and with it everyone it spoke for. */
export function disconnect(tracker: Tracker, connection: ConnectionId): void {
  for (const room of [...(tracker.connections.get(connection)?.keys() ?? [])])
    leave(tracker, room, connection);
}

/** Replaces what the connection's peer has. Of summaries naming one share twice the last counts. False: it spoke for nobody there. */
export function announce(
  tracker: Tracker,
  roomId: RoomId,
  connection: ConnectionId,
  shares: readonly ShareSummary[],
): boolean {
  const peer = speaker(tracker, roomId, connection);
  const room = tracker.rooms.get(roomId);
  const member = peer === undefined ? undefined : room?.members.get(peer);
  if (!room || !member) return false;
  for (const share of member.shares.keys()) dropSeed(room, share, member.peer);
  // Copied: the regions are views of a received message and would keep all of it alive.
  const kept = new Map(
    shares.map((summary) => [summary.share, { ...summary, regions: summary.regions.slice() }]),
  );
  for (const { share, band } of kept.values()) if (band === wholeBand) addSeed(room, share, member.peer);
  member.shares = kept;
  return true;
}

/** Whom the connection speaks for in a room; undefined: nobody. */
export const speaker = (tracker: Tracker, room: RoomId, connection: ConnectionId): PeerId | undefined =>
  tracker.connections.get(connection)?.get(room);

/** Where a signal goes: only between members of one room, and only from the connection that speaks for its sender. */
export function route(
  tracker: Tracker,
  room: RoomId,
  connection: ConnectionId,
  to: PeerId,
): Result<{ readonly from: PeerId; readonly connection: ConnectionId }, RefusalCode> {
  const from = speaker(tracker, room, connection);
  if (from === undefined) return err('not-joined');
  const target = tracker.rooms.get(room)?.members.get(to);
  return target ? ok({ from, connection: target.connection }) : err('unknown-peer');
}

function noPlace(tracker: Tracker, limits: TrackerLimits, roomId: RoomId): RefusalCode | undefined {
  const room = tracker.rooms.get(roomId);
  if (room && room.members.size >= limits.peersPerRoom) return 'room-full';
  if (!room && tracker.rooms.size >= limits.rooms) return 'server-full';
  return tracker.members >= limits.members ? 'server-full' : undefined;
}

function openRoom(tracker: Tracker, roomId: RoomId): Room {
  const known = tracker.rooms.get(roomId);
  if (known) return known;
  const room: Room = { members: new Map(), draw: new DrawSet(), seeds: new Map(), seeded: new DrawSet() };
  tracker.rooms.set(roomId, room);
  return room;
}

function remember(tracker: Tracker, connection: ConnectionId, room: RoomId, peer: PeerId): void {
  const rooms = tracker.connections.get(connection);
  if (rooms) rooms.set(room, peer);
  else tracker.connections.set(connection, new Map([[room, peer]]));
}

function forget(tracker: Tracker, connection: ConnectionId, room: RoomId): void {
  const rooms = tracker.connections.get(connection);
  rooms?.delete(room);
  if (rooms?.size === 0) tracker.connections.delete(connection);
}

function addSeed(room: Room, share: ShareId, peer: PeerId): void {
  const seeds = room.seeds.get(share) ?? new DrawSet<PeerId>();
  seeds.add(peer);
  room.seeds.set(share, seeds);
  room.seeded.add(share);
}

function dropSeed(room: Room, share: ShareId, peer: PeerId): void {
  const seeds = room.seeds.get(share);
  seeds?.remove(peer);
  if (seeds?.size !== 0) return;
  room.seeds.delete(share);
  room.seeded.remove(share);
}
