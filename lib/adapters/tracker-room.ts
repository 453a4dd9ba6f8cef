/**
 * One room of the socket tracker: joins whenever there is a challenge to sign, holds the last announcement, renews before credentials
 * end. Decides: when to ask again after a refusal or silence. PROTOCOL.md §2 (SG). Leaves out: the connection (socket-tracker.ts).
 */
import { concatBytes } from '../base/bytes';
import type { PeerId, RoomId, SessionId } from '../base/ids';
import type { Clock, Crypto, TrackerMembership, TrackerState } from '../ports';
import {
  joinDomain,
  signalingLimits,
  type AckOf,
  type ClientEvent,
  type ClientPayload,
  type RefusalCode,
  type ShareSummary,
} from '../wire/signaling';

/** What a room needs of the connection. */
export interface RoomConnection {
  /** undefined: not connected, no answer in time, or one that makes no sense. Never rejects. */
  ask<Name extends ClientEvent>(event: Name, payload: ClientPayload<Name>): Promise<AckOf<Name> | undefined>;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  chance(): number;
}

export const roomTiming = {
  /** First wait after a refusal or silence; doubles up to the longest, each times 0.5 to 1.5 (guess). */
  retryMs: 1_000,
  longestRetryMs: 60_000,
  /** Part of the credentials' life after which to renew: time for a few attempts before they end (guess). */
  renewAfter: 0.75,
  /** Signals that outrun the join's answer; a room dials us no more than this at once (guess). */
  earlySignals: 256,
} as const;

/** Asking again cannot help before something changes: another key, another connection, fewer rooms. */
const final: ReadonlySet<RefusalCode> = new Set(['malformed', 'bad-proof', 'too-many-rooms', 'room-ended']);
const utf8 = new TextEncoder();

export class TrackerRoom {
  private state: TrackerState;
  private nonce: Uint8Array | undefined;
  private joined = false;
  private stoodDown = false;
  /** Numbers attempts: what an older one finds out no longer counts. */
  private attempt = 0;
  private failures = 0;
  private cancelTimer: (() => void) | undefined;
  private latest: readonly ShareSummary[] | undefined;
  private unsent = false;
  private announcing = false;
  private early: { from: PeerId; session: SessionId; sealed: Uint8Array }[] = [];

  constructor(
    private readonly room: RoomId,
    private readonly membership: TrackerMembership,
    private readonly connection: RoomConnection,
    state: TrackerState,
  ) {
    this.state = state;
    membership.state(state);
  }

  /** A connection stands and this is what it wants signed. */
  connected(nonce: Uint8Array): void {
    this.nonce = nonce;
    this.failures = 0;
    if (this.stoodDown) return;
    this.setState('connecting');
    this.startJoin();
  }

  /** The connection is gone, or could not be made. */
  disconnected(): void {
    this.nonce = undefined;
    this.reset();
    this.setState('offline');
  }

  /** Somebody else proved our id: it is theirs until `join` is called anew, or two would throw each other out for ever. */
  replaced(): void {
    this.stoodDown = true;
    this.reset();
    this.setState('offline');
    this.membership.refused('not-joined');
  }

  /** The room is over, or the server says so: asking again would not change it. */
  ended(ending: Uint8Array): void {
    if (this.stoodDown) return;
    this.stoodDown = true;
    this.reset();
    this.setState('offline');
    this.membership.ended(ending.slice());
  }

  /** Nothing is told any more. */
  end(): void {
    this.stoodDown = true;
    this.nonce = undefined;
    this.reset();
  }

  announce(shares: readonly ShareSummary[]): void {
    this.latest = shares.slice(0, signalingLimits.shares);
    this.unsent = true;
    void this.flush();
  }

  async handout(linked: readonly PeerId[]): Promise<void> {
    if (!this.joined) return;
    const attempt = this.attempt;
    const answer = await this.connection.ask('handout', {
      room: this.room,
      linked: linked.slice(0, 64),
    });
    if (attempt !== this.attempt || !answer) return;
    if (answer.ok) this.membership.handout(answer.peers, answer.members);
    else this.lost(answer.code);
  }

  async send(to: PeerId, session: SessionId, sealed: Uint8Array): Promise<void> {
    if (!this.joined) return;
    const attempt = this.attempt;
    const answer = await this.connection.ask('signal', { room: this.room, to, session, sealed });
    if (attempt === this.attempt && answer && !answer.ok) this.lost(answer.code);
  }

  received(from: PeerId, session: SessionId, sealed: Uint8Array): void {
    if (this.joined) this.membership.signal(from, session, sealed);
    // Others may hear of us before the answer to our join arrives. What the host would reply could not be sent yet.
    else if (this.early.length < roomTiming.earlySignals) this.early.push({ from, session, sealed });
  }

  private startJoin(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    const attempt = ++this.attempt;
    this.join(attempt).catch(() => {
      // Signing failed: the key cannot be used here and now. As good as silence.
      if (attempt === this.attempt) this.retry(0);
    });
  }

  private async join(attempt: number): Promise<void> {
    const { nonce, room } = this;
    if (!nonce) return;
    const { identity } = this.membership;
    const message = concatBytes(utf8.encode(joinDomain), nonce, utf8.encode(room));
    const signature = await this.connection.crypto.sign(identity, message);
    if (attempt !== this.attempt) return;
    const answer = await this.connection.ask('join', {
      room,
      publicKey: identity.publicKey,
      signature,
    });
    if (attempt !== this.attempt) return;
    if (!answer) this.retry(0);
    else if (answer.ok) this.entered(answer);
    else if (answer.code === 'room-ended' && answer.ending) this.ended(answer.ending);
    else this.refused(answer.code, answer.retryMs ?? 0);
  }

  private entered(answer: Extract<AckOf<'join'>, { ok: true }>): void {
    const again = this.joined;
    this.joined = true;
    this.failures = 0;
    if (answer.iceTtlMs !== null)
      this.after(answer.iceTtlMs * roomTiming.renewAfter, () => {
        this.startJoin();
      });
    this.setState('online');
    this.membership.joined(answer);
    for (const { from, session, sealed } of this.early.splice(0))
      this.membership.signal(from, session, sealed);
    if (!again && this.latest) this.unsent = true;
    void this.flush();
  }

  private refused(code: RefusalCode, retryMs: number): void {
    // A renewal that came too soon: membership stands, credentials still do.
    if (!(this.joined && code === 'rate-limited')) {
      this.joined = false;
      this.early = [];
      this.setState('offline');
      this.membership.refused(code);
    }
    if (!final.has(code)) this.retry(retryMs);
  }

  /** The server no longer counts us in, though the connection stands: it forgot (restart of its store), so join again. */
  private lost(code: RefusalCode): void {
    if (code !== 'not-joined' || !this.joined) return;
    this.joined = false;
    this.setState('connecting');
    this.startJoin();
  }

  private retry(leastMs: number): void {
    const doubled = Math.min(roomTiming.longestRetryMs, roomTiming.retryMs * 2 ** this.failures++);
    this.after(Math.max(leastMs, doubled * (0.5 + this.connection.chance())), () => {
      this.startJoin();
    });
  }

  private async flush(): Promise<void> {
    if (this.announcing || !this.joined || !this.unsent || !this.latest) return;
    this.announcing = true;
    this.unsent = false;
    const answer = await this.connection.ask('announce', { room: this.room, shares: [...this.latest] });
    if (answer?.ok) {
      this.announcing = false;
      void this.flush();
      return;
    }
    this.unsent = true;
    const wait = answer?.retryMs ?? roomTiming.retryMs;
    this.connection.clock.at(this.connection.clock.now() + wait, () => {
      this.announcing = false;
      void this.flush();
    });
    if (answer) this.lost(answer.code);
  }

  private reset(): void {
    this.attempt++;
    this.joined = false;
    this.early = [];
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  private after(ms: number, run: () => void): void {
    this.cancelTimer?.();
    this.cancelTimer = this.connection.clock.at(this.connection.clock.now() + ms, run);
  }

  private setState(state: TrackerState): void {
    if (state === this.state) return;
    this.state = state;
    this.membership.state(state);
  }
}
