/**
 * What peers are told of a share: interest, bitfield, batched haves and, while super-seeding, reveals to one peer at a time. PROTOCOL.md TX.
 * Leaves out: what is done with what they tell us (transfer.ts).
 */
import { coarsenRanges, rangesOf, toRanges } from '../../base/ranges';
import type { EngineMessage } from '../types';
import type { Share, TransferContext, TransferLink } from './state';

/** Ranges an `interest` carries at most: more are coarsened, so it may cover a little too much. */
const interestRanges = 256;

export class Telling {
  /** When waiting haves must leave. */
  dueAt = Infinity;

  constructor(private readonly context: TransferContext) {}

  interest(link: TransferLink, share: Share): void {
    const ranges = coarsenRanges(rangesOf(share.wanted), interestRanges);
    this.send(link, { type: 'interest', share: share.id, ranges });
  }

  bitfield(link: TransferLink, share: Share): void {
    const { have, geometry } = share;
    const empty = share.superSeed !== null || have.count === 0;
    const kind = geometry.chunkCount === 0 ? 'all' : empty ? 'none' : have.isFull ? 'all' : 'bits';
    const bits = kind === 'bits' ? have.toBytes() : new Uint8Array(0);
    this.send(link, { type: 'bitfield', share: share.id, kind, bits });
  }

  /** Self holds one more chunk: told soon, together with others; a super-seed reveals instead. */
  gained(share: Share, chunk: number): void {
    if (share.superSeed) return;
    const { now, config } = this.context;
    share.pendingHaves.push(chunk);
    const full = share.pendingHaves.length >= config.haveBatch;
    this.dueAt = full ? now : Math.min(this.dueAt, now + config.haveDelayMs);
  }

  /** Sends the haves that are due. */
  flush(): void {
    if (this.context.now < this.dueAt) return;
    this.dueAt = Infinity;
    for (const share of this.context.shares.values()) {
      if (share.pendingHaves.length === 0) continue;
      const ranges = toRanges(share.pendingHaves);
      share.pendingHaves = [];
      for (const link of this.context.links.values()) {
        if (link.views.get(share.id)?.knows) this.send(link, { type: 'have', share: share.id, ranges });
      }
    }
  }

  revealAll(share: Share): void {
    if (!share.superSeed) return;
    for (const link of this.context.links.values()) this.reveal(link, share);
  }

  /** Tops the peer's window of revealed chunks up, when half of it is used. */
  reveal(link: TransferLink, share: Share): void {
    const { superSeed } = share;
    const view = link.views.get(share.id);
    if (!superSeed || !view?.shown || link.choking) return;
    const { now, config } = this.context;
    const ahead = Math.min(config.revealBytes, (link.rateOut.rate(now) * config.revealMs) / 1000);
    const window = Math.max(config.revealMinChunks, Math.floor(ahead / share.geometry.chunkBytes));
    if (view.revealed.size > window / 2) return;
    const chunks = superSeed.take(window - view.revealed.size, view, now);
    if (chunks.length > 0) this.send(link, { type: 'have', share: share.id, ranges: toRanges(chunks) });
  }

  /** A chunk was sent to this peer whole. */
  sent(link: TransferLink, share: Share, chunk: number): void {
    if (!share.superSeed) return;
    share.superSeed.sent(chunk, link.view(share), this.context.now);
    this.reveal(link, share);
    this.endSuperSeed(share);
  }

  endSuperSeed(share: Share): void {
    if (!share.superSeed) return;
    const knowing = [...this.context.links.values()].filter((link) => link.views.get(share.id)?.knows);
    if (!share.superSeed.finished(knowing.map((link) => link.view(share)))) return;
    share.superSeed = null;
    for (const link of knowing) this.bitfield(link, share);
  }

  /** Once a second: what was revealed or sent long ago and never announced may go to others. */
  housekeep(): void {
    for (const share of this.context.shares.values()) {
      if (!share.superSeed) continue;
      for (const link of this.context.links.values()) this.takeBackStale(link, share);
      this.revealAll(share);
      this.endSuperSeed(share);
    }
  }

  private takeBackStale(link: TransferLink, share: Share): void {
    const view = link.views.get(share.id);
    if (!view) return;
    const busy = new Set(
      [...link.serving.values(), ...link.queue].filter((r) => r.share === share).map(({ chunk }) => chunk),
    );
    for (const [chunk, at] of [...view.revealed, ...view.delivered]) {
      const stale = this.context.now - at > this.context.config.revealStaleMs;
      if (stale && !busy.has(chunk)) share.superSeed?.giveBack(chunk, view);
    }
  }

  private send(link: TransferLink, message: EngineMessage): void {
    this.context.emit({ kind: 'send', session: link.session, message });
  }
}
