/**
 * Bars: the time of the last receiver in units of the reference bound, worst seed of each scenario, variant, N and M, against what the scenario
 * promises for it. Leaves out the other figures: the README's table has them.
 */
import { count, plain, ratio, shorten } from './format';
import { groupRuns, range, worstOf, type RunGroup } from './groups';
import type { RunResult } from '../types';
import { boundCurve, colours, frame, label, linearAxis, px, segment } from './svg';

const width = 800;
const rowHeight = 26;
const mostRows = 40;
const metSeries = 0;
const missedSeries = 1;

/**
 * The most that was promised for the last receiver, as a ratio: the figure that says so by name or holds the very value. Null where there is none.
 */
function barOf(group: RunGroup): number | null {
  for (const { figures, ratioLast } of group.runs) {
    for (const { name, value, atMost } of figures) {
      if (atMost !== undefined && (/^ratio ?last$/i.test(name) || value === ratioLast)) return atMost;
    }
  }
  return null;
}

export function barsChart(results: readonly RunResult[]): string {
  const title = 'The last receiver of each scenario against its bar';
  const all = groupRuns(results);
  if (all.length === 0) return frame(title, 'No run to show.', 'Empty chart. No run to show.', width, 80, []);
  const rows = all.slice(0, mostRows).map((group) => ({
    group,
    last: worstOf(group.runs.map((run) => run.ratioLast)),
    bar: barOf(group),
  }));
  const left = 250;
  const right = width - 160;
  const top = 84;
  const bottom = top + rows.length * rowHeight + 4;
  const x = linearAxis(
    0,
    range([1, ...rows.flatMap(({ last, bar }) => [last, bar ?? 0])]).high,
    left,
    right,
    6,
  );
  const body = x.ticks.flatMap(({ value, label: text }) => [
    segment(x.at(value), top - 4, x.at(value), bottom, 'grid'),
    label(x.at(value), bottom + 16, text, { kind: 'soft', anchor: 'middle' }),
  ]);
  rows.forEach(({ group, last, bar }, index) => {
    const y = top + index * rowHeight;
    const exists = Number.isFinite(last);
    const missed = !exists || (bar !== null && last > bar);
    const series = (missed ? missedSeries : metSeries) % colours;
    const tail = ` N ${count(group.peers)}`;
    body.push(
      label(left - 10, y + 16, `${shorten(`${group.scenario} ${group.variant}`, 30 - tail.length)}${tail}`, {
        anchor: 'end',
      }),
    );
    if (exists) {
      const length = px(Math.max(0, x.at(last) - left));
      body.push(
        `<rect x="${left}" y="${y + 4}" width="${length}" height="${rowHeight - 9}" rx="2" class="fill${series}"/>`,
      );
    }
    if (bar !== null) body.push(segment(x.at(bar), y + 1, x.at(bar), y + rowHeight - 2, 'mark'));
    const verdict = !exists
      ? 'not all finished'
      : bar === null
        ? ''
        : `${missed ? 'missed' : 'met'}, ≤ ${plain(bar)}`;
    body.push(
      label(
        right + 16,
        y + 16,
        [exists ? ratio(last) : '', verdict].filter((part) => part !== '').join(' · '),
      ),
    );
  });
  body.push(
    boundCurve([
      { x: x.at(1), y: top - 4 },
      { x: x.at(1), y: bottom },
    ]),
    label((left + right) / 2, bottom + 36, 'last receiver done, × reference bound', { anchor: 'middle' }),
  );
  const missed = rows.filter(({ last, bar }) => bar !== null && !(last <= bar)).length;
  const promised = rows.filter(({ bar }) => bar !== null).length;
  const more = all.length > rows.length ? ` · ${count(all.length - rows.length)} more not drawn` : '';
  return frame(
    title,
    `worst seed · upright stroke: what is promised · dashed: the reference bound${more}`,
    `${count(rows.length)} cases; ${count(promised)} promise a time for the last receiver, ${count(missed)} of them missed it.`,
    width,
    bottom + 52,
    body,
  );
}
