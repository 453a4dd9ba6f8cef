/**
 * Transport without a network, for tests of the driver in Node: transports of one network connect when their owners carry the signals
 * between them, exactly as with the real one. Same rules (PROTOCOL TP1–TP16), held by the same contract suite. A frame is copied, waits in
 * a bounded buffer and arrives after `latencyMs`; tests can cut links, silence them and make dials fail. Leaves out rate and loss.
 */
import type { SessionId } from '../../base/ids';
import type { Clock, SignalPayload, Transport, TransportHandlers } from '../../ports';
import { createClock } from '../clock';
import type { LinkRole } from '../signal-rules';
import { MemoryEnd, type MemoryWorld } from './memory-end';

export interface MemoryNetworkOptions {
  /** One way, for frames and for the news of a close. */
  readonly latencyMs?: number;
  /** Time of deliveries and of the connect timeout; real time when left out. */
  readonly clock?: Clock;
  readonly connectTimeoutMs?: number;
  readonly maxFrameBytes?: number;
  readonly highWaterBytes?: number;
  readonly lowWaterBytes?: number;
  /** A link whose sender ignores every false breaks here, as in the browser. */
  readonly bufferBytes?: number;
  /** Frames that came before listen(). */
  readonly earlyBytes?: number;
  /** The youngest block in flight arrives first, instead of the oldest: the block channel promises no order. */
  readonly reorderBlocks?: boolean;
}

/** As in the browser (peer-connection.ts, data-link.ts); 16 MiB is libwebrtc's bound on a channel's queue (pitfalls 1.6). */
export const memoryDefaults = {
  latencyMs: 0,
  connectTimeoutMs: 25_000,
  maxFrameBytes: 256 * 1024,
  highWaterBytes: 1024 * 1024,
  lowWaterBytes: 256 * 1024,
  bufferBytes: 16 * 1024 * 1024,
  earlyBytes: 1024 * 1024,
  reorderBlocks: false,
} as const;

export interface MemoryNetwork {
  /** A transport for one driver; each has its own sessions. */
  transport(): Transport;
  /** Attempts and links alive, both ends counted. */
  readonly size: number;
  readonly framesDropped: number;
  /** Ends a session's link for both sides, as when the network goes: 'gone', or 'connect-failed' when it was not open. */
  cut(session: SessionId): void;
  cutAll(): void;
  /** From now on nothing of this session arrives and nobody is told: a peer that froze. Its sender's buffer fills. */
  silence(session: SessionId): void;
  /** While refused, every attempt ends 'connect-failed' at once. */
  refuseDials(refused: boolean): void;
}

export function createMemoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const network = new Network(options);
  return {
    transport: () => new MemoryTransport(network),
    get size() {
      return network.ends.size;
    },
    get framesDropped() {
      return network.framesDropped;
    },
    cut(session) {
      for (const end of network.endsOf(session)) end.fail('gone');
    },
    cutAll() {
      for (const end of [...network.ends.values()]) end.fail('gone');
    },
    silence(session) {
      for (const end of network.endsOf(session)) end.silent = true;
    },
    refuseDials(refused) {
      network.dialsRefused = refused;
    },
  };
}

/** What all ends share: names, time and one queue of things to come. */
class Network implements MemoryWorld {
  readonly ends = new Map<string, MemoryEnd>();
  readonly options: Required<Omit<MemoryNetworkOptions, 'clock'>>;
  framesDropped = 0;
  dialsRefused = false;
  private readonly clock: Clock;
  /** By time, oldest first: every entry waits equally long. */
  private coming: { readonly time: number; readonly run: () => void }[] = [];
  private waking = false;
  private named = 0;

  constructor({ clock, ...options }: MemoryNetworkOptions) {
    this.clock = clock ?? createClock();
    this.options = { ...memoryDefaults, ...options };
  }

  nextToken(): string {
    return `end-${++this.named}`;
  }

  endsOf(session: SessionId): MemoryEnd[] {
    return [...this.ends.values()].filter((end) => end.session === session);
  }

  /** Runs after the latency, in the order given, never in this task: so other work gets its turn, as on a real network. */
  later(run: () => void): void {
    this.coming.push({ time: this.clock.now() + this.options.latencyMs, run });
    this.wake();
  }

  after(delayMs: number, run: () => void): () => void {
    return this.clock.at(this.clock.now() + delayMs, run);
  }

  private wake(): void {
    const first = this.coming[0];
    if (this.waking || first === undefined) return;
    this.waking = true;
    this.clock.at(first.time, () => {
      this.waking = false;
      const now = this.clock.now();
      // A timer may come a hair early; what is due within the millisecond would only wake again at once.
      const due = this.coming.findIndex((entry) => entry.time > now + 1);
      const ready = this.coming.splice(0, due === -1 ? this.coming.length : due);
      for (const { run } of ready) run();
      this.wake();
    });
  }
}

class MemoryTransport implements Transport {
  private handlers: TransportHandlers | undefined;
  private readonly sessions = new Map<SessionId, MemoryEnd>();

  constructor(private readonly network: Network) {}

  connect(session: SessionId, role: LinkRole): void {
    if (this.sessions.has(session)) return;
    const end = new MemoryEnd(this.network, session, role, {
      signal: (payload) => this.handlers?.signal(session, payload),
      opened: () => this.handlers?.opened(session, end),
      closed: (reason) => {
        if (this.sessions.get(session) === end) this.sessions.delete(session);
        queueMicrotask(() => this.handlers?.closed(session, reason));
      },
    });
    this.sessions.set(session, end);
    end.start();
  }

  signal(session: SessionId, payload: SignalPayload): void {
    this.sessions.get(session)?.take(payload);
  }

  close(session: SessionId, reason: Parameters<Transport['close']>[1]): void {
    this.sessions.get(session)?.close(reason);
  }

  listen(handlers: TransportHandlers): void {
    this.handlers = handlers;
  }
}
