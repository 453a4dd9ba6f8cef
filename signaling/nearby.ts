/**
 * The book of who lets themselves be found nearby: one circle a network, nobody in it longer than their connection. PROTOCOL.md §2 (NB).
 * Pure: plain state and functions over it. It knows keys made for one visit and nothing of what is handed over. Leaves out what counts as one
 * network (network.ts) and limits per time (limits.ts).
 */
import { equalBytes } from '../lib/base/bytes';
import type { NeighbourId } from '../lib/base/ids';
import { err, ok, type Result } from '../lib/base/result';
import { signalingLimits, type RefusalCode } from '../lib/wire/signaling';
import type { ConnectionId } from './tracker';

export interface Neighbour {
  readonly neighbour: NeighbourId;
  readonly publicKey: Uint8Array;
  readonly connection: ConnectionId;
}

export interface NearbyBook {
  readonly circles: Map<string, Map<NeighbourId, Neighbour>>;
  /** Where each connection stands. */
  readonly places: Map<ConnectionId, { readonly network: string; readonly neighbour: NeighbourId }>;
}

export const createNearbyBook = (): NearbyBook => ({ circles: new Map(), places: new Map() });

export interface NearbyRequest {
  readonly network: string;
  readonly connection: ConnectionId;
  readonly publicKey: Uint8Array;
  /** Random, never used before. */
  readonly neighbour: NeighbourId;
}

export interface Entered {
  readonly others: readonly Neighbour[];
  /** Who showed this key until now: mostly the same page's connection of before, which nobody has missed yet. */
  readonly replaced: Neighbour | undefined;
}

/** The connection must stand nowhere: leave first. */
export function enter(
  book: NearbyBook,
  { network, connection, publicKey, neighbour }: NearbyRequest,
): Result<Entered, RefusalCode> {
  const circle = book.circles.get(network);
  const replaced = [...(circle?.values() ?? [])].find((other) => equalBytes(other.publicKey, publicKey));
  if (!replaced && (circle?.size ?? 0) >= signalingLimits.neighbours) return err('nearby-full');
  if (replaced) exit(book, replaced.connection);
  const others = [...(book.circles.get(network)?.values() ?? [])];
  const entered = book.circles.get(network) ?? new Map<NeighbourId, Neighbour>();
  // Copied: a view of a received message would keep all of it alive.
  entered.set(neighbour, { neighbour, publicKey: publicKey.slice(), connection });
  book.circles.set(network, entered);
  book.places.set(connection, { network, neighbour });
  return ok({ others, replaced });
}

/** Who left, and who is to be told; undefined: the connection stood nowhere. Nothing of it is left. */
export function exit(
  book: NearbyBook,
  connection: ConnectionId,
): { readonly neighbour: NeighbourId; readonly others: readonly Neighbour[] } | undefined {
  const place = book.places.get(connection);
  const circle = place && book.circles.get(place.network);
  if (!place || !circle) return undefined;
  book.places.delete(connection);
  circle.delete(place.neighbour);
  if (circle.size === 0) book.circles.delete(place.network);
  return { neighbour: place.neighbour, others: [...circle.values()] };
}

/** Where a parcel goes: only between two of one circle, and only from who stands in it. */
export function deliver(
  book: NearbyBook,
  connection: ConnectionId,
  to: NeighbourId,
): Result<{ readonly from: NeighbourId; readonly connection: ConnectionId }, RefusalCode> {
  const place = book.places.get(connection);
  if (!place) return err('not-joined');
  const target = book.circles.get(place.network)?.get(to);
  if (!target || target.connection === connection) return err('unknown-peer');
  return ok({ from: place.neighbour, connection: target.connection });
}
