/**
 * The simulator's run of what real browsers just did on shaped links: same peers, same file, same rates, the same engine. Its uplinks carry what the
 * bare channel brought of the shaped rate in the same minute, its slow start included, since the simulator has no packets. Compared are the
 * times at which the receivers, on average, held a tenth, two tenths … all of the file.
 */
import { chunkBytesFor } from '../lib/content/layout';
import { World } from '../sim/world';

export interface Simulated {
  /** When the last receiver was done. */
  readonly seconds: number;
  /** [seconds, mean part held]. */
  readonly curve: readonly (readonly [number, number])[];
}

export interface ShapedCase {
  readonly bytes: number;
  readonly receivers: number;
  /** Payload bytes per second. */
  readonly up: number;
  readonly receiverUp: number;
  /** What the bottleneck's queue adds to a round trip when it is full, which it mostly is. */
  readonly queueMs: number;
}

/** Everyone has joined and is linked by then. */
const startSeconds = 10;

export function simulateShaped({ bytes, receivers, up, receiverUp, queueMs }: ShapedCase): Simulated {
  const chunkBytes = chunkBytesFor(bytes);
  const wide = 1e9;
  const world = new World({
    seed: 1,
    chunks: Math.ceil(bytes / chunkBytes),
    chunkBytes,
    nodes: [{ up, down: wide }, ...Array.from({ length: receivers }, () => ({ up: receiverUp, down: wide }))],
    distance: { minRttMs: queueMs, maxRttMs: queueMs },
    windowBytes: Infinity,
    startSeconds,
    stepBytes: 128 * 1024,
  });
  const others = world.nodes.filter((node) => node !== world.publisher);
  const curve: [number, number][] = [];
  world.run(
    3_600_000,
    100,
    () => {
      const held = others.reduce((sum, node) => sum + world.have(node).count, 0);
      const seconds = world.now / 1000 - startSeconds;
      if (seconds >= 0) curve.push([seconds, held / (receivers * world.options.chunks)]);
    },
    () => others.every(({ completeAt }) => completeAt !== null),
  );
  const last = Math.max(...others.map(({ completeAt }) => completeAt ?? Infinity));
  const seconds = last / 1000 - startSeconds;
  return { seconds, curve: [...curve, [seconds, 1]] };
}

/** The largest difference in time at equal progress, in tenths, over the real run's whole time. */
export function deviation(
  real: readonly (readonly [number, number])[],
  simulated: readonly (readonly [number, number])[],
): number {
  const end = real.at(-1)?.[0] ?? NaN;
  const tenths = Array.from({ length: 10 }, (_, i) => (i + 1) / 10);
  return Math.max(...tenths.map((part) => Math.abs(reaches(real, part) - reaches(simulated, part)))) / end;
}

/** When a rising curve reaches a part, straight lines between its points. */
function reaches(curve: readonly (readonly [number, number])[], part: number): number {
  let before: readonly [number, number] = [0, 0];
  for (const point of curve) {
    if (point[1] >= part) {
      const rise = point[1] - before[1];
      return rise > 0 ? before[0] + ((part - before[1]) / rise) * (point[0] - before[0]) : point[0];
    }
    before = point;
  }
  return Infinity;
}
