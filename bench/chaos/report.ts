/** What a run of the fault runner showed: a table for people, and one object whose names say what it holds (bytes, seconds). */
import { growth } from './checks';
import { faultKinds, nameOf, type FaultKind } from './plan';
import { mega, type RoundReport } from './round';

export interface ChaosRun {
  readonly seed: number;
  readonly receivers: number;
  readonly namespaces: boolean;
  readonly seconds: number;
  readonly rounds: readonly RoundReport[];
}

const max = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const rounded = (value: number): number => Math.round(value * 10) / 10;

export function figuresOf({ seed, receivers, namespaces, seconds, rounds }: ChaosRun) {
  const faults = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  for (const { fault } of rounds.flatMap((round) => round.faults)) faults[fault.kind]++;
  const fetched = rounds.flatMap((round) => round.fetched);
  const back = rounds.flatMap((round) => round.faults.flatMap(({ backSeconds }) => backSeconds ?? []));
  const lost = rounds.flatMap((round) => round.faults.filter(({ fault }) => fault.kind === 'lose-sender'));
  const memory = rounds.flatMap(({ pss }) => (pss ? [pss] : []));
  const people = memory[0]?.people.map((_, i) => memory.map((one) => one.people[i] ?? 0)) ?? [];
  const server = memory.map((one) => one.server);
  return {
    rounds: rounds.length,
    clean: rounds.filter(({ problems }) => problems.length === 0).length,
    seed,
    receivers,
    namespaces,
    seconds: rounded(seconds),
    sharedBytes: sum(rounds.map(({ bytes }) => bytes)),
    faults,
    refetchedBytes: sum(fetched.map(({ refetchedBytes }) => refetchedBytes)),
    mostRefetchedBytes: max(fetched.map(({ refetchedBytes }) => refetchedBytes)),
    lostBytes: sum(fetched.map(({ lostBytes }) => lostBytes)),
    mostLostBytes: max(fetched.map(({ lostBytes }) => lostBytes)),
    duplicateBytes: sum(fetched.map(({ duplicateBytes }) => duplicateBytes)),
    linkedAgainSeconds: { median: rounded(median(back)), most: rounded(max(back)) },
    senderLost: {
      times: lost.length,
      othersFinished: lost.filter(({ othersFinished }) => othersFinished).length,
    },
    extraClicks: sum(rounds.map((round) => round.extraClicks)),
    pssMegabytes: {
      firstPeople: people.map((values) => mebi(values[0] ?? 0)),
      lastPeople: people.map((values) => mebi(values.at(-1) ?? 0)),
      mostPeople: people.map((values) => mebi(max(values))),
      growthPeople: people.map((values) => mebi(growth(values))),
      firstServer: mebi(server[0] ?? 0),
      lastServer: mebi(server.at(-1) ?? 0),
    },
    problems: [
      ...rounds.flatMap(({ round, problems }) => problems.map((problem) => `round ${round}: ${problem}`)),
      ...leaksIn(people, server),
    ],
  };
}

/** More than this between the first and the last third of the rounds is a leak (guess: pages differ by 100 MiB from round to round). */
const leakBytes = 200 * 1024 * 1024;
const fewestRounds = 9;

/** PROTOCOL CH7: who takes ever more memory. Browsers that were killed start over, so only steady growth shows. */
function leaksIn(people: readonly number[][], server: readonly number[]): string[] {
  if (server.length < fewestRounds) return [];
  return [...people, server].flatMap((bytes, i) => {
    const grown = growth(bytes);
    const name = i < people.length ? nameOf(i) : 'the server';
    return grown > leakBytes ? [`${name} takes ${mebi(grown)} MiB more than in the first rounds`] : [];
  });
}

const mebi = (bytes: number): number => Math.round(bytes / 1024 / 1024);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? 0 : (sorted[sorted.length >> 1] ?? 0);
}

export function lineOf({
  round,
  bytes,
  files,
  seconds,
  faults,
  fetched,
  extraClicks,
  pss,
  problems,
}: RoundReport): string {
  const again = fetched.map(({ refetchedBytes }) => mega(refetchedBytes)).join(' / ');
  const memory = pss ? pss.people.map(mebi).join(' / ') : '-';
  return (
    `round ${String(round).padStart(3)}  ${problems.length === 0 ? 'clean ' : 'FAILED'}  ${mega(bytes)} in ${files}` +
    `, ${faults.length} faults, ${seconds.toFixed(0)} s, fetched again ${again}, clicks ${extraClicks}, PSS ${memory} MiB`
  );
}

export function linesOf(run: ChaosRun): string[] {
  const figures = figuresOf(run);
  const row = (name: string, value: string): string => `${name.padEnd(44)} ${value}`;
  const kinds = Object.entries(figures.faults)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} ${count}`);
  const { pssMegabytes: pss, senderLost, linkedAgainSeconds: back } = figures;
  return [
    '',
    row('rounds clean', `${figures.clean} of ${figures.rounds}`),
    row('seed; receivers; minutes', `${run.seed}; ${run.receivers}; ${(run.seconds / 60).toFixed(1)}`),
    row('shared', mega(figures.sharedBytes)),
    row('faults', kinds.join(', ')),
    row(
      'fetched again, all receivers (most in one round)',
      `${mega(figures.refetchedBytes)} (${mega(figures.mostRefetchedBytes)})`,
    ),
    row(
      'verified and not yet on disk when it died',
      `${mega(figures.lostBytes)} (${mega(figures.mostLostBytes)})`,
    ),
    row('linked again after a fault, median and most', `${back.median} s, ${back.most} s`),
    row('sender lost; the others finished', `${senderLost.times}; ${senderLost.othersFinished}`),
    row('clicks beyond sharing and Download', String(figures.extraClicks)),
    row(
      'PSS of the browsers, first and last round',
      `${pss.firstPeople.join(' / ')} and ${pss.lastPeople.join(' / ')} MiB`,
    ),
    row('PSS of the server, first and last round', `${pss.firstServer} and ${pss.lastServer} MiB`),
    ...figures.problems.map((problem) => `! ${problem}`),
  ];
}
