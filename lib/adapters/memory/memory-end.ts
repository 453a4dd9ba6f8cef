/**
 * One end of a memory link: dials by signals, then carries frames to the other end. The states are those of the real link: dialing, open,
 * closing, over. Leaves out what all ends share (names, time): memory-transport.ts.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { CloseReason } from '../../base/errors';
import type { SessionId } from '../../base/ids';
import type { LinkChannel, LinkHandlers, LinkPath, SignalPayload } from '../../ports';
import { limits } from '../../wire/messages';
import { SignalGate, type LinkRole } from '../signal-rules';

type Lane = 'control' | 'block';

/** What an end needs of its network. */
export interface MemoryWorld {
  /** All ends alive, by the token their SDPs carry. */
  readonly ends: Map<string, MemoryEnd>;
  readonly options: {
    readonly connectTimeoutMs: number;
    readonly maxFrameBytes: number;
    readonly highWaterBytes: number;
    readonly lowWaterBytes: number;
    readonly bufferBytes: number;
    readonly earlyBytes: number;
    readonly reorderBlocks: boolean;
  };
  readonly dialsRefused: boolean;
  framesDropped: number;
  nextToken(): string;
  /** After the network's latency, in the order given, never in this task. */
  later(run: () => void): void;
  /** The answer cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export interface EndEvents {
  signal(payload: SignalPayload): void;
  opened(): void;
  closed(reason: CloseReason): void;
}

/** What an end's SDP says: nothing but where to find it. */
const describe = (kind: 'offer' | 'answer', token: string): string => `shoal memory ${kind}\n${token}\n`;
const tokenIn = (kind: 'offer' | 'answer', sdp: string): string | undefined =>
  new RegExp(`^shoal memory ${kind}\\n([a-z0-9-]{1,40})\\n$`).exec(sdp)?.[1];

export class MemoryEnd implements LinkChannel {
  binding: Uint8Array = new Uint8Array();
  readonly maxFrameBytes: number;
  silent = false;
  private readonly token: string;
  private readonly gate: SignalGate;
  private phase: 'dialing' | 'open' | 'closing' | 'over' = 'dialing';
  /** The end our peer's signal named: both sides must have named each other. */
  private named: string | undefined;
  private other: MemoryEnd | undefined;
  private handlers: LinkHandlers | undefined;
  private early: { readonly lane: Lane; readonly frame: Uint8Array }[] | undefined = [];
  private earlyBytes = 0;
  /** Sent, not yet arrived. */
  private readonly inFlight: Record<Lane, Uint8Array[]> = { control: [], block: [] };
  private readonly buffered: Record<Lane, number> = { control: 0, block: 0 };
  private blocked = false;
  private stopClock: (() => void) | undefined;

  constructor(
    private readonly network: MemoryWorld,
    readonly session: SessionId,
    private readonly role: LinkRole,
    private readonly events: EndEvents,
  ) {
    this.token = network.nextToken();
    this.gate = new SignalGate(role);
    this.maxFrameBytes = network.options.maxFrameBytes;
  }

  start(): void {
    this.network.ends.set(this.token, this);
    this.stopClock = this.network.after(this.network.options.connectTimeoutMs, () => {
      this.fail('connect-failed');
    });
    this.soon(() => {
      if (this.network.dialsRefused) this.fail('connect-failed');
      else if (this.role === 'initiator') this.say('offer');
    });
  }

  take(payload: SignalPayload): void {
    if (this.phase === 'closing' || this.phase === 'over') return;
    const verdict = this.gate.judge(payload);
    if (verdict === 'ignore') return;
    if (verdict === 'refuse') {
      this.fail('protocol');
      return;
    }
    if (payload.kind !== 'offer' && payload.kind !== 'answer') return;
    const token = tokenIn(payload.kind, payload.sdp);
    if (token === undefined) {
      this.fail('protocol');
      return;
    }
    this.named = token;
    this.soon(() => {
      if (payload.kind === 'offer') this.say('answer');
      else this.join(token);
    });
  }

  path(): LinkPath {
    return this.phase === 'open' ? 'direct' : 'unknown';
  }

  /** One process is one network. */
  near(): boolean {
    return this.phase === 'open';
  }

  listen(handlers: LinkHandlers): void {
    this.handlers = handlers;
    queueMicrotask(() => {
      const early = this.early ?? [];
      this.early = undefined;
      for (const { lane, frame } of early) if (this.phase === 'open') handlers[lane](frame);
    });
  }

  sendControl(frame: Uint8Array): void {
    this.send('control', frame);
  }

  sendBlock(frame: Uint8Array): boolean {
    this.send('block', frame);
    if (this.phase !== 'open') return false;
    this.blocked ||= this.buffered.block > this.network.options.highWaterBytes;
    return !this.blocked;
  }

  /** What was sent on the control channel before is on its way already and arrives ahead of the news. */
  close(reason: CloseReason): void {
    if (this.phase === 'closing' || this.phase === 'over') return;
    const other = this.phase === 'open' ? this.other : undefined;
    this.phase = 'closing';
    this.network.later(() => {
      this.finish(reason);
      other?.fail('gone');
    });
  }

  /** Ends this end only. 'gone' before it was open means it never will be. */
  fail(reason: CloseReason): void {
    if (this.phase === 'closing' || this.phase === 'over') return;
    const other = this.other;
    this.finish(reason === 'gone' && this.phase === 'dialing' ? 'connect-failed' : reason);
    if (other) this.network.later(() => other.fail('gone'));
  }

  private finish(reason: CloseReason): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    this.stopClock?.();
    this.network.ends.delete(this.token);
    this.other = undefined;
    this.handlers = undefined;
    this.early = undefined;
    this.inFlight.control = [];
    this.inFlight.block = [];
    this.events.closed(reason);
  }

  private say(kind: 'offer' | 'answer'): void {
    this.events.signal({ kind, sdp: describe(kind, this.token) });
    // The real one trickles: whoever carries signals must carry these as well.
    this.soon(() => {
      const candidate = `candidate:1 1 udp 1 ${this.token} 9 typ host`;
      this.events.signal({ kind: 'candidate', candidate, sdpMid: '0', sdpMLineIndex: 0 });
    });
  }

  /** The initiator has the answer: both ends open, if the other one is there and meant this one. */
  private join(token: string): void {
    const other = this.network.ends.get(token);
    if (other?.phase !== 'dialing' || other.named !== this.token) {
      this.fail('connect-failed');
      return;
    }
    const binding = sha256(new TextEncoder().encode(`shoal memory binding\n${this.token}\n${token}`));
    this.open(other, binding);
    other.open(this, binding.slice());
  }

  private open(other: MemoryEnd, binding: Uint8Array): void {
    this.other = other;
    this.binding = binding;
    this.stopClock?.();
    this.phase = 'open';
    queueMicrotask(() => {
      if (this.phase === 'open') this.events.opened();
    });
  }

  private soon(run: () => void): void {
    this.network.later(() => {
      if (this.phase !== 'over' && this.phase !== 'closing') run();
    });
  }

  private send(lane: Lane, frame: Uint8Array): void {
    if (this.phase !== 'open') return;
    if (frame.byteLength > this.maxFrameBytes) {
      this.network.framesDropped += 1;
      return;
    }
    this.buffered[lane] += frame.byteLength;
    if (this.buffered[lane] > this.network.options.bufferBytes) {
      this.fail('gone');
      return;
    }
    this.inFlight[lane].push(frame.slice());
    this.network.later(() => {
      this.arrive(lane);
    });
  }

  /** One frame per call reaches the other end; with reorderBlocks not the oldest one. */
  private arrive(lane: Lane): void {
    if (this.silent) return;
    const youngest = lane === 'block' && this.network.options.reorderBlocks;
    const frame = youngest ? this.inFlight[lane].pop() : this.inFlight[lane].shift();
    if (frame === undefined) return;
    this.buffered[lane] -= frame.byteLength;
    this.other?.receive(lane, frame);
    if (lane === 'block' && this.blocked && this.buffered.block <= this.network.options.lowWaterBytes) {
      this.blocked = false;
      if (this.phase === 'open') this.handlers?.drained();
    }
  }

  private receive(lane: Lane, frame: Uint8Array): void {
    if (this.phase !== 'open') return;
    if (frame.byteLength > limits.frameBytes) {
      this.fail('oversized');
    } else if (this.early) {
      this.earlyBytes += frame.byteLength;
      if (this.earlyBytes > this.network.options.earlyBytes) this.fail('protocol');
      else this.early.push({ lane, frame });
    } else {
      this.handlers?.[lane](frame);
    }
  }
}
