/**
 * What self serves, and to whom first. Every peer that shows interest may ask; its requests wait in a queue of its own. A few links are served
 * at once (pace.ts), and whenever a place is free the most useful of all waiting requests gets it: of peers that give before peers that only take,
 * then the chunk with the fewest copies, then the peer that has least. So a fresh chunk passes through a peer in one chunk's time
 * however many requests wait, and an uplink is never idle because of a rule (swarm.md §1.4: 1, 5, 6, 11, 12).
 * This takes the place of BEP 3's choker, whose slots shared an uplink among eight and were given for ten seconds (decision 009).
 */
import { blockCount, blockRange } from '../../content/layout';
import type { MessageOf } from '../../wire/messages';
import { Pace } from './pace';
import type { Share, TransferContext, TransferLink, UploadRequest } from './state';

/** More than any number of copies and chunks. */
const behindAll = 1e9;

export class Uploads {
  private readonly pace: Pace;
  /** Links being served: each has something in `serving`. */
  private busy = 0;

  constructor(private readonly context: TransferContext) {
    this.pace = new Pace(context.config);
  }

  /** Links served at once at present. */
  get parallel(): number {
    return this.pace.limit;
  }

  /** The peer showed interest: it may ask from now on. */
  admit(link: TransferLink): void {
    if (!link.choking || !this.context.config.serves) return;
    link.choking = false;
    this.context.emit({ kind: 'send', session: link.session, message: { type: 'unchoke' } });
  }

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
      const { now } = this.context;
      link.queue.push({
        tag,
        share,
        chunk,
        firstBlock,
        blockCount: message.blockCount,
        bytesLeft,
        since: now,
      });
      this.pump();
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
    const { now } = this.context;
    const request = link.serving.get(tag);
    link.bytesSent += bytes;
    link.rateOut.add(bytes, now);
    this.pace.sent(bytes, done, now);
    if (!request) return undefined;
    request.bytesLeft -= bytes;
    link.servingBytes -= bytes;
    if (done) this.end(link, tag, false);
    this.pump();
    return done ? request : undefined;
  }

  failed(link: TransferLink, tag: number): void {
    if (!link.serving.has(tag)) return;
    this.end(link, tag, false);
    this.reject(link, tag, 'missing');
    this.pump();
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

  /** A link is gone, and with it its place. */
  left(link: TransferLink): void {
    if (link.serving.size > 0) this.busy--;
    this.pump();
  }

  /** Once a second: a request that cannot be served soon is given back, so that a peer need not guess whether it ever will be. */
  housekeep(): void {
    const { now, config, links } = this.context;
    for (const link of links.values()) {
      while (link.queue[0] && now - link.queue[0].since > config.promiseMs) {
        const request = link.queue.shift();
        if (request) this.reject(link, request.tag, 'queue-full');
      }
    }
  }

  private reject(link: TransferLink, tag: number, reason: MessageOf<'reject'>['reason']): void {
    this.context.emit({ kind: 'send', session: link.session, message: { type: 'reject', tag, reason } });
  }

  /** Fills the places. */
  private pump(): void {
    for (;;) {
      if (!this.anyoneWaits()) {
        this.pace.slack();
        this.serveAhead();
        return;
      }
      if (this.busy >= this.pace.limit) return this.pace.full(this.context.now);
      const best = this.best();
      if (best) this.serve(best.link, best.at);
    }
  }

  private anyoneWaits(): boolean {
    for (const link of this.context.links.values())
      if (link.queue.length > 0 && link.serving.size === 0) return true;
    return false;
  }

  /**
   * Nobody else waits: links being served get their next request while the last one is still leaving, so that reading it costs no time. Not
   * earlier: who is served ahead keeps its place, and a peer that was just given back its requests would find none free for ever.
   */
  private serveAhead(): void {
    const { config, links, now } = this.context;
    for (const link of links.values()) {
      if (link.queue.length === 0) continue;
      const rate = link.rateOut.rate(now);
      const timely = rate > 0 ? (rate * config.servedAheadMs) / 1000 : Infinity;
      const ahead = Math.min(config.servedAheadBytes, timely);
      while (link.queue.length > 0 && link.servingBytes < ahead) this.serve(link, 0);
    }
  }

  /** The waiting request to be served next. */
  private best(): { link: TransferLink; at: number } | undefined {
    let best: { link: TransferLink; at: number } | undefined;
    let least = Infinity;
    for (const link of this.context.links.values()) {
      if (link.queue.length === 0 || link.serving.size > 0) continue;
      for (let at = 0; at < link.queue.length; at++) {
        const request = link.queue[at];
        if (!request) continue;
        const rank = this.rank(link, request);
        if (rank >= least) continue;
        least = rank;
        best = { link, at };
      }
    }
    return best;
  }

  /** The lower, the sooner. */
  private rank(link: TransferLink, { share, chunk, since }: UploadRequest): number {
    const { needWeight, serveOrder } = this.context.config;
    if (serveOrder === 'oldest') return since;
    const copies = share.picker.availability[chunk] ?? 0;
    return (this.onlyTakes(link, share) ? behindAll : 0) + copies + needWeight * link.view(share).bits.count;
  }

  /**
   * Takes and does not give. Own measurements only: what others report is not trusted (swarm.md §6). Of what it was given to pass on, most was
   * not seen at others; or, where self is no publisher and could be given something, next to nothing came back for a good deal.
   */
  private onlyTakes(link: TransferLink, share: Share): boolean {
    if (share.own) {
      const { given, owes } = link.view(share);
      return 2 * owes > given;
    }
    const { giftBytes, giveBackRatio } = this.context.config;
    return link.bytesSent > giftBytes + giveBackRatio * link.bytesReceived;
  }

  private serve(link: TransferLink, at: number): void {
    const [request] = link.queue.splice(at, 1);
    if (!request) return;
    if (link.serving.size === 0) this.busy++;
    link.serving.set(request.tag, request);
    link.servingBytes += request.bytesLeft;
    this.context.emit({
      kind: 'send',
      session: link.session,
      message: { type: 'begun', tag: request.tag },
    });
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

  private end(link: TransferLink, tag: number, unserve: boolean): void {
    const request = link.serving.get(tag);
    if (!request) return;
    link.serving.delete(tag);
    if (link.serving.size === 0) this.busy--;
    link.servingBytes -= request.bytesLeft;
    if (unserve) {
      this.context.emit({ kind: 'unserve', session: link.session, tag });
      this.pump();
    }
  }
}
