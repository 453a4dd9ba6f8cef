/**
 * Super-seeding (BEP 16) for one share of our own: each chunk is revealed to one peer first, the next as soon as the last was sent, so that
 * the publisher's uplink carries every chunk once before it carries any twice. Departures from BEP 16: a peer is shown a window of chunks
 * instead of one (the window covers the round trip), and the next follows when a chunk was sent, not when another peer has it (as libtorrent's
 * non-strict mode): an uplink never waits. Ends when every wanted chunk was announced by another peer, not when it was sent: a bitfield
 * shown sooner would make everyone ask us for what is still on its way to one of them (seen in e2e E10: 1.45 copies instead of 1.2).
 */
import type { Prng } from '../../base/prng';
import type { View } from './state';

const unassigned = 0;
const assigned = 1;
const out = 2;

export class SuperSeed {
  /** Chunks nobody was shown yet, in random order: the end is taken first. */
  private readonly pool: number[] = [];
  private readonly state: Uint8Array;
  private published = 0;
  private assignedCount = 0;
  private readonly random: Prng;

  constructor(chunkCount: number, random: Prng) {
    this.state = new Uint8Array(chunkCount);
    this.random = random;
  }

  /** A chunk became servable. `elsewhere`: a linked peer holds it already. */
  publish(chunk: number, elsewhere: boolean): void {
    this.published++;
    if (elsewhere) this.state[chunk] = out;
    else this.pushPool(chunk);
  }

  /** Some peer holds this chunk now: no need to reveal it. */
  seen(chunk: number): void {
    if (this.state[chunk] === assigned) this.assignedCount--;
    this.state[chunk] = out;
  }

  /** Our copy for this peer has left: its window has room. It counts as out when the peer says that it has it. */
  sent(chunk: number, view: View, now: number): void {
    if (view.revealed.delete(chunk)) view.delivered.set(chunk, now);
  }

  /** Up to `count` chunks this peer wants and lacks, now assigned to it. */
  take(count: number, view: View, now: number): number[] {
    const taken: number[] = [];
    const passed: number[] = [];
    while (taken.length < count) {
      const chunk = this.pool.pop();
      if (chunk === undefined) break;
      if (this.state[chunk] !== unassigned) continue;
      if (view.wanted.has(chunk) && !view.bits.has(chunk)) {
        this.state[chunk] = assigned;
        this.assignedCount++;
        view.revealed.set(chunk, now);
        taken.push(chunk);
      } else passed.push(chunk);
    }
    for (const chunk of passed.reverse()) this.pool.push(chunk);
    return taken;
  }

  /** The peer left, or a chunk was not asked for in time: others may get it. */
  giveBack(chunk: number, view: View): void {
    const was = view.revealed.delete(chunk) || view.delivered.delete(chunk);
    if (!was || this.state[chunk] !== assigned) return;
    this.assignedCount--;
    this.pushPool(chunk);
  }

  /** A chunk that was out has no copy left among linked peers. */
  vanished(chunk: number): void {
    if (this.state[chunk] === out) this.pushPool(chunk);
  }

  /** Nothing is under way and nothing is left that any of these peers wants: time to show everything. */
  finished(views: Iterable<View>): boolean {
    if (this.published < this.state.length || this.assignedCount > 0) return false;
    let anyone = false;
    for (const view of views) {
      // Who only looks at the list of files says nothing of what is out.
      if (!view.shown || view.wanted.count === 0) continue;
      anyone = true;
      for (const chunk of this.pool) {
        if (this.state[chunk] === unassigned && view.wanted.has(chunk) && !view.bits.has(chunk)) return false;
      }
    }
    return anyone;
  }

  private pushPool(chunk: number): void {
    this.state[chunk] = unassigned;
    this.pool.push(chunk);
    const last = this.pool.length - 1;
    const other = this.random.below(this.pool.length);
    const moved = this.pool[other] ?? chunk;
    this.pool[other] = chunk;
    this.pool[last] = moved;
  }
}
