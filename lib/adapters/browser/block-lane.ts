/**
 * One block channel and its marks: how much it may hold, when it is full, and when there is room again. PROTOCOL TP7, TP24; decision 010. A
 * link has one lane, or several where it is striped (stripe-plan.ts). Leaves out what frames mean and which lane takes which.
 */
export interface BlockLaneConfig {
  /**
   * A lane is full while its channel holds more than it drains in this time; there is room again at half of it, and what is left then must
   * last until the sender has answered (decision 010).
   */
  readonly bufferedMs: number;
  /** The same in round trips, where that is more: SCTP's window grows only while there is something to fill it with (RFC 9260 §7.2.1). */
  readonly bufferedRtts: number;
  /** Bounds of that, and what it is until a rate is known. libwebrtc drops the channel at 16 MiB (pitfalls 1.6). The least is one block. */
  readonly highWaterBytes: { readonly least: number; readonly first: number; readonly most: number };
}

/** What the drain rate forgets with each time the channel was full (guess: follows within half a second, evens out single acknowledgements). */
const forgetting = 0.25;

export class BlockLane {
  /** Least round trip of the connection; 0: not known. */
  rttMs = 0;
  /** When a block was last given to it. */
  sentAt = -Infinity;
  private highWaterBytes: number;
  /** Since when it is full, and how much lay in the channel then. */
  private blocked: { readonly at: number; readonly bytes: number } | undefined;
  /** What left the channel while it was full, and in how much time; old times fade. */
  private readonly drain = { bytes: 0, ms: 0 };

  constructor(
    readonly channel: RTCDataChannel,
    private readonly config: BlockLaneConfig,
    private readonly now: () => number,
    /** There is room again. */
    drained: (lane: BlockLane) => void,
  ) {
    this.highWaterBytes = config.highWaterBytes.first;
    channel.bufferedAmountLowThreshold = this.highWaterBytes / 2;
    channel.onbufferedamountlow = () => {
      if (!this.blocked) return;
      // The event waits its turn in some browsers, and blocks may have been sent since: another one follows then.
      if (channel.bufferedAmount > channel.bufferedAmountLowThreshold) return;
      this.measure(this.blocked);
      this.blocked = undefined;
      drained(this);
    };
  }

  get isFull(): boolean {
    return this.blocked !== undefined;
  }

  /** What is buffered as a part of what may be: 1 is full. */
  get fill(): number {
    return this.channel.bufferedAmount / this.highWaterBytes;
  }

  /** A block was given to the channel. */
  sent(): void {
    this.sentAt = this.now();
    const { bufferedAmount } = this.channel;
    if (bufferedAmount > this.highWaterBytes) this.blocked ??= { at: this.sentAt, bytes: bufferedAmount };
  }

  /** Lets go of the channel at once. */
  release(): void {
    const { channel } = this;
    channel.onopen = channel.onmessage = channel.onclose = channel.onerror = null;
    channel.onbufferedamountlow = null;
    try {
      channel.close();
    } catch {
      // Closed already, by whoever.
    }
  }

  /**
   * The channel was full from `since` until now, so it went as fast as it can: only such times are measured, an idle link keeps its rate.
   * Sums, not a mean of rates: reports of bytes that left may come in a heap after a pause, and a heap alone would look endlessly fast.
   * Marks move here only, when nobody waits: one moved above what is left would never be crossed, and no event come.
   */
  private measure(since: { readonly at: number; readonly bytes: number }): void {
    const { drain, config, channel } = this;
    const { least, most } = config.highWaterBytes;
    drain.bytes += since.bytes - channel.bufferedAmount - forgetting * drain.bytes;
    drain.ms += this.now() - since.at - forgetting * drain.ms;
    const bufferedMs = Math.max(config.bufferedMs, config.bufferedRtts * this.rttMs);
    const wanted = (drain.bytes * bufferedMs) / Math.max(drain.ms, 1);
    this.highWaterBytes = Math.min(most, Math.max(least, wanted));
    channel.bufferedAmountLowThreshold = Math.floor(this.highWaterBytes / 2);
  }
}
