/**
 * The way of a chunk's blocks: when served they go on the wire in steps, arrive one latency later, and once all are there the hash is checked. Decides at which moments the engines on
 * both sides hear of it. Leaves out: bytes; how fast they go (network.ts).
 */
import type { SessionId } from '../lib/base/ids';
import { blockBytes, blockRange, sealedChunkBytes, type ChunkGeometry } from '../lib/content/layout';
import type { Effect, Input } from '../lib/core/types';
import type { EventQueue } from './event-queue';
import { event } from './events';
import type { Network } from './network';
import type { Host, Link, Node, Transfer } from './node';
import type { Tally } from './tally';

export interface PayloadOptions {
  /**
   * Blocks are reported to the engines in steps of this many bytes. Left out: the first block and then the rest of the request, which tells the
   * receiver as early as every block for itself that its turn has come, at a quarter of the events.
   */
  readonly stepBytes?: number;
  /** What the channel of a link buffers: a block counts as sent when it is handed to it (lib/adapters/browser/data-link.ts). */
  readonly bufferBytes?: number;
  /** A chunk's time from the last block to the checked hash. */
  readonly hashMs?: number;
}

export class Payload {
  constructor(
    private readonly options: PayloadOptions,
    private readonly host: Host,
    private readonly geometry: ChunkGeometry,
    private readonly queue: EventQueue,
    private readonly network: Network,
    private readonly tally: Tally,
  ) {
    network.onSent = (_flow, token) => this.sent(token as Transfer);
  }

  expect(node: Node, session: SessionId, tag: number): void {
    const link = node.links.get(session);
    if (link) expected(node, link).add(tag);
  }

  discard(node: Node, session: SessionId, tag: number): void {
    const link = node.links.get(session);
    if (link) expected(node, link).delete(tag);
  }

  serve(node: Node, effect: Extract<Effect, { kind: 'serve' }>): void {
    const link = node.links.get(effect.session);
    if (link?.state !== 'up' || node.behaviour === 'liar') return;
    const steps = this.steps(node, link, effect);
    const fromA = node === link.a;
    (fromA ? link.sendingA : link.sendingB).set(effect.tag, steps);
    for (const step of steps) {
      this.network.send(fromA ? link.flowFromA : link.flowFromB, step.bytes + node.debt, step);
      node.debt = 0;
    }
  }

  private steps(
    node: Node,
    link: Link,
    { chunk, tag, firstBlock, blockCount }: Extract<Effect, { kind: 'serve' }>,
  ): Transfer[] {
    const { stepBytes, bufferBytes = blockBytes } = this.options;
    const sealed = sealedChunkBytes(this.geometry, chunk);
    const first = blockRange(sealed, firstBlock).start;
    const last = blockRange(sealed, firstBlock + blockCount - 1).end;
    const steps: Transfer[] = [];
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
    return steps;
  }

  unserve(node: Node, session: SessionId, tag: number): void {
    const link = node.links.get(session);
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
    this.queue.push(this.queue.now + link.latency, event.blocks, to.index, step);
    if (told > 0) this.host.feed(node, { kind: 'block-sent', session: link.session, tag, bytes: told, done });
  }

  arrived(node: Node, { link, tag, bytes }: Transfer): void {
    if (link.state !== 'up') return;
    this.tally.arrived(bytes);
    if (!expected(node, link).has(tag)) return;
    this.host.feed(node, { kind: 'block-received', session: link.session, tag, bytes });
  }

  verify(node: Node, { session, tag }: Extract<Effect, { kind: 'verify' }>): void {
    const link = node.links.get(session);
    if (!link) return;
    expected(node, link).delete(tag);
    const from = node === link.a ? link.b : link.a;
    const kind = from.behaviour === 'corrupt' ? 'chunk-bad' : 'chunk-verified';
    const input: Input = { kind, session, tag };
    this.queue.push(this.queue.now + (this.options.hashMs ?? 3), event.verified, node.index, input);
  }
}

const expected = (node: Node, link: Link): Set<number> =>
  node === link.a ? link.expectedByA : link.expectedByB;
