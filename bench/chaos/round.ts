/**
 * One round: a new share, everybody asks for it, the planned faults happen, everything must arrive. Decides when a round is over and what
 * made it fail; a round that makes no step for `patienceMs` is given up, with what every page shows.
 */
import { join } from 'node:path';
import { mkdir, rm } from 'node:fs/promises';
import { makeFile, sha256 } from '../../e2e/support/files';
import { Arrivals, type Expected } from './arrivals';
import { bansIn, fetchedBy, type Fetched } from './checks';
import { carryOut, type FaultReport, type Scene } from './faults';
import type { Person } from './person';
import type { ChaosPlace } from './place';
import { describeFault, type RoundPlan } from './plan';
import { readDiagnostics } from './screen';

export interface RoundReport {
  readonly round: number;
  readonly bytes: number;
  readonly files: number;
  readonly seconds: number;
  readonly faults: readonly FaultReport[];
  readonly fetched: readonly Fetched[];
  /** Of the receivers beyond the one on Download, and of the sender beyond choosing the files. */
  readonly extraClicks: number;
  /** Sum over a person's browser, and of the server, in bytes, after the share was deleted. */
  readonly pss: { readonly people: readonly number[]; readonly server: number } | null;
  /** Empty: clean. */
  readonly problems: readonly string[];
}

/** Without any step for so long a round hangs. Longer than the longest pauses the app makes by design: 60 s until a dial is tried again, 45 s until a dead server connection is noticed. */
const patienceMs = 240_000;
const stepMs = 100;
const shortStepMs = 10;

export async function runRound(
  plan: RoundPlan,
  place: ChaosPlace,
  people: readonly Person[],
  serverPss: () => number,
  tell: (line: string) => void,
): Promise<RoundReport> {
  const begin = performance.now();
  const folder = join(place.folder, `round-${plan.round}`);
  await mkdir(folder, { recursive: true });
  const expected: Expected[] = [];
  for (const { name, bytes, seed } of plan.files) {
    const path = await makeFile(join(folder, name), bytes, seed);
    expected.push({ name, bytes, hash: await sha256(path) });
  }
  const bytes = plan.files.reduce((sum, file) => sum + file.bytes, 0);
  const [sender, ...receivers] = people;
  if (!sender) throw new Error('a sender is needed');

  const problems = new Set<string>();
  const faults: FaultReport[] = [];
  const arrivals = people.map((person, i) => (i === 0 ? null : new Arrivals(person.downloads, expected)));
  const arrived = people.map((_, i) => i === 0);
  let givenUp = false;
  const scene: Scene = {
    place,
    people,
    arrivals,
    arrived,
    bytes,
    inForce: new Set(),
    seconds: () => (performance.now() - begin) / 1000,
    pause: async (short = false) => {
      await new Promise((resolve) => setTimeout(resolve, short ? shortStepMs : stepMs));
      if (givenUp) throw new Error('the round was given up');
    },
  };

  for (const person of people) person.beginRound();
  const link = await sender.share(
    place.url,
    plan.files.map(({ name }) => join(folder, name)),
  );
  const troubles = plan.faults.map(async (fault) => {
    const report = await carryOut(fault, scene);
    faults.push(report);
    tell(
      `  ${describeFault(fault)}: hit at ${report.hitAt.map(percent).join(' and ')} after ${report.hitSeconds.toFixed(0)} s${back(report)}`,
    );
  });
  for (const trouble of troubles) trouble.catch((error: unknown) => problems.add(`fault: ${wordsOf(error)}`));
  for (const receiver of receivers) await receiver.receive(link);

  // ── until everything arrived, every fault is over and everybody is linked again ──
  const settled = (): boolean =>
    arrived.every(Boolean) &&
    faults.length === plan.faults.length &&
    people.every(({ away, screen }) => !away && screen?.peers === people.length - 1) &&
    receivers.every(({ screen }) => screen?.state === 'complete');
  let [signature, movedAt] = ['', performance.now()];
  while (!settled()) {
    for (const [i, arrival] of arrivals.entries()) {
      if (!arrival) continue;
      const { arrived: whole, wrong } = await arrival.check();
      arrived[i] ||= whole;
      for (const name of wrong) problems.add(`${people[i]?.name ?? ''}: looks finished and is not: ${name}`);
    }
    const now = signatureOf(people, arrived, faults.length);
    if (now !== signature) [signature, movedAt] = [now, performance.now()];
    // A fault may itself last a minute; while one does nothing need move.
    if (performance.now() - movedAt > patienceMs) {
      problems.add(`hangs: ${people.map(({ doing }) => doing).join(' | ')}`);
      break;
    }
    await scene.pause();
  }
  givenUp = true;
  await Promise.allSettled(troubles);
  for (const i of people.keys()) place.network?.mend(i);

  // ── what the pages say of it ──
  const chunksTotal = receivers[0]?.screen?.stats?.chunksTotal ?? 1;
  const fetched = receivers.map(({ lives }, i) =>
    fetchedBy(i + 1, lives, bytes, Math.ceil(bytes / chunksTotal), plan.faults),
  );
  fetched.forEach(({ refetchedBytes, allowedBytes }, i) => {
    if (refetchedBytes > allowedBytes)
      problems.add(`receiver ${i + 1} fetched ${mega(refetchedBytes)} again, ${mega(allowedBytes)} may be`);
  });
  for (const person of people) {
    if (person.away) continue;
    const diagnostics = await readDiagnostics(person.page).catch(() => '');
    for (const line of bansIn(diagnostics)) problems.add(`${person.name} cut somebody off: ${line.trim()}`);
    if ((person.screen?.stats?.badChunks ?? 0) > 0) problems.add(`${person.name} got bad chunks`);
  }
  for (const { name, problems: seen } of people)
    for (const problem of seen.splice(0)) problems.add(`${name}: ${problem}`);
  for (const line of place.server.errors()) problems.add(`server: ${line.slice(0, 300)}`);
  place.server.lines.length = 0;
  const extraClicks = people.reduce((sum, { clicks }, i) => sum + clicks - (i === 0 ? 0 : 1), 0);

  let pss: RoundReport['pss'] = null;
  if (problems.size === 0) {
    for (const person of people) await person.tidy();
    pss = { people: people.map((person) => person.memoryBytes()), server: serverPss() };
  }
  await rm(folder, { recursive: true, force: true });
  return {
    round: plan.round,
    bytes,
    files: plan.files.length,
    seconds: (performance.now() - begin) / 1000,
    faults,
    fetched,
    extraClicks,
    pss,
    problems: [...problems],
  };
}

/** Changes with every step forward, whatever it is. */
const signatureOf = (people: readonly Person[], arrived: readonly boolean[], faults: number): string =>
  JSON.stringify([
    faults,
    arrived,
    people.map(({ away, screen }) => [away, screen?.state, screen?.peers, screen?.stats?.chunksHave]),
  ]);

const percent = (part: number): string => `${Math.round(part * 100)} %`;
export const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function back({ fault, backSeconds, othersFinished }: FaultReport): string {
  const linked = backSeconds === null ? '' : `, linked again after ${backSeconds.toFixed(1)} s`;
  if (fault.kind !== 'lose-sender') return linked;
  return `${linked}; the others ${othersFinished ? 'finished' : 'said what was missing'}`;
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
