/**
 * One link over two data channels: frames in and out, back-pressure, when it is open, how it ends. PROTOCOL TP4–TP11, TP24. Runs where the
 * channels are (a worker, or the page when they cannot move); knows no connection and no session. This is the hot path: a block that comes
 * in is handed on as a view of the very buffer the browser filled. Calls no handler from inside a call of its own.
 */
import type { CloseReason } from '../../base/errors';
import type { LinkChannel, LinkHandlers, LinkPath } from '../../ports';
import { limits } from '../../wire/messages';

export interface DataLinkConfig {
  /**
   * sendBlock answers false while the block channel holds more than it drains in this time; `drained` comes at half of it, and what is left
   * then must last until the sender has answered (decision 010).
   */
  readonly bufferedMs: number;
  /** Bounds of that, and what it is until a rate is known. libwebrtc drops the channel at 16 MiB (pitfalls 1.6). The least is one block. */
  readonly highWaterBytes: { readonly least: number; readonly first: number; readonly most: number };
  /** Frames of a peer that opened earlier than we did, before anyone listens. It may say hello; it has been asked for nothing. */
  readonly earlyBytes: number;
  /** How long a goodbye may take to leave. Decision of ours: a person waits for it when closing a tab. */
  readonly flushMs: number;
}

export const dataLinkDefaults: DataLinkConfig = {
  bufferedMs: 100,
  highWaterBytes: { least: 128 * 1024, first: 256 * 1024, most: 2 * 1024 * 1024 },
  earlyBytes: 1024 * 1024,
  flushMs: 1000,
};

/** What the drain rate forgets with each time the channel was full (guess: follows within half a second, evens out single acknowledgements). */
const forgetting = 0.25;

/** Told by the link; `failed` at most once, and neither after close(). */
export interface DataLinkEvents {
  opened(): void;
  failed(reason: CloseReason): void;
  /** A frame was too large for the other side and was dropped. */
  dropped(): void;
}

export class DataLink implements LinkChannel {
  private phase: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  private handlers: LinkHandlers | undefined;
  /** Frames before listen(); undefined once they have been handed on. */
  private early: { readonly kind: 'control' | 'block'; readonly frame: Uint8Array }[] | undefined = [];
  private earlyBytes = 0;
  /** When sendBlock began to answer false, and how much lay in the channel then. */
  private blocked: { readonly at: number; readonly bytes: number } | undefined;
  private highWaterBytes: number;
  /** What left the channel while it was full, and in how much time; old times fade. */
  private readonly drain = { bytes: 0, ms: 0 };
  private facts: { readonly binding: Uint8Array; readonly maxFrameBytes: number } | undefined;
  private way: LinkPath = 'unknown';

  /** Takes the channels in the task in which they arrived, or events are lost. */
  constructor(
    private readonly controlChannel: RTCDataChannel,
    private readonly blockChannel: RTCDataChannel,
    private readonly config: DataLinkConfig,
    private readonly events: DataLinkEvents,
    private readonly now: () => number = () => performance.now(),
  ) {
    controlChannel.onmessage = (event) => {
      this.receive('control', event.data);
    };
    blockChannel.onmessage = (event) => {
      this.receive('block', event.data);
    };
    for (const channel of [controlChannel, blockChannel]) {
      // Not carried over by the transfer, and Firefox's default is 'blob'.
      channel.binaryType = 'arraybuffer';
      channel.onopen = () => {
        this.openIfReady();
      };
      channel.onclose = channel.onerror = () => {
        this.fail('gone');
      };
    }
    this.highWaterBytes = config.highWaterBytes.first;
    blockChannel.bufferedAmountLowThreshold = this.highWaterBytes / 2;
    blockChannel.onbufferedamountlow = () => {
      if (!this.blocked || this.phase !== 'open') return;
      // The event waits its turn in some browsers, and blocks may have been sent since: another one follows then.
      if (blockChannel.bufferedAmount > blockChannel.bufferedAmountLowThreshold) return;
      this.measure(this.blocked);
      this.blocked = undefined;
      this.handlers?.drained();
    };
    this.openIfReady();
  }

  get binding(): Uint8Array {
    return this.facts?.binding ?? new Uint8Array();
  }

  get maxFrameBytes(): number {
    return this.facts?.maxFrameBytes ?? 0;
  }

  path(): LinkPath {
    return this.way;
  }

  setPath(path: LinkPath): void {
    this.way = path;
  }

  /** What the descriptions say; the last thing missing for `opened` or the first. */
  describe(binding: Uint8Array, maxFrameBytes: number): void {
    this.facts = { binding, maxFrameBytes };
    this.openIfReady();
  }

  listen(handlers: LinkHandlers): void {
    this.handlers = handlers;
    queueMicrotask(() => {
      const early = this.early ?? [];
      this.early = undefined;
      for (const { kind, frame } of early) if (this.phase === 'open') handlers[kind](frame);
    });
  }

  sendControl(frame: Uint8Array): void {
    this.send(this.controlChannel, frame);
  }

  sendBlock(frame: Uint8Array): boolean {
    this.send(this.blockChannel, frame);
    if (this.phase !== 'open') return false;
    const { bufferedAmount } = this.blockChannel;
    if (bufferedAmount > this.highWaterBytes) this.blocked ??= { at: this.now(), bytes: bufferedAmount };
    return this.blocked === undefined;
  }

  /**
   * Stops listening, lets what sendControl was given leave, then calls `done` once. Closing the channel is the flush: SCTP resets a stream
   * only after everything on it was acknowledged (RFC 8831 §6.7), while bufferedAmount 0 says merely that it was sent once.
   */
  close(done: () => void): void {
    if (this.phase !== 'open') {
      this.release();
      queueMicrotask(done);
      return;
    }
    this.phase = 'closing';
    const finish = (): void => {
      if (this.phase !== 'closing') return;
      clearTimeout(clock);
      this.release();
      done();
    };
    const clock = setTimeout(finish, this.config.flushMs);
    this.controlChannel.onclose = this.controlChannel.onerror = finish;
    try {
      this.controlChannel.close();
      if (this.controlChannel.readyState === 'closed') queueMicrotask(finish);
    } catch {
      queueMicrotask(finish);
    }
  }

  /** Lets go of the channels at once: the connection is over. */
  release(): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.early = undefined;
    this.handlers = undefined;
    for (const channel of [this.controlChannel, this.blockChannel]) {
      channel.onopen = channel.onmessage = channel.onclose = channel.onerror = null;
      channel.onbufferedamountlow = null;
      try {
        channel.close();
      } catch {
        // Closed already, by whoever.
      }
    }
  }

  /**
   * The channel was full from `since` until now, so it went as fast as it can: only such times are measured, an idle link keeps its rate.
   * Sums, not a mean of rates: reports of bytes that left may come in a heap after a pause, and a heap alone would look endlessly fast.
   * Marks move here only, when nobody waits: one moved above what is left would never be crossed, and no `drained` come.
   */
  private measure(since: { readonly at: number; readonly bytes: number }): void {
    const { drain, config, blockChannel } = this;
    const { least, most } = config.highWaterBytes;
    drain.bytes += since.bytes - blockChannel.bufferedAmount - forgetting * drain.bytes;
    drain.ms += this.now() - since.at - forgetting * drain.ms;
    const wanted = (drain.bytes * config.bufferedMs) / Math.max(drain.ms, 1);
    this.highWaterBytes = Math.min(most, Math.max(least, wanted));
    blockChannel.bufferedAmountLowThreshold = Math.floor(this.highWaterBytes / 2);
  }

  private openIfReady(): void {
    if (this.phase !== 'opening' || !this.facts) return;
    if (this.controlChannel.readyState !== 'open' || this.blockChannel.readyState !== 'open') return;
    this.phase = 'open';
    queueMicrotask(() => {
      if (this.phase === 'open') this.events.opened();
    });
  }

  private send(channel: RTCDataChannel, frame: Uint8Array): void {
    if (this.phase !== 'open') return;
    if (frame.byteLength > this.maxFrameBytes) {
      this.events.dropped();
      return;
    }
    try {
      // Frames never lie in shared memory: nothing here has any.
      channel.send(frame as Uint8Array<ArrayBuffer>);
    } catch {
      this.fail('gone'); // closing under us, or a sender that ignored every false until the browser's own bound
    }
  }

  private receive(kind: 'control' | 'block', data: unknown): void {
    if (this.phase !== 'open' && this.phase !== 'opening') return;
    if (!(data instanceof ArrayBuffer)) {
      this.fail('malformed'); // text: no peer of ours sends any
      return;
    }
    if (data.byteLength > limits.frameBytes) {
      this.fail('oversized');
      return;
    }
    const frame = new Uint8Array(data);
    if (this.early === undefined) {
      this.handlers?.[kind](frame);
      return;
    }
    this.earlyBytes += frame.byteLength;
    if (this.earlyBytes > this.config.earlyBytes) this.fail('protocol');
    else this.early.push({ kind, frame });
  }

  private fail(reason: CloseReason): void {
    if (this.phase !== 'open' && this.phase !== 'opening') return;
    this.release();
    queueMicrotask(() => {
      this.events.failed(reason);
    });
  }
}
