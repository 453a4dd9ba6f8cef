/**
 * The records the simulator keeps: nodes, the links between them and what travels over these. Decides what kinds of peers there are. What happens to the records stands in
 * world.ts, links.ts and payload.ts.
 */
import type { PeerId, SessionId } from '../lib/base/ids';
import type { EngineConfig } from '../lib/core/config';
import type { Engine } from '../lib/core/engine';
import type { Input } from '../lib/core/types';

/**
 * honest · free-rider: takes and serves nothing (never unchokes anyone) · liar: says it holds everything and sends nothing · corrupt: says
 * it holds everything and sends bytes that fail their hash · sybil: takes many links and whatever it is given, holds and serves nothing.
 */
export type Behaviour = 'honest' | 'free-rider' | 'liar' | 'corrupt' | 'sybil';

/** What a node's engine is told to do otherwise. */
export const manners: Readonly<Record<Behaviour, Partial<EngineConfig>>> = {
  honest: {},
  'free-rider': { serves: false },
  liar: {},
  corrupt: {},
  sybil: { serves: false, targetLinks: 50 },
};

export interface NodeSpec {
  /** Payload bytes per second. */
  readonly up: number;
  readonly down: number;
  readonly behaviour?: Behaviour;
  /** Seconds. It joins the room then; it wants the share from `WorldOptions.startSeconds` on, or from its joining if that is later. */
  readonly joinSeconds?: number;
  readonly leaveSeconds?: number;
  /** A tab in the background: its timers fire at whole seconds only (Chromium's throttling). */
  readonly hidden?: boolean;
  readonly config?: Partial<EngineConfig>;
}

export interface Node {
  readonly index: number;
  readonly id: PeerId;
  readonly engine: Engine;
  readonly spec: NodeSpec;
  readonly behaviour: Behaviour;
  readonly connection: string;
  present: boolean;
  wakeAt: number;
  /** Control bytes not yet charged to the uplink: the next block carries them. */
  debt: number;
  /** Links and attempts it takes part in. Sought here for each message: what lies together is found together. */
  readonly links: Map<SessionId, Link>;
  /** Since when it has everything, ms of virtual time; null: not yet. */
  completeAt: number | null;
}

export interface Link {
  readonly session: SessionId;
  /** The side that dialed, and the other one. */
  readonly a: Node;
  readonly b: Node;
  state: 'dialing' | 'answered' | 'up' | 'ended';
  /** One way, ms. */
  readonly latency: number;
  flowFromA: number;
  flowFromB: number;
  /** Messages keep their order per direction. */
  lastAtA: number;
  lastAtB: number;
  /** Tags asked for, by side, and what each side has to send, by tag. */
  readonly expectedByA: Set<number>;
  readonly expectedByB: Set<number>;
  readonly sendingA: Map<number, Transfer[]>;
  readonly sendingB: Map<number, Transfer[]>;
}

/** Blocks of one request that leave together. */
export interface Transfer {
  readonly node: Node;
  readonly link: Link;
  readonly tag: number;
  readonly chunk: number;
  readonly bytes: number;
  /** Bytes the sender's engine is told of when these have left: what follows fits the channel's buffer and is told with them. */
  readonly told: number;
  readonly done: boolean;
}

/** What links and payload need of the world. */
export interface Host {
  /** Gives a node's engine an input and performs its effects, now. */
  feed(node: Node, input: Input): void;
  /** The same after so many milliseconds, if the node is still there. */
  later(node: Node, delay: number, input: Input): void;
}
