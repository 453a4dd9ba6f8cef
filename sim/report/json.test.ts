import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureMet } from './format';
import { readResult, resultFile, resultJson } from './json';
import { madeUp } from './testing';

const promised =
  'scenario,variant,peers,chunks,seed,ratioP50,ratioP95,ratioLast,senderCopies,duplicateShare,controlShare,seconds,wallSeconds';

const parse = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('the JSON of a run', () => {
  it('[SR6] is one line that begins with the promised keys and leaves nothing out', () => {
    const result = madeUp({ scenario: 'line\nbreak', extra: { honestP95: 1.1 } });
    const line = resultJson(result);
    expect(line).not.toContain('\n');
    const keys = Object.keys(parse(line));
    expect(keys.slice(0, 13).join(',')).toBe(promised);
    expect(keys.toSorted()).toEqual(Object.keys(result).toSorted());
    expect(parse(line)).toMatchObject({
      scenario: 'line\nbreak',
      extra: { honestP95: 1.1 },
      figures: [{ atMost: 1.1 }],
    });
  });

  it('[SR7] rounds to six digits, keeps whole numbers exact, makes what is no number null', () => {
    const line = resultJson(
      madeUp({
        senderCopies: 1.23456789,
        events: 123_456_789,
        seed: 4_294_967_295,
        ratioP50: NaN,
        seconds: Infinity,
      }),
    );
    expect(parse(line)).toMatchObject({
      senderCopies: 1.23457,
      events: 123_456_789,
      seed: 4_294_967_295,
      ratioP50: null,
      seconds: null,
    });
  });

  it('[SR8] goes through JSON and back unchanged, whatever the numbers and names', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.string(), (ratioLast, value, variant) => {
        const result = madeUp({ ratioLast, variant, extra: { value } });
        const line = resultJson(result);
        expect(JSON.stringify(parse(line))).toBe(line);
        expect(line).not.toContain('\n');
        const back = parse(line)['ratioLast'];
        if (!Number.isFinite(ratioLast)) expect(back).toBeNull();
        else expect(Math.abs(Number(back) - ratioLast)).toBeLessThanOrEqual(Math.abs(ratioLast) * 1e-5);
      }),
    );
  });

  it('[SR24] is read back with a figure that has no value as one that is not met', () => {
    const result = madeUp({ figures: [{ name: 'ratioLast', value: NaN, atMost: 1.1 }] });
    for (const text of [resultJson(result), resultFile(result)]) {
      const [figure] = readResult(text).figures;
      expect(figure).toEqual({ name: 'ratioLast', value: NaN, atMost: 1.1 });
      expect(figure && figureMet(figure)).toBe(false);
      expect(readResult(text).seconds).toBe(readResult(resultJson(result)).seconds);
    }
  });

  it('[SR9] is a small file with each array of numbers on one line', () => {
    const result = madeUp();
    const text = resultFile(result);
    expect(parse(text)).toEqual(parse(resultJson(result)));
    expect(text).toMatch(/\n {2}"completionQuantiles": \[[^\n]*\],\n/);
    expect(text).toMatch(/\n {4}"minCopies": \[[^\n]*\],\n/);
    expect(text.length).toBeLessThan(6000);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('[SR10] thins a long timeline in a file without losing the moment a chunk was gone', () => {
    const long = Array.from({ length: 5000 }, (_, sample) => sample + 1);
    const timeline = {
      seconds: long,
      complete: long,
      progress: long,
      minCopies: long.map((at) => (at === 2777 ? 0 : 5)),
      uplinkUse: long.map((at) => at % 2),
      senderCopies: long,
    };
    const thin = parse(resultFile(madeUp({ timeline })))['timeline'] as typeof timeline;
    expect(thin.seconds).toHaveLength(120);
    expect(thin.seconds.at(-1)).toBe(5000);
    expect(thin.minCopies.filter((copies) => copies === 0)).toHaveLength(1);
    for (const use of thin.uplinkUse) expect(use).toBeCloseTo(0.5, 1);
    for (const values of Object.values(thin)) expect(values).toHaveLength(120);
  });
});
