/** Made-up results for the tests of this folder: shaped like a run, with numbers that are easy to recognise. Leaves out plausibility. */
import type { RunResult } from '../types';

/** A run whose receivers finish between 0.95 and 1 of `last`, with 60 samples over time; `over` replaces what a test is about. */
export function madeUp(over: Partial<RunResult> = {}, last = 1.08): RunResult {
  const { peers = 1000, chunks = 400 } = over;
  const reference = 84;
  const samples = Array.from({ length: 60 }, (_, sample) => (sample + 1) / 60);
  const end = last * reference;
  return {
    scenario: 'broadcast',
    variant: '',
    peers,
    chunks,
    seed: 1,
    ratioP50: last * 0.975,
    ratioP95: last * 0.998,
    ratioLast: last,
    seconds: end,
    bounds: {
      kumarRoss: reference,
      mundinger: reference * (1 + Math.floor(Math.log2(peers)) / chunks),
      reference,
    },
    completed: 1,
    senderCopies: 1.0234567,
    duplicateShare: 0.00123456,
    controlShare: 0.0123456,
    uplinkUse: 0.934,
    linksMade: 7012,
    dialsFailed: 3,
    meanLinks: 14.024,
    timeline: {
      seconds: samples.map((at) => at * end),
      complete: samples.map((at) => Math.max(0, (at - 0.95) * 20)),
      progress: samples.map((at) => at ** 1.1),
      minCopies: samples.map((at) => Math.floor(at ** 3 * peers)),
      uplinkUse: samples.map((at) =>
        at < 0.1 ? at * 9 : at > 0.95 ? (1 - at) * 18 : 0.93 + 0.03 * Math.sin(at * 60),
      ),
      senderCopies: samples.map((at) => Math.min(1.02, at * 1.6)),
    },
    completionQuantiles: Array.from({ length: 101 }, (_, q) => end * (1 - 0.05 * (1 - q / 100) ** 0.6)),
    extra: {},
    figures: [{ name: 'last receiver, × bound', value: last, atMost: 1.1 }],
    traceHash: 'c0ffee5eed',
    events: 12345678,
    wallSeconds: 12.3456789,
    cpuSeconds: 13.5,
    heapMiB: 321.5,
    ...over,
  };
}

/** Runs of every scenario the command line knows, two seeds each. */
export function madeUpSet(): RunResult[] {
  const both = (over: Partial<RunResult>, last: number): RunResult[] => [
    madeUp({ ...over, seed: 1 }, last),
    madeUp({ ...over, seed: 2 }, last * 1.006),
  ];
  const broadcast = [10, 32, 100, 320, 1000, 3200, 10_000].flatMap((peers, index) =>
    ['', 'oracle', '200mbit'].flatMap((variant, rank) =>
      both({ variant, peers }, 1.03 + 0.006 * index - 0.012 * rank + 0.03 / (index + 1)),
    ),
  );
  const riders = [0, 0.3, 0.5, 0.7].flatMap((phi) =>
    both(
      {
        scenario: 'free-riders',
        variant: `phi=${phi}`,
        extra: { contributorsP95: 1.05 + phi * 0.1, freeRidersMedian: 0.96 / (1 - phi) },
      },
      1 / (1 - phi) + 0.08,
    ),
  );
  const others: [string, number][] = [
    ['five-gigabytes', 1.04],
    ['mixed', 1.21],
    ['churn', 1.17],
    ['sender-leaves', 1.12],
    ['liars', 1.09],
    ['poison', 1.14],
    ['sybil', 1.28],
    ['partition', 1.45],
  ];
  return [...broadcast, ...riders, ...others.flatMap(([scenario, last]) => both({ scenario }, last))];
}
