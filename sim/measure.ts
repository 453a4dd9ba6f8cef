/**
 * Runs a world to its end and makes the figures of it. Decides what counts: who is to finish, when the clock starts (the click on download),
 * what the ratios divide by. Bounds come from bounds.ts; promises are the scenarios'.
 */
import { mundingerSeconds, kumarRossSeconds } from './bounds';
import type { Bounds, RunResult, Timeline } from './types';
import type { Node } from './node';
import { World, type WorldOptions } from './world';

export interface RunSpec {
  readonly scenario: string;
  readonly variant: string;
  readonly peers: number;
  readonly chunks: number;
  readonly seed: number;
  readonly world: WorldOptions;
  /** Who has to finish, unless it leaves; the publisher never has to. */
  readonly finishes: (node: Node) => boolean;
  /** Whose uplinks the bound counts; who has to finish, when left out. */
  readonly counts?: (node: Node) => boolean;
  /** Whose times make the ratios; who has to finish, when left out. */
  readonly times?: (node: Node) => boolean;
  /** Virtual seconds after the start at which a run that does not end is given up, in units of the bound. */
  readonly patience?: number;
  /** Called 500 times per unit of the bound; may intervene (peers that leave at a certain moment). */
  readonly watch?: (world: World) => void;
  /** Figures of the scenario's own, from the finished world and the completion times in seconds since the start. */
  readonly extra?: (
    world: World,
    times: ReadonlyMap<Node, number>,
    reference: number,
  ) => Record<string, number>;
}

export function simulate(spec: RunSpec): RunResult {
  const began = performance.now();
  const usedBefore = process.cpuUsage();
  const world = new World(spec.world);
  const bounds = boundsOf(world, spec);
  const start = spec.world.startSeconds * 1000;
  const timeline = new Recorder(world, spec.finishes, start);
  const receivers = world.nodes.filter((node) => node !== world.publisher);
  const pending = (node: Node): boolean => node.present && spec.finishes(node) && node.completeAt === null;
  const joined = Math.max(...receivers.map((node) => node.spec.joinSeconds ?? 0)) * 1000;
  const patience = (spec.patience ?? 5) * bounds.reference * 1000 + 120_000;
  let samples = 0;
  let heap = 0;
  world.run(
    start + patience,
    (bounds.reference * 1000) / 500,
    () => {
      spec.watch?.(world);
      if (samples++ % 5 > 0) return;
      timeline.sample();
      if (samples % 25 === 1) heap = Math.max(heap, process.memoryUsage().heapUsed);
    },
    () => world.now > Math.max(start, joined) && !receivers.some(pending),
  );
  timeline.sample();

  const expected = receivers.filter((node) => node.present && spec.finishes(node));
  const times = new Map<Node, number>();
  for (const node of expected) {
    if (node.completeAt === null) continue;
    times.set(node, (node.completeAt - Math.max(start, (node.spec.joinSeconds ?? 0) * 1000)) / 1000);
  }
  const sorted = [...times]
    .filter(([node]) => (spec.times ?? spec.finishes)(node))
    .map(([, seconds]) => seconds)
    .sort((a, b) => a - b);
  const seconds = sorted.at(-1) ?? NaN;
  const { tally, geometry } = world;
  const used = process.cpuUsage(usedBefore);
  const capacity =
    receivers.reduce((sum, node) => sum + (node.behaviour === 'honest' ? node.spec.up : 0), 0) * seconds;
  return {
    scenario: spec.scenario,
    variant: spec.variant,
    peers: spec.peers,
    chunks: spec.chunks,
    seed: spec.seed,
    ratioP50: quantile(sorted, 0.5) / bounds.reference,
    ratioP95: quantile(sorted, 0.95) / bounds.reference,
    ratioLast: seconds / bounds.reference,
    seconds,
    bounds,
    completed: times.size / Math.max(1, expected.length),
    senderCopies: (tally.publisherBytesWhenOut ?? Infinity) / geometry.totalBytes,
    duplicateShare: tally.arrivedBytes / tally.neededBytes - 1,
    controlShare: tally.controlBytes / (tally.controlBytes + tally.receiverBytes + tally.publisherBytes),
    uplinkUse: tally.receiverBytes / capacity,
    linksMade: tally.linksMade,
    dialsFailed: tally.dialsFailed,
    meanLinks: mean(world.nodes.filter((node) => node.present).map((node) => world.linksOf(node))),
    timeline: timeline.result,
    completionQuantiles: Array.from({ length: 101 }, (_, i) => quantile(sorted, i / 100)),
    extra: spec.extra?.(world, times, bounds.reference) ?? {},
    figures: [],
    traceHash: world.traceHash,
    events: world.queue.taken,
    wallSeconds: (performance.now() - began) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    heapMiB: heap / (1 << 20),
  };
}

/** Nearest-rank quantile of ascending values; NaN for none. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function boundsOf(world: World, spec: RunSpec): Bounds {
  const counted = world.nodes.filter(
    (node) => node !== world.publisher && (spec.counts ?? spec.finishes)(node),
  );
  const finishing = world.nodes.filter((node) => node !== world.publisher && spec.finishes(node));
  const { up } = world.publisher.spec;
  const bytes = world.geometry.totalBytes;
  const kumarRoss = kumarRossSeconds({
    bytes,
    senderUp: up,
    ups: counted.map((node) => node.spec.up),
    minDown: Math.min(...finishing.map((node) => node.spec.down)),
  });
  const equal = counted.every((node) => node.spec.up === up);
  return {
    kumarRoss,
    mundinger: equal ? mundingerSeconds({ bytes, up, peers: spec.peers, chunks: spec.chunks }) : null,
    reference: kumarRoss,
  };
}

/** Samples of the run, taken at even distances in time. */
class Recorder {
  private readonly rows: number[][] = [];
  private sentBefore = 0;
  private at = -1;

  constructor(
    private readonly world: World,
    private readonly finishes: (node: Node) => boolean,
    private readonly start: number,
  ) {}

  sample(): void {
    const { world } = this;
    if (world.now < this.start || world.now === this.at) return;
    const since = this.at < 0 ? 0 : world.now - this.at;
    this.at = world.now;
    const { tally, nodes, publisher, geometry } = world;
    let complete = 0;
    let expected = 0;
    let progress = 0;
    let capacity = 0;
    for (const node of nodes) {
      if (node === publisher || !node.present || !this.finishes(node)) continue;
      expected++;
      capacity += node.spec.up;
      if (node.completeAt !== null) complete++;
      progress += node.engine.transfer.shares.get(world.share)?.have.count ?? 0;
    }
    const used = tally.receiverBytes - this.sentBefore;
    this.sentBefore = tally.receiverBytes;
    this.rows.push([
      (world.now - this.start) / 1000,
      complete / Math.max(1, expected),
      progress / Math.max(1, expected * geometry.chunkCount),
      tally.minCopies,
      since > 0 ? (used * 1000) / (capacity * since) : 0,
      tally.publisherBytes / geometry.totalBytes,
    ]);
  }

  get result(): Timeline {
    const column = (i: number): number[] => this.rows.map((row) => row[i] ?? 0);
    return {
      seconds: column(0),
      complete: column(1),
      progress: column(2),
      minCopies: column(3),
      uplinkUse: column(4),
      senderCopies: column(5),
    };
  }
}
