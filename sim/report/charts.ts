/**
 * The charts of docs/results/, each a function from results to SVG text: completion curves, N against time, progress, copies of the rarest chunk,
 * free riders, and the last receiver of each scenario against its bar. Times are in units of the reference bound wherever runs are compared.
 * Each draws what there is and says so where there is nothing. The bars are in chart-bars.ts, the completion curves in chart-completion.ts.
 */
import { mundingerSeconds } from '../bounds';
import type { RunResult } from '../types';
import { caseName, count, plain, ratio, shorten } from './format';
import { groupRuns, range, worstOf } from './groups';
import {
  axes,
  boundCurve,
  curve,
  dot,
  endLabels,
  frame,
  label,
  exactAxis,
  keyRow,
  linearAxis,
  logAxis,
  segment,
  type Box,
  type EndLabel,
} from './svg';
import { thinTimeline } from './timeline';

export { barsChart } from './chart-bars';
export { completionChart } from './chart-completion';

const width = 800;
const height = 420;
/** Lines in one chart: more cannot be told apart, and a file stays small. */
const mostLines = 12;

const plot = (right: number): Box => ({ left: 64, top: 92, right: width - right, bottom: height - 56 });
const wholePercent = (value: number): string => `${Math.round(value * 100)} %`;
const nothing = (title: string, wanted: string): string =>
  frame(title, `No run to show: ${wanted}.`, `Empty chart. No run to show: ${wanted}.`, width, 80, []);

const median = (values: readonly number[]): number => {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
};

/** Mundinger's bound in units of F/u. */
const mundingerRatio = (peers: number, chunks: number): number =>
  mundingerSeconds({ bytes: 1, up: 1, peers: Math.floor(peers), chunks });

/** The last receiver's time against N on a log axis, a line for each variant and M, with Mundinger's bound for each M. */
export function peersChart(results: readonly RunResult[]): string {
  const title = 'Time of the last receiver against N';
  const finite = results.filter((result) => Number.isFinite(result.ratioLast) && result.peers >= 1);
  if (finite.length === 0) return nothing(title, 'no run with a finite time for the last receiver');
  const groups = groupRuns(finite);
  const lines = new Map<string, typeof groups>();
  const many = new Set(groups.map((group) => group.chunks)).size > 1;
  for (const group of groups) {
    const name = `${group.variant || group.scenario}${many ? `, M ${count(group.chunks)}` : ''}`;
    lines.set(name, [...(lines.get(name) ?? []), group]);
  }
  const peers = range(finite.map((result) => result.peers));
  const low = 10 ** Math.floor(Math.log10(Math.max(1, peers.low)) + 1e-9);
  const high = Math.max(low * 10, peers.high);
  const bounds = [
    ...new Set(finite.filter((result) => result.bounds.mundinger !== null).map((result) => result.chunks)),
  ]
    .toSorted((a, b) => a - b)
    .slice(0, 3);
  const box = plot(190);
  const x = logAxis(low, high, box.left, box.right);
  const top = range([
    ...finite.map((result) => result.ratioLast),
    ...bounds.map((chunks) => mundingerRatio(high, chunks)),
  ]);
  const y = linearAxis(Math.min(1, top.low), top.high + 0.02, box.bottom, box.top, 5);
  const ends: EndLabel[] = [];
  const body = axes(box, x, y, 'N, receivers (log scale)', 'last receiver done, × reference bound');
  for (const chunks of bounds) {
    // The bound is a step at each power of two; drawing it as steps is truer than a slope.
    const powers = Array.from({ length: 40 }, (_, power) => 2 ** power).filter(
      (value) => value > low && value <= high,
    );
    const steps = [low, ...powers.flatMap((value) => [value * 0.9999, value]), high].map((value) => ({
      x: x.at(value),
      y: y.at(mundingerRatio(value, chunks)),
    }));
    body.push(boundCurve(steps));
    const end = steps.at(-1);
    if (end) ends.push({ text: `Mundinger bound, M ${count(chunks)}`, at: end, series: 'bound' });
  }
  [...lines].slice(0, mostLines).forEach(([name, members], series) => {
    const points = members
      .toSorted((a, b) => a.peers - b.peers)
      .map((group) => ({
        x: x.at(group.peers),
        y: y.at(median(group.runs.map((run) => run.ratioLast))),
      }));
    body.push(curve(points, series));
    for (const { peers: at, runs } of members) {
      for (const run of runs) body.push(dot({ x: x.at(at), y: y.at(run.ratioLast) }, series));
    }
    const end = points.at(-1);
    if (end) ends.push({ text: shorten(name, 25), at: end, series });
  });
  body.push(...endLabels(ends, box));
  const costs = [...new Set([peers.low, peers.high])]
    .map((n) => `${count(n)} × F/u at N ${count(n)}`)
    .join(', ');
  const direct = `Direct sending by one uplink takes N·F/u: ${costs}, off this scale.`;
  const seen = range(finite.map((result) => result.ratioLast));
  return frame(
    title,
    direct,
    `For N from ${count(peers.low)} to ${count(peers.high)} the last receiver took between ${ratio(seen.low)} and ${ratio(seen.high)} times the reference bound. ${direct}`,
    width,
    height,
    body,
  );
}

/** Mean progress of the receivers and use of their uplinks over the time of one run: the first of the results. */
export function progressChart(results: readonly RunResult[]): string {
  const title = 'Progress and uplink use over time';
  const [result] = results;
  if (!result || result.timeline.seconds.length === 0) return nothing(title, 'no run with a timeline');
  const timeline = thinTimeline(result.timeline, 240);
  const { reference } = result.bounds;
  const box = plot(130);
  const end = range([...timeline.seconds, reference]).high;
  const x = exactAxis(end, box.left, box.right, 8);
  const y = linearAxis(0, Math.max(1, range(timeline.uplinkUse).high), box.bottom, box.top, 5, wholePercent);
  const pixels = (values: readonly number[]): { x: number; y: number }[] =>
    timeline.seconds.map((at, index) => ({ x: x.at(at), y: y.at(values[index] ?? NaN) }));
  const progress = pixels(timeline.progress);
  const uplink = pixels(timeline.uplinkUse);
  const body = axes(box, x, y, 'seconds since the start', 'share of chunks, of uplinks');
  if (Number.isFinite(reference)) body.push(...boundLine(x.at(reference), box, 'reference bound'));
  body.push(curve(uplink, 1), curve(progress, 0));
  const ends: EndLabel[] = [];
  const progressEnd = progress.findLast(({ y: value }) => Number.isFinite(value));
  const uplinkEnd = uplink.findLast(({ y: value }) => Number.isFinite(value));
  if (progressEnd) ends.push({ text: 'mean progress', at: progressEnd, series: 0 });
  if (uplinkEnd) ends.push({ text: 'uplink use', at: uplinkEnd, series: 1 });
  body.push(...endLabels(ends, box));
  return frame(
    title,
    runName(result),
    `One run, ${runName(result)}: mean share of chunks held by receivers and share of their uplinks in use, over ${plain(end)} seconds. ` +
      `Over the whole run ${wholePercent(result.uplinkUse)} of the uplinks was used.`,
    width,
    height,
    body,
  );
}

/** Copies of the rarest chunk over time, a line a run, on log(1 + copies) so that 0, 1 and 2 stand apart. */
export function copiesChart(results: readonly RunResult[]): string {
  const title = 'Copies of the rarest chunk';
  const runs = results.filter((result) => result.timeline.seconds.length > 0).slice(0, mostLines);
  if (runs.length === 0) return nothing(title, 'no run with a timeline');
  const times = runs.map((run) => run.timeline.seconds.map((at) => at / run.bounds.reference));
  const most = range(runs.flatMap((run) => [...run.timeline.minCopies])).high;
  const seeds = new Set(runs.map(caseName)).size === 1;
  const names = runs.map((run, series) => ({
    text: shorten(seeds ? `seed ${run.seed}` : caseName(run), 24),
    series,
  }));
  const key = keyRow(runs.length > 1 ? names : [], 30, 74, width - 20);
  const box = { left: 64, top: 92 + key.height, right: width - 30, bottom: height - 56 + key.height };
  const x = exactAxis(range([1, ...times.flat()]).high, box.left, box.right, 8);
  const y = logAxis(0, Math.max(10, most), box.bottom, box.top, 1);
  const body = axes(
    box,
    x,
    y,
    'time, × reference bound',
    'copies among peers present, without the publisher (log scale)',
  );
  body.push(...key.svg, ...boundLine(x.at(1), box, ''));
  runs.forEach((run, series) => {
    const timeline = thinTimeline(run.timeline, Math.max(40, Math.floor(1200 / runs.length)));
    const points = timeline.seconds.map((at, index) => ({
      x: x.at(at / run.bounds.reference),
      y: y.at(Math.max(0, timeline.minCopies[index] ?? NaN)),
    }));
    body.push(curve(points, series));
    const sent = timeline.senderCopies;
    const lastByte = points[sent.findIndex((copies) => copies >= (sent.at(-1) ?? Infinity))];
    if (lastByte && Number.isFinite(lastByte.x + lastByte.y)) {
      body.push(segment(lastByte.x, lastByte.y - 8, lastByte.x, lastByte.y + 8, 'mark'));
    }
  });
  const lowest = range(runs.map((run) => run.timeline.minCopies.at(-1) ?? NaN)).low;
  return frame(
    title,
    `${runs.length === 1 ? runName(runs[0] ?? null) : `${count(runs.length)} runs`} · thick stroke: the publisher's last byte · dashed: reference bound`,
    `Copies of the rarest chunk among peers present over time, ${count(runs.length)} runs; at the end at least ${count(lowest)} copies in each.`,
    width,
    height + key.height,
    body,
  );
}

const phiOf = (result: RunResult): number =>
  Number(/phi\s*=\s*(\d*\.?\d+)/i.exec(result.variant)?.[1] ?? NaN);

/** Contributors' p95 and free riders' median against phi, with the best free riders can get while contributors lose nothing. */
export function freeRidersChart(results: readonly RunResult[]): string {
  const title = 'Contributors and free riders';
  const runs = results.filter((result) => Number.isFinite(phiOf(result)));
  if (runs.length === 0) return nothing(title, 'no run with a variant phi=…');
  const lines = [
    { key: 'contributorsP95', name: 'contributors, p95' },
    { key: 'freeRidersMedian', name: 'free riders, median' },
  ].map(({ key, name }) => {
    const dots = runs.flatMap((run) => {
      const value = run.extra[key];
      return value !== undefined && Number.isFinite(value) ? [{ phi: phiOf(run), value }] : [];
    });
    const phis = [...new Set(dots.map(({ phi }) => phi))].toSorted((a, b) => a - b);
    const middle = phis.map((phi) => ({
      phi,
      value: median(dots.filter((one) => one.phi === phi).map(({ value }) => value)),
    }));
    return { name, dots, middle };
  });
  const values = lines.flatMap(({ dots }) => dots.map(({ value }) => value));
  // At phi = 1 nobody sends and the line has no value.
  const highPhi = Math.min(0.95, Math.max(0.1, range(runs.map(phiOf)).high));
  const box = plot(170);
  const x = exactAxis(highPhi, box.left, box.right, 7);
  const y = linearAxis(
    Math.min(1, range(values).low),
    range([...values, 1 / (1 - highPhi)]).high,
    box.bottom,
    box.top,
    6,
  );
  const body = axes(box, x, y, 'phi, share of receivers that send nothing', 'time, × F/u');
  const ideal = Array.from({ length: 41 }, (_, step) => (step / 40) * highPhi).map((phi) => ({
    x: x.at(phi),
    y: y.at(1 / (1 - phi)),
  }));
  body.push(boundCurve(ideal));
  const ends: EndLabel[] = [];
  const idealEnd = ideal.at(-1);
  if (idealEnd) ends.push({ text: 'ideal, 1/(1 − phi)', at: idealEnd, series: 'bound' });
  lines.forEach(({ name, dots, middle }, series) => {
    const at = ({ phi, value }: { phi: number; value: number }): { x: number; y: number } => ({
      x: x.at(phi),
      y: y.at(value),
    });
    body.push(curve(middle.map(at), series), ...dots.map((one) => dot(at(one), series)));
    const end = middle.at(-1);
    if (end) ends.push({ text: name, at: at(end), series });
  });
  body.push(...endLabels(ends, box));
  const slowest = worstOf(lines[0]?.dots.map(({ value }) => value) ?? []);
  return frame(
    title,
    `${runName(runs[0] ?? null)
      .replace(/ · seed.*$/, '')
      .replace(/ phi\s*=\s*[\d.]+/i, '')} · a dot a run, lines through the median`,
    `Over ${count(runs.length)} runs with phi up to ${plain(highPhi)} the 95th percentile of contributors was at most ${ratio(slowest)} times F/u.`,
    width,
    height,
    body,
  );
}

/** A dashed upright line with its name at the top. */
function boundLine(at: number, box: Box, name: string): string[] {
  return [
    boundCurve([
      { x: at, y: box.top },
      { x: at, y: box.bottom },
    ]),
    ...(name === '' ? [] : [label(at, box.top - 6, name, { kind: 'soft', anchor: 'middle' })]),
  ];
}

const runName = (result: RunResult | null): string =>
  result === null
    ? ''
    : `${shorten(caseName(result), 50)} · N ${count(result.peers)} · M ${count(result.chunks)} · seed ${result.seed}`;
