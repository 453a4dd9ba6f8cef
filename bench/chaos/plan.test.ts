import { describe, expect, test } from 'vitest';
import { describeFault, faultKinds, planRounds, type PlanOptions } from './plan';

const mebibyte = 1024 * 1024;
const options: PlanOptions = {
  seed: 7,
  rounds: 40,
  receivers: 2,
  leastBytes: 24 * mebibyte,
  mostBytes: 96 * mebibyte,
  kinds: faultKinds,
  longestCutSeconds: 60,
};

describe('the plan of faults', () => {
  test('[CH1] the same seed gives the same plan, another one another', () => {
    expect(planRounds(options)).toEqual(planRounds(options));
    expect(planRounds({ ...options, seed: 8 })).not.toEqual(planRounds(options));
    expect(planRounds({ ...options, rounds: 3 })).toEqual(planRounds(options).slice(0, 3));
  });

  test('[CH1] every round has a fault, and forty rounds have every kind in every phase it can hit', () => {
    const rounds = planRounds(options);
    expect(rounds.every(({ faults }) => faults.length > 0)).toBe(true);
    const faults = rounds.flatMap((round) => round.faults);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    for (const phase of ['preparing', 'transferring', 'saving', 'complete'])
      expect(faults.filter((fault) => fault.phase === phase).length).toBeGreaterThan(0);
  });

  test('[CH1] sizes, times and victims keep their bounds', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      for (const { files, faults } of planRounds({ ...options, seed })) {
        const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
        expect(bytes).toBeGreaterThanOrEqual(options.leastBytes - files.length);
        expect(bytes).toBeLessThanOrEqual(options.mostBytes);
        for (const fault of faults) {
          if (fault.kind === 'cut') {
            expect(fault.seconds).toBeGreaterThanOrEqual(5);
            expect(fault.seconds).toBeLessThanOrEqual(60);
            expect(fault.where).not.toBeNull();
          }
          const receiver = fault.kind === 'kill-receiver' || fault.kind === 'reload-receiver';
          if (receiver) expect(fault.who).toBeGreaterThan(0);
          if (receiver) expect(fault.phase).not.toBe('preparing');
          expect(describeFault(fault)).toMatch(/sender|receiver|server/);
        }
        // Nothing else is done to a sender that is away until the end.
        if (faults.some(({ kind }) => kind === 'lose-sender'))
          expect(faults.filter(({ who }) => who === 0)).toHaveLength(1);
      }
    }
  });

  test('[CH1] without namespaces nothing is cut', () => {
    const kinds = faultKinds.filter((kind) => kind !== 'cut');
    const faults = planRounds({ ...options, kinds }).flatMap((round) => round.faults);
    expect(faults.some(({ kind }) => kind === 'cut')).toBe(false);
    expect(faults.length).toBeGreaterThanOrEqual(options.rounds);
  });
});
