/**
 * A small host for tests: several engines in virtual time on one event heap, with latency, one uplink of fixed rate per peer and no payload.
 * Enough to see whether rules hold; figures come from sim/. Everything random comes from one seed.
 */
import { toBase64Url } from '../../base/bytes';
import { Bitfield } from '../../base/bitfield';
import type { PeerId, SessionId, ShareId } from '../../base/ids';
import { createPrng } from '../../base/prng';
import {
  blockCount,
  blockRange,
  geometryOf,
  sealedChunkBytes,
  segmentCount,
  segmentLength,
  type ChunkGeometry,
} from '../../content/layout';
import type { EngineConfig } from '../config';
import { Engine } from '../engine';
import type { Effect, Fact, Input } from '../types';

export interface SwarmOptions {
  readonly peers: number;
  readonly chunks: number;
  readonly seed: number;
  readonly latencyMs?: number;
  /** Bytes per second of each peer's uplink. */
  readonly uplink?: number;
  readonly config?: Partial<EngineConfig>;
  /** Peers that behave otherwise: 'liar' serves nothing, 'corrupt' sends bytes that fail their hash. */
  readonly behaviour?: (peer: number) => 'honest' | 'liar' | 'corrupt';
}

export interface Node {
  readonly index: number;
  readonly id: PeerId;
  readonly engine: Engine;
  readonly facts: Fact[];
  readonly effects: Effect[];
  bytesSent: number;
  /** Payload bytes that came for a request already given up. */
  wasted: number;
  completeAt: number | null;
  online: boolean;
}

type Expected = { readonly share: ShareId; readonly chunk: number };

/** Runs until nothing is due or `until` says stop. Node 0 is the publisher and seeds; the others want everything. */
export class Swarm {
  now = 0;
  readonly nodes: Node[] = [];
  readonly geometry: ChunkGeometry;
  readonly share = toBase64Url(new Uint8Array(16).fill(7)) as ShareId;
  private readonly heap: { at: number; order: number; run: () => void }[] = [];
  private order = 0;
  private readonly links = new Map<SessionId, { a: Node; b: Node | null; up: boolean }>();
  private readonly expected = new Map<string, Expected>();
  private readonly uplinkFreeAt = new Map<Node, number>();
  private readonly lastDelivery = new Map<string, number>();
  private readonly unserved = new Set<string>();
  /** Largest number of different payload bytes on the wire: duplicates show as more than N copies. */
  trace = 0;

  constructor(readonly options: SwarmOptions) {
    const chunkBytes = 256 * 1024;
    this.geometry = geometryOf(options.chunks * chunkBytes, chunkBytes);
    const random = createPrng(options.seed);
    for (let index = 0; index < options.peers; index++) {
      const id = toBase64Url(Uint8Array.from({ length: 16 }, () => random.below(256))) as PeerId;
      const engine = new Engine({
        self: id,
        seed: random.uint32(),
        ...(options.config && { config: options.config }),
      });
      this.nodes.push({
        index,
        id,
        engine,
        facts: [],
        effects: [],
        bytesSent: 0,
        wasted: 0,
        completeAt: null,
        online: true,
      });
    }
    for (const node of this.nodes) {
      const seeding = node.index === 0;
      const claims = seeding || this.behaviour(node) === 'liar';
      this.feed(node, {
        kind: 'share-added',
        share: this.share,
        geometry: this.geometry,
        have: claims ? Bitfield.full(options.chunks) : null,
        known: seeding ? this.allKnown() : [],
        publisher: this.nodes[0]?.id ?? node.id,
      });
      this.feed(node, { kind: 'tracker', online: true });
      if (!claims) this.feed(node, { kind: 'wanted', share: this.share, ranges: [0, options.chunks] });
    }
  }

  /** Everybody learns of everybody. */
  introduce(): void {
    for (const node of this.nodes) {
      this.feed(node, { kind: 'candidates', peers: this.nodes.map(({ id }) => id) });
    }
  }

  run(untilMs: number, done: () => boolean = () => false): void {
    while (this.heap.length > 0 && !done()) {
      if ((this.heap[0]?.at ?? 0) > untilMs) return;
      const next = this.pop();
      if (!next) return;
      this.now = Math.max(this.now, next.at);
      next.run();
    }
  }

  leave(node: Node): void {
    node.online = false;
    for (const [session, link] of [...this.links])
      if (link.a === node || link.b === node) this.end(session, 'gone');
  }

  feed(node: Node, input: Input): void {
    const effects = node.engine.handle(input, this.now);
    for (const effect of effects) {
      this.trace = (Math.imul(this.trace, 31) + effect.kind.length + node.index + Math.floor(this.now)) | 0;
      node.effects.push(effect);
      this.perform(node, effect);
    }
  }

  have(node: Node): Bitfield {
    return node.engine.transfer.shares.get(this.share)?.have ?? new Bitfield(0);
  }

  private perform(node: Node, effect: Effect): void {
    switch (effect.kind) {
      case 'connect': {
        const known = this.links.get(effect.session);
        if (effect.role === 'initiator') {
          this.links.set(effect.session, { a: node, b: null, up: false });
          const other = this.nodes.find(({ id }) => id === effect.peer);
          this.after(this.latency * 2, () => {
            if (other?.online) this.feed(other, { kind: 'offered', peer: node.id, session: effect.session });
          });
          this.after(20_000, () => {
            if (this.links.get(effect.session)?.up === false) this.end(effect.session, 'connect-failed');
          });
        } else if (known) {
          known.b = node;
          this.after(this.latency * 3, () => {
            if (!this.links.has(effect.session)) return;
            known.up = true;
            this.feed(known.a, { kind: 'link-up', session: effect.session });
            this.feed(node, { kind: 'link-up', session: effect.session });
          });
        }
        return;
      }
      case 'knock': {
        const other = this.nodes.find(({ id }) => id === effect.peer);
        this.after(this.latency * 2, () => {
          if (other?.online) this.feed(other, { kind: 'knocked', peer: node.id });
        });
        return;
      }
      case 'disconnect':
        return this.end(effect.session, effect.reason);
      case 'send':
        return this.deliver(node, effect.session, this.latency, (to) =>
          this.feed(to, { kind: 'message', session: effect.session, message: effect.message }),
        );
      case 'expect':
        this.expected.set(`${node.index}/${effect.session}/${effect.tag}`, effect);
        return;
      case 'discard':
        this.expected.delete(`${node.index}/${effect.session}/${effect.tag}`);
        return;
      case 'verify': {
        const link = this.links.get(effect.session);
        const from = link?.a === node ? link.b : link?.a;
        const good = !from || this.behaviour(from) !== 'corrupt';
        this.after(2, () => {
          this.feed(node, {
            kind: good ? 'chunk-verified' : 'chunk-bad',
            session: effect.session,
            tag: effect.tag,
          });
        });
        return;
      }
      case 'serve':
        return this.serve(node, effect);
      case 'unserve':
        this.unserved.add(`${node.index}/${effect.session}/${effect.tag}`);
        return;
      case 'check-segment': {
        const { segment, from, hashes } = effect.message;
        const known = from + hashes.length / 32;
        this.after(1, () => {
          this.feed(node, {
            kind: 'segment-known',
            share: this.share,
            segment,
            known,
            session: effect.session,
          });
        });
        return;
      }
      case 'send-segment': {
        const length = segmentLength(this.geometry, effect.segment) - effect.from;
        const message = {
          type: 'segment' as const,
          share: effect.share,
          segment: effect.segment,
          from: effect.from,
          hashes: new Uint8Array(32 * length),
          signature: new Uint8Array(64),
        };
        return this.deliver(node, effect.session, this.latency, (to) =>
          this.feed(to, { kind: 'message', session: effect.session, message }),
        );
      }
      case 'wake':
        return this.after(effect.at - this.now, () => {
          if (node.online) this.feed(node, { kind: 'tick' });
        });
      case 'report':
        node.facts.push(effect.fact);
        if (effect.fact.kind === 'chunk-got') {
          const { share, chunk } = effect.fact;
          this.after(3, () => this.feed(node, { kind: 'chunk-settled', share, chunk, kept: true }));
        }
        if (effect.fact.kind === 'share-complete') node.completeAt ??= this.now;
        return;
      case 'handout':
        return this.after(this.latency * 2, () => {
          const peers = this.nodes.filter((other) => other.online && other !== node).map(({ id }) => id);
          this.feed(node, { kind: 'candidates', peers });
        });
      case 'answer-audit': {
        // A liar has nothing to hash. What stands for the hash here is the nonce, twice.
        if (this.behaviour(node) !== 'honest') return;
        const { share, chunk, nonce } = effect;
        const message = {
          type: 'audited' as const,
          share,
          chunk,
          digest: Uint8Array.from([...nonce, ...nonce]),
        };
        return this.deliver(node, effect.session, this.latency, (to) =>
          this.feed(to, { kind: 'message', session: effect.session, message }),
        );
      }
      case 'check-audit': {
        const good = effect.nonce.every((byte, i) => byte === effect.digest[i]);
        const { session, share } = effect;
        if (good) this.after(2, () => this.feed(node, { kind: 'audit-passed', session, share }));
        return;
      }
      case 'announce':
        return;
    }
  }

  /** Blocks leave one after the other at the uplink's rate; a liar's never leave. */
  private serve(node: Node, effect: Extract<Effect, { kind: 'serve' }>): void {
    if (this.behaviour(node) === 'liar') return;
    const sealed = sealedChunkBytes(this.geometry, effect.chunk);
    for (let block = effect.firstBlock; block < effect.firstBlock + effect.blockCount; block++) {
      const { start, end } = blockRange(sealed, block);
      const bytes = end - start;
      const last = block === effect.firstBlock + effect.blockCount - 1;
      const leaves =
        Math.max(this.now, this.uplinkFreeAt.get(node) ?? 0) + (bytes * 1000) / (this.options.uplink ?? 1e6);
      this.uplinkFreeAt.set(node, leaves);
      this.after(leaves - this.now, () => {
        if (
          !this.links.has(effect.session) ||
          this.unserved.has(`${node.index}/${effect.session}/${effect.tag}`)
        )
          return;
        node.bytesSent += bytes;
        this.feed(node, { kind: 'block-sent', session: effect.session, tag: effect.tag, bytes, done: last });
        this.deliver(node, effect.session, this.latency, (to) => {
          if (!this.expected.has(`${to.index}/${effect.session}/${effect.tag}`)) to.wasted += bytes;
          else this.feed(to, { kind: 'block-received', session: effect.session, tag: effect.tag, bytes });
        });
      });
    }
    if (blockCount(sealed) < effect.firstBlock + effect.blockCount)
      throw new Error('request beyond the chunk');
  }

  /** In order per direction, as a data channel is. */
  private deliver(from: Node, session: SessionId, delay: number, run: (to: Node) => void): void {
    const key = `${from.index}/${session}`;
    const at = Math.max(this.now + delay, this.lastDelivery.get(key) ?? 0);
    this.lastDelivery.set(key, at);
    this.after(at - this.now, () => {
      const link = this.links.get(session);
      const to = link?.a === from ? link.b : link?.a;
      if (link?.up && to?.online) run(to);
    });
  }

  private end(session: SessionId, reason: Extract<Input, { kind: 'link-down' }>['reason']): void {
    const link = this.links.get(session);
    if (!link) return;
    this.links.delete(session);
    for (const node of [link.a, link.b])
      if (node?.online) this.after(0, () => this.feed(node, { kind: 'link-down', session, reason }));
  }

  private get latency(): number {
    return this.options.latencyMs ?? 20;
  }

  private behaviour(node: Node): 'honest' | 'liar' | 'corrupt' {
    return this.options.behaviour?.(node.index) ?? 'honest';
  }

  private allKnown(): number[] {
    return Array.from({ length: segmentCount(this.geometry) }, (_, i) => segmentLength(this.geometry, i));
  }

  private after(delay: number, run: () => void): void {
    const entry = { at: this.now + Math.max(0, delay), order: this.order++, run };
    let i = this.heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = this.heap[parent];
      if (!above || before(above, entry)) break;
      this.heap[i] = above;
      i = parent;
    }
    this.heap[i] = entry;
  }

  private pop(): { at: number; order: number; run: () => void } | undefined {
    const top = this.heap[0];
    const last = this.heap.pop();
    if (!top || !last || this.heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      const left = this.heap[child];
      if (!left) break;
      const right = this.heap[child + 1];
      const least = right && before(right, left) ? right : left;
      if (least === right) child++;
      if (before(last, least)) break;
      this.heap[i] = least;
      i = child;
    }
    this.heap[i] = last;
    return top;
  }
}

const before = (a: { at: number; order: number }, b: { at: number; order: number }): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);
