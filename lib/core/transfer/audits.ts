/**
 * Asking a peer to show that it holds what it announced: the hash of a fresh nonce and one of its chunks, which only somebody with the chunk
 * can answer. For peers that self neither got anything from nor sent anything to, so that a publisher who comes back can believe those who finished
 * without it (PROTOCOL.md CL9, CL10). Thirty-two bytes instead of a chunk; the hashing is the host's.
 * Leaves out: a peer that asks another for the answer, or throws the chunk away after it. Bounded storage proofs need more than one nonce.
 */
import type { CloseReason } from '../../base/errors';
import type { MessageOf } from '../../wire/messages';
import type { Share, TransferContext, TransferLink, View } from './state';

export const auditNonceBytes = 16;
/** Chunks drawn until one is found that both hold; else the next second tries again. */
const draws = 16;

export class Audits {
  constructor(private readonly context: TransferContext) {}

  /** Once a second: at most one audit a link. */
  housekeep(): void {
    for (const link of this.context.links.values()) {
      for (const share of this.context.shares.values()) if (this.audit(link, share)) break;
    }
  }

  /** A peer wants to see that self holds a chunk. One a second per link is answered: each costs a read and a hash. */
  asked(link: TransferLink, share: Share, message: MessageOf<'audit'>): CloseReason | null {
    const { now, config } = this.context;
    const { chunk, nonce } = message;
    if (chunk >= share.geometry.chunkCount) return 'protocol';
    if (!share.have.has(chunk) || now < link.auditedAt + config.auditAnswerMs) return null;
    link.auditedAt = now;
    // A view of the frame otherwise.
    const kept = nonce.slice();
    this.context.emit({ kind: 'answer-audit', session: link.session, share: share.id, chunk, nonce: kept });
    return null;
  }

  /** Counted only when it was asked for. */
  answered(link: TransferLink, share: Share, { chunk, digest }: MessageOf<'audited'>): void {
    const view = link.view(share);
    const { audit } = view;
    if (audit?.chunk !== chunk) return;
    view.audit = null;
    this.context.emit({
      kind: 'check-audit',
      session: link.session,
      share: share.id,
      chunk,
      nonce: audit.nonce,
      digest: digest.slice(),
    });
  }

  private audit(link: TransferLink, share: Share): boolean {
    const view = link.views.get(share.id);
    const { now, config } = this.context;
    if (!view || view.credible || view.bits.count === 0 || share.have.count === 0) return false;
    // Whoever takes part in a transfer shows it by that within moments.
    if (view.auditAt === 0) view.auditAt = now + config.auditAfterMs;
    if (now < view.auditAt) return false;
    const chunk = this.draw(share, view);
    if (chunk < 0) return false;
    view.auditAt = now + config.auditAgainMs;
    view.audit = { chunk, nonce: this.nonce() };
    this.context.emit({
      kind: 'send',
      session: link.session,
      message: { type: 'audit', share: share.id, chunk, nonce: view.audit.nonce },
    });
    return true;
  }

  private draw(share: Share, view: View): number {
    for (let i = 0; i < draws; i++) {
      const chunk = this.context.random.below(share.geometry.chunkCount);
      if (view.bits.has(chunk) && share.have.has(chunk)) return chunk;
    }
    return -1;
  }

  private nonce(): Uint8Array {
    return Uint8Array.from({ length: auditNonceBytes }, () => this.context.random.below(256));
  }
}
