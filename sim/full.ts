/**
 * `npm run sim:full [-- --only SCENARIO] [--seeds N] [--up-to PEERS] [--jobs N]`: every scenario, several seeds and sizes, one process a run; writes docs/results/ (JSON, charts,
 * README.md). Results of runs that are not made again are kept, so that one scenario can be run by itself. `--take FILE` (any number of them) runs nothing: it takes over
 * what `npm run sim -- --json` printed into these files, since some runs take an hour and may be made elsewhere.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { figureMet } from './report/format';
import { readResult } from './report/json';
import { summaryTable } from './report/table';
import { fileName, writeResults } from './report/results';
import { scenarios, type Ask } from './scenarios';
import type { RunResult } from './types';

interface Planned extends Ask {
  readonly scenario: string;
  readonly variant: string;
}

const here = dirname(fileURLToPath(import.meta.url));
const directory = join(here, '..', 'docs', 'results');
/** Node's heap for 10,000 peers; a run of 1,000 needs a tenth of it. */
const heapMiB = 12_288;

const plan = (): Planned[] => {
  const runs: Planned[] = [];
  const add = (scenario: string, variant: string, peers: number, seeds: readonly number[], chunks = 1000) => {
    for (const seed of seeds) runs.push({ scenario, variant, peers, chunks, seed });
  };
  const three = [1, 2, 3];
  // The longest first, so that the last one does not run alone.
  add('broadcast', '', 10_000, [1]);
  add('broadcast', '', 1000, three);
  add('broadcast', 'oracle', 1000, three);
  add('broadcast', '200mbit', 1000, three);
  for (const peers of [10, 30, 100, 300]) add('broadcast', '', peers, three);
  for (const { name, control } of scenarios.find(({ name }) => name === 'broadcast')?.variants ?? [])
    if (control) add('broadcast', name, 300, [1]);
  add('five-gigabytes', '', 1000, [1], 1193);
  for (const variant of ['u=0.5', 'u=1', 'u=2']) {
    add('mixed', variant, 1000, [1]);
    for (const peers of [10, 100]) add('mixed', variant, peers, three);
  }
  add('churn', '', 1000, three);
  for (const scenario of scenarios) {
    if (!['sender-leaves', 'free-riders', 'liars', 'poison', 'sybil', 'partition'].includes(scenario.name))
      continue;
    const { peers, chunks } = scenario.defaults;
    for (const { name } of scenario.variants)
      add(scenario.name, name, peers, scenario.name === 'sender-leaves' ? [1] : three, chunks);
  }
  return runs;
};

/** The result on the last line of what `npm run sim -- --json` prints. */
const resultIn = (printed: string): RunResult => readResult(printed.trimEnd().split('\n').at(-1) ?? '');

async function runOne(planned: Planned): Promise<RunResult> {
  const args = ['--import', 'tsx', `--max-old-space-size=${heapMiB}`, join(here, 'run.ts'), '--json'];
  for (const [name, value] of Object.entries(planned)) args.push(`--${name}`, String(value) || 'plain');
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
  return resultIn(stdout);
}

/** What earlier runs left. */
function kept(): Map<string, RunResult> {
  const runs = join(directory, 'runs');
  if (!existsSync(runs)) return new Map();
  return new Map(
    readdirSync(runs)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [name, readResult(readFileSync(join(runs, name), 'utf8'))]),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      jobs: { type: 'string' },
      take: { type: 'string', multiple: true },
      seeds: { type: 'string' },
      'up-to': { type: 'string' },
    },
  });
  const order = plan();
  const waiting = order.filter(
    ({ scenario, seed, peers }) =>
      !values.take &&
      (values.only?.includes(scenario) ?? true) &&
      seed <= Number(values.seeds ?? Infinity) &&
      peers <= Number(values['up-to'] ?? Infinity),
  );
  const results = kept();
  for (const file of values.take ?? []) {
    const result = resultIn(readFileSync(file, 'utf8'));
    results.set(fileName(result), result);
  }
  const place = (result: RunResult): number =>
    order.findIndex(
      (p) =>
        p.scenario === result.scenario &&
        p.variant === result.variant &&
        p.peers === result.peers &&
        p.seed === result.seed,
    );
  const save = (): readonly RunResult[] => {
    const all = [...results.values()].sort((a, b) => place(a) - place(b));
    writeResults(directory, all, { command: 'npm run sim:full', node: process.version });
    return all;
  };
  const total = waiting.length;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const result = await runOne(next);
      results.set(fileName(result), result);
      save();
      console.log(
        `${total - waiting.length}/${total} ${fileName(result)} ${result.wallSeconds.toFixed(0)} s`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs ?? availableParallelism()) }, work));
  const all = save();
  console.log(`\n${summaryTable(all)}`);
  if (!all.every(({ figures }) => figures.every(figureMet))) process.exitCode = 1;
}

await main();
