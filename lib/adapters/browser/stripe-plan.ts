/**
 * Over how many connections a link sends its blocks. PROTOCOL TP26. One SCTP association loses half its rate with each loss and gains 1.2 KB
 * a round trip back (RFC 9260 §7.2.2; Chromium's and Firefox's both), so at a distance one connection stays far below what the path carries;
 * measured in docs/results/distance.md. Nobody says how much the path carries, so the number is found by trying: twice as many for a while, kept when the
 * whole rate rises with them (as pace.ts in the engine finds how many links to serve). Only times count in which every lane was full nearly
 * always: what is limited by its sender, its receiver or another link is left alone. Knows no channel and no clock; event-driven, no timer.
 */
export interface StripePlanConfig {
  /** Connections a link sends over at most, and all sending links of a page together. Issue: 2–4; four share a path like two browsers' downloads. */
  readonly most: number;
  /** Nearer than this a loss is made good within the marks of the channel. Measured: no gain at 0 ms, 1.5 and more at 20 ms; between is a guess. */
  readonly leastRttMs: number;
  /**
   * From here on others are opened as soon as the first lane is full, so that a trial need not wait for their handshake. Measured at 50 and
   * 100 ms: docs/results/distance.md.
   */
  readonly farRttMs: number;
  /** Bytes a nearer link has sent before another connection is worth its handshake. Guess: a second or more of what one carries at 50 ms. */
  readonly leastBytes: number;
  /** A rate is measured over at least this, or over so many round trips; a new connection gets as long to speed up before it counts. */
  readonly windowMs: number;
  readonly windowRtts: number;
  /** What part of a window all lanes must have been full. */
  readonly fullShare: number;
  /** More connections stay when the whole rate became this many times as large. */
  readonly gain: number;
  /** A rate that rose so much from one window to the next is still in slow start: it is left to. */
  readonly growing: number;
  /** After a trial that gave nothing the next one waits this long, twice as long each time. */
  readonly pauseMs: number;
  readonly pauseMaxMs: number;
}

export const stripePlanDefaults: StripePlanConfig = {
  most: 4,
  leastRttMs: 10,
  farRttMs: 50,
  leastBytes: 2 * 1024 * 1024,
  windowMs: 500,
  windowRtts: 5,
  fullShare: 0.7,
  gain: 1.12,
  growing: 1.3,
  pauseMs: 8_000,
  pauseMaxMs: 120_000,
};

/** What the plan goes by besides rates. */
export interface StripeFacts {
  /** Least round trip seen; 0: not known. */
  readonly rttMs: number;
  /** Connections that may be used now: 1 for a relayed path or beside other busy links. */
  readonly most: number;
  /** Lanes that are open. */
  readonly lanes: number;
}

export class StripePlan {
  /** Lanes to send over. */
  active = 1;
  private total = 0;
  private bytes = 0;
  private from = -1;
  private fullAt = -1;
  private fullMs = 0;
  /** Last window's rate with `settled` lanes, bytes per second. */
  private rate = 0;
  private settled = 1;
  /** The first lane was full once, and the round trip known. */
  private begun = false;
  private phase: 'steady' | 'opening' | 'speeding-up' | 'trial' = 'steady';
  private pauseMs: number;
  private tryAt = 0;

  constructor(private readonly config: StripePlanConfig) {
    this.pauseMs = config.pauseMs;
  }

  sent(bytes: number): void {
    this.total += bytes;
    this.bytes += bytes;
  }

  /** Every lane in use is full. */
  full(now: number): void {
    if (this.fullAt >= 0) return;
    this.fullAt = now;
    if (this.from < 0) this.restart(now);
  }

  /** One of them has room again. Answers how many lanes are wanted: more than there are means that others are to be opened. */
  drained(now: number, facts: StripeFacts): number {
    if (this.fullAt < 0) return this.active;
    this.fullMs += now - this.fullAt;
    this.fullAt = -1;
    this.fit(facts);
    if (this.from < 0) {
      this.restart(now);
      return this.active;
    }
    if (!this.begun && facts.rttMs > 0) {
      this.begun = true;
      // Nothing goes over them before a trial.
      if (this.isFar(facts)) return Math.min(facts.most, this.config.most);
    }
    const elapsed = now - this.from;
    if (elapsed < Math.max(this.config.windowMs, this.config.windowRtts * facts.rttMs)) return this.active;
    const saturated = this.fullMs >= this.config.fullShare * elapsed;
    const rate = (this.bytes * 1000) / elapsed;
    this.restart(now);
    return saturated ? this.judge(rate, now, facts) : this.active;
  }

  /** A lane went, or fewer may be used. */
  fit({ most, lanes }: Pick<StripeFacts, 'most' | 'lanes'>): void {
    const bound = Math.max(1, Math.min(most, lanes));
    if (this.active <= bound) return;
    this.active = bound;
    this.settled = Math.min(this.settled, bound);
    this.phase = 'steady';
    this.from = -1;
  }

  /** A lane that was wanted is open. */
  opened(now: number, lanes: number): void {
    if (this.phase === 'opening' || this.phase === 'speeding-up') this.widen(lanes, now);
  }

  /** A lane that was wanted will not come. */
  refused(now: number): void {
    if (this.phase === 'opening') this.giveUp(now);
  }

  private judge(rate: number, now: number, facts: StripeFacts): number {
    const { config } = this;
    switch (this.phase) {
      case 'speeding-up':
        this.phase = 'trial';
        return this.active;
      case 'trial':
        if (rate < this.rate * config.gain) {
          this.active = this.settled;
          this.giveUp(now);
          return this.active;
        }
        this.settled = this.active;
        this.pauseMs = config.pauseMs;
        this.phase = 'steady';
        this.rate = rate;
        return this.tryMore(now, facts);
      case 'opening':
        this.rate = rate;
        return this.active;
      case 'steady': {
        const grows = rate > this.rate * config.growing;
        this.rate = rate;
        return grows || now < this.tryAt ? this.active : this.tryMore(now, facts);
      }
    }
  }

  private tryMore(now: number, facts: StripeFacts): number {
    const { most, leastRttMs, leastBytes } = this.config;
    const wanted = Math.min(facts.most, most, 2 * this.settled);
    const worthIt = this.isFar(facts) || (facts.rttMs >= leastRttMs && this.total >= leastBytes);
    if (wanted <= this.settled || !worthIt) return this.active;
    if (facts.lanes >= wanted) this.widen(wanted, now);
    else this.phase = 'opening';
    return wanted;
  }

  private isFar({ rttMs }: StripeFacts): boolean {
    return rttMs >= this.config.farRttMs;
  }

  private widen(lanes: number, now: number): void {
    this.active = Math.min(lanes, 2 * this.settled);
    this.phase = 'speeding-up';
    this.restart(now);
  }

  private giveUp(now: number): void {
    this.phase = 'steady';
    this.tryAt = now + this.pauseMs;
    this.pauseMs = Math.min(this.config.pauseMaxMs, this.pauseMs * 2);
  }

  private restart(now: number): void {
    this.from = now;
    this.bytes = 0;
    this.fullMs = 0;
    if (this.fullAt >= 0) this.fullAt = now;
  }
}
