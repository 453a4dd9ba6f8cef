import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bitfield } from '../../base/bitfield';
import type { PeerId, ShareId } from '../../base/ids';
import { createPrng } from '../../base/prng';
import { geometryOf, minChunkBytes } from '../../content/layout';
import { cellOf, chunkStrip } from './chunk-map';
import { Holder } from './picker';
import { Share, type DownloadRequest } from './state';

/** A share of which self holds some chunks, gets others, and peers hold the given sets. */
function shareOf(chunks: number, held: Iterable<number>, coming: Iterable<number>, peers: number[][]): Share {
  const have = new Bitfield(chunks);
  for (const chunk of held) have.add(chunk);
  const geometry = geometryOf(chunks * minChunkBytes, minChunkBytes);
  const share = new Share('s' as ShareId, geometry, 'p' as PeerId, false, have, [], createPrng(1));
  for (const chunk of coming) share.underway.set(chunk, [] as DownloadRequest[]);
  for (const set of peers) {
    const holder = new Holder(new Bitfield(chunks));
    share.picker.join(holder);
    for (const chunk of set) if (holder.bits.add(chunk)) share.picker.gained(chunk, holder);
  }
  return share;
}

/** The shortest of five turns of each, in milliseconds, taken in turns so that a busy machine slows both. */
function fastest(...works: readonly (() => unknown)[]): number[] {
  const best = works.map(() => Infinity);
  for (let turn = 0; turn < 5; turn++)
    works.forEach((work, index) => {
      const started = performance.now();
      work();
      best[index] = Math.min(best[index]!, performance.now() - started);
    });
  return best;
}

const indexes = (chunks: number) => fc.uniqueArray(fc.integer({ min: 0, max: chunks - 1 }));

describe('the map of chunks', () => {
  it('[UI101] shows each chunk as it is when there are as many cells', () => {
    const share = shareOf(6, [0, 1], [2], [[0, 1, 2, 3], [0, 3], [0]]);
    expect(chunkStrip(share, 0, 6, 100)).toEqual({
      chunks: 6,
      have: Uint8Array.of(255, 255, 0, 0, 0, 0),
      arriving: Uint8Array.of(0, 0, 255, 0, 0, 0),
      copies: Uint8Array.of(3, 1, 1, 2, 0, 0),
    });
    expect(chunkStrip(share, 2, 3, 100).copies).toEqual(Uint8Array.of(1, 2, 0));
    expect(chunkStrip(share, 3, 0, 100).have).toHaveLength(0);
  });

  it('[UI101] a cell is full when all of its chunks are, empty when none is, and as rare as its rarest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }).chain((chunks) =>
          fc.record({
            chunks: fc.constant(chunks),
            held: indexes(chunks),
            coming: indexes(chunks),
            peers: fc.array(indexes(chunks), { maxLength: 4 }),
            cells: fc.integer({ min: 1, max: 500 }),
            from: fc.integer({ min: 0, max: chunks - 1 }),
          }),
        ),
        ({ chunks, held, coming, peers, cells, from }) => {
          const count = chunks - from;
          const share = shareOf(chunks, held, coming, peers);
          const strip = chunkStrip(share, from, count, cells);
          const size = Math.min(cells, count);
          expect(strip.have).toHaveLength(size);
          const members: number[][] = Array.from({ length: size }, () => []);
          for (let chunk = 0; chunk < count; chunk++) members[cellOf(chunk, count, size)]?.push(from + chunk);
          const [has, comes] = [new Set(held), new Set(coming)];
          members.forEach((run, cell) => {
            expect(run.length).toBeGreaterThan(0);
            expect(strip.have[cell] === 0).toBe(!run.some((chunk) => has.has(chunk)));
            expect(strip.have[cell] === 255).toBe(run.every((chunk) => has.has(chunk)));
            expect(strip.arriving[cell] === 0).toBe(!run.some((chunk) => comes.has(chunk)));
            const copies = run.map((chunk) => peers.filter((set) => set.includes(chunk)).length);
            expect(strip.copies[cell]).toBe(Math.min(...copies));
          });
        },
      ),
    );
  });

  it('[UI101] what a map costs grows with its chunks and no faster', () => {
    const [small, large] = [20_000, 1_000_000];
    const costs = [small, large].map((chunks) => {
      const share = shareOf(chunks, [], [5, chunks - 1], []);
      share.have.setRange(0, chunks / 2);
      return () => chunkStrip(share, 0, chunks, 2048);
    });
    const [few = 0, many = Infinity] = fastest(...costs);
    expect(many / few).toBeLessThan((4 * large) / small);
  });
});
