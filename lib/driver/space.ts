/**
 * Whether something fits, as far as the platform tells. Its estimate is a guess either way: Chromium answers with what is used plus a round
 * number of at least 10 GiB, whatever the disk and the quota in force (chromestatus 4977371751645184; seen: 10 GiB told, 8 MiB in force).
 * So it is told to the person and decides only what can be changed later; the write is what tells.
 */
import type { ChunkStore } from '../ports';

export interface Space {
  readonly neededBytes: number;
  /** null: the platform does not tell, or told nonsense. */
  readonly freeBytes: number | null;
}

/** Room to leave in the quota besides the data itself. Guess: records, other shares, the browser's own. */
const headroomBytes = 64 * 1024 * 1024;
/** What records of a store take beside their bytes. Guess. */
const overhead = 1.05;

/** What is needed and free, where less is free than a copy of so many bytes takes; null: it fits, or nobody knows. */
export async function spaceLacking(
  chunks: Pick<ChunkStore, 'estimate'>,
  neededBytes: number,
): Promise<Space | null> {
  const estimate = await chunks.estimate().catch(() => null);
  if (!estimate) return null;
  const freeBytes = Math.max(0, estimate.quotaBytes - estimate.usedBytes);
  return freeBytes > neededBytes * overhead + headroomBytes ? null : { neededBytes, freeBytes };
}

/** What is lacking where a write was refused for want of space: told free only when that explains it. */
export function spaceAfterRefusal(
  neededBytes: number,
  estimate: { readonly usedBytes: number; readonly quotaBytes: number } | null,
): Space {
  const freeBytes = estimate && Math.max(0, estimate.quotaBytes - estimate.usedBytes);
  return { neededBytes, freeBytes: freeBytes !== null && freeBytes < neededBytes ? freeBytes : null };
}
