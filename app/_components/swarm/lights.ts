/**
 * Lights that travel along links: one for each chunk's worth of bytes that went over it, fewer when that would be a stream nobody can follow. A
 * fixed pool in typed arrays, so that a frame makes no garbage. Pure but for its own state.
 */

export const lightsKept = 512;
/** How long one is on its way. */
export const travelMs = 1100;
/** Of one link and direction in one report: more are told by being closer together up to this. */
const mostAtOnce = 3;

export type Direction = 'in' | 'out';

export class Lights {
  /** Which link (slot); −1: unused. */
  readonly link = new Int32Array(lightsKept).fill(-1);
  /** 0…1 of the way; below 0: not set out yet. */
  readonly way = new Float32Array(lightsKept);
  /** 1: towards self, 0: away. */
  readonly inward = new Uint8Array(lightsKept);
  private next = 0;
  private readonly owed = new Map<string, number>();

  /**
   * So many chunks went over a link, within the last `overMs`. Parts of a chunk are remembered. Answers how many lights set out.
   */
  release(link: number, direction: Direction, chunks: number, overMs: number): number {
    const key = `${link} ${direction}`;
    const owed = (this.owed.get(key) ?? 0) + Math.max(0, chunks);
    const whole = Math.floor(owed);
    this.owed.set(key, owed - whole);
    const count = Math.min(mostAtOnce, whole);
    for (let i = 0; i < count; i += 1) {
      this.link[this.next] = link;
      this.inward[this.next] = direction === 'in' ? 1 : 0;
      this.way[this.next] = -(i * overMs) / count / travelMs;
      this.next = (this.next + 1) % lightsKept;
    }
    return count;
  }

  /** Time goes on. Answers how many arrived at self. */
  step(ms: number): number {
    let arrived = 0;
    for (let i = 0; i < lightsKept; i += 1) {
      if ((this.link[i] ?? -1) < 0) continue;
      const way = (this.way[i] ?? 0) + ms / travelMs;
      this.way[i] = way;
      if (way < 1) continue;
      this.link[i] = -1;
      arrived += this.inward[i] ?? 0;
    }
    return arrived;
  }

  /** The link is gone, or another peer's now. */
  drop(link: number): void {
    for (let i = 0; i < lightsKept; i += 1) if (this.link[i] === link) this.link[i] = -1;
    this.owed.delete(`${link} in`);
    this.owed.delete(`${link} out`);
  }

  get count(): number {
    let count = 0;
    for (let i = 0; i < lightsKept; i += 1) if ((this.link[i] ?? -1) >= 0) count += 1;
    return count;
  }
}
