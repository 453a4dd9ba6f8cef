/**
 * Rarest first with random ties, in O(1) amortised per decision: candidates lie in one array, partitioned by availability (the manner of
 * libtorrent's piece_picker), and every change moves one candidate over partition borders by swaps. Ties come out random because a
 * candidate enters its partition at a random place and a search starts at a random place (Kraken's index-order ties make neighbours pick alike).
 * A candidate is a chunk that is wanted, not held, not under way and whose hash is known. Leaves out: who is asked, and endgame.
 */
import type { Bitfield } from '../../base/bitfield';
import type { Prng } from '../../base/prng';

export class Picker {
  /** Copies among linked peers, per chunk, candidate or not. */
  readonly availability: Uint16Array;
  /** Candidates, ascending by availability. */
  private readonly order: Uint32Array;
  /** Where each chunk lies in `order`; −1: no candidate. */
  private readonly place: Int32Array;
  /** starts[a]: where the partition of availability a begins; the last entry is the number of candidates. */
  private starts: number[] = [0, 0];
  private readonly random: Prng;

  constructor(chunkCount: number, random: Prng) {
    this.availability = new Uint16Array(chunkCount);
    this.order = new Uint32Array(chunkCount);
    this.place = new Int32Array(chunkCount).fill(-1);
    this.random = random;
  }

  get candidates(): number {
    return this.starts[this.starts.length - 1] ?? 0;
  }

  isCandidate(chunk: number): boolean {
    return (this.place[chunk] ?? -1) >= 0;
  }

  add(chunk: number): void {
    if (this.isCandidate(chunk)) return;
    const copies = this.copies(chunk);
    this.reach(copies);
    // Open a hole at the end of the partition: each later partition moves its first element behind its last.
    let hole = this.candidates;
    for (let a = this.starts.length - 2; a > copies; a--) {
      const first = this.start(a);
      if (hole !== first) this.set(hole, this.order[first] ?? 0);
      hole = first;
      this.starts[a] = first + 1;
    }
    this.starts[this.starts.length - 1] = this.start(this.starts.length - 1) + 1;
    this.set(hole, chunk);
    const first = this.start(copies);
    this.swap(hole, first + this.random.below(hole - first + 1));
  }

  remove(chunk: number): void {
    const at = this.place[chunk] ?? -1;
    if (at < 0) return;
    let hole = at;
    for (let a = this.copies(chunk); a < this.starts.length - 1; a++) {
      const last = this.start(a + 1) - 1;
      if (hole !== last) this.set(hole, this.order[last] ?? 0);
      hole = last;
      this.starts[a + 1] = last;
    }
    this.place[chunk] = -1;
  }

  /** One linked peer more holds it. */
  gained(chunk: number): void {
    const copies = this.copies(chunk);
    if (copies === 0xffff) return;
    const at = this.place[chunk] ?? -1;
    if (at >= 0) {
      this.reach(copies + 1);
      const last = this.start(copies + 1) - 1;
      this.swap(at, last);
      this.starts[copies + 1] = last;
      const end = this.start(copies + 2);
      this.swap(last, last + this.random.below(end - last));
    }
    this.availability[chunk] = copies + 1;
  }

  /** One linked peer less holds it. */
  lost(chunk: number): void {
    const copies = this.copies(chunk);
    if (copies === 0) return;
    const at = this.place[chunk] ?? -1;
    if (at >= 0) {
      const first = this.start(copies);
      this.swap(at, first);
      this.starts[copies] = first + 1;
      const begin = this.start(copies - 1);
      this.swap(first, begin + this.random.below(first - begin + 1));
    }
    this.availability[chunk] = copies - 1;
  }

  /**
   * The rarest candidate that `holder`, a linked peer, has, ties at random; −1: none. In a mixed swarm a peer has a good part of the rarest, so the first
   * few places suffice; a holder of little is walked instead of the candidates.
   */
  pick(holder: Bitfield): number {
    if (holder.count * 8 < this.candidates - this.start(1)) return this.pickAmongFew(holder);
    // What the holder has, one linked peer at least has: partition 0 is passed over.
    for (let a = 1; a < this.starts.length - 1; a++) {
      const first = this.start(a);
      const size = this.start(a + 1) - first;
      if (size === 0) continue;
      const offset = this.random.below(size);
      for (let i = 0; i < size; i++) {
        const chunk = this.order[first + ((offset + i) % size)] ?? 0;
        if (holder.has(chunk)) return chunk;
      }
    }
    return -1;
  }

  /** The first candidate that `holder` has, from a random place on: what rarest first is measured against. */
  pickInOrder(holder: Bitfield): number {
    const { length } = this.place;
    const from = this.random.below(length);
    for (let i = 0; i < length; i++) {
      const chunk = (from + i) % length;
      if (holder.has(chunk) && this.isCandidate(chunk)) return chunk;
    }
    return -1;
  }

  /** Whether `holder`, a linked peer, has any candidate. Draws nothing, so that looking at a run does not change it. */
  offers(holder: Bitfield): boolean {
    for (let i = this.start(1); i < this.candidates; i++) if (holder.has(this.order[i] ?? 0)) return true;
    return false;
  }

  private pickAmongFew(holder: Bitfield): number {
    let best = -1;
    let bestCopies = Infinity;
    let ties = 0;
    holder.forEach((chunk) => {
      if (!this.isCandidate(chunk)) return;
      const copies = this.copies(chunk);
      if (copies > bestCopies) return;
      ties = copies < bestCopies ? 1 : ties + 1;
      bestCopies = copies;
      if (this.random.below(ties) === 0) best = chunk;
    });
    return best;
  }

  private copies(chunk: number): number {
    return this.availability[chunk] ?? 0;
  }

  private start(availability: number): number {
    return this.starts[availability] ?? this.candidates;
  }

  /** Makes partitions up to this availability exist. */
  private reach(availability: number): void {
    while (this.starts.length < availability + 3) this.starts.push(this.candidates);
  }

  private set(at: number, chunk: number): void {
    this.order[at] = chunk;
    this.place[chunk] = at;
  }

  private swap(a: number, b: number): void {
    if (a === b) return;
    const x = this.order[a] ?? 0;
    const y = this.order[b] ?? 0;
    this.set(a, y);
    this.set(b, x);
  }
}
