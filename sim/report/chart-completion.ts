/**
 * Completion curves: the share of receivers that are complete against time in units of the reference bound, a panel a scenario, a line a run.
 * Panels have time scales of their own, since scenarios differ by more than a curve is wide; the dashed line at 1 is what they share.
 * Leaves out which runs are worth showing.
 */
import type { RunResult } from '../types';
import { count, ratio, shorten } from './format';
import { range } from './groups';
import { axes, boundCurve, curve, frame, keyRow, label, linearAxis, type Box, type KeyEntry } from './svg';

const width = 800;
const mostPanels = 12;
/** Lines in the whole chart, shared out among its panels. */
const mostLines = 48;
/** Points in the whole chart, which keep the file small. */
const mostPoints = 1500;

interface Line {
  readonly name: string;
  /** Runs that differ only in seed share it. */
  readonly series: number;
  readonly result: RunResult;
}

/** Names what tells the runs of one scenario apart; seeds share a name. */
function nameLines(runs: readonly RunResult[]): Line[] {
  const differ = (value: (run: RunResult) => unknown): boolean => new Set(runs.map(value)).size > 1;
  const manyPeers = differ((run) => run.peers);
  const manyChunks = differ((run) => run.chunks);
  const names = runs.map((run) =>
    [
      run.variant === '' && differ((other) => other.variant) ? 'plain' : run.variant,
      manyPeers ? `N ${count(run.peers)}` : '',
      manyChunks ? `M ${count(run.chunks)}` : '',
    ]
      .filter((part) => part !== '')
      .join(', '),
  );
  const series = [...new Set(names)];
  return runs.map((result, index) => {
    const name = names[index] ?? '';
    return { name, series: series.indexOf(name), result };
  });
}

/** The worst last ratio of each name, in the order of the lines. */
function keyOf(lines: readonly Line[]): KeyEntry[] {
  const entries = new Map<number, { name: string; last: number }>();
  for (const { name, series, result } of lines) {
    const known = entries.get(series);
    if (!known || !(result.ratioLast <= known.last)) entries.set(series, { name, last: result.ratioLast });
  }
  return [...entries].map(([series, { name, last }]) => ({
    series,
    text: `${shorten(name === '' ? 'last' : name, 20)}: ${Number.isFinite(last) ? `${ratio(last)} ×` : 'not all'}`,
  }));
}

const timeOf = (result: RunResult, quantile: number): number => quantile / result.bounds.reference;

function panel(lines: readonly Line[], box: Box, points: number, wide: boolean): string[] {
  const times = lines.flatMap(({ result }) => result.completionQuantiles.map((at) => timeOf(result, at)));
  const span = range([1, ...times]);
  // From zero, unless all happens late: then the curve would be a wall at the right edge.
  const low = span.low > 0.5 ? span.low - (span.high - span.low) * 0.15 : 0;
  const x = linearAxis(low, span.high, box.left, box.right, wide ? 8 : 4);
  const y = linearAxis(0, 1, box.bottom, box.top, wide ? 5 : 2, (value) => `${Math.round(value * 100)} %`);
  const body = axes(box, x, y, wide ? 'time, × reference bound' : '', wide ? 'receivers complete' : '');
  body.push(
    boundCurve([
      { x: x.at(1), y: box.top },
      { x: x.at(1), y: box.bottom },
    ]),
  );
  for (const { result, series } of lines) {
    const { completionQuantiles: quantiles, completed } = result;
    const most = Math.max(2, Math.min(points, quantiles.length));
    const whole = Number.isFinite(completed) ? completed : 1;
    const samples = Array.from({ length: quantiles.length === 0 ? 0 : most }, (_, sample) => {
      const index = Math.round((sample / (most - 1)) * (quantiles.length - 1));
      const part = quantiles.length === 1 ? 1 : index / (quantiles.length - 1);
      return { x: x.at(timeOf(result, quantiles[index] ?? NaN)), y: y.at(part * whole) };
    });
    body.push(curve(samples, series));
  }
  return body;
}

/** One panel for one scenario, else panels in rows of three. */
export function completionChart(results: readonly RunResult[]): string {
  const title = 'Completion curves';
  const byScenario = new Map<string, RunResult[]>();
  for (const result of results) {
    if (result.completionQuantiles.length === 0) continue;
    byScenario.set(result.scenario, [...(byScenario.get(result.scenario) ?? []), result]);
  }
  const shown = [...byScenario].slice(0, mostPanels);
  const each = Math.floor(mostLines / Math.max(3, shown.length));
  const panels = shown.map(([scenario, runs]) => ({ scenario, lines: nameLines(runs.slice(0, each)) }));
  const drawn = panels.reduce((sum, { lines }) => sum + lines.length, 0);
  const points = Math.max(8, Math.min(101, Math.floor(mostPoints / Math.max(1, drawn))));
  const many = results.length - drawn;
  const subtitle = `share of receivers complete over time in units of the reference bound (dashed)${many > 0 ? ` · ${count(many)} more runs not drawn` : ''}`;
  const description = `${count(drawn)} runs of ${count(panels.length)} scenarios: share of receivers that are complete, against time in units of the reference bound.`;
  const [only] = panels;
  if (!only)
    return frame(
      title,
      'No run to show: no receiver finished.',
      'Empty chart. No receiver finished.',
      width,
      80,
      [],
    );
  if (panels.length === 1) {
    const key = keyRow(keyOf(only.lines), 30, 78, width - 30);
    const box = { left: 64, top: 100 + key.height, right: width - 30, bottom: 364 + key.height };
    const body = [...key.svg, ...panel(only.lines, box, points, true)];
    return frame(
      `${title}: ${shorten(only.scenario, 40)}`,
      subtitle,
      description,
      width,
      420 + key.height,
      body,
    );
  }
  const columns = Math.min(3, panels.length);
  const pitch = (width - 20) / columns;
  const body: string[] = [];
  let top = 64;
  for (let begin = 0; begin < panels.length; begin += columns) {
    const inRow = panels.slice(begin, begin + columns).map((one, column) => {
      const left = 20 + column * pitch;
      return { ...one, left, key: keyRow(keyOf(one.lines), left, top + 38, left + pitch - 20) };
    });
    // Panels of one row stand on one line, whatever their names take.
    const plotTop = top + 34 + Math.max(...inRow.map(({ key }) => key.height));
    for (const { scenario, lines, left, key } of inRow) {
      const box = { left: left + 44, top: plotTop, right: left + pitch - 28, bottom: plotTop + 110 };
      body.push(label(left, top + 18, shorten(scenario, 32), { kind: 'head' }), ...key.svg);
      body.push(...panel(lines, box, points, false));
    }
    top = plotTop + 110 + 36;
  }
  return frame(title, subtitle, description, width, top + 4, body);
}
