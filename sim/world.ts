/**
 * The engine's second host (design §2): virtual time, any number of peers in one process, no payload. Each node runs the real engine, the
 * tracker is the real one, messages cost bytes and latency, blocks travel as fluid flows. What a node does besides being honest
 * is done here, at its edge: its engine stays the one that ships. Everything random comes from one seed.
 * Leaves out: sealing and proving, whose results it supplies; loss of packets.
 */
import { toBase64Url } from '../lib/base/bytes';
import { Bitfield } from '../lib/base/bitfield';
import type { CloseReason } from '../lib/base/errors';
import type { PeerId, RoomId, SessionId, ShareId } from '../lib/base/ids';
import { invariant, unreachable } from '../lib/base/invariant';
import { createPrng, type Prng } from '../lib/base/prng';
import {
  blockBytes,
  blockRange,
  geometryOf,
  sealedChunkBytes,
  segmentCount,
  segmentLength,
  type ChunkGeometry,
} from '../lib/content/layout';
import type { EngineConfig } from '../lib/core/config';
import { Engine } from '../lib/core/engine';
import type { Effect, EngineMessage, Input } from '../lib/core/types';
import { handout } from '../signaling/handout';
import * as tracker from '../signaling/tracker';
import { EventQueue } from './event-queue';
import { frameBytes, packetOverheadBytes } from './message-size';
import { flowEvent, Network } from './network';
import { Tally } from './tally';
import { server, Topology, type DistanceOptions } from './topology';

/**
 * honest · free-rider: takes and serves nothing (never unchokes anyone) · liar: says it holds everything and sends nothing · corrupt: says
 * it holds everything and sends bytes that fail their hash · sybil: takes many links and whatever it is given, holds and serves nothing.
 */
export type Behaviour = 'honest' | 'free-rider' | 'liar' | 'corrupt' | 'sybil';

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

export interface WorldOptions {
  readonly seed: number;
  readonly chunks: number;
  readonly chunkBytes: number;
  /** Node 0 is the publisher and holds everything. */
  readonly nodes: readonly NodeSpec[];
  readonly config?: Partial<EngineConfig>;
  readonly distance: DistanceOptions;
  /** When receivers ask for the share (the click on download), after the room has come together. */
  readonly startSeconds: number;
  /** Cap of one link: this many bytes per round trip. swarm.md §1.4.5: 256 KiB; Infinity: none. */
  readonly windowBytes?: number;
  /** Part of all attempts that come to nothing (NAT), drawn per pair of peers: trying again does not help. */
  readonly dialFailure?: number;
  /** Mean time after which a link breaks by itself, seconds; Infinity: never. */
  readonly linkLifeSeconds?: number;
  /** The room is cut in two between these times, seconds; the server stays reachable for one half only. */
  readonly partition?: { readonly from: number; readonly until: number };
  readonly onePort?: boolean;
  /**
   * Blocks are reported to the engines in steps of this many bytes. Left out: the first block and then the rest of the request, which tells the
   * receiver as early as every block for itself that its turn has come, at a quarter of the events.
   */
  readonly stepBytes?: number;
  /** What the channel of a link buffers: a block counts as sent when it is handed to it (lib/adapters/browser/data-link.ts). */
  readonly bufferBytes?: number;
  /** A chunk's time from the last block to the checked hash, and from there to the written record. */
  readonly hashMs?: number;
  readonly writeMs?: number;
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
  readonly links: Set<Link>;
  /** Since when it has everything, ms of virtual time; null: not yet. */
  completeAt: number | null;
}

/** Blocks of one request that leave together. */
interface Transfer {
  readonly node: Node;
  readonly link: Link;
  readonly tag: number;
  readonly chunk: number;
  readonly bytes: number;
  /** Bytes the sender's engine is told of when these have left: what follows fits the channel's buffer and is told with them. */
  readonly told: number;
  readonly done: boolean;
}

interface Link {
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
  readonly expectedByA: Map<number, number>;
  readonly expectedByB: Map<number, number>;
  readonly sendingA: Map<number, Transfer[]>;
  readonly sendingB: Map<number, Transfer[]>;
}

/** Events besides flowEvent; the index is a node's. */
const event = {
  flow: flowEvent,
  wake: 2,
  message: 3,
  blocks: 4,
  verified: 5,
  settled: 6,
  input: 7,
  join: 8,
  start: 9,
  leave: 10,
  offered: 11,
  open: 12,
  dialEnds: 13,
  linkBreaks: 14,
  handout: 15,
  announce: 16,
  split: 17,
  heal: 18,
  sample: 19,
} as const;

const room = toBase64Url(new Uint8Array(16).fill(1)) as RoomId;
/** The publisher comes on top of 10,000 receivers. */
const roomy = { ...tracker.defaultTrackerLimits, peersPerRoom: 20_000 };
const noSignature = new Uint8Array(64);
const dialPatienceMs = 20_000;

export class World {
  readonly queue = new EventQueue();
  readonly network: Network;
  readonly geometry: ChunkGeometry;
  readonly share = toBase64Url(new Uint8Array(16).fill(7)) as ShareId;
  readonly nodes: Node[] = [];
  readonly tally: Tally;
  /** FNV-1a over every effect. */
  private hash = 0x811c9dc5;
  private readonly byId = new Map<PeerId, Node>();
  private readonly sessions = new Map<SessionId, Link>();
  private readonly book = tracker.createTracker();
  private readonly random: Prng;
  private readonly topology: Topology;
  private split = false;
  /** A corrupt chunk's verdict is being worked off: whatever is kept now should not be. */
  private judgingBad = false;
  private readonly hashes = new Uint8Array(32 * 256);
  private sizedMessage: EngineMessage | null = null;
  private sizedBytes = 0;

  constructor(readonly options: WorldOptions) {
    this.geometry = geometryOf(options.chunks * options.chunkBytes, options.chunkBytes);
    this.random = createPrng(options.seed);
    this.network = new Network(this.queue, { onePort: options.onePort ?? false });
    this.network.onSent = (_flow, token) => this.sent(token as Transfer);
    this.topology = new Topology(options.distance, this.random);
    this.tally = new Tally(options.chunks);
    for (const spec of options.nodes) this.addNode(spec);
    const { partition } = options;
    if (partition) {
      this.queue.push(partition.from * 1000, event.split, 0);
      this.queue.push(partition.until * 1000, event.heal, 0);
    }
  }

  get now(): number {
    return this.queue.now;
  }

  get traceHash(): string {
    return (this.hash >>> 0).toString(16).padStart(8, '0');
  }

  get publisher(): Node {
    const [publisher] = this.nodes;
    invariant(publisher, 'a world has a publisher');
    return publisher;
  }

  /** Runs until `done` says so, `untilMs` has come or nothing is left to do. `sample` is called each `everyMs` of virtual time. */
  run(untilMs: number, everyMs: number, sample: () => void, done: () => boolean): void {
    const { queue } = this;
    queue.push(queue.now, event.sample, 0);
    while (queue.nextAt <= untilMs && queue.take()) {
      if (queue.kind === event.sample) {
        sample();
        queue.push(queue.now + everyMs, event.sample, 0);
      } else {
        this.dispatch();
        if (queue.kind === event.settled || queue.kind === event.leave) {
          if (done()) return;
        }
      }
    }
  }

  /** Links of a node that are up. */
  linksOf(node: Node): number {
    let count = 0;
    for (const link of node.links) if (link.state === 'up') count++;
    return count;
  }

  have(node: Node): Bitfield {
    return node.engine.transfer.shares.get(this.share)?.have ?? new Bitfield(this.options.chunks);
  }

  leave(node: Node): void {
    if (!node.present) return;
    node.present = false;
    tracker.disconnect(this.book, node.connection);
    for (const link of [...node.links]) this.end(link, 'gone');
    if (node !== this.publisher) this.have(node).forEach((chunk) => this.tally.copyLost(chunk));
  }

  // ── nodes ──────────────────────────────────────────────────────────────────────────────────────────

  private addNode(spec: NodeSpec): void {
    const index = this.network.addNode(spec.up / 1000, spec.down / 1000);
    this.topology.addNode();
    const id = toBase64Url(Uint8Array.from({ length: 16 }, () => this.random.below(256))) as PeerId;
    const behaviour = spec.behaviour ?? 'honest';
    const engine = new Engine({
      self: id,
      seed: this.random.uint32(),
      config: { ...this.options.config, ...manners[behaviour], ...spec.config },
    });
    const node: Node = {
      index,
      id,
      engine,
      spec,
      behaviour,
      connection: String(index),
      present: false,
      wakeAt: Infinity,
      debt: 0,
      links: new Set(),
      completeAt: null,
    };
    this.nodes.push(node);
    this.byId.set(id, node);
    this.queue.push((spec.joinSeconds ?? 0) * 1000, event.join, index);
    if (spec.leaveSeconds !== undefined) this.queue.push(spec.leaveSeconds * 1000, event.leave, index);
  }

  private join(node: Node): void {
    node.present = true;
    const joined = tracker.join(
      this.book,
      roomy,
      { room, peer: node.id, connection: node.connection },
      this.now,
    );
    invariant(joined.ok, 'the tracker takes everyone in');
    const claims = node.behaviour === 'liar' || node.behaviour === 'corrupt';
    this.feed(node, {
      kind: 'share-added',
      share: this.share,
      geometry: this.geometry,
      have: claims ? Bitfield.full(this.options.chunks) : null,
      known: [],
      publisher: this.publisher.id,
    });
    if (node === this.publisher) this.publish(node);
    this.feed(node, { kind: 'tracker', online: true });
    this.queue.push(this.now + this.topology.rtt(node.index, server), event.handout, node.index, []);
    if (claims || node === this.publisher) return;
    this.queue.push(
      Math.max(this.options.startSeconds * 1000, this.now + this.topology.rtt(node.index, server)),
      event.start,
      node.index,
    );
  }

  /** The publisher has hashed and signed everything before anyone comes. */
  private publish(node: Node): void {
    for (let segment = 0; segment < segmentCount(this.geometry); segment++) {
      const known = segmentLength(this.geometry, segment);
      this.feed(node, { kind: 'segment-known', share: this.share, segment, known, session: null });
    }
    for (let chunk = 0; chunk < this.options.chunks; chunk++)
      this.feed(node, { kind: 'chunk-published', share: this.share, chunk });
  }

  private feed(node: Node, input: Input): void {
    for (const effect of node.engine.handle(input, this.queue.now)) {
      this.trace(node, effect);
      this.perform(node, effect);
    }
  }

  private trace(node: Node, effect: Effect): void {
    let mark = effect.kind.length;
    if (effect.kind === 'send') mark += effect.message.type.length * 31;
    else if ('chunk' in effect) mark += effect.chunk * 31;
    this.hash = Math.imul(this.hash ^ node.index, 16777619);
    this.hash = Math.imul(this.hash ^ mark, 16777619);
    this.hash = Math.imul(this.hash ^ (Math.round(this.queue.now * 1000) | 0), 16777619);
  }

  private dispatch(): void {
    const { queue } = this;
    const { index, first, second } = queue;
    if (queue.kind === event.flow) return this.network.fire(index);
    if (queue.kind === event.split || queue.kind === event.heal) return this.cut(queue.kind === event.split);
    const node = this.nodes[index];
    invariant(node, 'an event for a node');
    if (!node.present && queue.kind !== event.join) return;
    switch (queue.kind) {
      case event.wake:
        if (node.wakeAt !== queue.now) return;
        node.wakeAt = Infinity;
        return this.feed(node, { kind: 'tick' });
      case event.message: {
        const link = first as Link;
        if (link.state !== 'up') return;
        return this.feed(node, {
          kind: 'message',
          session: link.session,
          message: second as EngineMessage,
        });
      }
      case event.blocks:
        return this.arrived(node, first as Transfer);
      case event.verified: {
        const verdict = first as Input;
        this.judgingBad = verdict.kind === 'chunk-bad';
        this.feed(node, verdict);
        this.judgingBad = false;
        return;
      }
      case event.input:
      case event.settled:
        return this.feed(node, first as Input);
      case event.join:
        return this.join(node);
      case event.start:
        return this.feed(node, { kind: 'wanted', share: this.share, ranges: [0, this.options.chunks] });
      case event.leave:
        return this.leave(node);
      case event.offered: {
        const link = first as Link;
        if (link.state !== 'dialing') return;
        return this.feed(node, { kind: 'offered', peer: link.a.id, session: link.session });
      }
      case event.open:
        return this.open(first as Link);
      case event.dialEnds: {
        const link = first as Link;
        if (link.state !== 'dialing' && link.state !== 'answered') return;
        this.tally.dialsFailed++;
        return this.end(link, 'connect-failed');
      }
      case event.linkBreaks:
        return this.end(first as Link, 'gone');
      case event.handout:
        return this.answerHandout(node, first as PeerId[]);
      case event.announce:
        tracker.announce(this.book, room, node.connection, first as Parameters<typeof tracker.announce>[3]);
        return;
      default:
        invariant(false, 'an event that is known');
    }
  }

  // ── effects ────────────────────────────────────────────────────────────────────────────────────────

  private perform(node: Node, effect: Effect): void {
    const { queue } = this;
    switch (effect.kind) {
      case 'send':
        return this.message(node, this.link(effect.session), effect.message);
      case 'wake':
        node.wakeAt = node.spec.hidden ? Math.ceil(effect.at / 1000) * 1000 : effect.at;
        return queue.push(node.wakeAt, event.wake, node.index);
      case 'expect':
        this.expected(node, this.link(effect.session)).set(effect.tag, 0);
        return;
      case 'discard':
        this.expected(node, this.link(effect.session)).delete(effect.tag);
        return;
      case 'verify':
        return this.verify(node, effect);
      case 'serve':
        return this.serve(node, effect);
      case 'unserve':
        return this.unserve(node, this.link(effect.session), effect.tag);
      case 'report':
        return this.reported(node, effect.fact);
      case 'check-segment':
        return this.later(node, 1, {
          kind: 'segment-known',
          share: this.share,
          segment: effect.message.segment,
          known: effect.message.from + effect.message.hashes.length / 32,
          session: effect.session,
        });
      case 'send-segment': {
        const known = segmentLength(this.geometry, effect.segment);
        return this.message(node, this.link(effect.session), {
          type: 'segment',
          share: effect.share,
          segment: effect.segment,
          from: effect.from,
          hashes: this.hashes.subarray(0, 32 * (known - effect.from)),
          signature: noSignature,
        });
      }
      case 'answer-audit': {
        // Whoever claims what it does not hold has nothing to hash. The nonce stands for the hash.
        if (node.behaviour !== 'honest' && node.behaviour !== 'free-rider') return;
        const { share, chunk, nonce } = effect;
        return this.message(node, this.link(effect.session), {
          type: 'audited',
          share,
          chunk,
          digest: Uint8Array.from([...nonce, ...nonce]),
        });
      }
      case 'check-audit':
        return this.later(node, this.options.hashMs ?? 3, {
          kind: 'audit-passed',
          session: effect.session,
          share: effect.share,
        });
      case 'connect':
        return this.connect(node, effect);
      case 'knock': {
        const other = this.byId.get(effect.peer);
        if (!other || this.apart(node, other)) return;
        return this.later(other, this.signalDelay(node, other), { kind: 'knocked', peer: node.id });
      }
      case 'disconnect': {
        const link = this.sessions.get(effect.session);
        if (link) this.end(link, effect.reason);
        return;
      }
      case 'handout':
        return queue.push(
          queue.now + this.topology.rtt(node.index, server),
          event.handout,
          node.index,
          effect.linked,
        );
      case 'announce':
        return queue.push(
          queue.now + this.topology.rtt(node.index, server) / 2,
          event.announce,
          node.index,
          effect.shares,
        );
      default:
        return unreachable(effect);
    }
  }

  private reported(node: Node, fact: Extract<Effect, { kind: 'report' }>['fact']): void {
    switch (fact.kind) {
      case 'chunk-got': {
        const bytes = sealedChunkBytes(this.geometry, fact.chunk);
        if (node !== this.publisher) this.tally.copyMade(fact.chunk, bytes);
        if (this.judgingBad) this.tally.badKept += bytes;
        const input: Input = { kind: 'chunk-settled', share: fact.share, chunk: fact.chunk, kept: true };
        return this.queue.push(this.now + (this.options.writeMs ?? 10), event.settled, node.index, input);
      }
      case 'share-complete':
        node.completeAt ??= this.now;
        return;
      case 'snubbed':
        this.tally.timeout(node.index, this.byId.get(fact.peer)?.index ?? -1);
        return;
      case 'bad-chunk':
        this.tally.badChunks++;
        return;
      case 'peer-linked':
      case 'peer-lost':
        return;
      default:
        return unreachable(fact);
    }
  }

  private message(node: Node, link: Link | undefined, message: EngineMessage): void {
    if (link?.state !== 'up') return;
    if (message !== this.sizedMessage) {
      this.sizedMessage = message;
      this.sizedBytes = frameBytes(message) + packetOverheadBytes;
    }
    this.tally.controlBytes += this.sizedBytes;
    node.debt += this.sizedBytes;
    const fromA = node === link.a;
    let at = this.now + link.latency;
    if (fromA) link.lastAtA = at = Math.max(at, link.lastAtA);
    else link.lastAtB = at = Math.max(at, link.lastAtB);
    this.queue.push(at, event.message, (fromA ? link.b : link.a).index, link, message);
  }

  // ── links ──────────────────────────────────────────────────────────────────────────────────────────

  private connect(node: Node, { peer, session, role }: Extract<Effect, { kind: 'connect' }>): void {
    const other = this.byId.get(peer);
    invariant(other, 'peers name peers that are there');
    if (role === 'responder') {
      const link = this.sessions.get(session);
      if (link?.state !== 'dialing') return;
      link.state = 'answered';
      node.links.add(link);
      if (!this.reachable(link.a, link.b)) return;
      // Answer over the server, then candidates, DTLS, SCTP and the handshake: 3 to 5 round trips (swarm.md §9).
      const trips = 2 + 2 * this.random.unit();
      const delay = this.signalDelay(node, other) + trips * 2 * link.latency;
      return this.queue.push(this.now + delay, event.open, node.index, link);
    }
    const link: Link = {
      session,
      a: node,
      b: other,
      state: 'dialing',
      latency: this.topology.rtt(node.index, other.index) / 2,
      flowFromA: -1,
      flowFromB: -1,
      lastAtA: 0,
      lastAtB: 0,
      expectedByA: new Map(),
      expectedByB: new Map(),
      sendingA: new Map(),
      sendingB: new Map(),
    };
    this.sessions.set(session, link);
    node.links.add(link);
    this.queue.push(this.now + dialPatienceMs, event.dialEnds, node.index, link);
    if (this.apart(node, other)) return;
    this.queue.push(this.now + this.signalDelay(node, other), event.offered, other.index, link);
  }

  private open(link: Link): void {
    if (link.state !== 'answered' || !link.a.present || !link.b.present || this.apart(link.a, link.b)) return;
    link.state = 'up';
    this.tally.linksMade++;
    const { windowBytes = 256 * 1024, linkLifeSeconds = Infinity } = this.options;
    const cap = link.latency > 0 ? windowBytes / (2 * link.latency) : Infinity;
    link.flowFromA = this.network.open(link.a.index, link.b.index, cap);
    link.flowFromB = this.network.open(link.b.index, link.a.index, cap);
    if (linkLifeSeconds < Infinity) {
      const life = -Math.log(1 - this.random.unit()) * linkLifeSeconds * 1000;
      this.queue.push(this.now + life, event.linkBreaks, link.a.index, link);
    }
    this.feed(link.a, { kind: 'link-up', session: link.session });
    this.feed(link.b, { kind: 'link-up', session: link.session });
  }

  private end(link: Link, reason: CloseReason): void {
    if (link.state === 'ended') return;
    if (link.state === 'up') {
      this.network.close(link.flowFromA);
      this.network.close(link.flowFromB);
    }
    link.state = 'ended';
    this.sessions.delete(link.session);
    for (const node of [link.a, link.b]) {
      if (node.links.delete(link) && node.present)
        this.later(node, 0, { kind: 'link-down', session: link.session, reason });
    }
  }

  private link(session: SessionId): Link | undefined {
    return this.sessions.get(session);
  }

  /** A signal goes over the server. */
  private signalDelay(from: Node, to: Node): number {
    return (this.topology.rtt(from.index, server) + this.topology.rtt(to.index, server)) / 2;
  }

  /** Drawn once per pair: a NAT lets a pair through or it does not. */
  private reachable(a: Node, b: Node): boolean {
    const { dialFailure = 0, seed } = this.options;
    if (dialFailure === 0) return true;
    const low = Math.min(a.index, b.index);
    return createPrng(seed ^ (low * 65_537 + Math.max(a.index, b.index))).unit() >= dialFailure;
  }

  /** On different sides of a cut network. The server is on the even side. */
  private apart(a: Node, b: Node): boolean {
    return this.split && a.index % 2 !== b.index % 2;
  }

  private cut(split: boolean): void {
    this.split = split;
    for (const link of [...this.sessions.values()]) if (this.apart(link.a, link.b)) this.end(link, 'silent');
    for (const node of this.nodes) {
      if (node.present && node.index % 2 === 1) this.feed(node, { kind: 'tracker', online: !split });
    }
  }

  private answerHandout(node: Node, linked: readonly PeerId[]): void {
    if (this.split && node.index % 2 === 1) return;
    const members = this.book.rooms.get(room);
    if (!members) return;
    const named = handout(members, node.id, linked, (bound) => this.random.below(bound));
    this.later(node, this.topology.rtt(node.index, server) / 2, {
      kind: 'candidates',
      peers: named.map(({ peer }) => peer),
    });
  }

  // ── payload ────────────────────────────────────────────────────────────────────────────────────────

  private serve(node: Node, effect: Extract<Effect, { kind: 'serve' }>): void {
    const link = this.link(effect.session);
    if (link?.state !== 'up' || node.behaviour === 'liar') return;
    const { chunk, tag, firstBlock, blockCount } = effect;
    const sealed = sealedChunkBytes(this.geometry, chunk);
    const last = blockRange(sealed, firstBlock + blockCount - 1).end;
    const fromA = node === link.a;
    const steps: Transfer[] = [];
    const { stepBytes, bufferBytes = blockBytes } = this.options;
    const first = blockRange(sealed, firstBlock).start;
    let at = first;
    let told = first;
    while (at < last) {
      const step = stepBytes ?? (at === first ? blockBytes : Infinity);
      // A step ends where the rest fits the buffer, so that this moment is told in time.
      const full = at < last - bufferBytes ? Math.max(at + blockBytes, last - bufferBytes) : last;
      const end = Math.min(last, at + step, full);
      const tell = (end + bufferBytes >= last ? last : end) - told;
      const done = tell > 0 && told + tell === last;
      steps.push({ node, link, tag, chunk, bytes: end - at, told: tell, done });
      told += tell;
      at = end;
    }
    (fromA ? link.sendingA : link.sendingB).set(tag, steps);
    for (const step of steps) {
      this.network.send(fromA ? link.flowFromA : link.flowFromB, step.bytes + node.debt, step);
      node.debt = 0;
    }
  }

  private unserve(node: Node, link: Link | undefined, tag: number): void {
    if (link?.state !== 'up') return;
    const fromA = node === link.a;
    const sending = fromA ? link.sendingA : link.sendingB;
    for (const step of sending.get(tag) ?? [])
      this.network.cancel(fromA ? link.flowFromA : link.flowFromB, step);
    sending.delete(tag);
  }

  private sent(step: Transfer): void {
    const { node, link, tag, chunk, bytes, told, done } = step;
    const fromA = node === link.a;
    this.tally.sent(node.index, chunk, bytes, done);
    // What is in the channel's buffer cannot be taken back.
    if (done) (fromA ? link.sendingA : link.sendingB).delete(tag);
    const to = fromA ? link.b : link.a;
    this.queue.push(this.now + link.latency, event.blocks, to.index, step);
    if (told > 0) this.feed(node, { kind: 'block-sent', session: link.session, tag, bytes: told, done });
  }

  private arrived(node: Node, { link, tag, bytes }: Transfer): void {
    if (link.state !== 'up') return;
    const expected = this.expected(node, link);
    this.tally.arrived(bytes);
    if (!expected.has(tag)) return;
    this.feed(node, { kind: 'block-received', session: link.session, tag, bytes });
  }

  private verify(node: Node, { session, tag }: Extract<Effect, { kind: 'verify' }>): void {
    const link = this.link(session);
    if (!link) return;
    this.expected(node, link).delete(tag);
    const from = node === link.a ? link.b : link.a;
    const kind = from.behaviour === 'corrupt' ? 'chunk-bad' : 'chunk-verified';
    const input: Input = { kind, session, tag };
    this.queue.push(this.now + (this.options.hashMs ?? 3), event.verified, node.index, input);
  }

  private expected(node: Node, link: Link | undefined): Map<number, number> {
    if (!link) return new Map();
    return node === link.a ? link.expectedByA : link.expectedByB;
  }

  private later(node: Node, delay: number, input: Input): void {
    this.queue.push(this.now + delay, event.input, node.index, input);
  }
}

/** What a node's engine is told to do otherwise. */
const manners: Readonly<Record<Behaviour, Partial<EngineConfig>>> = {
  honest: {},
  'free-rider': { serves: false },
  liar: {},
  corrupt: {},
  sybil: { serves: false, targetLinks: 50 },
};
