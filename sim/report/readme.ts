/**
 * docs/results/README.md: what was promised, what was seen, and how to read each chart for someone who knows BitTorrent. Every number in it is
 * computed from the results; fixed prose says what a chart is, never what it found. Findings written by hand come in as `notes`.
 */
import type { RunResult } from '../types';
import { chartsOf } from './chart-list';
import { barText, caseName, clean, count, figureMet, percent, plain, ratio } from './format';
import { groupRuns, joinFigures, range, type RunGroup } from './groups';

export interface ReportMeta {
  /** The command that makes the results, as typed. */
  readonly command: string;
  /** Version of Node it ran on. */
  readonly node: string;
}

/** A table cell or a sentence: one line, with what Markdown or HTML would take for its own made harmless. */
const text = (value: string): string =>
  clean(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|]/g, '\\$&');

const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [tableRow(head), tableRow(head.map(() => '---')), ...rows.map(tableRow)].join('\n');

const seedsOf = ({ runs }: RunGroup): string => runs.map((run) => String(run.seed)).join(', ');

const caseCells = (group: RunGroup): string[] => [
  text(group.scenario),
  text(group.variant),
  count(group.peers),
  count(group.chunks),
];

/** "1.07" where all seeds agree as printed, else "1.07 – 1.09"; told where seeds have no value at all. */
function spread(values: readonly number[], write: (value: number) => string): string {
  const { low, high } = range(values);
  const none = values.filter((value) => !Number.isFinite(value)).length;
  const seen = write(low) === write(high) ? write(low) : `${write(low)} – ${write(high)}`;
  if (none === 0 || none === values.length) return seen;
  return `${seen} (${none} without a value)`;
}

function figureTable(groups: readonly RunGroup[]): string {
  const rows = groups.flatMap((group) => {
    const figures = joinFigures(group);
    if (figures.length === 0) return [[...caseCells(group), 'none promised', '', '', '', '']];
    return figures.map(({ worst, values, met }) => [
      ...caseCells(group),
      text(worst.name),
      barText(worst),
      plain(worst.value),
      values.length > 1 ? spread(values, plain) : '',
      met ? 'met' : '**missed**',
    ]);
  });
  return table(
    ['Scenario', 'Variant', 'N', 'M', 'Figure', 'Promised', 'Seen, worst seed', 'Range', 'Met'],
    rows,
  );
}

function measureTable(groups: readonly RunGroup[]): string {
  const rows = groups.map((group) => {
    const of = (value: (run: RunResult) => number, write: (value: number) => string): string =>
      spread(group.runs.map(value), write);
    return [
      ...caseCells(group),
      seedsOf(group),
      of((run) => run.ratioP50, ratio),
      of((run) => run.ratioP95, ratio),
      of((run) => run.ratioLast, ratio),
      of((run) => run.completed, percent),
      of((run) => run.senderCopies, plain),
      of((run) => run.duplicateShare, percent),
      of((run) => run.controlShare, percent),
      of((run) => run.uplinkUse, percent),
    ];
  });
  const head =
    'Scenario;Variant;N;M;Seeds;p50 ×;p95 ×;Last ×;Completed;Publisher copies;Duplicates;Control;Uplink use';
  return table(head.split(';'), rows);
}

/** How many promised figures were met, as a sentence. */
function verdict(groups: readonly RunGroup[]): string {
  const joined = groups.flatMap((group) => joinFigures(group).map((figure) => ({ group, figure })));
  const missed = joined.filter(({ figure }) => !figure.met);
  const lines = [
    `${joined.length - missed.length} of ${joined.length} promised figures were met by every seed.` +
      (missed.length > 0 ? ' Missed:' : ''),
  ];
  if (missed.length > 0) lines.push('');
  for (const { group, figure } of missed) {
    const times = group.runs.flatMap((run) => run.figures.filter(({ name }) => name === figure.worst.name));
    const bad = times.filter((one) => !figureMet(one)).length;
    lines.push(
      `- ${text(caseName(group))}, N ${count(group.peers)}: ${text(figure.worst.name)} ${plain(figure.worst.value)}, ` +
        `promised ${barText(figure.worst)} (${bad} of ${times.length} seeds)`,
    );
  }
  return lines.join('\n');
}

/** Ten times as many receivers as a thousand, in plain broadcasts: how much longer that takes, a line for each M and seed both were run with. */
function growth(results: readonly RunResult[]): readonly string[] {
  const plainBroadcasts = results.filter(
    ({ scenario, variant }) => scenario === 'broadcast' && variant === '',
  );
  return plainBroadcasts.flatMap((large) => {
    if (large.peers !== 10_000) return [];
    const small = plainBroadcasts.find(
      ({ peers, chunks, seed }) => peers === 1000 && chunks === large.chunks && seed === large.seed,
    );
    if (!small) return [];
    const figure = { name: 'growth', value: large.seconds / small.seconds, atMost: mostGrowth };
    return [
      `With 10,000 receivers the last one is done after ${ratio(figure.value)} times the time of 1,000 receivers (M ${count(large.chunks)}, seed ` +
        `${large.seed}); promised ${barText(figure)}: ${figureMet(figure) ? 'met' : '**missed**'}.`,
    ];
  });
}

/** T(10,000)/T(1,000); the bound is 1.004 with 1,000 chunks. */
const mostGrowth = 1.03;

const howToRead = `Every run is the real engine of every peer, driven in virtual time over a modelled network; only the bytes
of the payload are left out. The same seed gives the same run, down to the trace hash in its file.

- **N** is the number of receivers, the publisher not counted; **M** the number of chunks; **F** the bytes
  of the share; **u** an uplink.
- **Reference bound**: the least time in which any protocol could serve all who are to finish. Where all
  uplinks are equal it is F/u, the time the publisher needs to send one copy. Elsewhere it is the Kumar–Ross
  bound (2006): the largest of F over the publisher's uplink, F over the slowest downlink, and N·F over all
  uplinks together. The last receiver cannot be below a ratio of 1 (others can, where uplinks differ); 1.1 is
  a tenth slower.
- **Mundinger bound** (Mundinger, Weber and Weiss 2008): F/u · (1 + floor(log2 N)/M) for equal uplinks. A
  peer can send a chunk only once it has it whole, so the first chunk needs log2 N rounds to reach all: this
  is the least time when sharing comes in whole chunks.
- **p50, p95, last** are the times of the median, the 95th percentile and the last receiver that was to
  finish, over the reference bound.
- **Publisher copies** are the payload bytes the publisher sent until every chunk had been out once, over
  the bytes of the share. 1 is perfect super-seeding: nothing went out twice before everything went out
  once.
- **Duplicates** are payload bytes that came and were of no use, over payload bytes needed. **Control** is
  everything that is not payload (haves, requests, gossip, framing and transport), over all bytes. **Uplink
  use** is payload sent over what the receivers' uplinks could have carried until the last was done.`;

/**
 * The README's Markdown. `notes`: findings written by hand, Markdown, put in as they are; '' leaves the section out.
 */
export function resultsReadme(results: readonly RunResult[], meta: ReportMeta, notes = ''): string {
  const groups = groupRuns(results);
  const charts = chartsOf(results).map(
    ({ file, title, about }) => `### ${title}\n\n![${title}](${file})\n\n${about}`,
  );
  const sections = [
    '# Results of the simulator',
    `Made by the command below on Node ${text(meta.node)}, from ${count(results.length)} runs; do not edit by hand. ` +
      'Each run has a JSON file of its own in [`runs/`](runs/). Findings written by hand go into `notes.md` beside this file.',
    `    ${clean(meta.command)}`,
    '## Promised and seen',
    verdict(groups),
    ...growth(results),
    'Several seeds of one scenario, variant, N and M share a row: what is shown is the worst of them, and the range from the least to the greatest.',
    figureTable(groups),
    ...(notes.trim() === '' ? [] : ['## Findings', notes.trim()]),
    '## How to read this',
    howToRead,
    '## Charts',
    ...charts,
    '## All runs',
    measureTable(groups),
  ];
  return `${sections.join('\n\n')}\n`;
}
