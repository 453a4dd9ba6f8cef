import { describe, expect, it } from 'vitest';
import { runTable, summaryTable } from './table';
import { madeUp, madeUpSet } from './testing';

const lineWith = (text: string, part: string): string =>
  text.split('\n').find((line) => line.includes(part)) ?? '';

describe('the table of one run', () => {
  it('[SR1] holds everything the command line promises', () => {
    const table = runTable(
      madeUp({
        scenario: 'free-riders',
        variant: 'phi=0.3',
        extra: { contributorsP95: 1.0512, freeShare: 0.3, waitSeconds: 12.34 },
        figures: [
          { name: 'contributors p95', value: 1.0512, atMost: 1.1 },
          { name: 'completed', value: 0.98, atLeast: 0.999 },
        ],
      }),
    );
    expect(table).toContain('free-riders phi=0.3 · N 1,000 · M 400 · seed 1');
    expect(lineWith(table, 'p50')).toMatch(/88\.5 +1\.053$/);
    expect(lineWith(table, ' last ')).toMatch(/90\.7 +1\.080$/);
    expect(lineWith(table, 'Kumar–Ross')).toMatch(/84\.0 +1\.000$/);
    expect(lineWith(table, 'Mundinger')).toMatch(/85\.9 +1\.023$/);
    expect(lineWith(table, 'publisher copies')).toMatch(/1\.023$/);
    expect(lineWith(table, 'duplicate bytes')).toMatch(/0\.12 %$/);
    expect(lineWith(table, 'control bytes')).toMatch(/1\.23 %$/);
    expect(lineWith(table, 'uplink use')).toMatch(/93\.4 %$/);
    expect(lineWith(table, 'links made')).toMatch(/7,012$/);
    expect(lineWith(table, 'links per peer')).toMatch(/14\.02$/);
    expect(lineWith(table, 'failed dials')).toMatch(/3$/);
    expect(lineWith(table, 'log scale')).toMatch(/_▁.*█/);
    expect(table).toMatch(/\n {2}0 2 12 42 91 181 296 480 689 1,000\n/);
    expect(lineWith(table, 'contributors p95  ')).toMatch(/1\.051$/);
    expect(lineWith(table, 'free share')).toMatch(/30\.0 %$/);
    expect(lineWith(table, 'wait seconds')).toMatch(/12\.3 s$/);
    expect(lineWith(table, 'at most 1.1')).toMatch(/^ {2}met .*1\.051/);
    expect(lineWith(table, 'at least 0.999')).toMatch(/^ {2}MISS completed .*0\.98/);
    expect(lineWith(table, 'events')).toMatch(/12,345,678 events, 12\.3 wall seconds, 13\.5 CPU seconds$/);
    expect(lineWith(table, 'trace hash')).toMatch(/heap 322 MiB, trace hash c0ffee5eed$/);
  });

  it('[SR2] stays within 100 columns and one line a row, whatever names and numbers come', () => {
    const hostile = madeUp({
      scenario: 'a\nb\u001b[31m'.repeat(40),
      extra: { ['x'.repeat(200)]: 1e12 },
      figures: [{ name: 'n\r\n'.repeat(90), value: NaN, atMost: 1 }],
      traceHash: 'f'.repeat(200),
      seed: 4_294_967_295,
      peers: 10_000,
    });
    for (const table of [runTable(hostile), summaryTable([hostile, ...madeUpSet()])]) {
      for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
      // eslint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(table).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    }
  });

  it('[SR3] tells what does not exist with a dash and leaves out a bound that does not hold', () => {
    const table = runTable(
      madeUp({
        ratioLast: NaN,
        seconds: Infinity,
        bounds: { kumarRoss: 80, mundinger: null, reference: 80 },
        timeline: { seconds: [], complete: [], progress: [], minCopies: [], uplinkUse: [], senderCopies: [] },
      }),
    );
    expect(lineWith(table, ' last ')).toMatch(/– +–$/);
    expect(table).not.toMatch(/Mundinger|NaN|Infinity|undefined|Minimum copies/);
  });

  it('[SR4] shows a chunk that is gone as none, even if only one sample of many says so', () => {
    const minCopies = Array.from({ length: 500 }, (_, sample) => (sample === 250 ? 0 : 9));
    const table = runTable(madeUp({ timeline: { ...madeUp().timeline, minCopies } }));
    expect(lineWith(table, 'log scale').trim().slice(0, 50)).toBe(`${'█'.repeat(25)}_${'█'.repeat(24)}`);
  });
});

describe('the summary', () => {
  it('[SR5] has one row a run in columns, and marks misses with what was promised', () => {
    const good = madeUp({ seed: 3 });
    const bad = madeUp({ scenario: 'churn', seed: 4, peers: 10_000 }, 1.3);
    const lines = summaryTable([good, bad]).split('\n');
    expect(lines).toHaveLength(5);
    const [head = '', first = '', second = '', , miss = ''] = lines;
    expect(first).toMatch(/^broadcast .* 1\/1$/);
    expect(second).toMatch(/^churn .* MISS 0\/1$/);
    expect(first.indexOf('1.080') + 5).toBe(head.indexOf('last ×') + 6);
    expect(second.indexOf('1.300') + 5).toBe(head.indexOf('last ×') + 6);
    expect(miss).toBe('MISS churn, N 10,000, seed 4: last receiver, × bound 1.3, promised at most 1.1');
  });
});
