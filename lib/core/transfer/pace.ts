/**
 * How many links are served at once. Few, because a chunk must be whole before it can be passed on: with s equal shares of an uplink a chunk
 * reaches N peers in s·log_{s+1} N chunk times (10 for one share and N = 1,000, 17 for four, 25 for eight; swarm.md §1.1). As many as it
 * takes to fill the uplink: one link may carry less than the uplink could, for its window, its distance or the other end's downlink.
 * Nobody says how wide the uplink is, so the number is found by trying (hill climbing, as in gradient-based congestion control): half as many more
 * links for a while, kept when the whole rate rises with them; a third fewer, kept when it does not fall.
 * Only times count in which every place was taken and someone was waiting.
 */
import type { EngineConfig } from '../config';

export class Pace {
  /** Links to be served at once. */
  limit: number;
  private from = -1;
  private bytes = 0;
  private requests = 0;
  /** Times that blocks left since then. */
  private reports = 0;
  /** Bytes per second at the limit that is not a trial. */
  private rate = 0;
  private settled: number;
  private trial: 'none' | 'more' | 'fewer' = 'none';
  private next: 'more' | 'fewer' = 'more';
  private pauseMs: number;
  private tryAt = 0;

  constructor(private readonly config: EngineConfig) {
    this.limit = this.settled = config.parallelUploads;
    this.pauseMs = config.paceMs;
  }

  /** Blocks were sent; `done`: the last ones of their request. */
  sent(bytes: number, done: boolean, now: number): void {
    if (this.from < 0) return;
    this.bytes += bytes;
    if (done) this.requests++;
    this.reports++;
    const elapsed = now - this.from;
    // Whole requests are the even measure; where one takes seconds, blocks are even enough, and waiting for requests would take minutes.
    const counted = elapsed < this.config.paceBlocksMs ? this.requests : this.reports;
    if (elapsed < this.config.paceMs || counted < 3 * this.limit) return;
    const rate = (this.bytes * 1000) / elapsed;
    this.judge(rate, now);
    this.restart(now);
  }

  /** Places are empty, or nobody waits for one: what is measured now says nothing about the limit. */
  slack(): void {
    this.from = -1;
  }

  /** All places are taken and someone waits. */
  full(now: number): void {
    if (this.from < 0) this.restart(now);
  }

  private judge(rate: number, now: number): void {
    const { trial, config } = this;
    if (trial === 'none') {
      this.rate = rate;
      if (now >= this.tryAt) this.begin(this.next);
      return;
    }
    if (rate > this.rate * (trial === 'more' ? config.paceGain : 1)) {
      this.rate = rate;
      this.settled = this.limit;
      this.pauseMs = config.paceMs;
      this.begin(trial);
      return;
    }
    // Not worth it: back, and the other way next, ever more seldom while nothing changes.
    this.limit = this.settled;
    this.trial = 'none';
    this.next = trial === 'more' ? 'fewer' : 'more';
    this.pauseMs = Math.min(this.pauseMs * 2, config.paceMaxMs);
    this.tryAt = now + this.pauseMs;
  }

  private begin(trial: 'more' | 'fewer'): void {
    const { maxLinks } = this.config;
    const limit =
      trial === 'more'
        ? Math.min(maxLinks, this.settled + Math.ceil(this.settled / 2))
        : Math.max(1, this.settled - Math.ceil(this.settled / 3));
    if (limit === this.settled) {
      this.trial = 'none';
      this.next = trial === 'more' ? 'fewer' : 'more';
      return;
    }
    this.trial = trial;
    this.limit = limit;
  }

  private restart(now: number): void {
    this.from = now;
    this.bytes = 0;
    this.requests = 0;
    this.reports = 0;
  }
}
