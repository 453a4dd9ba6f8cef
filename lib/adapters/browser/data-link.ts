/**
 * One link over a control channel and one or more lanes for blocks: frames in and out, back-pressure, when it is open, how it ends. PROTOCOL
 * TP4–TP11. Runs where the channels are (a worker, or the page when they cannot move); knows no connection and no session. This is the hot path: a
 * block that comes in is handed on as a view of the very buffer the browser filled. Calls no handler from inside a call of its own. Leaves
 * out which lane takes which block (lanes.ts).
 */
import type { CloseReason } from '../../base/errors';
import type { LinkChannel, LinkHandlers, LinkPath } from '../../ports';
import { limits } from '../../wire/messages';
import { Lanes, type LanesConfig } from './lanes';
import { stripePlanDefaults } from './stripe-plan';

export interface DataLinkConfig extends LanesConfig {
  /** Frames of a peer that opened earlier than we did, before anyone listens. It may say hello; it has been asked for nothing. */
  readonly earlyBytes: number;
  /** How long a goodbye may take to leave. Decision of ours: a person waits for it when closing a tab. */
  readonly flushMs: number;
}

export const dataLinkDefaults: DataLinkConfig = {
  bufferedMs: 100,
  bufferedRtts: 2,
  highWaterBytes: { least: 128 * 1024, first: 256 * 1024, most: 2 * 1024 * 1024 },
  earlyBytes: 1024 * 1024,
  flushMs: 1000,
  unackedMs: 10_000,
  stripes: stripePlanDefaults,
};

/** Told by the link; `failed` at most once, and none of them after close(). */
export interface DataLinkEvents {
  opened(): void;
  failed(reason: CloseReason): void;
  /** A frame was too large for the other side and was dropped. */
  dropped(): void;
  /** One connection carries less than the path might: so many more lanes are wanted. */
  wantsLanes(count: number): void;
  /** How many lanes this link may send over now. */
  mostLanes(): number;
}

export class DataLink implements LinkChannel {
  private phase: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  private handlers: LinkHandlers | undefined;
  /** Frames before listen(); undefined once they have been handed on. */
  private early: { readonly kind: 'control' | 'block'; readonly frame: Uint8Array }[] | undefined = [];
  private earlyBytes = 0;
  private receivedAt = -Infinity;
  private readonly lanes: Lanes;
  private facts: { readonly binding: Uint8Array; readonly maxFrameBytes: number } | undefined;
  private way: LinkPath = 'unknown';
  private inOneNetwork = false;

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
    this.hear(blockChannel);
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
    this.lanes = new Lanes(blockChannel, config, now, {
      drained: () => {
        if (this.phase === 'open') this.handlers?.drained();
      },
      wanted: (count) => {
        if (this.phase === 'open') events.wantsLanes(count);
      },
      most: () => (this.way === 'direct' ? events.mostLanes() : 1),
      lost: () => {
        this.fail('gone');
      },
    });
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

  near(): boolean {
    return this.inOneNetwork;
  }

  /** `rttMs`: 0 when not known. */
  setPath(path: LinkPath, near: boolean, rttMs: number): void {
    this.way = path;
    this.inOneNetwork = near;
    this.lanes.heardRtt(rttMs);
  }

  get laneCount(): number {
    return this.lanes.count;
  }

  /** When a block was last sent, and when one last went either way; −Infinity: never. */
  get blockSentAt(): number {
    return this.lanes.sentAt;
  }

  get blockAt(): number {
    return Math.max(this.receivedAt, this.lanes.sentAt);
  }

  /** The block channel of another connection to the same peer: takes it in the task in which it arrived. Nothing is sent before addLane(). */
  hear(channel: RTCDataChannel): void {
    channel.binaryType = 'arraybuffer';
    channel.onmessage = (event) => {
      this.receivedAt = this.now();
      this.receive('block', event.data);
    };
  }

  /** That channel is open: blocks may go over it from now on. */
  addLane(channel: RTCDataChannel): void {
    if (this.phase === 'open') this.lanes.add(channel);
  }

  /** That connection is over. Ends the link when blocks may have been lost with it. */
  loseLane(channel: RTCDataChannel): void {
    if (this.phase === 'open') this.lanes.lose(channel);
  }

  /** Lanes that were wanted will not come. */
  lanesRefused(): void {
    this.lanes.refused();
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
    if (this.phase !== 'open') return false;
    const lane = this.lanes.next();
    this.send(lane.channel, frame);
    return this.isOpen() && this.lanes.sent(lane, frame.byteLength);
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
    this.lanes.release();
    const { controlChannel } = this;
    controlChannel.onopen = controlChannel.onmessage = controlChannel.onclose = controlChannel.onerror = null;
    try {
      controlChannel.close();
    } catch {
      // Closed already, by whoever.
    }
  }

  /** Sending may have ended the link: asked anew, since the compiler takes the phase for what it was. */
  private isOpen(): boolean {
    return this.phase === 'open';
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
