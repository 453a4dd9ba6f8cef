/**
 * How two ends of an open link agree on further connections: PROTOCOL TP27. Offers, answers and candidates go over a channel of the link's own
 * first connection, so no server is asked and the new fingerprints are as proven as the link is. Each side says first how many it takes; a side that
 * says nothing knows nothing of this, and is left alone. Decides who may open how many and how often. Leaves out when it is worth it
 * (stripe-plan.ts), and making connections (the host's).
 */
import type { CloseReason } from '../../base/errors';
import { concatBytes } from '../../base/bytes';
import { decodeSignal, encodeSignal } from '../../content/signal';
import type { SignalPayload } from '../../ports';
import type { LinkRole } from '../signal-rules';

/** First byte of a greeting; the second says how many lanes its sender takes in all. */
const greeting = 1;
/** A frame is a greeting, or a stripe's number and a signal of at most 16 KiB (CF13). */
const mostFrameBytes = 17 * 1024;

export interface StripesConfig {
  /** Lanes of a link, its own included. */
  readonly mostLanes: number;
  /** Connections either side may start over a link's life: an honest one that is refused asks again, ever more seldom. Guess. */
  readonly mostAttempts: number;
}

export const stripesDefaults: StripesConfig = { mostLanes: 4, mostAttempts: 16 };

/** What the transport does for one link. Stripes are told apart by their number on this link. */
export interface StripesHost {
  /** Starts a connection that will carry blocks only; ended() is called once when it is over, whoever ended it. */
  connect(stripe: number, role: LinkRole): void;
  signal(stripe: number, payload: SignalPayload): void;
  end(stripe: number): void;
  /** The other side broke a rule: the link ends. */
  breach(reason: CloseReason): void;
  /** Lanes that were wanted will not come. */
  refused(): void;
  /** Whether the page has a connection left for this link. */
  mayTake(): boolean;
}

export class Stripes {
  /** Stripes connecting or open, by number. */
  private readonly alive = new Set<number>();
  private theirMost = 1;
  private nextNumber: number;
  private theirLast = -1;
  private attempts = 0;
  private theirAttempts = 0;

  /** Takes the channel in the task in which it arrived. Even numbers are the initiator's. */
  constructor(
    private readonly channel: RTCDataChannel,
    private readonly role: LinkRole,
    private readonly host: StripesHost,
    private readonly config: StripesConfig,
  ) {
    this.nextNumber = role === 'initiator' ? 0 : 1;
    channel.binaryType = 'arraybuffer';
    channel.onmessage = (event) => {
      this.receive(event.data);
    };
    channel.onopen = () => {
      this.greet();
    };
    if (channel.readyState === 'open') this.greet();
  }

  get count(): number {
    return this.alive.size;
  }

  /** Tries to have so many lanes more. What will not come is told as refused(). */
  open(count: number): void {
    const { mostLanes, mostAttempts } = this.config;
    for (let i = 0; i < count; i++) {
      const bound = Math.min(mostLanes, this.theirMost);
      if (1 + this.alive.size >= bound || this.attempts >= mostAttempts || !this.host.mayTake()) {
        this.host.refused();
        return;
      }
      this.attempts += 1;
      const stripe = this.nextNumber;
      this.nextNumber += 2;
      this.alive.add(stripe);
      this.host.connect(stripe, 'initiator');
    }
  }

  /** A signal of ours for the other side. */
  send(stripe: number, payload: SignalPayload): void {
    this.post(concatBytes(Uint8Array.of(stripe), encodeSignal(payload)));
  }

  /** The stripe is over, here. */
  ended(stripe: number): void {
    if (!this.alive.delete(stripe)) return;
    this.post(Uint8Array.of(stripe));
    if (this.isOurs(stripe)) this.host.refused();
  }

  release(): void {
    const { channel } = this;
    channel.onopen = channel.onmessage = null;
    try {
      channel.close();
    } catch {
      // Closed already, by whoever.
    }
  }

  private isOurs(stripe: number): boolean {
    return stripe % 2 === (this.role === 'initiator' ? 0 : 1);
  }

  private greet(): void {
    this.post(Uint8Array.of(greeting, this.config.mostLanes));
  }

  private post(frame: Uint8Array<ArrayBuffer>): void {
    try {
      this.channel.send(frame);
    } catch {
      // Closing: then the link is, too.
    }
  }

  private greeted = false;

  private receive(data: unknown): void {
    if (!(data instanceof ArrayBuffer) || data.byteLength === 0 || data.byteLength > mostFrameBytes) {
      this.host.breach('malformed');
      return;
    }
    const frame = new Uint8Array(data);
    if (!this.greeted) {
      this.greeted = true;
      const [version, most = 1] = frame;
      // A later version says more; what it does not say in our words is not for us.
      if (version === greeting) this.theirMost = most;
      return;
    }
    const [stripe = 0] = frame;
    if (frame.length === 1) {
      if (this.alive.has(stripe)) this.host.end(stripe);
      return;
    }
    const payload = decodeSignal(frame.subarray(1));
    if (!payload) {
      this.host.breach('malformed');
      return;
    }
    if (this.alive.has(stripe) || this.accepts(stripe, payload)) this.host.signal(stripe, payload);
  }

  /** A new stripe of theirs: numbers only rise, so that late signals of an ended one start nothing. */
  private accepts(stripe: number, payload: SignalPayload): boolean {
    if (this.isOurs(stripe) || payload.kind !== 'offer' || stripe <= this.theirLast) return false;
    this.theirLast = stripe;
    this.theirAttempts += 1;
    const full = 1 + this.alive.size >= this.config.mostLanes;
    if (full || this.theirAttempts > this.config.mostAttempts || !this.host.mayTake()) {
      this.post(Uint8Array.of(stripe));
      return false;
    }
    this.alive.add(stripe);
    this.host.connect(stripe, 'responder');
    return true;
  }
}
