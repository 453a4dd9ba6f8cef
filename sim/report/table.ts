/**
 * A result as plain text for a person at a terminal, at most 100 columns: one run in full, or one row a run. Times stand beside their ratio to
 * the reference bound, since only the ratio compares across N, M and uplinks. Leaves out colour: the text goes into logs too.
 */
import type { Figure, RunResult } from '../types';
import {
  barText,
  caseName,
  count,
  extraValue,
  figureMet,
  percent,
  plain,
  ratio,
  seconds,
  shorten,
  words,
} from './format';

const nameWidth = 34;
const valueWidth = 14;
const sparkWidth = 50;
const sparkBlocks = '▁▂▃▄▅▆▇█';

const row = (name: string, ...values: string[]): string =>
  `  ${shorten(name, nameWidth).padEnd(nameWidth)}${values.map((value) => value.padStart(valueWidth)).join('')}`;

/** A time with its ratio to the reference bound. */
const timeRow = (name: string, time: number, reference: number): string =>
  row(name, seconds(time), ratio(time / reference));

/** Index of the first sample of part `part` of `parts`. */
const startOf = (part: number, parts: number, length: number): number => Math.floor((part * length) / parts);

/** Copies over time as blocks on a log scale; `_` is none. Each block shows the least of its samples. */
function sparkline(values: readonly number[]): string {
  const width = Math.min(sparkWidth, values.length);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return Array.from({ length: width }, (_, part) => {
    const samples = values.slice(
      startOf(part, width, values.length),
      startOf(part + 1, width, values.length),
    );
    const least = samples.reduce((a, b) => Math.min(a, b), Infinity);
    if (!(least > 0)) return '_';
    const height = most > 1 ? Math.log(least) / Math.log(most) : 1;
    const block = Math.min(sparkBlocks.length - 1, Math.floor(Math.max(0, height) * sparkBlocks.length));
    return sparkBlocks[block] ?? '_';
  }).join('');
}

/** Ten samples at even distances, first and last among them. */
function tenSamples(values: readonly number[]): string {
  const samples = Math.min(10, values.length);
  return Array.from({ length: samples }, (_, sample) => {
    const index = samples === 1 ? 0 : Math.round((sample * (values.length - 1)) / (samples - 1));
    return count(values[index] ?? NaN);
  }).join(' ');
}

function figureRow(figure: Figure): string {
  const verdict = figureMet(figure) ? 'met ' : 'MISS';
  return `  ${verdict} ${shorten(figure.name, nameWidth + 9).padEnd(nameWidth + 9)}${plain(figure.value).padStart(12)}   ${barText(figure)}`;
}

/** One run in full, without a line break at the end. */
export function runTable(result: RunResult): string {
  const { bounds, timeline } = result;
  const { reference } = bounds;
  const lines = [
    shorten(
      `${caseName(result)} · N ${count(result.peers)} · M ${count(result.chunks)} · seed ${result.seed}`,
      100,
    ),
    '',
    row('Completion', 'seconds', '× reference'),
    timeRow('p50', result.ratioP50 * reference, reference),
    timeRow('p95', result.ratioP95 * reference, reference),
    row('last', seconds(result.seconds), ratio(result.ratioLast)),
    row('completed', percent(result.completed)),
    '',
    row('Bounds', 'seconds', '× reference'),
    timeRow('reference', reference, reference),
    timeRow('Kumar–Ross', bounds.kumarRoss, reference),
    ...(bounds.mundinger === null ? [] : [timeRow('Mundinger', bounds.mundinger, reference)]),
    '',
    row('Cost'),
    row('publisher copies, every chunk out', plain(result.senderCopies)),
    row('duplicate bytes', percent(result.duplicateShare)),
    row('control bytes', percent(result.controlShare)),
    row('uplink use', percent(result.uplinkUse)),
    row('links made', count(result.linksMade)),
    row('links per peer at the end, mean', plain(result.meanLinks)),
    row('failed dials', count(result.dialsFailed)),
  ];
  if (timeline.minCopies.length > 0) {
    lines.push(
      '',
      row('Minimum copies over time'),
      `  ${sparkline(timeline.minCopies)}   log scale, _ is none`,
      `  ${shorten(tenSamples(timeline.minCopies), 98)}`,
    );
  }
  const extra = Object.entries(result.extra);
  if (extra.length > 0) lines.push('', row('Of this scenario'));
  for (const [name, value] of extra) lines.push(row(words(name), extraValue(name, value)));
  if (result.figures.length > 0) lines.push('', row('Figures'), ...result.figures.map(figureRow));
  lines.push(
    '',
    `  ${count(result.events)} events, ${seconds(result.wallSeconds)} wall seconds, ${seconds(result.cpuSeconds)} CPU seconds`,
    `  heap ${count(result.heapMiB)} MiB, trace hash ${shorten(result.traceHash, 32)}`,
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** "3/3" or "MISS 2/3"; nothing where nothing was promised. */
function verdict(figures: readonly Figure[]): string {
  if (figures.length === 0) return '';
  const met = figures.filter(figureMet).length;
  return `${met === figures.length ? '' : 'MISS '}${met}/${figures.length}`;
}

const summaryHead = 'scenario;N;M;seed;p50 ×;p95 ×;last ×;copies;dupl.;control;uplink;figures'.split(';');

const summaryRow = (result: RunResult): string[] => [
  shorten(caseName(result), 30),
  count(result.peers),
  count(result.chunks),
  String(result.seed),
  ratio(result.ratioP50),
  ratio(result.ratioP95),
  ratio(result.ratioLast),
  Number.isFinite(result.senderCopies) ? result.senderCopies.toFixed(2) : plain(result.senderCopies),
  percent(result.duplicateShare).replace(' ', ''),
  percent(result.controlShare).replace(' ', ''),
  percent(result.uplinkUse).replace(' ', ''),
  verdict(result.figures),
];

/** One row a run, then one line for each figure that was missed. */
export function summaryTable(results: readonly RunResult[]): string {
  const rows = [summaryHead, ...results.map(summaryRow)];
  const widths = summaryHead.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  // The name gives way where the numbers are wide: they are what the row is for.
  const numbers = widths.slice(1).reduce((sum, width) => sum + width + 1, 0);
  const names = Math.min(widths[0] ?? 0, Math.max(8, 100 - numbers));
  const lines = rows.map(([name = '', ...cells]) =>
    [
      shorten(name, names).padEnd(names),
      ...cells.map((cell, column) => cell.padStart(widths[column + 1] ?? 0)),
    ]
      .join(' ')
      .trimEnd(),
  );
  const missed = results.flatMap((result) =>
    result.figures
      .filter((figure) => !figureMet(figure))
      .map((figure) =>
        shorten(
          `MISS ${caseName(result)}, N ${count(result.peers)}, seed ${result.seed}: ` +
            `${figure.name} ${plain(figure.value)}, promised ${barText(figure)}`,
          100,
        ),
      ),
  );
  return [...lines, ...(missed.length > 0 ? ['', ...missed] : [])].join('\n');
}
