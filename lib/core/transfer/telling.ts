/**
 * What peers are told of a share: interest, bitfield, batched haves and, while super-seeding, reveals to one peer at a time. PROTOCOL.md TX.
 * Leaves out: what is done with what they tell us (transfer.ts).
 */
import { coarsenRanges, rangesOf, toRanges } from '../../base/ranges';
import type { EngineMessage } from '../types';
import type { Share, TransferContext, TransferLink, View } from './state';

/** Ranges an `interest` carries at most: more are coarsened, so it may cover a little too much. */
const interestRanges = 256;

export class Telling {
  /** When waiting haves must leave. */
  dueAt = Infinity;
  private flushedAt = -Infinity;
  /** Shares of which chunks were lost, to be shown anew. */
  private readonly retell = new Set<Share>();

  constructor(private readonly context: TransferContext) {}

  interest(link: TransferLink, share: Share): void {
    const ranges = coarsenRanges(rangesOf(share.wanted), interestRanges);
    this.send(link, { type: 'interest', share: share.id, ranges });
  }

  /** Shows all there is: what waits to be told is told by it. */
  bitfield(link: TransferLink, share: Share): void {
    link.view(share).untold.length = 0;
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
    this.dueAt = full ? now : Math.min(this.dueAt, Math.max(now, this.flushedAt + config.haveDelayMs));
  }

  /**
   * Self lost chunks it told of: all peers are shown anew what there is, once, however many were lost at one time. A super-seed's reveals are
   * past mending, so it shows everything.
   */
  lost(share: Share): void {
    share.superSeed = null;
    this.retell.add(share);
  }

  /** Sends the haves that are due. */
  flush(): void {
    if (this.retell.size > 0) this.flushLosses();
    if (this.context.now < this.dueAt) return;
    this.dueAt = Infinity;
    this.flushedAt = this.context.now;
    for (const share of this.context.shares.values()) {
      if (share.pendingHaves.length === 0) continue;
      const chunks = share.pendingHaves;
      share.pendingHaves = [];
      this.tellAll(share, chunks);
    }
  }

  /**
   * A peer that holds the chunks too asks for nothing more because of them: it is told later, with what is new to it. But the publisher, whose
   * super-seeding goes by what it showed to whom. Most links are told the same, and then by the same message.
   */
  private tellAll(share: Share, chunks: readonly number[]): void {
    const message: EngineMessage = { type: 'have', share: share.id, ranges: toRanges(chunks) };
    const { haveLater } = this.context.config;
    for (const link of this.context.links.values()) {
      const view = link.viewOf(share);
      if (!view?.knows) continue;
      const known = link.peer !== share.publisher && chunks.every((chunk) => view.bits.has(chunk));
      if (!known && view.untold.length === 0) {
        this.send(link, message);
        continue;
      }
      view.untold.push(...chunks);
      if (!known || view.untold.length >= haveLater) this.tellUntold(link, share, view);
    }
  }

  private tellUntold(link: TransferLink, share: Share, view: View): void {
    const ranges = toRanges(view.untold);
    view.untold.length = 0;
    this.send(link, { type: 'have', share: share.id, ranges });
  }

  private flushLosses(): void {
    for (const share of this.retell) {
      this.retell.delete(share);
      share.pendingHaves = [];
      for (const link of this.context.links.values())
        if (link.viewOf(share)?.knows) this.bitfield(link, share);
    }
  }

  /** Reveals so many chunks that the uplink stays busy over the round trip, each to the peer that owes least; ties at random. */
  reveal(share: Share): void {
    const { superSeed } = share;
    if (!superSeed) return;
    const { now, config, links } = this.context;
    let revealed = 0;
    let rate = 0;
    const views: { link: TransferLink; view: View; dry: boolean }[] = [];
    for (const link of links.values()) {
      const view = link.viewOf(share);
      if (!view?.shown || link.choking) continue;
      revealed += view.revealed.size;
      rate += link.rateOut.rate(now);
      views.push({ link, view, dry: false });
    }
    const ahead = (rate * config.revealMs) / 1000 / share.geometry.chunkBytes;
    const target = Math.max(2 * this.context.parallel + 2, Math.ceil(ahead));
    while (revealed < target) {
      let best: (typeof views)[number] | undefined;
      let least = Infinity;
      let ties = 0;
      for (const candidate of views) {
        if (candidate.dry) continue;
        // What it was shown and does not ask for keeps it from being shown more, twice as much as what it has yet to pass on.
        const weight = candidate.view.owes + candidate.view.revealed.size;
        if (weight > least) continue;
        ties = weight < least ? 1 : ties + 1;
        least = weight;
        if (this.context.random.below(ties) === 0) best = candidate;
      }
      if (!best) return;
      const chunk = superSeed.take(best.view, now);
      if (chunk < 0) {
        best.dry = true;
        continue;
      }
      revealed++;
      this.send(best.link, { type: 'have', share: share.id, ranges: [chunk, 1] });
    }
  }

  /** A chunk was sent to this peer whole. */
  sent(link: TransferLink, share: Share, chunk: number): void {
    if (!share.superSeed) return;
    share.superSeed.sent(chunk, link.view(share), this.context.now);
    this.reveal(share);
    this.endSuperSeed(share);
  }

  endSuperSeed(share: Share): void {
    if (!share.superSeed) return;
    const knowing = [...this.context.links.values()].filter((link) => link.views.get(share.id)?.knows);
    if (!share.superSeed.finished(knowing.map((link) => link.view(share)))) return;
    share.superSeed = null;
    for (const link of knowing) this.bitfield(link, share);
  }

  /** Once a second: what waits is told, and what was revealed or sent long ago and never announced may go to others. */
  housekeep(): void {
    const { links, shares } = this.context;
    for (const share of shares.values()) {
      for (const link of links.values()) {
        const view = link.viewOf(share);
        if (!view) continue;
        if (view.untold.length > 0) this.tellUntold(link, share, view);
        if (share.superSeed) this.takeBackStale(link, share, view);
      }
      this.reveal(share);
      this.endSuperSeed(share);
    }
  }

  private takeBackStale(link: TransferLink, share: Share, view: View): void {
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
