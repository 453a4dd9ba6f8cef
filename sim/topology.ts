/**
 * Where peers are and whom they can reach: places on a unit square whose distances give the round trips, and behaviour of NATs. Round trips obey
 * the triangle inequality, as those of a network roughly do. Leaves out: routes, jitter.
 */
import type { Prng } from '../lib/base/prng';

export interface DistanceOptions {
  /** Round trip between neighbours and between opposite corners, milliseconds. */
  readonly minRttMs: number;
  readonly maxRttMs: number;
}

export class Topology {
  private readonly x: number[] = [];
  private readonly y: number[] = [];

  constructor(
    private readonly options: DistanceOptions,
    private readonly random: Prng,
  ) {}

  addNode(): void {
    this.x.push(this.random.unit());
    this.y.push(this.random.unit());
  }

  /** Round trip between two nodes in milliseconds; a negative number stands for the server, which lies in the middle. */
  rtt(a: number, b: number): number {
    const { minRttMs, maxRttMs } = this.options;
    const distance = Math.hypot(place(this.x, a) - place(this.x, b), place(this.y, a) - place(this.y, b));
    return minRttMs + ((maxRttMs - minRttMs) * distance) / Math.SQRT2;
  }
}

/** The server's number in `rtt`. */
export const server = -1;

const place = (axis: readonly number[], node: number): number => (node < 0 ? 0.5 : (axis[node] ?? 0.5));
