/** The picker against a naive model: same candidates, same availability, always a rarest one, ties spread. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bitfield } from '../../base/bitfield';
import { createPrng } from '../../base/prng';
import { Holder, Picker } from './picker';

/** Another peer than the one asked for: only its copies count. */
const someone = (): Holder => new Holder(new Bitfield(0));
const holderOf = (bits: Bitfield): Holder => new Holder(bits);

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
            if (kind === 'gained' || kind === 'lost') picker[kind](chunk, someone());
            else picker[kind](chunk);
          }
          // The holder is a linked peer: its copies count.
          const holder = holderOf(new Bitfield(chunkCount));
          picker.join(holder);
          for (const chunk of held) {
            copies[chunk]!++;
            holder.bits.add(chunk);
            picker.gained(chunk, holder);
          }
          expect(picker.candidates).toBe(candidates.size);
          expect([...picker.availability]).toEqual(copies);
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
      }
      const holder = holderOf(Bitfield.full(10));
      for (let chunk = 0; chunk < 10; chunk++) picker.gained(chunk, holder);
      counts[picker.pick(holder)]!++;
    }
    // Chi-square, 9 degrees of freedom: 27.9 is the 0.1 % point.
    const chi = counts.reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0);
    expect(chi).toBeLessThan(27.9);
  });

  test('[TX12] a holder of few chunks is served from those few', () => {
    const picker = new Picker(10_000, createPrng(2));
    for (let chunk = 0; chunk < 10_000; chunk++) picker.add(chunk);
    const holder = holderOf(new Bitfield(10_000));
    picker.join(holder);
    holder.bits.add(9_999);
    picker.gained(9_999, holder);
    expect(picker.pick(holder)).toBe(9_999);
    picker.remove(9_999);
    expect(picker.pick(holder)).toBe(-1);
  });

  test('[TX12] how many candidates each linked peer holds is right after any history, and so is each pick in it', () => {
    const act = fc.record({
      kind: fc.constantFrom('add', 'remove', 'gained', 'lost', 'leave', 'pick'),
      chunk: fc.integer({ min: 0, max: chunkCount - 1 }),
      who: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const picker = new Picker(chunkCount, createPrng(1));
        const holders = [0, 1, 2].map(() => holderOf(new Bitfield(chunkCount)));
        for (const holder of holders) picker.join(holder);
        const check = (holder: Holder): void => {
          const copies: number[] = [];
          holder.bits.forEach((chunk) => {
            if (picker.isCandidate(chunk)) copies.push(picker.availability[chunk]!);
          });
          expect(holder.useful).toBe(copies.length);
          const picked = picker.pick(holder);
          expect(picked >= 0 && holder.bits.has(picked) && picker.isCandidate(picked)).toBe(
            copies.length > 0,
          );
          if (copies.length > 0) expect(picker.availability[picked]).toBe(Math.min(...copies));
        };
        for (const { kind, chunk, who } of acts) {
          const holder = holders[who]!;
          if (kind === 'add' || kind === 'remove') picker[kind](chunk);
          else if (kind === 'pick') check(holder);
          else if (kind === 'gained' && holder.bits.add(chunk)) picker.gained(chunk, holder);
          else if (kind === 'lost' && holder.bits.remove(chunk)) picker.lost(chunk, holder);
          else if (kind === 'leave') {
            holder.bits.forEach((held) => picker.lost(held, holder));
            picker.leave(holder);
            picker.join((holders[who] = holderOf(new Bitfield(chunkCount))));
          }
        }
        for (const holder of holders) check(holder);
      }),
      { numRuns: 500 },
    );
  });

  test('[TX10] a rarest one is found behind any number of candidates that the holder lacks', () => {
    const picker = new Picker(5_000, createPrng(3));
    for (let chunk = 0; chunk < 5_000; chunk++) picker.add(chunk);
    const [seed, holder] = [holderOf(Bitfield.full(5_000)), holderOf(new Bitfield(5_000))];
    for (let chunk = 0; chunk < 5_000; chunk++) picker.gained(chunk, seed);
    picker.join(holder);
    for (const chunk of [17, 4_000, 4_999]) {
      holder.bits.add(chunk);
      picker.gained(chunk, holder);
    }
    picker.gained(17, someone());
    const picked = new Set(Array.from({ length: 50 }, () => picker.pick(holder)));
    expect([...picked].sort((a, b) => a - b)).toEqual([4_000, 4_999]);
  });
});
