import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reuse } from './reuse';

const plain = fc.jsonValue();

describe('reuse', () => {
  it('[RM3] answers what was given, whatever came before', () => {
    fc.assert(
      fc.property(plain, plain, (previous, next) => {
        expect(reuse(previous, next)).toEqual(next);
      }),
    );
  });

  it('[RM3] answers the very same object for an equal one', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(reuse(value, structuredClone(value))).toBe(value);
      }),
    );
  });

  it('[RM3] keeps equal parts of a changed whole, and changes neither', () => {
    const previous = { kept: { deep: [1, 2] }, changed: [{ a: 1 }, { b: 2 }], gone: true };
    const before = structuredClone(previous);
    const next = { kept: { deep: [1, 2] }, changed: [{ a: 1 }, { b: 3 }] };
    const merged = reuse(previous, next);
    expect(merged).toEqual(next);
    expect(merged.kept).toBe(previous.kept);
    expect(merged.changed[0]).toBe(previous.changed[0]);
    expect(previous).toEqual(before);
  });

  it('[RM3] tells absent from undefined, and shorter from longer', () => {
    expect(reuse({ a: undefined }, {})).toEqual({});
    expect(Object.keys(reuse({}, { a: undefined }))).toEqual(['a']);
    expect(reuse([1, 2], [1])).toEqual([1]);
    expect(reuse([1], [1, undefined])).toHaveLength(2);
  });
});
