/**
 * Joins the seeds of one scenario, variant, N and M, and says which value of several is the worst: what is promised must hold for every seed,
 * so a mean would hide a miss. Leaves out how it reads.
 */
import type { Figure, RunResult } from '../types';
import { figureMet } from './format';

export interface RunGroup {
  readonly scenario: string;
  readonly variant: string;
  readonly peers: number;
  readonly chunks: number;
  /** By seed; never empty. */
  readonly runs: readonly RunResult[];
}

/** One promised figure over all seeds. */
export interface JoinedFigure {
  /** Name and bar, with the value furthest on the wrong side. */
  readonly worst: Figure;
  /** By seed. */
  readonly values: readonly number[];
  /** Whether every seed met it. */
  readonly met: boolean;
}

/** Groups in the order in which they first appear, runs by seed. */
export function groupRuns(results: readonly RunResult[]): RunGroup[] {
  const groups = new Map<string, RunResult[]>();
  for (const result of results) {
    const key = JSON.stringify([result.scenario, result.variant, result.peers, result.chunks]);
    const runs = groups.get(key);
    if (runs) runs.push(result);
    else groups.set(key, [result]);
  }
  return [...groups.values()].flatMap((unsorted) => {
    const runs = unsorted.toSorted((a, b) => a.seed - b.seed);
    const [first] = runs;
    if (!first) return [];
    const { scenario, variant, peers, chunks } = first;
    return [{ scenario, variant, peers, chunks, runs }];
  });
}

/** Least and greatest of the finite values; NaN where there is none. */
export function range(values: readonly number[]): { readonly low: number; readonly high: number } {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0
    ? { low: NaN, high: NaN }
    : { low: finite.reduce((a, b) => Math.min(a, b)), high: finite.reduce((a, b) => Math.max(a, b)) };
}

/** The greatest of times or costs, where a run without a value (one that did not finish) is worse than any number. */
export const worstOf = (values: readonly number[]): number =>
  values.every(Number.isFinite) ? range(values).high : NaN;

/** How far a value lies on the wrong side of its bar; below 0: reached. */
function shortfall({ value, atMost, atLeast }: Figure): number {
  if (Number.isNaN(value)) return Infinity;
  return Math.max(
    atMost === undefined ? -Infinity : value - atMost,
    atLeast === undefined ? -Infinity : atLeast - value,
  );
}

/** Figures by name, in the order in which they first appear. */
export function joinFigures(group: RunGroup): JoinedFigure[] {
  const byName = new Map<string, Figure[]>();
  for (const figure of group.runs.flatMap((run) => run.figures)) {
    const same = byName.get(figure.name);
    if (same) same.push(figure);
    else byName.set(figure.name, [figure]);
  }
  return [...byName.values()].flatMap((figures) => {
    const [first, ...others] = figures;
    if (!first) return [];
    const worst = others.reduce((a, b) => (shortfall(b) > shortfall(a) ? b : a), first);
    return [{ worst, values: figures.map((figure) => figure.value), met: figures.every(figureMet) }];
  });
}

/** For each scenario and variant one run: most peers, then most chunks, then the smallest seed. */
export function representatives(results: readonly RunResult[]): RunResult[] {
  const chosen = new Map<string, RunResult>();
  for (const result of results) {
    const key = JSON.stringify([result.scenario, result.variant]);
    const rival = chosen.get(key);
    const order = rival
      ? result.peers - rival.peers || result.chunks - rival.chunks || rival.seed - result.seed
      : 1;
    if (order > 0) chosen.set(key, result);
  }
  return [...chosen.values()];
}
