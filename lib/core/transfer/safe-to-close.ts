/**
 * Whether the room can do without self: the rule behind "you can close this tab". PROTOCOL.md CL; thresholds from the simulator
 * (docs/results/notes.md, "Safe to close"). Only what is known counts: copies at linked peers that are credible (credible.ts). In a room with
 * more people than links the number is a lower bound. Leaves out: words (app/_text/safety.ts).
 */
import type { Share, TransferContext } from './state';

/** What the rule looks at, of one share. */
export interface ClosingFacts {
  /** Self published the share. */
  readonly own: boolean;
  /** Complete copies at credible linked peers: the smallest count over all chunks. */
  readonly copies: number;
  /** The most `copies` there were at one time. */
  readonly peak: number;
  /** Part of the chunks with more than `copies` copies, 0…1. */
  readonly fraction: number;
  /** How many copies of each chunk are enough. */
  readonly needed: number;
  /** People are leaving: `needed` is the higher of the two thresholds. */
  readonly churning: boolean;
  /** Chunks with fewer than `needed` copies. */
  readonly scarce: number;
  /** Chunks that self holds and nobody else is known to. */
  readonly onlyHere: number;
  readonly linked: number;
  /** Linked peers that lack something they want; and those that lack something only self is known to hold. */
  readonly lacking: number;
  readonly needing: number;
  /** Linked peers that hold nothing of it and want nothing yet: they look at the list of files. */
  readonly looking: number;
  /** People in the room of whom nothing is known: not linked, or linked, without having said what they want and hold of the share. */
  readonly unknown: number;
  /** There are, or may be, more people than links: `copies` is a lower bound. */
  readonly partial: boolean;
  /** Chunks were made since this page was opened: a share as fresh as its link. */
  readonly madeHere: boolean;
}

/**
 * safe: every chunk has enough copies elsewhere, whoever is not done yet · others-complete: everybody here has what they want, and a whole copy is
 * with them, though fewer than would be safe · unsafe: else.
 */
export type ClosingState = 'unsafe' | 'others-complete' | 'safe';

export interface Closing extends ClosingFacts {
  readonly state: ClosingState;
  /** Closing should be questioned: it would take something from somebody. */
  readonly asks: boolean;
}

/** Rules CL5 to CL8. */
export function safeToClose(facts: ClosingFacts): Closing {
  return { ...facts, state: stateOf(facts), asks: asks(facts) };
}

function stateOf({ copies, needed, lacking, unknown }: ClosingFacts): ClosingState {
  if (copies >= needed) return 'safe';
  return copies >= 1 && lacking === 0 && unknown === 0 ? 'others-complete' : 'unsafe';
}

function asks(facts: ClosingFacts): boolean {
  if (stateOf(facts) !== 'unsafe') return false;
  const { own, lacking, needing, looking, madeHere, peak } = facts;
  if (!own) return needing > 0;
  // At last: the link was just handed out, and nobody got it all yet: whoever opens it would find nothing.
  return lacking > 0 || looking > 0 || (madeHere && peak === 0);
}

/** `strangers`: people in the room, by the tracker's last count, whom self is not linked with. */
export function closingFacts(context: TransferContext, share: Share, strangers: number): ClosingFacts {
  const { config, links, churn, now } = context;
  const churning = churn.isHigh(links.size, now);
  const needed = churning ? config.safeCopiesChurning : config.safeCopies;
  const { copies, have } = share;
  const onlyHere = have.isFull ? copies.alone : copies.alone.and(have);
  let lacking = 0;
  let needing = 0;
  let looking = 0;
  let told = 0;
  for (const link of links.values()) {
    const view = link.views.get(share.id);
    // Its wish comes before its bitfield: a peer that has everything would seem to lack it in between.
    if (!view?.knows || !view.shown) continue;
    told++;
    if (view.wanted.count === 0 && view.bits.count === 0 && copies.chunks > 0) looking++;
    if (view.bits.covers(view.wanted)) continue;
    lacking++;
    if (onlyHere.meets(view.wanted, view.bits)) needing++;
  }
  // A share of empty files has no chunks: who knows it has all of it.
  const whole = copies.chunks === 0 ? told : copies.least;
  return {
    own: share.own,
    copies: whole,
    peak: Math.max(copies.peak, whole),
    fraction: copies.fraction,
    needed,
    churning,
    scarce: copies.below(needed),
    onlyHere: onlyHere.count,
    linked: links.size,
    lacking,
    needing,
    looking,
    unknown: strangers + links.size - told,
    partial: strangers > 0 || links.size >= config.targetLinks,
    madeHere: share.madeHere,
  };
}
