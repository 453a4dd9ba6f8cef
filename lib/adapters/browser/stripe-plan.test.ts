import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { StripePlan, stripePlanDefaults, type StripeFacts } from './stripe-plan';

const MB = 1e6;
const stepMs = 25;

/** A link whose rate follows from the lanes in use. Others are opened at once unless `opens` is false. */
class World {
  readonly plan = new StripePlan(stripePlanDefaults);
  now = 0;
  lanes = 1;
  asked = 0;
  opens = true;
  /** Part of the time in which all lanes are full. */
  busy = 1;

  constructor(
    private readonly rateOf: (active: number, now: number) => number,
    readonly facts: Partial<StripeFacts> = {},
  ) {}

  run(ms: number): this {
    for (const end = this.now + ms; this.now < end;) {
      const { plan } = this;
      plan.sent((this.rateOf(plan.active, this.now) * stepMs) / 1000);
      plan.full(this.now);
      this.now += stepMs * this.busy;
      const wanted = plan.drained(this.now, { rttMs: 40, most: 4, lanes: this.lanes, ...this.facts });
      this.now += stepMs * (1 - this.busy);
      for (; this.opens && this.lanes < wanted; this.asked++) plan.opened(this.now, ++this.lanes);
      if (!this.opens && wanted > this.lanes) {
        this.asked++;
        plan.refused(this.now);
      }
    }
    return this;
  }
}

const scales = (active: number) => active * MB;
const flat = () => 2 * MB;

describe('stripe plan', () => {
  it('[TP26] takes as many lanes as raise the rate, four at most', () => {
    expect(new World(scales).run(20_000).plan.active).toBe(4);
    expect(new World((active) => Math.min(2, active) * MB).run(20_000).plan.active).toBe(2);
  });

  it('[TP26] goes back where more lanes give nothing, and tries ever more seldom', () => {
    const world = new World(flat).run(5_000);
    expect(world.plan.active).toBe(1);
    expect(world.lanes).toBe(2);
    const used: number[] = [];
    for (let second = 0; second < 600; second++) used.push(world.run(1000).plan.active);
    const trials = used.filter((active, i) => active > 1 && used[i - 1] === 1).length;
    expect(trials).toBeGreaterThan(2);
    expect(trials).toBeLessThan(12);
    expect(world.lanes).toBe(2);
  });

  it('[TP26] leaves alone what is near, relayed, short, or not limited by the channel', () => {
    expect(new World(scales, { rttMs: 5 }).run(20_000).asked).toBe(0);
    expect(new World(scales, { rttMs: 0 }).run(20_000).asked).toBe(0);
    expect(new World(scales, { most: 1 }).run(20_000).asked).toBe(0);
    expect(new World(scales).run(1_500).asked).toBe(0);
    const slack = new World(scales);
    slack.busy = 0.4;
    expect(slack.run(20_000).asked).toBe(0);
  });

  it('[TP26] waits for a connection that still speeds up by itself', () => {
    const world = new World((active, now) => Math.min(16, 2 ** (now / 500)) * active * MB);
    expect(world.run(2_000).asked).toBe(0);
    expect(world.run(18_000).plan.active).toBe(4);
  });

  it('[TP26] opens others at once far away, and uses them once a trial can tell', () => {
    const far = { rttMs: 100 };
    const world = new World(scales, far).run(stepMs);
    expect([world.asked, world.plan.active]).toEqual([3, 1]);
    expect(world.run(3_500).plan.active).toBe(4);
    expect(world.asked).toBe(3);
    expect(new World((active) => Math.min(2, active) * MB, far).run(10_000).plan.active).toBe(2);
    expect(new World(flat, far).run(5_000).plan.active).toBe(1);
  });

  it('[TP26] goes by what was measured when all it began with far away are refused', () => {
    const world = new World(scales, { rttMs: 100 });
    world.opens = false;
    world.run(3_000);
    expect(world.plan.active).toBe(1);
    world.opens = true;
    expect(world.run(30_000).plan.active).toBe(4);
  });

  it('[TP26] gives lanes up when fewer may be used, and takes them again later', () => {
    const facts = { most: 4 };
    const world = new World(scales, facts).run(20_000);
    expect(world.plan.active).toBe(4);
    facts.most = 1;
    expect(world.run(100).plan.active).toBe(1);
    facts.most = 4;
    expect(world.run(30_000).plan.active).toBe(4);
  });

  it('[TP26] sends over what is there when others are refused', () => {
    const world = new World(scales);
    world.opens = false;
    expect(world.run(20_000).plan.active).toBe(1);
    expect(world.asked).toBeGreaterThan(0);
    expect(world.asked).toBeLessThan(4);
  });

  it('[TP26] never uses a lane that is not there, nor more than it may', () => {
    const act = fc.record({
      kind: fc.constantFrom('drain', 'open', 'refuse', 'lose'),
      ms: fc.integer({ min: 1, max: 2_000 }),
      bytes: fc.integer({ min: 0, max: 5 * MB }),
      most: fc.integer({ min: 1, max: 4 }),
      rttMs: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const plan = new StripePlan(stripePlanDefaults);
        let [now, lanes] = [0, 1];
        for (const { kind, ms, bytes, most, rttMs } of acts) {
          if (kind === 'open' && lanes < 4) plan.opened(now, ++lanes);
          else if (kind === 'refuse') plan.refused(now);
          else if (kind === 'lose' && lanes > 1) plan.fit({ most: Infinity, lanes: --lanes });
          else {
            plan.sent(bytes);
            plan.full(now);
            now += ms;
            const wanted = plan.drained(now, { rttMs, most, lanes });
            expect(wanted).toBeLessThanOrEqual(4);
            expect(plan.active).toBeLessThanOrEqual(most);
          }
          expect(plan.active).toBeGreaterThanOrEqual(1);
          expect(plan.active).toBeLessThanOrEqual(lanes);
        }
      }),
    );
  });
});
