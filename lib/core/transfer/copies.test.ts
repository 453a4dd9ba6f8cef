/** The counters against a naive model. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Copies } from './copies';

const chunks = 12;
const action = fc.record({
  gains: fc.boolean(),
  chunk: fc.integer({ min: 0, max: chunks - 1 }),
});

describe('copies', () => {
  test('[CL3] smallest count, chunks below a count, chunks of nobody else and the fraction hold after any history', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 400 }), (actions) => {
        const copies = new Copies(chunks);
        const model = new Array<number>(chunks).fill(0);
        let peak = 0;
        for (const { gains, chunk } of actions) {
          if (gains) model[chunk]!++;
          else model[chunk] = Math.max(0, model[chunk]! - 1);
          copies[gains ? 'gained' : 'lost'](chunk);
          peak = Math.max(peak, Math.min(...model));
          expect(copies.least).toBe(Math.min(...model));
        }
        const least = Math.min(...model);
        expect(copies.peak).toBe(peak);
        for (const k of [0, 1, 3, 5]) expect(copies.below(k)).toBe(model.filter((count) => count < k).length);
        expect(copies.fraction).toBeCloseTo(model.filter((count) => count > least).length / chunks);
        model.forEach((count, chunk) => {
          expect(copies.of(chunk)).toBe(count);
          expect(copies.alone.has(chunk)).toBe(count === 0);
        });
        expect(copies.alone.count).toBe(model.filter((count) => count === 0).length);
      }),
    );
  });

  test('[CL3] a share without chunks has no copies to count, and chunks out of range change nothing', () => {
    const none = new Copies(0);
    none.gained(0);
    none.lost(0);
    expect([none.least, none.fraction, none.below(3)]).toEqual([0, 0, 0]);
  });
});
