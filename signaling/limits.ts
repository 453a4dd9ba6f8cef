/**
 * How often a connection, and an address with all its connections, may do things. PROTOCOL.md §2 (SG).
 * A counter per key and fixed window (rate-limiter-flexible): up to twice the rate across the edge of two windows, which these numbers
 * leave room for. Leaves out: sizes (lib/wire/signaling) and counts of rooms and peers (tracker.ts).
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ClientEvent } from '../lib/wire/signaling';
import type { ConnectionId } from './tracker';

export interface Rate {
  readonly points: number;
  readonly seconds: number;
}

export type LimitedKind = ClientEvent | 'bytes';

export interface RateLimits {
  readonly perConnection: Readonly<Record<LimitedKind, Rate>>;
  readonly perAddress: Readonly<Record<LimitedKind | 'connect', Rate>>;
  /** Connections of one address at one time. */
  readonly connectionsPerAddress: number;
  /** Connections of all addresses at one time. */
  readonly connections: number;
}

const minute = (points: number): Rate => ({ points, seconds: 60 });

/**
 * Guesses, from what the client does at its busiest: joining one room it dials up to 50 peers, each with an offer or answer and some
 * twenty candidates (1,100 signals of about 1 KiB), and announces twice a second. An address may be a school behind one NAT.
 */
export const defaultRateLimits: RateLimits = {
  perConnection: {
    join: minute(120),
    leave: minute(240),
    announce: minute(240),
    handout: minute(120),
    signal: minute(4_000),
    end: minute(60),
    // Being found and handing something over are a person's clicks, with a few parcels each.
    nearby: minute(20),
    nearbyLeave: minute(20),
    parcel: minute(120),
    bytes: minute(16 * 1024 * 1024),
  },
  perAddress: {
    connect: minute(600),
    join: minute(2_400),
    leave: minute(4_800),
    announce: minute(12_000),
    handout: minute(6_000),
    signal: minute(120_000),
    end: minute(600),
    nearby: minute(400),
    nearbyLeave: minute(400),
    parcel: minute(1_200),
    bytes: minute(256 * 1024 * 1024),
  },
  connectionsPerAddress: 512,
  /** About 50 KiB each with TLS in front: 1 GiB (pitfalls 9.8). */
  connections: 20_000,
};

/** The same limits with `factor` times as much for an address: for load tests and for many people behind one address. */
export function scaleAddressLimits(limits: RateLimits, factor: number): RateLimits {
  const scale = (rate: Rate): Rate => ({ ...rate, points: Math.ceil(rate.points * factor) });
  const { connect, join, leave, announce, handout, signal, end, nearby, nearbyLeave, parcel, bytes } =
    limits.perAddress;
  return {
    ...limits,
    connectionsPerAddress: Math.ceil(limits.connectionsPerAddress * factor),
    perAddress: {
      connect: scale(connect),
      join: scale(join),
      leave: scale(leave),
      announce: scale(announce),
      handout: scale(handout),
      signal: scale(signal),
      end: scale(end),
      nearby: scale(nearby),
      nearbyLeave: scale(nearbyLeave),
      parcel: scale(parcel),
      bytes: scale(bytes),
    },
  };
}

export interface RateLimiter {
  /** undefined: go on. A number: refused, try again after so many milliseconds. */
  take(
    kind: LimitedKind,
    connection: ConnectionId,
    address: string,
    points?: number,
  ): Promise<number | undefined>;
  takeConnect(address: string): Promise<number | undefined>;
  /** Forgets a connection that ended. */
  release(connection: ConnectionId): void;
}

export function createRateLimiter(limits: RateLimits): RateLimiter {
  const create = (rate: Rate): RateLimiterMemory =>
    new RateLimiterMemory({ points: rate.points, duration: rate.seconds });
  const all = (
    rates: Readonly<Record<LimitedKind, Rate>>,
  ): Readonly<Record<LimitedKind, RateLimiterMemory>> => ({
    join: create(rates.join),
    leave: create(rates.leave),
    announce: create(rates.announce),
    handout: create(rates.handout),
    signal: create(rates.signal),
    end: create(rates.end),
    nearby: create(rates.nearby),
    nearbyLeave: create(rates.nearbyLeave),
    parcel: create(rates.parcel),
    bytes: create(rates.bytes),
  });
  const perConnection = all(limits.perConnection);
  const perAddress = all(limits.perAddress);
  const connects = create(limits.perAddress.connect);
  return {
    async take(kind, connection, address, points = 1) {
      // The connection first: one that is refused by itself must not use up what its neighbours share.
      return (
        (await consume(perConnection[kind], connection, points)) ??
        (await consume(perAddress[kind], address, points))
      );
    },
    takeConnect: (address) => consume(connects, address, 1),
    release(connection) {
      for (const limiter of Object.values(perConnection)) void limiter.delete(connection);
    },
  };
}

async function consume(limiter: RateLimiterMemory, key: string, points: number): Promise<number | undefined> {
  try {
    await limiter.consume(key, points);
    return undefined;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext));
    throw refusal;
  }
}
