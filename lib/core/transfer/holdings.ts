/**
 * What the tracker is told: per share how complete self is (a band) and which 64ths of the chunk range it holds whole. Enough to hand out
 * by need, too little to know the content (design §6).
 */
import type { Bitfield } from '../../base/bitfield';
import type { ShareHolding } from '../types';
import type { TransferContext } from './state';

const regions = 64;

export class Holdings {
  private notBefore = 0;

  constructor(private readonly context: TransferContext) {}

  /** When something is there to be told, the time it may be told; else never. */
  get dueAt(): number {
    return this.pending() ? this.notBefore : Infinity;
  }

  /** The tracker forgot us (reconnected): tell it everything again. */
  forgotten(): void {
    for (const share of this.context.shares.values()) share.announcedCount = -1;
    this.notBefore = this.context.now;
  }

  /** Announces what changed, at most once in announceMs. */
  announce(): void {
    const { now, shares, config } = this.context;
    if (now < this.notBefore || !this.pending()) return;
    this.notBefore = now + config.announceMs;
    const holdings: ShareHolding[] = [];
    for (const share of shares.values()) {
      share.announcedCount = share.have.count;
      holdings.push({ share: share.id, band: bandOf(share.have), regions: regionsOf(share.have) });
    }
    this.context.emit({ kind: 'announce', shares: holdings });
  }

  private pending(): boolean {
    for (const share of this.context.shares.values())
      if (share.announcedCount !== share.have.count) return true;
    return false;
  }
}

/** 0 nothing, 1 under a third, 2 under two thirds, 3 more, 4 everything. */
function bandOf(have: Bitfield): number {
  if (have.isFull) return 4;
  if (have.count === 0) return 0;
  return 1 + Math.min(2, Math.floor((have.count * 3) / have.length));
}

function regionsOf(have: Bitfield): Uint8Array {
  const bits = new Uint8Array(regions / 8);
  for (let r = 0; r < regions; r++) {
    const start = Math.floor((r * have.length) / regions);
    const end = Math.max(start + 1, Math.floor(((r + 1) * have.length) / regions));
    if (end <= have.length && have.countRange(start, end) === end - start) {
      bits[r >> 3] = (bits[r >> 3] ?? 0) | (0x80 >> (r & 7));
    }
  }
  return bits;
}
