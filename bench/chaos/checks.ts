/**
 * Whether nothing was fetched again (PROTOCOL CH3), from what the pages showed. A receiver's page counts the payload that came in and the chunks
 * it verified; each document starts at zero. What came in beyond the share's size, all documents together, was fetched twice.
 * What may be: where the receiver itself died, chunks that were not yet on disk: one transaction of 8 MiB under way, as much gathering behind it
 * (PROTOCOL RX4), and what was arriving. Where a link broke, the chunks arriving on it: a chunk comes from one peer, a few are under way. And
 * 3 % of duplicates, which the engine may make by asking two peers (PROTOCOL TX5).
 */
import type { Fault } from './plan';
import type { Life } from './person';

const mebibyte = 1024 * 1024;

export const allowances = {
  ownDeathBytes: 20 * mebibyte,
  linkBreakBytes: 4 * mebibyte,
  duplicateShare: 0.03,
  /** Headers, a chunk asked of two peers in a share of few. */
  restBytes: mebibyte,
} as const;

export interface Fetched {
  /** Payload that came in beyond the share's size, over all documents. */
  readonly refetchedBytes: number;
  readonly allowedBytes: number;
  /** Verified when a document ended, and not there when the next began. */
  readonly lostBytes: number;
  readonly duplicateBytes: number;
}

/** `who`: the receiver's number. `bytes`: of the share. */
export function fetchedBy(
  who: number,
  lives: readonly Life[],
  bytes: number,
  chunkBytes: number,
  faults: readonly Fault[],
): Fetched {
  const received = lives.reduce((sum, life) => sum + life.bytesReceived, 0);
  let lost = 0;
  lives.forEach((life, i) => {
    const before = lives[i - 1];
    if (!before) return;
    // What came in before the first look at the new page was not there from the start.
    const kept = life.chunksAtFirst - Math.ceil(life.bytesAtFirst / chunkBytes);
    lost += Math.max(0, before.chunks - Math.max(0, kept)) * chunkBytes;
  });
  return {
    refetchedBytes: Math.max(0, received - bytes),
    allowedBytes: allowedBytes(who, bytes, faults),
    lostBytes: lost,
    duplicateBytes: lives.reduce((sum, life) => sum + life.duplicateBytes, 0),
  };
}

export function allowedBytes(who: number, bytes: number, faults: readonly Fault[]): number {
  return faults.reduce(
    (sum, fault) => {
      const own = fault.who === who && (fault.kind === 'kill-receiver' || fault.kind === 'reload-receiver');
      if (own) return sum + allowances.ownDeathBytes;
      return sum + (fault.who === null ? 0 : allowances.linkBreakBytes);
    },
    allowances.restBytes + allowances.duplicateShare * bytes,
  );
}

/** Reasons for which a peer cools off for ten minutes: no fault of a network or a browser may look like one (PROTOCOL CH6). */
const bans =
  /\b(bad-chunk|bad-segment|bad-header|malformed|oversized|protocol|broken-promise|handshake-failed)\b/;

/** Lines of "Copy diagnostics" that tell of a peer cut off for cause. */
export const bansIn = (diagnostics: string): string[] =>
  diagnostics.split('\n').filter((line) => /\blost \d+:|peer-lost/.test(line) && bans.test(line));

/** Memory that grows with every round: the last third of the rounds beside the first. */
export function growth(bytes: readonly number[]): number {
  const third = Math.max(1, Math.floor(bytes.length / 3));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return bytes.length < 3 ? 0 : mean(bytes.slice(-third)) - mean(bytes.slice(0, third));
}
