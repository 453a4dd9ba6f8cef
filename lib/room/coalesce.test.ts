import { describe, expect, it } from 'vitest';
import type { Clock } from '../ports';
import { createCoalescer, flushesASecond } from './coalesce';

/** Time that moves when it is told to; what is due runs on the way. */
function handClock(): Clock & { readonly pass: (ms: number) => Promise<void> } {
  let time = 0;
  let waiting: { at: number; run: () => void }[] = [];
  return {
    now: () => time,
    wall: () => time,
    at(due, run) {
      const entry = { at: due, run };
      waiting.push(entry);
      return () => void (waiting = waiting.filter((other) => other !== entry));
    },
    async pass(ms) {
      for (const end = time + ms; time < end;) {
        time += 1;
        const due = waiting.filter(({ at }) => at <= time);
        waiting = waiting.filter(({ at }) => at > time);
        for (const { run } of due) run();
        for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
      }
    },
  };
}

describe('how often is told what changed', () => {
  it('[RS22] a flood of urgent changes is told ten times in any second, and the last of them is told', async () => {
    const clock = handClock();
    const told: { readonly at: number; readonly change: number }[] = [];
    let change = 0;
    const coalescer = createCoalescer(clock, () => void told.push({ at: clock.now(), change }));
    for (; change < 3000; change += 1) {
      coalescer.mark(true);
      await clock.pass(1);
    }
    await clock.pass(1000);
    for (const { at } of told)
      expect(told.filter((other) => other.at >= at && other.at < at + 1000).length).toBeLessThanOrEqual(
        flushesASecond,
      );
    expect(told.length).toBeGreaterThanOrEqual(30);
    expect(told.at(-1)?.change).toBe(3000);
  });

  it('[RS22] a change of state is told at once, numbers alone five times a second', async () => {
    const clock = handClock();
    const told: number[] = [];
    const coalescer = createCoalescer(clock, () => void told.push(clock.now()));
    for (let ms = 0; ms < 1000; ms += 1) {
      coalescer.mark(false);
      await clock.pass(1);
    }
    expect(told.length).toBe(5);
    await clock.pass(400);
    const before = told.length;
    coalescer.mark(true);
    await clock.pass(25);
    expect(told.length).toBe(before + 1);
  });
});
