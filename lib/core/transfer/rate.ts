/**
 * Bytes per second over a sliding window of ten half-second buckets (BEP 3 speaks of a 20 s rolling average; pipelines need a quicker one).
 * O(1) per block. Time is an argument.
 */
const bucketMs = 500;
const bucketCount = 10;

export class RateMeter {
  private readonly buckets = new Float64Array(bucketCount);
  private sum = 0;
  private newest = -1;
  private firstAt = -1;

  add(bytes: number, now: number): void {
    this.roll(now);
    if (this.firstAt < 0) this.firstAt = now;
    const at = this.newest % bucketCount;
    this.buckets[at] = (this.buckets[at] ?? 0) + bytes;
    this.sum += bytes;
  }

  /** Bytes per second; young meters divide by their own age, so a new link is not underrated. */
  rate(now: number): number {
    if (this.firstAt < 0) return 0;
    this.roll(now);
    const span = Math.min(bucketCount * bucketMs, Math.max(bucketMs, now - this.firstAt));
    return (this.sum * 1000) / span;
  }

  private roll(now: number): void {
    const bucket = Math.floor(now / bucketMs);
    if (this.newest < 0) this.newest = bucket;
    const steps = Math.min(bucketCount, bucket - this.newest);
    for (let i = 1; i <= steps; i++) {
      const at = (this.newest + i) % bucketCount;
      this.sum -= this.buckets[at] ?? 0;
      this.buckets[at] = 0;
    }
    if (bucket > this.newest) this.newest = bucket;
  }
}
