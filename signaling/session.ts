/**
 * What one connection may ask of the tracker and what it is answered: every event of lib/wire/signaling in one place. PROTOCOL.md §2 (SG).
 * Nothing a client sends makes it throw. Leaves out: sockets and frames (socket-server.ts), membership itself (tracker.ts).
 */
import * as v from 'valibot';
import type { RoomId } from '../lib/base/ids';
import {
  clientEvents,
  type AckOf,
  type ClientEvent,
  type ClientPayload,
  type RefusalCode,
  type ServerEvent,
  type ServerPayload,
} from '../lib/wire/signaling';
import type { RateLimiter } from './limits';
import type { Metrics } from './metrics';
import { endsRoom, provenPeer } from './proof';
import { NearbySession } from './nearby-session';
import type { NearbyBook } from './nearby';
import type { TrackerStore } from './store';
import type { ConnectionId } from './tracker';
import type { IceGrant } from './turn';

export interface SessionHost {
  readonly store: TrackerStore;
  /** Who lets themselves be found here. Of this process: several would each have their own. */
  readonly nearby: NearbyBook;
  readonly limiter: RateLimiter;
  readonly metrics: Metrics;
  iceGrant(): IceGrant;
  /** Milliseconds since 1970. */
  now(): number;
  /** To any connection of the tracker, this process's or another's. Best effort. */
  send<Name extends ServerEvent>(to: ConnectionId, event: Name, payload: ServerPayload<Name>): void;
  /** The store failed: an operator must know. */
  failed(error: unknown): void;
}

export interface SessionConfig {
  /** Malformed events a connection may send before it is ended: room for a client of another version, none for a fuzzer (guess). */
  readonly malformedEvents: number;
  /** What a client is told to wait when the store failed (guess). */
  readonly storeRetryMs: number;
}

export const defaultSessionConfig: SessionConfig = { malformedEvents: 20, storeRetryMs: 5_000 };

export interface Caller {
  readonly connection: ConnectionId;
  /** What limits count this connection under. */
  readonly address: string;
  /** Who is nearby (network.ts); undefined: nobody can tell. */
  readonly network: string | undefined;
  /** What its joins must sign. */
  readonly nonce: Uint8Array;
}

type Refusal = { ok: false; code: RefusalCode; retryMs?: number; ending?: Uint8Array };
const refusal = (code: RefusalCode, retryMs?: number): Refusal =>
  retryMs === undefined ? { ok: false, code } : { ok: false, code, retryMs };

export class Session {
  private malformed = 0;
  private ended = false;
  private previous: Promise<unknown> = Promise.resolve();
  private readonly answerers: Answerers = {
    join: (payload) => this.join(payload),
    leave: (payload) => this.leave(payload),
    announce: (payload) => this.announce(payload),
    handout: ({ room, linked }) => this.handoutOf(room, linked),
    signal: (payload) => this.signal(payload),
    end: (payload) => this.endRoom(payload),
    // What was asked before the end is answered after it: nobody may come back then.
    nearby: (payload) => Promise.resolve(this.ended ? refusal('not-joined') : this.nearby.join(payload)),
    nearbyLeave: () => Promise.resolve(this.nearby.leave()),
    parcel: (payload) => Promise.resolve(this.nearby.parcel(payload)),
  };
  private readonly nearby: NearbySession;

  constructor(
    private readonly host: SessionHost,
    private readonly who: Caller,
    private readonly config: SessionConfig = defaultSessionConfig,
  ) {
    this.nearby = new NearbySession(host, who);
  }

  /** Too many malformed events: the connection is not worth keeping. */
  get hopeless(): boolean {
    return this.malformed >= this.config.malformedEvents;
  }

  /**
   * The acknowledgement of one event with whatever payload came. Never rejects. Events are answered one after the other, as they came:
   * a leave that overtook its join, which waits for a signature to be checked, would leave a ghost behind.
   */
  handle<Name extends ClientEvent>(event: Name, payload: unknown): Promise<AckOf<Name> | Refusal> {
    const answer = this.previous.then(() => this.answerOrRefuse(event, payload));
    this.previous = answer;
    return answer;
  }

  /** The connection is gone. */
  async end(): Promise<void> {
    this.ended = true;
    this.nearby.end();
    try {
      await this.host.store.disconnect(this.who.connection);
    } catch (error) {
      this.host.failed(error);
    }
  }

  private async answerOrRefuse<Name extends ClientEvent>(
    event: Name,
    payload: unknown,
  ): Promise<AckOf<Name> | Refusal> {
    let answer: AckOf<Name> | Refusal;
    try {
      answer = await this.answer(event, payload);
    } catch (error) {
      this.host.failed(error);
      answer = refusal('server-full', this.config.storeRetryMs);
    }
    if (!answer.ok) this.host.metrics.refused(answer.code);
    return answer;
  }

  private async answer<Name extends ClientEvent>(
    event: Name,
    payload: unknown,
  ): Promise<AckOf<Name> | Refusal> {
    const parsed = v.safeParse(clientEvents[event], payload);
    if (!parsed.success) {
      this.malformed++;
      return refusal('malformed');
    }
    this.host.metrics.event(event);
    const waitMs = await this.host.limiter.take(event, this.who.connection, this.who.address);
    if (waitMs !== undefined) return refusal('rate-limited', waitMs);
    return this.answerers[event](parsed.output);
  }

  private async join(join: ClientPayload<'join'>): Promise<AckOf<'join'>> {
    const { store, metrics } = this.host;
    const { connection, nonce } = this.who;
    const peer = await provenPeer(nonce, join);
    if (peer === undefined) return refusal('bad-proof');
    if (this.hasEnded()) return refusal('not-joined');
    const joined = await store.join({ room: join.room, peer, connection }, this.host.now());
    if (!joined.ok) return this.refusedJoin(joined.error, join.room);
    // The connection may have ended while the store was at work; whoever came last cleans up.
    if (this.hasEnded()) await store.disconnect(connection);
    metrics.joined();
    if (joined.value.replaced !== undefined)
      this.host.send(joined.value.replaced, 'replaced', { room: join.room });
    const handout = await this.handoutOf(join.room, []);
    return handout.ok ? { ...handout, ...this.host.iceGrant() } : handout;
  }

  /** Who is turned away from a room that is over gets its creator's word for it, and need not take ours. */
  private async refusedJoin(code: RefusalCode, room: RoomId): Promise<Refusal> {
    const ending = code === 'room-ended' ? await this.host.store.ending(room) : undefined;
    return ending ? { ...refusal(code), ending } : refusal(code);
  }

  private async endRoom({ room, part, ending }: ClientPayload<'end'>): Promise<AckOf<'end'>> {
    // Many members may show it at the same time: one proof is enough.
    if (await this.host.store.ending(room)) return { ok: true };
    if (!(await endsRoom({ room, part, ending }, this.host.now()))) return refusal('bad-proof');
    for (const connection of await this.host.store.end(room, ending))
      this.host.send(connection, 'ended', { room, ending });
    return { ok: true };
  }

  private async leave({ room }: ClientPayload<'leave'>): Promise<AckOf<'leave'>> {
    return (await this.host.store.leave(room, this.who.connection)) ? { ok: true } : refusal('not-joined');
  }

  private async announce({ room, shares }: ClientPayload<'announce'>): Promise<AckOf<'announce'>> {
    const known = await this.host.store.announce(room, this.who.connection, shares);
    return known ? { ok: true } : refusal('not-joined');
  }

  private async signal({ room, to, session, sealed }: ClientPayload<'signal'>): Promise<AckOf<'signal'>> {
    const target = await this.host.store.route(room, this.who.connection, to);
    if (!target.ok) return refusal(target.error);
    this.host.send(target.value.connection, 'signal', { room, from: target.value.from, session, sealed });
    this.host.metrics.relayed(sealed.length);
    return { ok: true };
  }

  /** Asked anew after each await, in which it may have changed. */
  private hasEnded(): boolean {
    return this.ended;
  }

  private async handoutOf(
    room: RoomId,
    linked: ClientPayload<'handout'>['linked'],
  ): Promise<AckOf<'handout'>> {
    const handout = await this.host.store.handout(room, this.who.connection, linked);
    if (!handout) return refusal('not-joined');
    return { ok: true, peers: [...handout.peers], members: handout.members };
  }
}

/** One method per event; what is missing is a type error. */
type Answerers = { readonly [Name in ClientEvent]: (payload: ClientPayload<Name>) => Promise<AckOf<Name>> };
