/**
 * The block lanes of one link, and which of them takes the next block: the one with the most room, of those the plan uses. PROTOCOL TP7, TP25,
 * TP26. Blocks may overtake each other anyway, so nothing is put back in order. Decides when `drained` is owed, and what the loss of a lane
 * means. Leaves out how full a lane may be (block-lane.ts), how many are worth having (stripe-plan.ts), and how others come about (stripes.ts).
 */
import { invariant } from '../../base/invariant';
import { BlockLane, type BlockLaneConfig } from './block-lane';
import { StripePlan, type StripePlanConfig } from './stripe-plan';

export interface LanesConfig extends BlockLaneConfig {
  /** A lane that goes down within this of our last block on it may have lost it. More than any round trip (guess). */
  readonly unackedMs: number;
  readonly stripes: StripePlanConfig;
}

export interface LanesEvents {
  /** There is room again, after sent() answered false. */
  drained(): void;
  /** So many more lanes are wanted. */
  wanted(count: number): void;
  /** How many this link may send over now; looked at when rates are. */
  most(): number;
  /** A further lane went down with blocks in it: they may be lost, and nobody would soon ask for them again. */
  lost(): void;
}

export class Lanes {
  private readonly lanes: BlockLane[] = [];
  private readonly plan: StripePlan;
  private waiting = false;
  /** Least round trip seen: later ones hold what our own bytes wait for. 0: not known. */
  private rttMs = 0;

  constructor(
    own: RTCDataChannel,
    private readonly config: LanesConfig,
    private readonly now: () => number,
    private readonly events: LanesEvents,
  ) {
    this.plan = new StripePlan(config.stripes);
    this.take(own);
  }

  get count(): number {
    return this.lanes.length;
  }

  /** When a block was last sent. */
  get sentAt(): number {
    return this.lanes.reduce((last, { sentAt }) => Math.max(last, sentAt), -Infinity);
  }

  heardRtt(ms: number): void {
    if (ms > 0) this.rttMs = this.rttMs > 0 ? Math.min(this.rttMs, ms) : ms;
    for (const lane of this.lanes) lane.rttMs = this.rttMs;
  }

  /** One more connection to the same peer is open: blocks may go over it from now on. */
  add(channel: RTCDataChannel): void {
    this.take(channel);
    this.plan.opened(this.now(), this.lanes.length);
    this.tellRoom();
  }

  /** Lanes that were wanted will not come. */
  refused(): void {
    this.plan.refused(this.now());
  }

  /** The lane that takes the next block. */
  next(): BlockLane {
    const [own] = this.lanes;
    invariant(own !== undefined, 'a link that is open has its own lane');
    let best = own;
    for (const lane of this.used()) {
      if (best.isFull === lane.isFull ? lane.fill < best.fill : best.isFull) best = lane;
    }
    return best;
  }

  /** A block was given to a lane. Answers whether there is room for another. */
  sent(lane: BlockLane, bytes: number): boolean {
    lane.sent();
    this.plan.sent(bytes);
    if (this.hasRoom()) return true;
    this.waiting = true;
    this.plan.full(this.now());
    return false;
  }

  /** A further connection is over. */
  lose(channel: RTCDataChannel): void {
    const at = this.lanes.findIndex((lane) => lane.channel === channel);
    const lane = this.lanes[at];
    if (!lane) return;
    this.lanes.splice(at, 1);
    lane.release();
    if (this.now() - lane.sentAt < this.config.unackedMs) {
      this.events.lost();
      return;
    }
    this.plan.fit({ most: Infinity, lanes: this.lanes.length });
    this.tellRoom();
  }

  release(): void {
    for (const lane of this.lanes.splice(0)) lane.release();
  }

  private take(channel: RTCDataChannel): BlockLane {
    const lane = new BlockLane(channel, this.config, this.now, () => {
      this.drained();
    });
    lane.rttMs = this.rttMs;
    this.lanes.push(lane);
    return lane;
  }

  private drained(): void {
    const { rttMs } = this;
    const lanes = this.lanes.length;
    const wanted = this.plan.drained(this.now(), { rttMs, most: this.events.most(), lanes });
    this.tellRoom();
    if (wanted > lanes) this.events.wanted(wanted - lanes);
  }

  private tellRoom(): void {
    if (!this.waiting || !this.hasRoom()) return;
    this.waiting = false;
    this.events.drained();
  }

  private hasRoom(): boolean {
    return this.used().some((lane) => !lane.isFull);
  }

  private used(): BlockLane[] {
    const { active } = this.plan;
    return active >= this.lanes.length ? this.lanes : this.lanes.slice(0, active);
  }
}
