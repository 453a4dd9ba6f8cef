/** The picker against a naive model: same candidates, same availability, always a rarest one, ties spread. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bitfield } from '../../base/bitfield';
import { createPrng } from '../../base/prng';
import { Picker } from './picker';

const chunkCount = 40;
const action = fc.record({
  kind: fc.constantFrom('add', 'remove', 'gained', 'lost'),
  chunk: fc.integer({ min: 0, max: chunkCount - 1 }),
});

describe('picker', () => {
  test('[TX10] picks a rarest candidate of the holder after any history', () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 300 }),
        fc.uniqueArray(fc.integer({ min: 0, max: chunkCount - 1 })),
        (actions, held) => {
          const picker = new Picker(chunkCount, createPrng(1));
          const candidates = new Set<number>();
          const copies = new Array<number>(chunkCount).fill(0);
          for (const { kind, chunk } of actions) {
            if (kind === 'add') candidates.add(chunk);
            if (kind === 'remove') candidates.delete(chunk);
            if (kind === 'gained') copies[chunk]!++;
            if (kind === 'lost') copies[chunk] = Math.max(0, copies[chunk]! - 1);
            picker[kind as 'add'](chunk);
          }
          // The holder is a linked peer: its copies count.
          for (const chunk of held) {
            copies[chunk]!++;
            picker.gained(chunk);
          }
          expect(picker.candidates).toBe(candidates.size);
          expect([...picker.availability]).toEqual(copies);
          const holder = new Bitfield(chunkCount);
          for (const chunk of held) holder.add(chunk);
          const usable = held.filter((chunk) => candidates.has(chunk));
          const picked = picker.pick(holder);
          if (usable.length === 0) expect(picked).toBe(-1);
          else {
            expect(usable).toContain(picked);
            expect(copies[picked]).toBe(Math.min(...usable.map((chunk) => copies[chunk]!)));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('[TX11] ties come out at random: every one of equally rare chunks is picked about equally often', () => {
    const random = createPrng(5);
    const counts = new Array<number>(10).fill(0);
    for (let round = 0; round < 5000; round++) {
      const picker = new Picker(10, random);
      for (let chunk = 0; chunk < 10; chunk++) {
        picker.add(chunk);
        picker.gained(chunk);
      }
      counts[picker.pick(Bitfield.full(10))]!++;
    }
    // Chi-square, 9 degrees of freedom: 27.9 is the 0.1 % point.
    const chi = counts.reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0);
    expect(chi).toBeLessThan(27.9);
  });

  test('[TX12] a holder of few chunks is served from those few', () => {
    const picker = new Picker(10_000, createPrng(2));
    for (let chunk = 0; chunk < 10_000; chunk++) picker.add(chunk);
    const holder = new Bitfield(10_000);
    holder.add(9_999);
    picker.gained(9_999);
    expect(picker.pick(holder)).toBe(9_999);
    picker.remove(9_999);
    expect(picker.pick(holder)).toBe(-1);
  });
});
