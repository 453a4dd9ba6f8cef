/**
 * Getting chunk hashes: which segments to ask whom for. A peer that holds a chunk must know its hash, so every announced chunk whose hash
 * self lacks leaves a hint (segment → session); hints are worked off a few at a time. Segments grow while a publisher hashes, so one may be
 * asked for again. Checking signatures is the host's.
 */
import type { SessionId } from '../../base/ids';
import { segmentCount, segmentLength, segmentOf } from '../../content/layout';
import { limits, type MessageOf } from '../../wire/messages';
import type { Share, TransferContext, TransferLink, View } from './state';

export class Segments {
  constructor(private readonly context: TransferContext) {}

  /** This peer was heard to hold `chunk`. */
  hint(share: Share, chunk: number, session: SessionId): void {
    if (share.needs(chunk) && !share.isKnown(chunk)) share.hints.set(segmentOf(chunk), session);
  }

  /** Looks through all links for hints: when what is wanted changed or a link that was asked is gone. */
  rescan(share: Share, only?: number): void {
    const first = only ?? 0;
    const last = only ?? segmentCount(share.geometry) - 1;
    for (let segment = first; segment <= last; segment++) {
      if (share.knownIn(segment) >= segmentLength(share.geometry, segment)) continue;
      for (const link of this.context.links.values()) {
        const view = link.views.get(share.id);
        if (!view || !this.offersUnknown(share, segment, view)) continue;
        share.hints.set(segment, link.session);
        break;
      }
    }
  }

  ask(share: Share): void {
    for (const [segment, session] of share.hints) {
      if (share.asked.size >= this.context.config.segmentRequests) return;
      if (share.asked.has(segment)) continue;
      share.hints.delete(segment);
      const link = this.context.links.get(session);
      if (!link) {
        this.rescan(share, segment);
        continue;
      }
      const from = share.knownIn(segment);
      if (from >= segmentLength(share.geometry, segment)) continue;
      share.asked.set(segment, { session, at: this.context.now });
      this.context.emit({
        kind: 'send',
        session,
        message: { type: 'segmentRequest', share: share.id, segment, from },
      });
    }
  }

  /**
   * Hashes of what is being played are asked of the publisher before anybody shows a chunk of theirs: a super-seed shows a few chunks at a
   * time, anywhere in the share.
   */
  urgent(share: Share): void {
    if (share.urgent.length === 0) return;
    const publisher = [...this.context.links.values()].find(({ peer }) => peer === share.publisher);
    if (!publisher?.views.get(share.id)?.shown) return;
    for (const { from, to } of share.urgent) {
      for (let segment = segmentOf(from); segment <= segmentOf(to - 1); segment++) {
        const end = Math.min(to, (segment + 1) * limits.chunksPerSegment);
        const isKnown = share.knownIn(segment) >= end - segment * limits.chunksPerSegment;
        if (!isKnown && !share.asked.has(segment)) share.hints.set(segment, publisher.session);
      }
    }
  }

  /** Hashes came. Only what was asked for goes on to be checked. Answers false when nobody asked. */
  received(share: Share, link: TransferLink, message: MessageOf<'segment'>): boolean {
    const asked = share.asked.get(message.segment);
    if (asked?.session !== link.session) return false;
    if (message.hashes.length === 0) {
      share.asked.delete(message.segment);
      return true;
    }
    this.context.emit({ kind: 'check-segment', session: link.session, message });
    return true;
  }

  /** Signed hashes up to `known`: their chunks become candidates. */
  known(share: Share, segment: number, known: number): void {
    const before = share.knownIn(segment);
    share.asked.delete(segment);
    if (known > before) {
      share.setKnown(segment, known);
      const base = segment * limits.chunksPerSegment;
      for (let i = before; i < known; i++) share.consider(base + i);
      this.context.touchAll();
    }
    if (known < segmentLength(share.geometry, segment)) this.rescan(share, segment);
    this.ask(share);
  }

  /** The link is gone or lied: others are asked. */
  forget(link: TransferLink): void {
    for (const share of this.context.shares.values()) {
      for (const [segment, asked] of [...share.asked]) {
        if (asked.session !== link.session) continue;
        share.asked.delete(segment);
        this.rescan(share, segment);
      }
      this.ask(share);
    }
  }

  /** An answer that does not come is asked for elsewhere. */
  housekeep(): void {
    for (const share of this.context.shares.values()) {
      for (const [segment, asked] of [...share.asked]) {
        if (this.context.now - asked.at < this.context.config.snubMs) continue;
        share.asked.delete(segment);
        this.rescan(share, segment);
      }
      this.urgent(share);
      this.ask(share);
    }
  }

  private offersUnknown(share: Share, segment: number, view: View): boolean {
    const base = segment * limits.chunksPerSegment;
    const end = base + segmentLength(share.geometry, segment);
    for (let chunk = base + share.knownIn(segment); chunk < end; chunk++) {
      if (view.bits.has(chunk) && share.needs(chunk)) return true;
    }
    return false;
  }
}
