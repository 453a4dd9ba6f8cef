import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChunkStrip } from '../../../lib/index';
import { freshCells, gridOf, stateOf, sumsOf } from './grid';

const strip = (
  have: number[],
  arriving: number[] = [],
  copies: number[] = [],
  chunks = have.length,
): ChunkStrip => ({
  chunks,
  have: Uint8Array.from(have),
  arriving: Uint8Array.from(have, (_, i) => arriving[i] ?? 0),
  copies: Uint8Array.from(have, (_, i) => copies[i] ?? 0),
});

describe('the map of pieces', () => {
  it('[UI109] is one square a chunk while they fit, the largest that do; else it fills the space and no more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1 << 20 }),
        fc.integer({ min: 30, max: 1200 }),
        (chunks, width) => {
          const { pitch, columns, rows } = gridOf(chunks, width, 190);
          expect(columns * pitch).toBeLessThanOrEqual(width);
          expect(rows * pitch).toBeLessThanOrEqual(190);
          if (columns * rows < chunks) expect(pitch).toBe(7);
          else expect(columns * (rows - 1)).toBeLessThan(chunks);
        },
      ),
    );
    expect(gridOf(8, 400, 190)).toEqual({ pitch: 22, columns: 18, rows: 1 });
    expect(gridOf(100_000, 400, 190)).toEqual({ pitch: 7, columns: 57, rows: 27 });
    expect(gridOf(0, 0, 190).columns).toBe(1);
  });

  it('[UI109] a cell is here, arriving, at others or nowhere', () => {
    const map = strip([255, 100, 0, 0, 255], [0, 3, 0, 0, 9], [0, 0, 2, 0, 1]);
    expect([0, 1, 2, 3, 4].map((cell) => stateOf(map, cell, false))).toEqual([
      'here',
      'arriving',
      'missing',
      'nowhere',
      'here',
    ]);
    // Its sender is linked, and has what nobody showed yet.
    expect(stateOf(map, 3, true)).toBe('missing');
  });

  it('[UI109] what became more since the last look lights up; another map does not', () => {
    expect([...freshCells(strip([0, 255, 10]), strip([255, 255, 9]))]).toEqual([1, 0, 0]);
    expect([...freshCells(strip([0]), strip([255, 255]))]).toEqual([0, 0]);
    expect([...freshCells(null, strip([255]))]).toEqual([0]);
  });

  it('[UI109] its sums: part here, cells arriving, copies of the rarest', () => {
    expect(sumsOf(strip([255, 0], [0, 4], [3, 1]))).toEqual({ chunks: 2, have: 0.5, arriving: 1, fewest: 1 });
    expect(sumsOf(strip([]))).toEqual({ chunks: 0, have: 1, arriving: 0, fewest: 0 });
    expect(sumsOf(strip([255, 254])).have).toBeLessThan(1);
  });
});
