import { describe, expect, it } from 'vitest';
import type { RunResult } from '../types';
import {
  barsChart,
  completionChart,
  copiesChart,
  freeRidersChart,
  peersChart,
  progressChart,
} from './charts';
import { madeUp, madeUpSet } from './testing';

const charts = { barsChart, completionChart, copiesChart, freeRidersChart, peersChart, progressChart };
type Draw = (results: readonly RunResult[]) => string;
const each: [string, Draw][] = Object.entries(charts);

/** Throws unless tags balance, attributes are quoted and no bare & or < is left. Enough XML to catch what escaping gets wrong. */
function assertXml(text: string): void {
  const open: string[] = [];
  const tag = /<(\/?)([a-z]+)((?: [a-zA-Z][\w:-]*="[^"<&]*(?:&(?:amp|lt|gt|quot|#39);[^"<&]*)*")*)(\/?)>/y;
  for (let at = 0; at < text.length;) {
    if (text[at] === '<') {
      tag.lastIndex = at;
      const found = tag.exec(text);
      if (!found) throw new Error(`no tag: ${text.slice(at, at + 80)}`);
      const [whole, closing, name = '', , selfClosing] = found;
      if (closing === '/') {
        if (open.pop() !== name) throw new Error(`</${name}> closes another`);
      } else if (selfClosing === '') open.push(name);
      at += whole.length;
    } else if (text[at] === '&') {
      if (!/^&(?:amp|lt|gt|quot|#39);/.test(text.slice(at, at + 6))) throw new Error(`bare & at ${at}`);
      at++;
    } else at++;
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(' ')}`);
  // eslint-disable-next-line no-control-regex -- characters XML 1.0 does not allow
  expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u);
}

const hostile = '</text><script>alert("1")</script>&\'\u0000\ud800\uffff]]>';
const noTimeline = {
  seconds: [],
  complete: [],
  progress: [],
  minCopies: [],
  uplinkUse: [],
  senderCopies: [],
};
const odd: RunResult[][] = [
  [],
  [madeUp()],
  [madeUp({ peers: 1, chunks: 1 })],
  [madeUp({ variant: 'phi=0.5', extra: { contributorsP95: NaN } })],
  [madeUp({ variant: 'phi=1', extra: { contributorsP95: 2 } })],
  [madeUp({ timeline: noTimeline, completionQuantiles: [], figures: [] })],
  [madeUp({ ratioLast: NaN, completed: 0, completionQuantiles: Array.from({ length: 101 }, () => NaN) })],
  [madeUp({ bounds: { kumarRoss: NaN, mundinger: null, reference: NaN } })],
  [madeUp({ bounds: { kumarRoss: 0, mundinger: 0, reference: 0 }, ratioLast: Infinity })],
  [madeUp({ scenario: hostile, variant: `phi=0.3 ${hostile}`, extra: { freeRidersMedian: 1 } })],
  [madeUp({ scenario: hostile, seed: 2 }), madeUp({ scenario: hostile, variant: hostile })],
  madeUpSet(),
  Array.from({ length: 300 }, (_, run) =>
    madeUp(
      { scenario: `s${run % 14}`, variant: `phi=0.${run}`, peers: 10 + run, extra: { contributorsP95: 1 } },
      1 + run / 100,
    ),
  ),
];

describe.each(each)('%s', (_name, draw) => {
  it.each(odd.map((results, index) => [index, results] as const))(
    '[SR11] is well-formed, told to screen readers, small and without NaN: set %i',
    (_index, results) => {
      const svg = draw(results);
      assertXml(svg);
      expect(svg).toMatch(
        /^<svg [^>]*role="img"[^>]*>\n<title id="title">[^<]+<\/title>\n<desc id="description">[^<]+<\/desc>/,
      );
      expect(svg).toContain('prefers-color-scheme:dark');
      expect(svg).not.toMatch(/NaN|Infinity|undefined|script>/);
      expect(svg.length).toBeLessThan(40_000);
    },
  );

  it('[SR12] is a function of the results', () => {
    expect(draw(madeUpSet())).toBe(draw(madeUpSet()));
  });
});

describe('what the charts show', () => {
  it('[SR13] has one completion curve a run, and the bound', () => {
    const svg = completionChart([
      madeUp(),
      madeUp({ variant: 'oracle' }),
      madeUp({ scenario: 'churn' }, 1.3),
    ]);
    // Three curves and a stroke for each in its key; a dashed line in each of two panels.
    expect(svg.match(/<path [^>]*class="line /g)).toHaveLength(6);
    expect(svg.match(/<path [^>]*class="bound"/g)).toHaveLength(2);
    expect(svg).toContain('oracle: 1.080 ×');
  });

  it('[SR14] names the cost of direct sending and the Mundinger bound beside N', () => {
    const svg = peersChart([madeUp({ peers: 10 }), madeUp({ peers: 10_000 })]);
    expect(svg).toContain('10,000 × F/u at N 10,000');
    expect(svg).toContain('Mundinger bound, M 400');
    expect(svg.match(/<circle/g)).toHaveLength(2);
  });

  it('[SR15] shows the worst seed against its bar, in words too', () => {
    const figure = (value: number): RunResult['figures'] => [{ name: 'ratioLast', value, atMost: 1.1 }];
    const svg = barsChart([
      madeUp({ seed: 1, figures: figure(1.05) }, 1.05),
      madeUp({ seed: 2, figures: figure(1.2) }, 1.2),
      madeUp({ scenario: 'churn', ratioLast: NaN, figures: [] }),
    ]);
    expect(svg).toContain('1.200 · missed, ≤ 1.1');
    expect(svg).toContain('not all finished');
  });
});
