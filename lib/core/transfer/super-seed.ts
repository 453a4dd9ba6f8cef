/**
 * Super-seeding (BEP 16) for one share of our own: each chunk is revealed to one peer first, so that the publisher's uplink carries every chunk
 * once before it carries any twice. Departures from BEP 16: enough chunks are revealed at a time to keep the uplink busy over the round trip,
 * and the next one goes to the peer that owes least: the one with the fewest chunks that were given to it and not yet seen at another peer. BEP
 * 16 makes a peer wait until its last chunk was seen elsewhere; here it only stands behind those that pass theirs on, so an uplink never
 * waits and a peer that passes nothing on gets hardly anything. Ends when every wanted chunk was announced by another peer, not when it was sent: a
 * bitfield shown sooner would make everyone ask us for what is still on its way to one of them (seen in e2e E10: 1.45 copies instead of 1.2).
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
  /** Chunks that were given to nobody since they were made: whoever says it holds one lies. */
  private readonly fresh: Uint8Array;
  /** To whom a chunk was revealed, until it is seen at someone else. */
  private readonly bearer: (View | undefined)[] = [];
  private published = 0;
  private assignedCount = 0;
  private readonly random: Prng;

  constructor(chunkCount: number, random: Prng) {
    this.state = new Uint8Array(chunkCount);
    this.fresh = new Uint8Array(chunkCount);
    this.random = random;
  }

  /** A chunk became servable. `fresh`: it was made just now; else it is kept from an earlier session, and others may hold it. */
  publish(chunk: number, fresh: boolean): void {
    this.published++;
    this.fresh[chunk] = fresh ? 1 : 0;
    this.pushPool(chunk);
  }

  /** This peer says it holds the chunk: no need to reveal it, unless nobody can hold it. */
  seen(chunk: number, at: View): void {
    if (this.fresh[chunk] === 1) return;
    if (this.state[chunk] === assigned) this.assignedCount--;
    this.state[chunk] = out;
    const bearer = this.bearer[chunk];
    if (!bearer || bearer === at) return;
    bearer.owes--;
    this.bearer[chunk] = undefined;
  }

  /**
   * Our copy for this peer has left. It counts as out when the peer says that it has it. One that was not revealed was asked for because
   * somebody watches (urgent.ts): given all the same, so nobody else need get it from us.
   */
  sent(chunk: number, view: View, now: number): void {
    if (!view.revealed.delete(chunk)) {
      if (this.state[chunk] !== unassigned) return;
      this.assign(chunk, view);
    }
    view.delivered.set(chunk, now);
  }

  /** A chunk this peer wants and lacks, now assigned to it; −1: there is none. */
  take(view: View, now: number): number {
    const { pool } = this;
    for (let at = pool.length - 1; at >= 0; at--) {
      const chunk = pool[at] ?? -1;
      const stale = this.state[chunk] !== unassigned;
      if (!stale && (!view.wanted.has(chunk) || view.bits.has(chunk))) continue;
      pool[at] = pool[pool.length - 1] ?? chunk;
      pool.pop();
      if (stale) continue;
      this.assign(chunk, view);
      view.revealed.set(chunk, now);
      return chunk;
    }
    return -1;
  }

  /** The peer left, or a chunk was not asked for or not passed on in time: others may get it. */
  giveBack(chunk: number, view: View): void {
    const was = view.revealed.delete(chunk) || view.delivered.delete(chunk);
    if (!was || this.state[chunk] !== assigned) return;
    this.assignedCount--;
    if (this.bearer[chunk] === view) this.bearer[chunk] = undefined;
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

  private assign(chunk: number, view: View): void {
    this.state[chunk] = assigned;
    this.assignedCount++;
    this.fresh[chunk] = 0;
    view.given++;
    view.owes++;
    this.bearer[chunk] = view;
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
