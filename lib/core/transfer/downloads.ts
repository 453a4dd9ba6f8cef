/**
 * What self asks for: rarest first, one request under way per chunk until endgame, pipelined by measured rate, bounded by what memory may
 * hold; timeouts, snubbing and strikes (swarm.md §1.4, §7). A chunk is asked for whole and from one peer, so blame for a bad one is exact.
 */
import { blockCount } from '../../content/layout';
import type { DownloadRequest, Share, TransferContext, TransferLink } from './state';

export class Downloads {
  /** Bytes asked for, arriving, being checked or being written. */
  private held = 0;
  private starved = false;
  paused = false;
  /** Bytes of verified chunks whose write has not settled, by share and chunk, to give back to the budget once. */
  private readonly unsettled = new Map<string, number>();

  constructor(private readonly context: TransferContext) {}

  /** Asks this link for as much as its rate, the budget and the swarm's state allow. */
  fill(link: TransferLink): void {
    if (this.paused || link.choked) return;
    const { config } = this.context;
    const depth = link.snubbed ? 1 : 2;
    const target = link.snubbed
      ? 0
      : Math.min(
          config.pipelineMaxBytes,
          Math.max(config.pipelineMinBytes, (link.rateIn.rate(this.context.now) * config.pipelineMs) / 1000),
        );
    while (link.outstanding < target || link.requests.size < depth) {
      const choice = this.choose(link);
      if (!choice) {
        if (link.outstanding === 0) this.endgame(link);
        return;
      }
      if (this.spares(link, choice)) return;
      if (!this.affords(choice.share.bytesOf(choice.chunk), link)) return;
      this.request(link, choice.share, choice.chunk);
    }
  }

  blockReceived(link: TransferLink, tag: number, bytes: number): void {
    const request = link.requests.get(tag);
    if (!request) return;
    const { now } = this.context;
    request.received += bytes;
    link.outstanding -= bytes;
    link.bytesReceived += bytes;
    link.rateIn.add(bytes, now);
    link.lastBlockAt = now;
    link.snubbed = false;
    if (request.received >= request.bytes) {
      this.context.emit({
        kind: 'verify',
        session: link.session,
        tag,
        share: request.share.id,
        chunk: request.chunk,
      });
    }
    this.context.touch(link);
  }

  /** The request's chunk is good: everyone else's request for it ends. Answers it, or undefined for a request given up meanwhile. */
  verified(link: TransferLink, tag: number): DownloadRequest | undefined {
    const request = link.requests.get(tag);
    if (!request) return undefined;
    link.requests.delete(tag);
    const { share, chunk } = request;
    for (const session of share.underway.get(chunk) ?? []) {
      const other = this.context.links.get(session);
      if (!other || other === link) continue;
      const twin = [...other.requests.values()].find((r) => r.share === share && r.chunk === chunk);
      if (twin) {
        this.context.emit({ kind: 'send', session, message: { type: 'cancel', tag: twin.tag } });
        this.drop(other, twin);
        this.context.touch(other);
      }
    }
    share.underway.delete(chunk);
    this.unsettled.set(`${share.id}/${chunk}`, request.bytes);
    link.strikes = 0;
    return request;
  }

  /** The write of a chunk ended: its memory is free. */
  settled(share: Share, chunk: number): void {
    const key = `${share.id}/${chunk}`;
    this.held -= this.unsettled.get(key) ?? 0;
    this.unsettled.delete(key);
    if (this.starved) {
      this.starved = false;
      this.context.touchAll();
    }
  }

  rejected(link: TransferLink, tag: number, missing: boolean): void {
    const request = link.requests.get(tag);
    if (!request) return;
    this.release(link, request);
    if (!missing) return;
    const view = link.view(request.share);
    if (view.bits.remove(request.chunk)) request.share.picker.lost(request.chunk);
    this.strike(link);
  }

  /** Gives a request up: the chunk is a candidate again unless another peer is at it. */
  release(link: TransferLink, request: DownloadRequest): void {
    this.drop(link, request);
    const { share, chunk } = request;
    const rest = (share.underway.get(chunk) ?? []).filter((session) => session !== link.session);
    if (rest.length > 0) share.underway.set(chunk, rest);
    else share.underway.delete(chunk);
    share.consider(chunk);
    this.context.touchAll();
  }

  /** Takes back every request of a link: it left, or is snubbed. */
  releaseAll(link: TransferLink, cancel: boolean): void {
    for (const request of [...link.requests.values()]) {
      if (request.received >= request.bytes) continue;
      if (cancel)
        this.context.emit({
          kind: 'send',
          session: link.session,
          message: { type: 'cancel', tag: request.tag },
        });
      this.release(link, request);
    }
  }

  /** The link ended: also what it sent whole and was not checked yet is given up. */
  abandon(link: TransferLink): void {
    for (const request of [...link.requests.values()]) this.release(link, request);
  }

  /** Takes back what is under way of a share, or only what is no longer wanted. */
  withdraw(share: Share, all: boolean): void {
    for (const link of this.context.links.values()) {
      for (const request of [...link.requests.values()]) {
        if (request.share !== share || (!all && share.wanted.has(request.chunk))) continue;
        this.context.emit({
          kind: 'send',
          session: link.session,
          message: { type: 'cancel', tag: request.tag },
        });
        this.release(link, request);
      }
    }
  }

  /** Once a second: links that owe blocks and send none are snubbed, and idle links look for an endgame. */
  housekeep(): void {
    const { config, now } = this.context;
    for (const link of this.context.links.values()) {
      this.gauge(link);
      const oldest = firstUnfinished(link);
      if (!oldest) {
        if (!link.choked && link.requests.size === 0) this.context.touch(link);
        continue;
      }
      const rate = link.rateIn.rate(now);
      const expected = rate > 0 ? (oldest.bytes * 4000) / rate : 0;
      const patience = Math.min(config.snubMaxMs, Math.max(config.snubMs, expected));
      if (now - Math.max(link.lastBlockAt, oldest.sentAt) < patience) continue;
      link.snubbed = true;
      this.context.emit({ kind: 'report', fact: { kind: 'snubbed', peer: link.peer } });
      this.releaseAll(link, true);
      this.strike(link);
    }
  }

  strike(link: TransferLink): void {
    link.strikes++;
    if (link.strikes > this.context.config.strikes) {
      this.context.emit({ kind: 'disconnect', session: link.session, reason: 'broken-promise' });
    }
  }

  /** The rarest chunk this link can give, of the first share that has one: shares are worked off in order, so that one gets done. */
  private choose(link: TransferLink): { share: Share; chunk: number } | undefined {
    for (const share of this.context.shares.values()) {
      if (share.picker.candidates === 0) continue;
      const view = link.views.get(share.id);
      if (!view || view.bits.count === 0) continue;
      const chunk = share.picker.pick(view.bits);
      if (chunk >= 0) return { share, chunk };
    }
    return undefined;
  }

  /**
   * A publisher's uplink is the only one with chunks nobody else has, so it is left to those while the swarm carries itself. Where the
   * others are weak (asymmetric uplinks) it is used to the full.
   */
  private spares(link: TransferLink, { share, chunk }: { share: Share; chunk: number }): boolean {
    if (link.peer !== share.publisher || (share.picker.availability[chunk] ?? 0) < 2) return false;
    let others = 0;
    for (const other of this.context.links.values()) {
      if (other !== link) others += other.rateIn.rate(this.context.now);
    }
    return others > this.context.config.sparePublisher * link.provenRate;
  }

  /** What the link gives when asked, averaged over some seconds; unasked it fades slowly, so that it is tried again when things change. */
  private gauge(link: TransferLink): void {
    const rate = link.rateIn.rate(this.context.now);
    if (link.requests.size === 0) link.provenRate *= 0.99;
    else link.provenRate = link.provenRate === 0 ? rate : 0.8 * link.provenRate + 0.2 * rate;
  }

  private affords(bytes: number, link: TransferLink): boolean {
    const budget = this.context.config.receiveBudgetBytes;
    // One chunk per idle link is always allowed, within twice the budget: else large chunks would leave links with nothing to do.
    if (this.held + bytes <= budget || (link.outstanding === 0 && this.held + bytes <= 2 * budget))
      return true;
    this.starved = true;
    return false;
  }

  private request(link: TransferLink, share: Share, chunk: number): void {
    const bytes = share.bytesOf(chunk);
    const tag = link.nextTag++;
    link.requests.set(tag, { tag, share, chunk, bytes, received: 0, sentAt: this.context.now });
    link.outstanding += bytes;
    this.held += bytes;
    share.picker.remove(chunk);
    const sessions = share.underway.get(chunk);
    if (sessions) sessions.push(link.session);
    else share.underway.set(chunk, [link.session]);
    this.context.emit({ kind: 'expect', session: link.session, tag, share: share.id, chunk });
    this.context.emit({
      kind: 'send',
      session: link.session,
      message: { type: 'request', share: share.id, chunk, firstBlock: 0, blockCount: blockCount(bytes), tag },
    });
  }

  private drop(link: TransferLink, request: DownloadRequest): void {
    link.requests.delete(request.tag);
    link.outstanding -= request.bytes - request.received;
    this.held -= request.bytes;
    this.context.emit({ kind: 'discard', session: link.session, tag: request.tag });
  }

  /**
   * Nothing is left to ask this idle link for: it takes over a chunk another link will need much longer for. A request not begun is moved
   * (costs nothing but a cancel); one begun is doubled, at most endgameCopies requests a chunk.
   */
  private endgame(link: TransferLink): void {
    const { config, now, links } = this.context;
    const rate = Math.max(link.rateIn.rate(now), 64 * 1024);
    let best: { share: Share; request: DownloadRequest; owner: TransferLink; gain: number } | undefined;
    for (const share of this.context.shares.values()) {
      const view = link.views.get(share.id);
      if (!view) continue;
      for (const [chunk, sessions] of share.underway) {
        if (!view.bits.has(chunk) || sessions.length >= config.endgameCopies) continue;
        if (this.spares(link, { share, chunk })) continue;
        const owner = links.get(sessions[0] ?? ('' as never));
        if (!owner || owner === link) continue;
        const { ahead, request } = aheadOf(owner, share, chunk);
        if (!request || request.received >= request.bytes) continue;
        const theirs = (ahead * 1000) / Math.max(owner.rateIn.rate(now), 1);
        const ours = (request.bytes * 1000) / rate;
        const gain = theirs - 2 * ours - config.endgameSlackMs;
        if (gain > 0 && gain > (best?.gain ?? 0)) best = { share, request, owner, gain };
      }
    }
    if (!best || !this.affords(best.request.bytes, link)) return;
    const { share, request, owner } = best;
    if (request.received === 0 && owner.requests.size > 1) {
      this.context.emit({
        kind: 'send',
        session: owner.session,
        message: { type: 'cancel', tag: request.tag },
      });
      this.drop(owner, request);
      share.underway.delete(request.chunk);
    }
    this.request(link, share, request.chunk);
  }
}

function firstUnfinished(link: TransferLink): DownloadRequest | undefined {
  for (const request of link.requests.values()) if (request.received < request.bytes) return request;
  return undefined;
}

/** Bytes the owner still has to send up to and including this chunk: requests are served in order. */
function aheadOf(
  owner: TransferLink,
  share: Share,
  chunk: number,
): { ahead: number; request: DownloadRequest | undefined } {
  let ahead = 0;
  for (const request of owner.requests.values()) {
    ahead += request.bytes - request.received;
    if (request.share === share && request.chunk === chunk) return { ahead, request };
  }
  return { ahead, request: undefined };
}
