/**
 * `npm run lighthouse [-- --runs 1] [--json]`: Lighthouse on the production build as our server gives it out, on / and on /r, as a phone
 * (Lighthouse's slow line and slow processor, simulated) and as a desktop. Lighthouse is installed at run time into the system's temporary
 * folder and is no part of this project. Of several runs the median of each category counts. Ends with 1 below a bar.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scratch } from '../e2e/support/files';
import { startServer } from '../e2e/support/server';
import { chromiumFlags, chromiumPath } from '../scripts/chromium.mjs';
import { table, wholeNumber } from './command';
import { median } from './cpu';

const bars = { performance: 95, accessibility: 100, 'best-practices': 95 } as const;
type Category = keyof typeof bars;
const categories = Object.keys(bars) as Category[];
const paths = ['/', '/r'] as const;
const forms = ['phone', 'desktop'] as const;

/** What of Lighthouse's report is read. */
interface Report {
  readonly lighthouseVersion: string;
  readonly categories: Readonly<
    Record<
      Category,
      { readonly score: number | null; readonly auditRefs: readonly { readonly id: string }[] }
    >
  >;
  readonly audits: Readonly<
    Record<
      string,
      | {
          readonly title: string;
          readonly score: number | null;
          readonly displayValue?: string;
          readonly details?: {
            readonly items?: readonly { readonly node?: { readonly snippet?: string } }[];
          };
        }
      | undefined
    >
  >;
}

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
});
const runs = wholeNumber('runs', values.runs);

const program = installLighthouse();
const folder = await scratch();
const server = await startServer();
const rows: (readonly string[])[] = [];
const results: Record<string, unknown>[] = [];
const shortcomings = new Set<string>();
let below = false;
let version = '';
try {
  for (const form of forms)
    for (const path of paths) {
      const reports = Array.from({ length: runs }, () => audit(`${server.url}${path}`, form));
      const scores = Object.fromEntries(
        categories.map((name) => [
          name,
          Math.round(100 * median(reports.map((report) => report.categories[name].score ?? 0))),
        ]),
      ) as Record<Category, number>;
      const [report] = reports;
      if (!report) continue;
      version = report.lighthouseVersion;
      const shown = (id: string): string => report.audits[id]?.displayValue ?? '';
      rows.push([
        `${path} as a ${form}`,
        ...categories.map((name) => String(scores[name])),
        ...['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time'].map(shown),
      ]);
      results.push({ path, form, ...scores });
      for (const name of categories) {
        if (scores[name] < bars[name]) below = true;
        for (const { id } of report.categories[name].auditRefs) {
          const found = report.audits[id];
          if (found && found.score !== null && found.score < 0.9)
            shortcomings.add(
              `${name}: ${found.title} (${path}, ${form}) ${found.displayValue ?? ''} ${found.details?.items?.[0]?.node?.snippet ?? ''}`.trim(),
            );
        }
      }
    }
} finally {
  await server.stop();
}
const bar = (name: Category): string => String(bars[name]);
console.log(`Lighthouse ${version}`);
console.log(
  table(
    ['', ...categories, 'first paint', 'largest paint', 'blocked'],
    [...rows, ['bar', ...categories.map(bar)]],
  ),
);
if (shortcomings.size > 0) console.log(`\nNot whole:\n${[...shortcomings].join('\n')}`);
if (values.json) console.log(JSON.stringify({ lighthouse: version, runs, bars, results }));
if (below) process.exitCode = 1;

/**
 * Kept from run to run in the system's temporary folder; asks the registry only when it is not there. Version 12 is the last that runs on
 * Node 20. Throws with what npm said.
 */
function installLighthouse(): string {
  const home = join(tmpdir(), 'shoal-lighthouse');
  const cli = join(home, 'node_modules', 'lighthouse', 'cli', 'index.js');
  if (existsSync(cli)) return cli;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const { status, stderr } = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', 'lighthouse@12'],
    { cwd: home, encoding: 'utf8' },
  );
  if (status !== 0)
    throw new Error(`Lighthouse could not be installed; is there a network? npm said:\n${stderr}`);
  return cli;
}

/** Lighthouse itself asks to be run again when the browser's record of a load came without its beginning. */
const lostRecord = 'NO_NAVSTART';

/** A browser of its own each time: nothing is in its cache. Throws with what Lighthouse said. */
function audit(url: string, form: (typeof forms)[number], triesLeft = 3): Report {
  const path = join(folder, 'report.json');
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      program,
      url,
      '--quiet',
      '--output=json',
      `--output-path=${path}`,
      `--only-categories=${categories.join(',')}`,
      `--chrome-flags=${['--headless=new', ...chromiumFlags].join(' ')}`,
      ...(form === 'desktop' ? ['--preset=desktop'] : []),
    ],
    { encoding: 'utf8', env: { ...process.env, CHROME_PATH: chromiumPath() }, timeout: 180_000 },
  );
  if (status !== 0 && stderr.includes(lostRecord) && triesLeft > 0) return audit(url, form, triesLeft - 1);
  if (status !== 0) throw new Error(`Lighthouse failed on ${url}:\n${stderr}`);
  return JSON.parse(readFileSync(path, 'utf8')) as Report;
}
