/**
 * Whether people are leaving: which linked peers went and have not come back, within a window of time. PROTOCOL.md CL4. A link that broke and
 * was made anew counts for nothing, nor does one that self ended.
 */
import type { CloseReason } from '../../base/errors';
import type { PeerId } from '../../base/ids';
import type { EngineConfig } from '../config';

/** The peer went, as against being given up or cut off. */
const goings: ReadonlySet<CloseReason> = new Set(['left', 'gone', 'silent']);
/** Departures remembered at most: a hostile peer can make up as many ids as it can make links. */
const memory = 4_096;

export class Churn {
  /** When each peer went, the longest gone first. */
  private readonly gone = new Map<PeerId, number>();

  constructor(private readonly config: Pick<EngineConfig, 'churnPart' | 'churnWindowMs'>) {}

  came(peer: PeerId): void {
    this.gone.delete(peer);
  }

  went(peer: PeerId, reason: CloseReason, now: number): void {
    if (!goings.has(reason)) return;
    this.gone.delete(peer);
    this.gone.set(peer, now);
    if (this.gone.size > memory) for (const oldest of this.gone.keys()) return void this.gone.delete(oldest);
  }

  /** `linked`: peers linked now. */
  isHigh(linked: number, now: number): boolean {
    for (const [peer, at] of this.gone) {
      if (now - at < this.config.churnWindowMs) break;
      this.gone.delete(peer);
    }
    const { size } = this.gone;
    return size > 0 && size >= this.config.churnPart * (linked + size);
  }
}
