import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue';

/** Indexes in the order in which they are taken. */
function drain(queue: EventQueue): number[] {
  const indexes: number[] = [];
  while (queue.take()) indexes.push(queue.index);
  return indexes;
}

describe('event queue', () => {
  it('[SQ1] takes events by time and moves the clock to each', () => {
    const queue = new EventQueue();
    const times = [5, 1, 4, 2.5, 0];
    times.forEach((at, i) => queue.push(at, 0, i));
    const seen: number[] = [];
    while (queue.take()) seen.push(queue.now);
    expect(seen).toEqual([0, 1, 2.5, 4, 5]);
    expect([queue.taken, queue.size, queue.nextAt]).toEqual([5, 0, Infinity]);
  });

  it('[SQ2] equal times: first in, first out, also among events planned while others are taken', () => {
    const queue = new EventQueue();
    for (let i = 0; i < 100; i++) queue.push(7, 0, i);
    for (let i = 0; i < 50; i++) queue.take();
    for (let i = 100; i < 200; i++) queue.push(7, 0, i);
    expect(drain(queue)).toEqual(Array.from({ length: 150 }, (_, i) => i + 50));
  });

  it('[SQ3] gives back what was put in', () => {
    const queue = new EventQueue();
    const first = { a: 1 };
    queue.push(3, 255, -7, first, 'second');
    queue.push(4, 2, 2 ** 31 - 1);
    expect([queue.size, queue.nextAt, queue.now]).toEqual([2, 3, 0]);
    expect(queue.take()).toBe(true);
    expect([queue.now, queue.kind, queue.index, queue.second]).toEqual([3, 255, -7, 'second']);
    expect(queue.first).toBe(first);
    expect(queue.take()).toBe(true);
    expect([queue.now, queue.kind, queue.index]).toEqual([4, 2, 2 ** 31 - 1]);
    expect([queue.first, queue.second]).toEqual([undefined, undefined]);
    expect(queue.take()).toBe(false);
    expect([queue.now, queue.taken]).toEqual([4, 2]);
  });

  it('[SQ4] a time already gone means now, after what is due now', () => {
    const queue = new EventQueue();
    queue.push(10, 0, 1);
    queue.push(10, 0, 2);
    queue.take();
    queue.push(3, 0, 3);
    queue.push(-Infinity, 0, 4);
    queue.push(NaN, 0, 5);
    const times: number[] = [];
    const indexes: number[] = [];
    while (queue.take()) {
      times.push(queue.now);
      indexes.push(queue.index);
    }
    expect(indexes).toEqual([2, 3, 4, 5]);
    expect(times).toEqual([10, 10, 10, 10]);
  });

  it('[SQ5] grows as it must and keeps every field', () => {
    const queue = new EventQueue();
    const many = 20_000;
    for (let i = 0; i < many; i++) queue.push((i * 7919) % many, i % 256, i, i, -i);
    expect(queue.size).toBe(many);
    for (let time = 0; time < many; time++) {
      queue.take();
      const i = queue.index;
      expect(queue.now === time && (i * 7919) % many === time).toBe(true);
      expect(queue.kind === i % 256 && queue.first === i && queue.second === -i).toBe(true);
    }
    expect(queue.take()).toBe(false);
  });

  it('[SQ6] does as a sorted list does, whatever is put in and taken out', () => {
    // A number plans an event that far from now (often a tie, often in the past), null takes one.
    const step = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constant(null));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new EventQueue();
        const list: { at: number; index: number }[] = [];
        let now = 0;
        steps.forEach((delay, index) => {
          if (delay !== null) {
            queue.push(now + delay, index % 5, index, `${index}`);
            list.push({ at: Math.max(now, now + delay), index });
            return;
          }
          const wanted = list.toSorted((a, b) => a.at - b.at || a.index - b.index)[0];
          expect(queue.nextAt).toBe(wanted?.at ?? Infinity);
          expect(queue.take()).toBe(wanted !== undefined);
          if (!wanted) return;
          list.splice(list.indexOf(wanted), 1);
          now = wanted.at;
          expect([queue.now, queue.index, queue.kind]).toEqual([now, wanted.index, wanted.index % 5]);
          expect([queue.first, queue.size]).toEqual([`${wanted.index}`, list.length]);
        });
      }),
      { numRuns: 300 },
    );
  });
});
