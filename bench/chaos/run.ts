/**
 * `npm run chaos -- --seed S --rounds N [--receivers 2] [--least-mb 24] [--most-mb 96] [--longest-cut 60] [--only kind,kind] [--from R] [--json]`:
 * real browsers with profiles on disk and the real server, to which everything happens that happens to people's browsers (plan.ts). Exits with 0
 * when every round was clean. PROTOCOL CH says what that means. Linux; network cuts need root.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mebibyte } from '../../e2e/support/files';
import { missingForNetworks } from '../namespaces';
import { Person } from './person';
import { openPlace, type ChaosPlace } from './place';
import { describeFault, faultKinds, nameOf, planRounds, type FaultKind, type RoundPlan } from './plan';
import { pssBytes } from './processes';
import { figuresOf, lineOf, linesOf } from './report';
import { runRound, type RoundReport } from './round';
import { readDiagnostics } from './screen';

const traces = '.build/chaos';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    from: { type: 'string', default: '1' },
    receivers: { type: 'string', default: '2' },
    'least-mb': { type: 'string', default: '24' },
    'most-mb': { type: 'string', default: '96' },
    'longest-cut': { type: 'string', default: '60' },
    only: { type: 'string' },
    'no-namespaces': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const tell = (line: string): void => console.log(line);
const seed = whole('seed', 0, 2 ** 32 - 1);
const rounds = whole('rounds', 1, 10_000);
const receivers = whole('receivers', 1, 8);
const [leastMb, mostMb] = [whole('least-mb', 1, 4_096), whole('most-mb', 1, 4_096)];
if (leastMb > mostMb) refuse('--least-mb must not be above --most-mb.');
const longestCutSeconds = whole('longest-cut', 5, 600);
if (process.platform !== 'linux')
  refuse('The fault runner reads /proc to kill and measure browsers: it runs on Linux.');
const missing = values['no-namespaces'] ? ['--no-namespaces was given.'] : missingForNetworks();
const namespaces = missing.length === 0;
const kinds = chosenKinds().filter((kind) => namespaces || kind !== 'cut');
if (kinds.length === 0) refuse('Only "cut" was asked for, and networks cannot be made here.');

const plans = planRounds({
  seed,
  rounds,
  receivers,
  leastBytes: leastMb * mebibyte,
  mostBytes: mostMb * mebibyte,
  kinds,
  longestCutSeconds,
}).slice(whole('from', 1, rounds) - 1);

if (!namespaces) tell(`The network is not cut: ${missing.join(' ')}`);
for (const { round, files, faults } of plans) {
  const size = files.reduce((sum, { bytes }) => sum + bytes, 0) / mebibyte;
  tell(
    `plan, round ${round}: ${size.toFixed(0)} MiB in ${files.length}; ${faults.map(describeFault).join('; ')}`,
  );
}

const begin = performance.now();
const place = await openPlace(receivers + 1, namespaces);
let people: Person[] = [];
const reports: RoundReport[] = [];
try {
  for (const plan of plans) reports.push(await attempt(plan, place));
} finally {
  await closeAll();
  await place.close();
}
const run = { seed, receivers, namespaces, seconds: (performance.now() - begin) / 1000, rounds: reports };
for (const line of linesOf(run)) tell(line);
const figures = figuresOf(run);
if (values.json) tell(JSON.stringify(figures));
process.exitCode = figures.problems.length === 0 ? 0 : 1;

/** Browsers live from round to round; after a round that failed everybody gets new ones, so that one failure stays one. */
async function attempt(plan: RoundPlan, place: ChaosPlace): Promise<RoundReport> {
  try {
    if (people.length === 0) people = await launchAll(place, plan.round);
    const serverPss = (): number => pssBytes(place.server.pid === undefined ? [] : [place.server.pid]);
    const report = await runRound(plan, place, people, serverPss, tell);
    tell(lineOf(report));
    if (report.problems.length > 0) {
      for (const problem of report.problems) tell(`  ! ${problem}`);
      await keepTraces(plan.round, report.problems);
      await closeAll();
    }
    return report;
  } catch (error) {
    const problem = `the runner failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    tell(`round ${plan.round}: ${problem}`);
    await keepTraces(plan.round, [problem]);
    await closeAll();
    const bytes = plan.files.reduce((sum, file) => sum + file.bytes, 0);
    const nothing = { faults: [], fetched: [], extraClicks: 0, pss: null, seconds: 0 };
    return { round: plan.round, bytes, files: plan.files.length, ...nothing, problems: [problem] };
  }
}

async function launchAll(place: ChaosPlace, round: number): Promise<Person[]> {
  const made = place.seats.map(
    (seat, i) => new Person(nameOf(i), seat, join(place.folder, `person-${i}-${round}`)),
  );
  for (const person of made) await person.launch();
  return made;
}

async function closeAll(): Promise<void> {
  for (const person of people.splice(0)) {
    person.stopWatching();
    await person.close();
  }
}

/** What the pages and the server said, for who looks for the cause. */
async function keepTraces(round: number, problems: readonly string[]): Promise<void> {
  const folder = join(traces, `seed-${seed}-round-${round}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'problems.txt'), `${problems.join('\n')}\n`);
  await writeFile(join(folder, 'server.txt'), `${place.server.lines.join('\n')}\n`);
  for (const [i, person] of people.entries()) {
    const said = person.away ? 'away' : await readDiagnostics(person.page).catch(String);
    await writeFile(
      join(folder, `person-${i}.txt`),
      `${person.doing}\n${JSON.stringify(person.lives)}\n${said}\n`,
    );
  }
  tell(`  traces in ${folder}`);
}

function chosenKinds(): FaultKind[] {
  if (values.only === undefined) return [...faultKinds];
  const names = values.only.split(',');
  const unknown = names.filter((name) => !(faultKinds as readonly string[]).includes(name));
  if (unknown.length > 0)
    refuse(`--only: no fault is called ${unknown.join(', ')}; there are ${faultKinds.join(', ')}.`);
  return faultKinds.filter((kind) => names.includes(kind));
}

function whole(
  name: 'seed' | 'rounds' | 'from' | 'receivers' | 'least-mb' | 'most-mb' | 'longest-cut',
  low: number,
  high: number,
): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < low || value > high)
    refuse(`--${name} must be a whole number from ${low} to ${high}.`);
  return value;
}

function refuse(why: string): never {
  console.error(why);
  process.exit(1);
}
