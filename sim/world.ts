/**
 * The engine's second host (design §2): virtual time, any number of peers in one process, no payload. Each node runs the real engine, the
 * tracker is the real one, messages cost bytes and latency, blocks travel as fluid flows. What a node does besides being honest
 * is done at its edge: its engine stays the one that ships. Everything random comes from one seed.
 * Leaves out: how links come about (links.ts) and blocks travel (payload.ts); sealing and proving, whose results it supplies; loss of packets.
 */
import { toBase64Url } from '../lib/base/bytes';
import { Bitfield } from '../lib/base/bitfield';
import type { PeerId, RoomId, ShareId } from '../lib/base/ids';
import { invariant, unreachable } from '../lib/base/invariant';
import { createPrng, type Prng } from '../lib/base/prng';
import {
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
import { event } from './events';
import { Links, type LinkOptions } from './links';
import { frameBytes, packetOverheadBytes } from './message-size';
import { Network } from './network';
import { manners, type Host, type Link, type Node, type NodeSpec, type Transfer } from './node';
import { Payload, type PayloadOptions } from './payload';
import { Tally } from './tally';
import { server, Topology, type DistanceOptions } from './topology';

export interface WorldOptions extends LinkOptions, PayloadOptions {
  readonly chunks: number;
  readonly chunkBytes: number;
  /** Node 0 is the publisher and holds everything. */
  readonly nodes: readonly NodeSpec[];
  readonly config?: Partial<EngineConfig>;
  readonly distance: DistanceOptions;
  /** When receivers ask for the share (the click on download), after the room has come together. */
  readonly startSeconds: number;
  /** The room is cut in two between these times, seconds; the server stays reachable for one half only. */
  readonly partition?: { readonly from: number; readonly until: number };
  readonly onePort?: boolean;
  /** A chunk's time from the checked hash to the written record. */
  readonly writeMs?: number;
}

const room = toBase64Url(new Uint8Array(16).fill(1)) as RoomId;
/** The publisher comes on top of 10,000 receivers. */
const roomy = { ...tracker.defaultTrackerLimits, peersPerRoom: 20_000 };
const noSignature = new Uint8Array(64);

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
  private readonly links: Links;
  private readonly payload: Payload;
  private readonly book = tracker.createTracker();
  private readonly random: Prng;
  private readonly topology: Topology;
  /** A corrupt chunk's verdict is being worked off: whatever is kept now should not be. */
  private judgingBad = false;
  private readonly hashes = new Uint8Array(32 * 256);
  private sizedMessage: EngineMessage | null = null;
  private sizedBytes = 0;

  constructor(readonly options: WorldOptions) {
    this.geometry = geometryOf(options.chunks * options.chunkBytes, options.chunkBytes);
    this.random = createPrng(options.seed);
    this.network = new Network(this.queue, { onePort: options.onePort ?? false });
    this.topology = new Topology(options.distance, this.random);
    this.tally = new Tally(options.chunks);
    const { queue, network, topology, tally, random } = this;
    const host: Host = {
      feed: (node, input) => this.feed(node, input),
      later: (node, delay, input) => this.later(node, delay, input),
    };
    this.links = new Links(options, host, this.byId, queue, network, topology, tally, random);
    this.payload = new Payload(options, host, this.geometry, queue, network, tally);
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
    for (const link of node.links.values()) if (link.state === 'up') count++;
    return count;
  }

  have(node: Node): Bitfield {
    return node.engine.transfer.shares.get(this.share)?.have ?? new Bitfield(this.options.chunks);
  }

  leave(node: Node): void {
    if (!node.present) return;
    node.present = false;
    tracker.disconnect(this.book, node.connection);
    for (const link of [...node.links.values()]) this.links.end(link, 'gone');
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
      links: new Map(),
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
        return this.payload.arrived(node, first as Transfer);
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
      case event.offered:
        return this.links.offered(node, first as Link);
      case event.open:
        return this.links.open(first as Link);
      case event.dialEnds:
        return this.links.dialEnds(first as Link);
      case event.linkBreaks:
        return this.links.end(first as Link, 'gone');
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
        return this.message(node, node.links.get(effect.session), effect.message);
      case 'wake':
        node.wakeAt = node.spec.hidden ? Math.ceil(effect.at / 1000) * 1000 : effect.at;
        return queue.push(node.wakeAt, event.wake, node.index);
      case 'expect':
        return this.payload.expect(node, effect.session, effect.tag);
      case 'discard':
        return this.payload.discard(node, effect.session, effect.tag);
      case 'verify':
        return this.payload.verify(node, effect);
      case 'serve':
        return this.payload.serve(node, effect);
      case 'unserve':
        return this.payload.unserve(node, effect.session, effect.tag);
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
        return this.message(node, node.links.get(effect.session), {
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
        return this.message(node, node.links.get(effect.session), {
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
        return this.links.connect(node, effect);
      case 'knock':
        return this.links.knock(node, effect.peer);
      case 'disconnect':
        return this.links.disconnect(effect.session, effect.reason);
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

  /** Cuts the network in two, or heals it; one half loses the server. */
  private cut(split: boolean): void {
    this.links.cut(split);
    for (const node of this.nodes) {
      if (node.present && node.index % 2 === 1) this.feed(node, { kind: 'tracker', online: !split });
    }
  }

  private answerHandout(node: Node, linked: readonly PeerId[]): void {
    if (this.links.cutOff(node)) return;
    const members = this.book.rooms.get(room);
    if (!members) return;
    const named = handout(members, node.id, linked, (bound) => this.random.below(bound));
    this.later(node, this.topology.rtt(node.index, server) / 2, {
      kind: 'candidates',
      peers: named.map(({ peer }) => peer),
    });
  }

  private later(node: Node, delay: number, input: Input): void {
    this.queue.push(this.now + delay, event.input, node.index, input);
  }
}
