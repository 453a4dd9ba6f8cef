/**
 * How fast it can be done at all: lower bounds on the time until everybody has everything, by which each simulated run is judged.
 * Kumar & Ross, "Peer-Assisted File Distribution: The Minimum Distribution Time" (HotWeb 2006), and Mundinger, Weber & Weiss,
 * "Optimal Scheduling of Peer-to-Peer File Dissemination" (Journal of Scheduling 2008). Left out: latency, control messages, churn.
 * Units: bytes, bytes per second, seconds.
 */
import { invariant } from '../lib/base/invariant';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export interface KumarRossCase {
  /** Size of the file. */
  readonly bytes: number;
  /** Uplink of the one who has it, bytes per second. */
  readonly senderUp: number;
  /** Uplinks of the N receivers, bytes per second; 0: a receiver that only takes. */
  readonly ups: readonly number[];
  /** The slowest receiver's downlink, bytes per second. */
  readonly minDown: number;
}

/**
 * Seconds until N receivers have a file that can be cut as finely as one likes: max{F/u_s, F/d_min, N·F/(u_s + Σu_i)}. The sender must
 * bring out each bit once, the slowest must take it all, and all uplinks together must carry N copies. The bound is reached
 * (proved there by construction; run in ideal/kumar-ross.ts). Without receivers: 0.
 */
export function kumarRossSeconds({ bytes, senderUp, ups, minDown }: KumarRossCase): number {
  if (ups.length === 0) return 0;
  return Math.max(bytes / senderUp, bytes / minDown, (ups.length * bytes) / (senderUp + sum(ups)));
}

export interface MundingerCase {
  /** Size of the file. */
  readonly bytes: number;
  /** Everybody's uplink, the sender's too, bytes per second. Downlinks are no narrower. */
  readonly up: number;
  /** Receivers, at least 1. */
  readonly peers: number;
  /** Parts of equal size that are passed on only when complete, at least 1. */
  readonly chunks: number;
}

/**
 * Seconds until N receivers have M chunks when uplinks are equal and only whole chunks are passed on: F/u · (1 + floor(log2 N)/M)
 * (Mundinger, Weber & Weiss 2008). It is reached (ideal/binomial-pipeline.ts).
 */
export function mundingerSeconds({ bytes, up, peers, chunks }: MundingerCase): number {
  invariant(Number.isInteger(peers) && peers >= 1 && peers < 2 ** 31, 'a positive number of receivers');
  invariant(chunks >= 1, 'at least one chunk');
  // clz32, because floor(log2 x) of a power of two may come out one short.
  return (bytes / up) * (1 + (31 - Math.clz32(peers)) / chunks);
}

export interface Owner {
  /** Bytes that are this peer's alone at the start, 0 or more. */
  readonly bytes: number;
  /** Its uplink, bytes per second. */
  readonly up: number;
}

/**
 * Seconds until each of N peers has what all of them own, downlinks being no obstacle: max{F_i/C_i, (N−1)·F/C} with F = ΣF_i, C = ΣC_i.
 * Each owner must bring out its own part once, and all uplinks together carry N−1 copies (Mundinger, Weber & Weiss 2008, Theorem 4,
 * where two hops reach it). For less than two peers: 0.
 */
export function multiSourceSeconds(owners: readonly Owner[]): number {
  if (owners.length < 2) return 0;
  const bytes = sum(owners.map((owner) => owner.bytes));
  if (bytes === 0) return 0;
  const alone = owners.map((owner) => (owner.bytes > 0 ? owner.bytes / owner.up : 0));
  return Math.max(...alone, ((owners.length - 1) * bytes) / sum(owners.map((owner) => owner.up)));
}
