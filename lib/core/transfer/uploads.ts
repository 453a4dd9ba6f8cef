/**
 * What self serves: a queue per link, served in order, and the choker (BEP 3): slots go to the peers that gave most, one is optimistic and
 * rotates. Departures: a free slot is filled at once, nobody is choked while slots suffice, and a seed, which is given nothing, rotates by
 * who got least lately. An uplink is never idle because of a rule (swarm.md §1.4.11).
 */
import { blockCount, blockRange } from '../../content/layout';
import type { MessageOf } from '../../wire/messages';
import type { Share, TransferContext, TransferLink, UploadRequest } from './state';

export class Uploads {
  private nextRechokeAt = 0;
  private nextOptimisticAt = 0;
  private optimistic: TransferLink | null = null;

  constructor(private readonly context: TransferContext) {}

  /** A peer asks for blocks. Answers false when the request breaks a rule. */
  requested(link: TransferLink, share: Share, message: MessageOf<'request'>): boolean {
    const { chunk, firstBlock, tag } = message;
    if (chunk >= share.geometry.chunkCount || link.serving.has(tag) || link.queue.some((r) => r.tag === tag))
      return false;
    const bytes = share.bytesOf(chunk);
    if (message.blockCount < 1 || firstBlock + message.blockCount > blockCount(bytes)) return false;
    if (link.choking) this.reject(link, tag, 'choked');
    else if (!share.have.has(chunk)) this.reject(link, tag, 'missing');
    else if (link.queue.length >= this.context.config.queueLimit) this.reject(link, tag, 'queue-full');
    else {
      const last = blockRange(bytes, firstBlock + message.blockCount - 1);
      const bytesLeft = last.end - blockRange(bytes, firstBlock).start;
      link.queue.push({ tag, share, chunk, firstBlock, blockCount: message.blockCount, bytesLeft });
      this.pump(link);
    }
    return true;
  }

  cancelled(link: TransferLink, tag: number): void {
    const at = link.queue.findIndex((request) => request.tag === tag);
    if (at >= 0) link.queue.splice(at, 1);
    else this.end(link, tag, true);
  }

  /** Answers the request when this was its last block. */
  blockSent(link: TransferLink, tag: number, bytes: number, done: boolean): UploadRequest | undefined {
    const request = link.serving.get(tag);
    link.bytesSent += bytes;
    link.rateOut.add(bytes, this.context.now);
    if (!request) return undefined;
    request.bytesLeft -= bytes;
    link.servingBytes -= bytes;
    if (done) this.end(link, tag, false);
    this.pump(link);
    return done ? request : undefined;
  }

  failed(link: TransferLink, tag: number): void {
    if (!link.serving.has(tag)) return;
    this.end(link, tag, false);
    this.reject(link, tag, 'missing');
    this.pump(link);
  }

  /** A share ends: its requests are not served any more. */
  withdraw(share: Share): void {
    for (const link of this.context.links.values()) {
      for (const request of link.queue.filter((r) => r.share === share))
        this.reject(link, request.tag, 'missing');
      link.queue.splice(0, link.queue.length, ...link.queue.filter((r) => r.share !== share));
      for (const request of [...link.serving.values()])
        if (request.share === share) this.end(link, request.tag, true);
    }
  }

  left(link: TransferLink): void {
    if (this.optimistic === link) this.optimistic = null;
    this.fillSlots();
  }

  /** Gives free slots to interested peers at once. Cheap: called whenever interest may have changed. */
  fillSlots(): void {
    let free = this.context.config.uploadSlots;
    const waiting: TransferLink[] = [];
    for (const link of this.context.links.values()) {
      if (!link.interested) continue;
      if (link.choking) waiting.push(link);
      else free--;
    }
    for (const link of waiting.slice(0, Math.max(0, free))) this.unchoke(link);
  }

  housekeep(): void {
    const { now, config } = this.context;
    if (now < this.nextRechokeAt) return;
    this.nextRechokeAt = now + config.rechokeMs;
    const interested = [...this.context.links.values()].filter((link) => link.interested);
    if (interested.length <= config.uploadSlots) {
      for (const link of interested) this.unchoke(link);
      return;
    }
    if (now >= this.nextOptimisticAt || !this.optimistic?.interested) {
      this.nextOptimisticAt = now + config.optimisticMs;
      this.optimistic = this.draw(interested);
    }
    const seeding = [...this.context.shares.values()].every((share) => share.missing === 0);
    const merit = new Map(
      interested.map((link) => [
        link,
        seeding ? -link.rateOut.rate(now) : link.snubbed ? -1 : link.rateIn.rate(now),
      ]),
    );
    const ranked = interested
      .filter((link) => link !== this.optimistic)
      .sort((a, b) => (merit.get(b) ?? 0) - (merit.get(a) ?? 0));
    const chosen = new Set(ranked.slice(0, config.uploadSlots - 1));
    if (this.optimistic) chosen.add(this.optimistic);
    for (const link of interested) {
      if (chosen.has(link)) this.unchoke(link);
      else this.choke(link);
    }
  }

  private draw(interested: readonly TransferLink[]): TransferLink | null {
    const { random, now, config } = this.context;
    const choked = interested.filter((link) => link.choking);
    const pool = choked.length > 0 ? choked : interested;
    // BEP 3: a new peer is three times as likely, for it has nothing to give in return yet.
    const weighted = pool.flatMap((link) =>
      now - link.linkedAt < config.optimisticMs ? [link, link, link] : [link],
    );
    return weighted[random.below(Math.max(1, weighted.length))] ?? null;
  }

  private unchoke(link: TransferLink): void {
    if (!link.choking) return;
    link.choking = false;
    this.context.emit({ kind: 'send', session: link.session, message: { type: 'unchoke' } });
  }

  /** What is being sent is finished; what is queued is rejected one by one (BEP 6), so the peer can ask others at once. */
  private choke(link: TransferLink): void {
    if (link.choking) return;
    link.choking = true;
    this.context.emit({ kind: 'send', session: link.session, message: { type: 'choke' } });
    for (const request of link.queue.splice(0)) this.reject(link, request.tag, 'choked');
  }

  private reject(link: TransferLink, tag: number, reason: MessageOf<'reject'>['reason']): void {
    this.context.emit({ kind: 'send', session: link.session, message: { type: 'reject', tag, reason } });
  }

  private pump(link: TransferLink): void {
    while (link.serving.size === 0 || link.servingBytes < this.context.config.servedAheadBytes) {
      const request = link.queue.shift();
      if (!request) return;
      link.serving.set(request.tag, request);
      link.servingBytes += request.bytesLeft;
      this.context.emit({
        kind: 'serve',
        session: link.session,
        tag: request.tag,
        share: request.share.id,
        chunk: request.chunk,
        firstBlock: request.firstBlock,
        blockCount: request.blockCount,
      });
    }
  }

  private end(link: TransferLink, tag: number, unserve: boolean): void {
    const request = link.serving.get(tag);
    if (!request) return;
    link.serving.delete(tag);
    link.servingBytes -= request.bytesLeft;
    if (unserve) {
      this.context.emit({ kind: 'unserve', session: link.session, tag });
      this.pump(link);
    }
  }
}
