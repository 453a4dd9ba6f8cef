/**
 * What self asks for and of whom: rarest first, pipelined by measured rate, bounded by what memory may hold; a request nobody begins is doubled;
 * timeouts, snubbing and strikes (swarm.md §1.4, §7). A chunk is asked for whole and comes from one peer, so blame for a bad one is exact.
 */
import { blockCount } from '../../content/layout';
import { retracted } from './credible';
import type { DownloadRequest, Share, TransferContext, TransferLink } from './state';
import { Urgent, type UrgentChoice } from './urgent';

export class Downloads {
  /** Bytes asked for, arriving, being checked or being written. */
  private held = 0;
  private starved = false;
  paused = false;
  /** A request that nobody has begun is doubled after this: some chunk times at the rate at which chunks come in. */
  private doubleAfterMs = 0;
  private gaugedAt = -Infinity;
  /** Bytes of verified chunks whose write has not settled, by share and chunk, to give back to the budget once. */
  private readonly unsettled = new Map<string, number>();

  private readonly urgent: Urgent;

  constructor(private readonly context: TransferContext) {
    this.urgent = new Urgent(context);
  }

  /** Asks this link for as much as its rate, the budget and the swarm's state allow. */
  fill(link: TransferLink): void {
    const { config, now } = this.context;
    if (this.paused || link.choked || now < link.askAgainAt) return;
    const depth = link.snubbed ? 1 : config.pipelineRequests;
    while (link.unbegun < depth || link.outstanding < this.pipelineOf(link)) {
      const choice = this.choose(link);
      if (!choice) {
        if (link.requests.size === 0) this.double(link);
        return;
      }
      if (!this.affords(choice.share.bytesOf(choice.chunk), link)) return;
      this.request(link, choice.share, choice.chunk, choice.rescue);
    }
  }

  /** Bytes that are to be under way on this link. */
  private pipelineOf(link: TransferLink): number {
    const { config, now } = this.context;
    if (link.snubbed) return 0;
    const bytes = (link.rateIn.rate(now) * config.pipelineMs) / 1000;
    return Math.min(config.pipelineMaxBytes, Math.max(config.pipelineMinBytes, bytes));
  }

  blockReceived(link: TransferLink, tag: number, bytes: number): void {
    const request = link.requests.get(tag);
    if (!request) return;
    const { now } = this.context;
    if (!this.begins(request)) return;
    if (request.received === 0) link.unbegun--;
    request.received += bytes;
    link.outstanding -= bytes;
    link.bytesReceived += bytes;
    link.rateIn.add(bytes, now);
    link.lastBlockAt = now;
    link.snubbed = false;
    link.refusals = 0;
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

  /**
   * The peer says that it sends this now. From one that never sent anything it is a word only: others go on being asked until its first block
   * is here.
   */
  begun(link: TransferLink, tag: number): void {
    const request = link.requests.get(tag);
    if (!request || !isProven(link)) return;
    this.begins(request);
  }

  /** The request's chunk is good: everyone else's request for it ends. Answers it, or undefined for a request given up meanwhile. */
  verified(link: TransferLink, tag: number): DownloadRequest | undefined {
    const request = link.requests.get(tag);
    if (!request) return undefined;
    link.requests.delete(tag);
    const { share, chunk } = request;
    for (const twin of share.underway.get(chunk) ?? []) {
      if (twin !== request) this.callOff(twin);
    }
    share.underway.delete(chunk);
    this.unsettled.set(`${share.id}/${chunk}`, request.bytes);
    link.strikes = 0;
    return request;
  }

  /** Self has the chunk from elsewhere: nobody need send it. */
  obtained(share: Share, chunk: number): void {
    for (const request of [...(share.underway.get(chunk) ?? [])]) this.callOff(request);
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
    this.release(request);
    if (!missing) {
      // It has more to do than it can, or says so: others first, and back here ever more seldom.
      const { askAgainMinMs, askAgainMaxMs } = this.context.config;
      link.askAgainAt = this.context.now + Math.min(askAgainMaxMs, askAgainMinMs * 2 ** link.refusals);
      link.refusals = Math.min(link.refusals + 1, 16);
      return;
    }
    const view = link.view(request.share);
    if (!retracted(request.share, view, request.chunk)) {
      // It took it back by itself, or was asked because it is being played and nobody showed it: no promise was broken.
      request.share.withheld.add(request.chunk);
      return;
    }
    this.strike(link);
  }

  /** Gives a request up: the chunk is a candidate again unless another peer is at it. */
  release(request: DownloadRequest): void {
    this.drop(request);
    this.forget(request);
    const { link, share, chunk } = request;
    for (const other of this.context.links.values()) {
      if (other.viewOf(share)?.bits.has(chunk)) this.context.touch(other);
    }
    this.context.touch(link);
  }

  /** Takes back every request of a link: it left, or is snubbed. */
  releaseAll(link: TransferLink, cancel: boolean): void {
    for (const request of [...link.requests.values()]) {
      if (request.received >= request.bytes) continue;
      if (cancel) this.tellCancel(request);
      this.release(request);
    }
  }

  /** The link ended: also what it sent whole and was not checked yet is given up. */
  abandon(link: TransferLink): void {
    for (const request of [...link.requests.values()]) this.release(request);
  }

  /** Takes back what is under way of a share, or only what is no longer wanted. */
  withdraw(share: Share, all: boolean): void {
    for (const link of this.context.links.values()) {
      for (const request of [...link.requests.values()]) {
        if (request.share !== share || (!all && share.wanted.has(request.chunk))) continue;
        this.tellCancel(request);
        this.release(request);
      }
    }
  }

  /** Once a second: links that owe blocks and send none are snubbed, and idle links look for an endgame. */
  housekeep(): void {
    const { config, now, links } = this.context;
    let total = 0;
    let outstanding = 0;
    for (const link of links.values()) {
      total += link.rateIn.rate(now);
      outstanding += link.outstanding;
    }
    // Thirty peers that send at once to a slow downlink are each slow: who is silent may stand in line behind the others.
    const line = total > 0 ? (outstanding * 2000) / total : 0;
    for (const link of links.values()) {
      const oldest = firstUnfinished(link);
      if (!oldest) {
        if (!link.choked && link.requests.size === 0) this.context.touch(link);
        continue;
      }
      const rate = link.rateIn.rate(now);
      const expected = rate > 0 ? (oldest.bytes * 4000) / rate : 0;
      const patience = Math.min(config.snubMaxMs, Math.max(config.snubMs, expected, line));
      if (now - Math.max(link.lastBlockAt, oldest.sentAt) < patience) continue;
      link.snubbed = true;
      this.context.emit({ kind: 'report', fact: { kind: 'snubbed', peer: link.peer } });
      this.releaseAll(link, true);
      this.strike(link);
    }
  }

  /** Looks at the rate ten times a second at most. */
  private gauge(): void {
    const { config, now, links, shares } = this.context;
    if (now - this.gaugedAt < 100) return;
    this.gaugedAt = now;
    let rate = 0;
    for (const link of links.values()) rate += link.rateIn.rate(now);
    let chunkBytes = 0;
    for (const share of shares.values())
      if (share.missing > 0) chunkBytes = Math.max(chunkBytes, share.geometry.chunkBytes);
    const chunkMs = (chunkBytes * 1000) / Math.max(rate, 1);
    this.doubleAfterMs = Math.min(config.doubleMaxMs, config.doubleAfterChunks * chunkMs);
  }

  strike(link: TransferLink): void {
    link.strikes++;
    if (link.strikes > this.context.config.strikes) {
      this.context.emit({ kind: 'disconnect', session: link.session, reason: 'broken-promise' });
    }
  }

  /** What is being played; else the rarest chunk this link can give, of the first share that has one: shares are worked off in order, so that one gets done. */
  private choose(link: TransferLink): UrgentChoice | undefined {
    if (this.urgent.any) {
      this.gauge();
      const urgent = this.urgent.choose(link, this.doubleAfterMs);
      if (urgent) return urgent;
    }
    for (const share of this.context.shares.values()) {
      if (share.picker.candidates === 0) continue;
      const view = link.viewOf(share);
      if (!view) continue;
      const chunk =
        this.context.config.picks === 'rarest' ? share.picker.pick(view) : share.picker.pickInOrder(view);
      if (chunk >= 0) return { share, chunk };
    }
    return undefined;
  }

  private affords(bytes: number, link: TransferLink): boolean {
    const budget = this.context.config.receiveBudgetBytes;
    // One chunk per idle link is always allowed, within twice the budget: else large chunks would leave links with nothing to do.
    if (this.held + bytes <= budget || (link.outstanding === 0 && this.held + bytes <= 2 * budget))
      return true;
    this.starved = true;
    return false;
  }

  private request(link: TransferLink, share: Share, chunk: number, rescue = false): void {
    const bytes = share.bytesOf(chunk);
    const tag = link.nextTag++;
    const request: DownloadRequest = {
      link,
      tag,
      share,
      chunk,
      bytes,
      received: 0,
      begun: false,
      sentAt: this.context.now,
      rescue,
    };
    link.requests.set(tag, request);
    link.unbegun++;
    link.outstanding += bytes;
    this.held += bytes;
    share.picker.remove(chunk);
    const twins = share.underway.get(chunk);
    if (twins) twins.push(request);
    else share.underway.set(chunk, [request]);
    this.context.emit({ kind: 'expect', session: link.session, tag, share: share.id, chunk });
    this.context.emit({
      kind: 'send',
      session: link.session,
      message: { type: 'request', share: share.id, chunk, firstBlock: 0, blockCount: blockCount(bytes), tag },
    });
  }

  /**
   * A request is begun: whoever else was asked for the chunk and has not begun is told that it is not needed any more. False: another
   * peer began first, so this one is told.
   */
  private begins(request: DownloadRequest): boolean {
    if (request.begun) return true;
    const twins = request.share.underway.get(request.chunk) ?? [];
    if (!request.rescue && twins.some((twin) => twin !== request && twin.begun)) {
      this.callOff(request);
      return false;
    }
    request.begun = true;
    if (twins.length > 1) for (const twin of twins) if (!twin.begun) this.callOff(twin);
    return true;
  }

  /** Another peer sends the chunk: this one need not. */
  private callOff(request: DownloadRequest): void {
    this.tellCancel(request);
    this.drop(request);
    this.forget(request);
    this.context.touch(request.link);
  }

  private tellCancel({ link, tag }: DownloadRequest): void {
    this.context.emit({ kind: 'send', session: link.session, message: { type: 'cancel', tag } });
  }

  private drop(request: DownloadRequest): void {
    const { link } = request;
    link.requests.delete(request.tag);
    if (request.received === 0) link.unbegun--;
    link.outstanding -= request.bytes - request.received;
    this.held -= request.bytes;
    this.context.emit({ kind: 'discard', session: link.session, tag: request.tag });
  }

  /** The request no longer stands among those under way. */
  private forget(request: DownloadRequest): void {
    const { share, chunk } = request;
    const rest = (share.underway.get(chunk) ?? []).filter((twin) => twin !== request);
    if (rest.length > 0) share.underway.set(chunk, rest);
    else share.underway.delete(chunk);
    share.consider(chunk);
  }

  /**
   * Every chunk this idle link could give was asked of someone. A request costs nothing until its first block comes, so it is asked for one
   * that nobody has begun to send, the rarest; whoever begins first sends it (begins()). If all have begun, for one that will
   * take another link much longer: at most requestCopies requests a chunk either way (Kraken issue 38).
   */
  private double(link: TransferLink): void {
    const { config, now } = this.context;
    this.gauge();
    let best: DownloadRequest | undefined;
    let fewest = Infinity;
    let slowest: DownloadRequest | undefined;
    let gained = 0;
    for (const share of this.context.shares.values()) {
      const view = link.viewOf(share);
      if (!view) continue;
      for (const [chunk, twins] of share.underway) {
        if (!view.bits.has(chunk)) continue;
        const [first] = twins;
        if (!first || !this.mayDouble(link, twins)) continue;
        const begun = twins.find((twin) => twin.begun);
        if (!begun) {
          // One just asked is likely to be on its way already.
          if (now - first.sentAt < this.doubleAfterMs) continue;
          const order = twins.length * 0x1_0000 + (share.picker.availability[chunk] ?? 0);
          if (order < fewest) [fewest, best] = [order, first];
        } else if (begun.received < begun.bytes && share.picker.candidates === 0) {
          const rate = Math.max(link.rateIn.rate(now), 64 * 1024);
          const theirs = ((begun.bytes - begun.received) * 1000) / Math.max(begun.link.rateIn.rate(now), 1);
          const gain = theirs - (2 * begun.bytes * 1000) / rate - config.endgameSlackMs;
          if (gain > gained) [gained, slowest] = [gain, begun];
        }
      }
    }
    const choice = best ?? slowest;
    if (choice && this.affords(choice.bytes, link)) this.request(link, choice.share, choice.chunk, !best);
  }

  /** These requests for one chunk leave room for one more at this link. */
  private mayDouble(link: TransferLink, twins: readonly DownloadRequest[]): boolean {
    const { requestCopies } = this.context.config;
    let sound = 0;
    for (const twin of twins) {
      if (twin.link === link) return false;
      // A request at a peer that never sent anything, or stopped, keeps nobody from asking.
      if (isProven(twin.link)) sound++;
    }
    return sound < requestCopies && (twins.length < requestCopies || isProven(link));
  }
}

/** It has sent something, and since it last did it broke no promise. */
const isProven = (link: TransferLink): boolean => link.bytesReceived > 0 && link.strikes === 0;

function firstUnfinished(link: TransferLink): DownloadRequest | undefined {
  for (const request of link.requests.values()) if (request.received < request.bytes) return request;
  return undefined;
}
