/**
 * The transfer machine: shares, links, haves, and the parts that download, serve, super-seed and fetch hashes. It takes facts from the
 * engine and emits effects; it knows nothing of how links come about. PROTOCOL.md TX.
 */
import { Bitfield } from '../../base/bitfield';
import type { CloseReason } from '../../base/errors';
import type { PeerId, SessionId, ShareId } from '../../base/ids';
import { forEachRange, validRanges, type Ranges } from '../../base/ranges';
import type { Prng } from '../../base/prng';
import { segmentCount } from '../../content/layout';
import type { MessageOf } from '../../wire/messages';
import type { EngineConfig } from '../config';
import type { ChunkWindow, Effect, EngineMessage, Input } from '../types';
import { Churn } from './churn';
import { Audits } from './audits';
import { announced, believe, gone, retracted, sent } from './credible';
import { Downloads } from './downloads';
import { Holdings } from './holdings';
import { Segments } from './segments';
import { Share, TransferLink, type TransferContext, type View } from './state';
import { SuperSeed } from './super-seed';
import { Telling } from './telling';
import { Uploads } from './uploads';
import { clampWindows } from './urgent';

export class Transfer implements TransferContext {
  now = 0;
  readonly shares = new Map<ShareId, Share>();
  readonly links = new Map<SessionId, TransferLink>();
  readonly downloads: Downloads;
  readonly uploads: Uploads;
  private readonly segments: Segments;
  private readonly telling: Telling;
  readonly holdings: Holdings;
  readonly churn: Churn;
  private readonly audits: Audits;
  /** Links to be filled when the input has been worked off, in the order they were touched. */
  private readonly touched: TransferLink[] = [];
  /** Since when self lacks something; nobody unchokes a peer that does not. */
  private lackingSince = Infinity;

  constructor(
    readonly self: PeerId,
    readonly config: EngineConfig,
    readonly random: Prng,
    readonly emit: (effect: Effect) => void,
  ) {
    this.downloads = new Downloads(this);
    this.uploads = new Uploads(this);
    this.segments = new Segments(this);
    this.telling = new Telling(this);
    this.holdings = new Holdings(this);
    this.churn = new Churn(config);
    this.audits = new Audits(this);
  }

  get parallel(): number {
    return this.uploads.parallel;
  }

  touch(link: TransferLink): void {
    if (link.touched) return;
    link.touched = true;
    this.touched.push(link);
  }

  touchAll(): void {
    for (const link of this.links.values()) this.touch(link);
  }

  // ── links ──────────────────────────────────────────────────────────────────────────────────────────

  linkUp(session: SessionId, peer: PeerId): void {
    const link = new TransferLink(session, peer, this.now);
    this.links.set(session, link);
    this.churn.came(peer);
    for (const share of this.shares.values()) this.telling.interest(link, share);
  }

  linkDown(session: SessionId, reason: CloseReason): void {
    const link = this.links.get(session);
    if (!link) return;
    this.links.delete(session);
    link.up = false;
    this.downloads.abandon(link);
    if (![...this.links.values()].some(({ peer }) => peer === link.peer))
      this.churn.went(link.peer, reason, this.now);
    for (const [id, view] of link.views) {
      const share = this.shares.get(id);
      if (!share) continue;
      view.bits.forEach((chunk) => share.picker.lost(chunk, view));
      share.picker.leave(view);
      gone(share, view);
      const seed = share.superSeed;
      if (seed) {
        for (const chunk of [...view.revealed.keys(), ...view.delivered.keys()]) seed.giveBack(chunk, view);
        view.bits.forEach((chunk) => {
          if (share.picker.availability[chunk] === 0) seed.vanished(chunk);
        });
      }
    }
    this.uploads.left(link);
    this.segments.forget(link);
    for (const share of this.shares.values()) if (link.peer === share.publisher) share.withheld.clear();
    for (const share of this.shares.values()) this.telling.reveal(share);
  }

  // ── shares ─────────────────────────────────────────────────────────────────────────────────────────

  shareAdded({ share: id, geometry, have, known, publisher }: Extract<Input, { kind: 'share-added' }>): void {
    if (this.shares.has(id)) return;
    const share = new Share(id, geometry, publisher, publisher === this.self, have, known, this.random);
    this.shares.set(id, share);
    if (share.own && this.config.superSeeds) {
      share.superSeed = new SuperSeed(geometry.chunkCount, this.random);
      share.have.forEach((chunk) => share.superSeed?.publish(chunk, false));
    }
    for (const link of this.links.values()) this.telling.interest(link, share);
  }

  shareRemoved(id: ShareId): void {
    const share = this.shares.get(id);
    if (!share) return;
    this.downloads.withdraw(share, true);
    this.uploads.withdraw(share);
    this.shares.delete(id);
    share.wanted = new Bitfield(share.geometry.chunkCount);
    for (const link of this.links.values()) {
      this.telling.interest(link, share);
      link.forget(share);
    }
  }

  wanted(id: ShareId, ranges: Ranges): void {
    const share = this.shares.get(id);
    if (!share || !validRanges(ranges, share.geometry.chunkCount)) return;
    const before = share.wanted;
    share.wanted = Bitfield.fromRanges(share.geometry.chunkCount, ranges);
    share.missing = 0;
    share.wanted.forEach((chunk) => {
      if (!share.have.has(chunk)) share.missing++;
      share.consider(chunk);
    });
    before.forEach((chunk) => {
      if (!share.wanted.has(chunk)) share.picker.remove(chunk);
    });
    this.downloads.withdraw(share, false);
    for (const link of this.links.values()) this.telling.interest(link, share);
    this.segments.rescan(share);
    this.segments.ask(share);
    this.touchAll();
  }

  /** Only the order of requests changes: what is under way is left to finish, and peers are told nothing. */
  urgent(id: ShareId, windows: readonly ChunkWindow[]): void {
    const share = this.shares.get(id);
    if (!share) return;
    share.urgent = clampWindows(windows, share.geometry.chunkCount, this.config.urgentChunks);
    this.segments.urgent(share);
    this.segments.ask(share);
    this.touchAll();
  }

  published(id: ShareId, chunk: number): void {
    const share = this.shares.get(id);
    if (!share?.have.add(chunk)) return;
    share.madeHere = true;
    if (share.wanted.has(chunk)) share.missing--;
    share.picker.remove(chunk);
    this.telling.gained(share, chunk);
    share.superSeed?.publish(chunk, true);
    this.telling.reveal(share);
  }

  /** As published, but not new: requests for it end, and whoever says that it holds it is believed. */
  restored(id: ShareId, chunk: number): void {
    const share = this.shares.get(id);
    if (!share?.have.add(chunk)) return;
    this.downloads.obtained(share, chunk);
    this.held(share, chunk);
  }

  segmentKnown(id: ShareId, segment: number, known: number): void {
    const share = this.shares.get(id);
    if (share) this.segments.known(share, segment, known);
  }

  segmentBad(session: SessionId, id: ShareId, segment: number): void {
    this.shares.get(id)?.asked.delete(segment);
    this.emit({ kind: 'disconnect', session, reason: 'bad-segment' });
  }

  chunkVerified(session: SessionId, tag: number): void {
    const link = this.links.get(session);
    const request = link && this.downloads.verified(link, tag);
    if (!request) return;
    const { share, chunk } = request;
    believe(link, share);
    const fresh = share.have.add(chunk);
    this.emit({ kind: 'report', fact: { kind: 'chunk-got', share: share.id, chunk } });
    if (fresh) this.held(share, chunk);
    this.touch(link);
  }

  /** Self holds a chunk more that it did not make just now. */
  private held(share: Share, chunk: number): void {
    share.picker.remove(chunk);
    this.telling.gained(share, chunk);
    share.superSeed?.publish(chunk, false);
    this.telling.reveal(share);
    if (!share.wanted.has(chunk)) return;
    share.missing--;
    if (share.missing === 0) this.emit({ kind: 'report', fact: { kind: 'share-complete', share: share.id } });
  }

  chunkBad(session: SessionId, tag: number): void {
    const link = this.links.get(session);
    const request = link?.requests.get(tag);
    if (!link || !request) return;
    this.emit({
      kind: 'report',
      fact: { kind: 'bad-chunk', peer: link.peer, share: request.share.id, chunk: request.chunk },
    });
    this.downloads.release(request);
    request.share.credible.delete(link.peer);
    this.emit({ kind: 'disconnect', session, reason: 'bad-chunk' });
  }

  chunkSettled(id: ShareId, chunk: number, kept: boolean): void {
    const share = this.shares.get(id);
    if (!share) return;
    this.downloads.settled(share, chunk);
    if (!kept) this.chunksLost(id, [chunk, 1]);
  }

  chunksLost(id: ShareId, ranges: Ranges): void {
    const share = this.shares.get(id);
    if (!share || !validRanges(ranges, share.geometry.chunkCount)) return;
    let lost = 0;
    forEachRange(ranges, (start, count) => {
      for (let chunk = start; chunk < start + count; chunk++) {
        if (!share.have.remove(chunk)) continue;
        lost++;
        if (share.wanted.has(chunk)) share.missing++;
        share.consider(chunk);
      }
    });
    if (lost === 0) return;
    this.telling.lost(share);
    this.segments.rescan(share);
    this.segments.ask(share);
    this.touchAll();
  }

  auditPassed(session: SessionId, id: ShareId): void {
    const link = this.links.get(session);
    const share = this.shares.get(id);
    if (link && share) believe(link, share);
  }

  // ── messages ───────────────────────────────────────────────────────────────────────────────────────

  /** Answers a reason to close the link, or null. Messages about unknown shares are dropped: they may be ahead of the header. */
  message(session: SessionId, message: EngineMessage): CloseReason | null {
    const link = this.links.get(session);
    if (!link) return null;
    switch (message.type) {
      case 'choke':
        if (!link.choked) link.chokedAt = this.now;
        link.choked = true;
        return null;
      case 'unchoke':
        link.choked = false;
        this.touch(link);
        return null;
      case 'cancel':
        this.uploads.cancelled(link, message.tag);
        return null;
      case 'begun':
        this.downloads.begun(link, message.tag);
        return null;
      case 'reject':
        this.downloads.rejected(link, message.tag, message.reason === 'missing');
        return null;
      case 'ping':
      case 'pong':
        return null;
      default: {
        const share = this.shares.get(message.share);
        if (share) return this.shareMessage(link, share, message);
        if (message.type === 'request') {
          this.emit({
            kind: 'send',
            session,
            message: { type: 'reject', tag: message.tag, reason: 'missing' },
          });
        }
        return null;
      }
    }
  }

  private shareMessage(
    link: TransferLink,
    share: Share,
    message: Exclude<
      EngineMessage,
      { type: 'choke' | 'unchoke' | 'cancel' | 'begun' | 'reject' | 'ping' | 'pong' }
    >,
  ): CloseReason | null {
    switch (message.type) {
      case 'interest':
        return this.interest(link, share, message.ranges);
      case 'bitfield':
        return this.bitfield(link, share, message);
      case 'have':
        return this.have(link, share, message.ranges);
      case 'request':
        return this.uploads.requested(link, share, message) ? null : 'protocol';
      case 'segmentRequest':
        if (message.segment >= Math.max(1, segmentCount(share.geometry))) return 'protocol';
        this.emit({
          kind: 'send-segment',
          session: link.session,
          share: share.id,
          segment: message.segment,
          from: message.from,
        });
        return null;
      case 'segment':
        this.segments.received(share, link, message);
        return null;
      case 'audit':
        return this.audits.asked(link, share, message);
      case 'audited':
        this.audits.answered(link, share, message);
        return null;
    }
  }

  private interest(link: TransferLink, share: Share, ranges: Ranges): CloseReason | null {
    if (!validRanges(ranges, share.geometry.chunkCount)) return 'protocol';
    const view = link.view(share);
    view.wanted = Bitfield.fromRanges(share.geometry.chunkCount, ranges);
    if (view.wanted.count > 0) this.uploads.admit(link);
    if (!view.knows) {
      view.knows = true;
      // Ours may have come before it knew the share (PROTOCOL TX2): say it again, then show what we hold.
      this.telling.interest(link, share);
      this.telling.bitfield(link, share);
    }
    this.telling.reveal(share);
    return null;
  }

  private bitfield(link: TransferLink, share: Share, message: MessageOf<'bitfield'>): CloseReason | null {
    const { chunkCount } = share.geometry;
    const bits =
      message.kind === 'all'
        ? Bitfield.full(chunkCount)
        : message.kind === 'none'
          ? new Bitfield(chunkCount)
          : Bitfield.fromBytes(chunkCount, message.bits);
    if (!bits) return 'protocol';
    const view = link.view(share);
    view.shown = true;
    // It replaces what was told before: a peer whose storage lost chunks says so (TX40).
    view.bits.forEach((chunk) => {
      if (!bits.has(chunk)) this.peerLost(share, view, chunk);
    });
    bits.forEach((chunk) => this.peerGained(link, share, view, chunk));
    this.afterPeerGained(link, share);
    return null;
  }

  private have(link: TransferLink, share: Share, ranges: Ranges): CloseReason | null {
    if (!validRanges(ranges, share.geometry.chunkCount)) return 'protocol';
    const view = link.view(share);
    forEachRange(ranges, (start, count) => {
      for (let chunk = start; chunk < start + count; chunk++) this.peerGained(link, share, view, chunk);
    });
    this.afterPeerGained(link, share);
    return null;
  }

  private peerGained(link: TransferLink, share: Share, view: View, chunk: number): void {
    if (!view.bits.add(chunk)) return;
    share.picker.gained(chunk, view);
    announced(link, share, view, chunk);
    if (share.superSeed) {
      view.revealed.delete(chunk);
      view.delivered.delete(chunk);
      share.superSeed.seen(chunk, view);
    }
    this.segments.hint(share, chunk, link.session);
  }

  private peerLost(share: Share, view: View, chunk: number): void {
    retracted(share, view, chunk);
    if (share.picker.availability[chunk] === 0) share.superSeed?.vanished(chunk);
  }

  private afterPeerGained(link: TransferLink, share: Share): void {
    this.segments.ask(share);
    this.touch(link);
    this.telling.reveal(share);
    this.telling.endSuperSeed(share);
  }

  // ── uploads' reports ───────────────────────────────────────────────────────────────────────────────

  blockSent(session: SessionId, tag: number, bytes: number, done: boolean): void {
    const link = this.links.get(session);
    const request = link && this.uploads.blockSent(link, tag, bytes, done);
    if (!request) return;
    const { share, chunk } = request;
    sent(link, request);
    this.telling.sent(link, share, chunk);
  }

  // ── work at the end of each input, and each second ─────────────────────────────────────────────────

  settle(): void {
    this.telling.flush();
    const { touched } = this;
    if (touched.length > 0) {
      // Grows while it is gone through: links touched by filling others are filled too.
      for (const link of touched) {
        link.touched = false;
        if (link.up) this.downloads.fill(link);
      }
      touched.length = 0;
    }
    this.holdings.announce();
  }

  /**
   * Links over which nothing of use goes. While self lacks something: those whose peer chokes self. Once it lacks nothing and holds something:
   * those whose peer has all it wants. A peer that has not chosen yet may want anything.
   */
  useless(): Set<SessionId> {
    const found = new Set<SessionId>();
    const { uselessAfterMs } = this.config;
    const shares = [...this.shares.values()];
    const lacking = shares.some(({ missing }) => missing > 0);
    this.lackingSince = lacking ? Math.min(this.lackingSince, this.now) : Infinity;
    if (!lacking && shares.every(({ have }) => have.count === 0)) return found;
    for (const link of this.links.values()) {
      if (this.now - link.since < uselessAfterMs) continue;
      const useless = lacking
        ? link.choked && this.now - Math.max(link.chokedAt, this.lackingSince) >= uselessAfterMs
        : shares.every(({ id }) => link.views.get(id)?.satisfied ?? false);
      if (useless) found.add(link.session);
    }
    return found;
  }

  housekeep(): void {
    this.downloads.housekeep();
    this.uploads.housekeep();
    this.segments.housekeep();
    this.telling.housekeep();
    this.audits.housekeep();
  }

  /** When settle() must run again even if nothing comes in. */
  get dueAt(): number {
    return Math.min(this.telling.dueAt, this.holdings.dueAt);
  }
}
