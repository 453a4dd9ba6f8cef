/**
 * Which charts docs/results/ has, which runs each shows and what its paragraph in the README says. A chart without runs is left out. The
 * paragraphs hold no number from a run: they say what is on the axes, what the bound is and what to look for.
 */
import type { RunResult } from '../types';
import {
  barsChart,
  completionChart,
  copiesChart,
  freeRidersChart,
  peersChart,
  progressChart,
} from './charts';
import { groupRuns, representatives } from './groups';

export interface Chart {
  /** Name of the file, without a folder. */
  readonly file: string;
  readonly title: string;
  /** Markdown, one paragraph. */
  readonly about: string;
  readonly svg: string;
}

interface Plan {
  readonly file: string;
  readonly title: string;
  readonly about: string;
  readonly choose: (results: readonly RunResult[]) => readonly RunResult[];
  readonly draw: (results: readonly RunResult[]) => string;
}

const of =
  (scenario: string) =>
  (results: readonly RunResult[]): RunResult[] =>
    results.filter((result) => result.scenario === scenario);

/** All seeds of the largest run of each scenario and variant: how time grows with N has a chart of its own. */
function largest(results: readonly RunResult[]): RunResult[] {
  const chosen = new Set(representatives(results));
  return groupRuns(results).flatMap(({ runs }) => (runs.some((run) => chosen.has(run)) ? runs : []));
}

const plans: readonly Plan[] = [
  {
    file: 'completion.svg',
    title: 'Completion curves',
    about: `Across: time over the reference bound, the dashed line; each panel has a time scale of its
own. Up: the share of receivers that have everything. One line for each variant, with the most peers that
were run and the smallest seed; the number beside its name is the time of the last receiver. In a swarm that
shares its uplinks well nobody finishes early, since a receiver's bytes come from others who are as far as
it is: the curve is a wall close behind the dashed line. A wall far to the right means uplinks stood idle; a
long tail at the top means a few receivers waited for their last chunks (endgame); a slope means some peers
were served before others.`,
    choose: representatives,
    draw: completionChart,
  },
  {
    file: 'n-against-time.svg',
    title: 'N against time',
    about: `Across: the number of receivers N, on a log scale. Up: the time of the last receiver over the
reference bound. A dot is a run, the line goes through the median of the seeds. The dashed steps are the
Mundinger bound, which rises by one chunk time with each doubling of N: no protocol that shares whole chunks
gets below it. Sending directly from one uplink takes N times F/u, which has no place on this scale. Look
for a line that stays beside the bound as N grows: time may grow with the logarithm of N, not with N.`,
    choose: of('broadcast'),
    draw: peersChart,
  },
  {
    file: 'progress.svg',
    title: 'Progress and uplink use over time',
    about: `One run. Across: seconds of virtual time, with the reference bound dashed. Up: the mean share
of chunks that receivers hold, and the share of all receivers' uplinks that carried payload in each
interval. The rise at the left is the time in which the first chunks spread and most peers have nothing to
send yet (the logarithm in Mundinger's bound). After that uplink use should be a plateau close to 100 %:
what is missing there is missing chunks to send, choking, control bytes or waiting for requests. The drop at
the right is the endgame. Where use is flat, progress is a straight line.`,
    choose: (results) => {
      const plain = representatives(of('broadcast')(results)).filter((result) => result.variant === '');
      return plain.length > 0 ? plain : representatives(results).slice(0, 1);
    },
    draw: progressChart,
  },
  {
    file: 'rarest-chunk.svg',
    title: 'Copies of the rarest chunk',
    about: `The scenario sender-leaves, a line a run. Across: time over the reference bound. Up: how many
peers that are present hold the chunk that fewest hold, the publisher not counted, on a log scale with a
place for 0. While it is 0, some chunk is with the publisher alone and the share cannot outlive it. The
thick stroke is when the publisher sent its last byte. Look at the height of the line there: every copy
above 1 is one more peer that may leave; and look for a line that never returns to 0 afterwards. Rarest
first makes it climb in step for all chunks instead of leaving a few behind.`,
    choose: of('sender-leaves'),
    draw: copiesChart,
  },
  {
    file: 'free-riders.svg',
    title: 'Free riders',
    about: `Across: phi, the share of receivers that send nothing. Up: time over F/u, for the 95th
percentile of those who contribute and for the median of those who do not. The dashed line is 1/(1 − phi):
contributors carry all N copies on (1 − phi)·N uplinks, so somebody must wait that long; ideally only the
free riders do. Choking and reciprocation work when the contributors' line stays flat near 1 and the free
riders' follows the dashed line; they fail when the two lines run together. Free riders well above the
dashed line would be punished beyond what contributors gain from it.`,
    choose: of('free-riders'),
    draw: freeRidersChart,
  },
  {
    file: 'bars.svg',
    title: 'The last receiver of each scenario against its bar',
    about: `A bar a case, each with the most peers that were run: the time of the last receiver that was
to finish over the reference bound, the worst seed counting. The dashed line is the bound itself; the
upright stroke is what the scenario promises, where it promises a time for the last receiver. A bar that
ends left of its stroke keeps the promise. Hostile or broken conditions (liars, poison, sybil, partition,
churn) are allowed more than a calm broadcast: compare a bar with its own stroke first, with other bars
second.`,
    choose: largest,
    draw: barsChart,
  },
];

/** The charts that have runs to show, in the order of the README. Pure: the same results give the same text. */
export const chartsOf = (results: readonly RunResult[]): Chart[] =>
  plans.flatMap(({ choose, draw, ...plan }) => {
    const chosen = choose(results);
    return chosen.length === 0 ? [] : [{ ...plan, svg: draw(chosen) }];
  });
