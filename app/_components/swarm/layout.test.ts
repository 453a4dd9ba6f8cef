import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyPoints, halfHeight, head, levelOf, levels, tail } from './fish';
import { nearest, placeOf, scaleOf, slotsOf, spreadOf, whimOf } from './layout';

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 60 });

describe('where fish swim', () => {
  it('[UI108] who stays keeps the place it had, whoever comes and goes, and no two share one', () => {
    fc.assert(
      fc.property(ids, ids, (before, after) => {
        const first = slotsOf(new Map(), before);
        const then = slotsOf(first, after);
        expect([...then.keys()].sort()).toEqual([...after].sort());
        expect(new Set(then.values()).size).toBe(after.length);
        for (const id of after) if (first.has(id)) expect(then.get(id)).toBe(first.get(id));
        expect(Math.max(-1, ...then.values())).toBeLessThan(
          Math.max(before.length, after.length) + after.length,
        );
      }),
    );
  });

  it('[UI108] places lie inside the picture, apart from each other and from self', () => {
    for (const area of [
      { width: 340, height: 300 },
      { width: 780, height: 560 },
    ])
      for (const count of [1, 7, 12, 50, 200]) {
        const slots = slotsOf(
          new Map(),
          Array.from({ length: count }, (_, i) => `${i}`),
        );
        const spread = spreadOf(slots);
        const places = [...slots.values()].map((slot) => placeOf(slot, spread, area));
        const length = 30 * scaleOf(spread, area);
        places.forEach(({ x, y }, i) => {
          expect(x > 20 && x < area.width - 20 && y > 12 && y < area.height - 12).toBe(true);
          expect(Math.hypot(x - area.width / 2, y - area.height / 2)).toBeGreaterThan(24);
          const near = places.slice(i + 1).map((other) => Math.hypot(other.x - x, other.y - y));
          expect(Math.min(Infinity, ...near)).toBeGreaterThan(length * 0.3);
        });
      }
  });

  it('[UI108] a point finds the fish nearest to it, within reach', () => {
    const places = [
      { x: 10, y: 10 },
      { x: 30, y: 10 },
    ];
    expect(nearest(places, { x: 22, y: 10 }, 30)).toBe(1);
    expect(nearest(places, { x: 200, y: 10 }, 30)).toBe(-1);
    expect(nearest([], { x: 0, y: 0 }, 30)).toBe(-1);
  });

  it('[UI108] a manner is the same for the same id, and between 0 and 1', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        expect(whimOf(id)).toBe(whimOf(id));
        expect(whimOf(id) >= 0 && whimOf(id) < 1).toBe(true);
      }),
    );
  });
});

describe('the shape of a fish', () => {
  it('[UI108] is filled as far as a peer has: empty only at nothing, full only at all', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(levelOf)).toEqual([0, 1, levels / 2, levels - 1, levels]);
    for (const level of [0, 0.25, 1]) {
      const xs = bodyPoints(level).filter((_, i) => i % 2 === 0);
      expect(Math.max(...xs)).toBeCloseTo(tail + (head - tail) * level);
    }
    expect(halfHeight(tail)).toBe(0);
    expect(halfHeight(head)).toBeCloseTo(0, 0);
    expect(halfHeight(0)).toBeGreaterThan(4);
  });
});
