/**
 * What is being played, before anything else: in the order in which it will be seen, and of a second peer early when the first is late. The
 * rest stays rarest first, so that a person who watches costs the swarm little (BiToS, Vlavianos 2006, keeps such a high-priority set beside
 * the rarest pieces; libtorrent's time-critical pieces ask a second peer when one is late).
 *
 * A super-seed shows next to nothing of what it holds. A chunk whose hash is signed was made, so one that nobody shows is asked of the share's
 * publisher as if it had shown it; when it has not got it any more it says so, and that is no broken promise. PROTOCOL.md TX31–TX36.
 * Leaves out: where the windows come from (the host says), and how much memory may hold (downloads.ts).
 */
import type { ChunkWindow } from '../types';
import type { DownloadRequest, Share, TransferContext, TransferLink } from './state';

export interface UrgentChoice {
  readonly share: Share;
  readonly chunk: number;
  /** Asked although another peer has begun to send it: the first to finish counts. */
  readonly rescue?: boolean;
}

/** A link of which nothing is known yet is taken to be this fast, bytes per second. Guess, as in downloads.ts. */
const leastRate = 64 * 1024;

export class Urgent {
  constructor(private readonly context: TransferContext) {}

  /** Whether anything is being played. */
  get any(): boolean {
    for (const { urgent } of this.context.shares.values()) if (urgent.length > 0) return true;
    return false;
  }

  /** The first chunk of the windows that this link is to be asked for now. `doubleAfterMs`: how long any other request may be left unbegun. */
  choose(link: TransferLink, doubleAfterMs: number): UrgentChoice | undefined {
    for (const share of this.context.shares.values()) {
      for (const { from, to } of share.urgent) {
        for (let chunk = from; chunk < to; chunk++) {
          if (share.have.has(chunk)) continue;
          const twins = share.underway.get(chunk);
          if (!this.canGive(link, share, chunk, twins !== undefined)) continue;
          if (share.picker.isCandidate(chunk)) return { share, chunk };
          const late = twins && this.late(link, twins, doubleAfterMs);
          if (late) return { share, chunk, rescue: late === 'slow' };
        }
      }
    }
    return undefined;
  }

  /** The publisher is spared what others show, unless they were asked and are late. */
  private canGive(link: TransferLink, share: Share, chunk: number, asked: boolean): boolean {
    const view = link.views.get(share.id);
    if (!view) return false;
    if (view.bits.has(chunk)) return true;
    if (link.peer !== share.publisher || !view.shown || share.withheld.has(chunk)) return false;
    return asked || share.picker.availability[chunk] === 0;
  }

  /** Whether this link is to be asked as well: nobody has begun to send it, or who has takes much longer than this link would. */
  private late(
    link: TransferLink,
    twins: readonly DownloadRequest[],
    doubleAfterMs: number,
  ): 'unbegun' | 'slow' | undefined {
    const { config, now } = this.context;
    const [first] = twins;
    if (!first || twins.length >= config.requestCopies) return undefined;
    if (twins.some((twin) => twin.link === link)) return undefined;
    const begun = twins.find((twin) => twin.begun);
    if (!begun) {
      // Somebody shows now what the publisher was asked for unseen: whoever begins first sends it, and the publisher is likely spared.
      if (!first.link.view(first.share).bits.has(first.chunk)) return 'unbegun';
      return now - first.sentAt >= config.urgentHaste * doubleAfterMs ? 'unbegun' : undefined;
    }
    if (begun.received >= begun.bytes) return undefined;
    const theirs = ((begun.bytes - begun.received) * 1000) / Math.max(begun.link.rateIn.rate(now), 1);
    const ours = (begun.bytes * 1000) / Math.max(link.rateIn.rate(now), leastRate);
    return theirs - ours > config.endgameSlackMs ? 'slow' : undefined;
  }
}

/** Windows within the share, together no more than `most` chunks; what is no window is left out. */
export function clampWindows(
  windows: readonly ChunkWindow[],
  chunkCount: number,
  most: number,
): readonly ChunkWindow[] {
  const clamped: ChunkWindow[] = [];
  let left = most;
  for (const { from, to } of windows) {
    const start = Math.max(0, Math.floor(from));
    const end = Math.min(chunkCount, Math.floor(to), start + left);
    if (!(end > start)) continue;
    clamped.push({ from: start, to: end });
    left -= end - start;
  }
  return clamped;
}
