/**
 * Rarest first with random ties. Candidates lie in one array, partitioned by availability (the manner of libtorrent's piece_picker), and every
 * change moves one candidate over partition borders by swaps. Ties come out random because a candidate enters its partition at a random place
 * and a search starts at a random place (Kraken's index-order ties make neighbours pick alike). Haves are by far the most frequent change (each
 * chunk is told to every link), so one costs O(1). Of each holder it is known how many candidates it has, and below which availability it has
 * none: asking a peer that has nothing costs nothing, and what was searched in vain is not searched again. Figures: `npm run bench:picker`. A
 * candidate is a chunk that is wanted, not held, not under way and whose hash is known. Leaves out: who is asked, and endgame.
 */
import { Bitfield } from '../../base/bitfield';
import type { Prng } from '../../base/prng';

/** What one linked peer holds, and of that what could be asked for: the picker's to count. */
export class Holder {
  /** How many candidates it holds. */
  useful = 0;
  /** It holds no candidate of a lower availability. */
  floor = 0;

  constructor(readonly bits: Bitfield) {}
}

/** So many candidates are looked at one by one at least, before what holder and candidates share is gone through. Guess. */
const leastPlaces = 64;

export class Picker {
  /** Copies among linked peers, per chunk, candidate or not. */
  readonly availability: Uint16Array;
  /** Candidates, ascending by availability. */
  private readonly order: Uint32Array;
  /** Where each chunk lies in `order`; −1: no candidate. */
  private readonly place: Int32Array;
  /** starts[a]: where the partition of availability a begins; the last entry is the number of candidates. */
  private starts: number[] = [0, 0];
  /** The same candidates, as a set. */
  private readonly members: Bitfield;
  private readonly holders = new Set<Holder>();
  private readonly random: Prng;

  constructor(chunkCount: number, random: Prng) {
    this.availability = new Uint16Array(chunkCount);
    this.order = new Uint32Array(chunkCount);
    this.place = new Int32Array(chunkCount).fill(-1);
    this.members = new Bitfield(chunkCount);
    this.random = random;
  }

  get candidates(): number {
    return this.starts[this.starts.length - 1] ?? 0;
  }

  isCandidate(chunk: number): boolean {
    return (this.place[chunk] ?? -1) >= 0;
  }

  /** A peer is linked. What it holds is told by gained(). */
  join(holder: Holder): void {
    this.holders.add(holder);
  }

  /** It is not any more. What it held is taken back by lost(). */
  leave(holder: Holder): void {
    this.holders.delete(holder);
  }

  add(chunk: number): void {
    if (this.isCandidate(chunk)) return;
    const copies = this.copies(chunk);
    this.members.add(chunk);
    for (const holder of this.holders) {
      if (!holder.bits.has(chunk)) continue;
      holder.useful++;
      holder.floor = Math.min(holder.floor, copies);
    }
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
    this.members.remove(chunk);
    const copies = this.copies(chunk);
    for (const holder of this.holders) if (holder.bits.has(chunk)) holder.useful--;
    let hole = at;
    for (let a = copies; a < this.starts.length - 1; a++) {
      const last = this.start(a + 1) - 1;
      if (hole !== last) this.set(hole, this.order[last] ?? 0);
      hole = last;
      this.starts[a + 1] = last;
    }
    this.place[chunk] = -1;
  }

  /** One linked peer more holds it: `holder`, whose bits say so already. */
  gained(chunk: number, holder: Holder): void {
    const copies = this.copies(chunk);
    if (copies === 0xffff) return;
    const at = this.place[chunk] ?? -1;
    if (at >= 0) {
      holder.useful++;
      holder.floor = Math.min(holder.floor, copies + 1);
      this.reach(copies + 1);
      const last = this.start(copies + 1) - 1;
      this.swap(at, last);
      this.starts[copies + 1] = last;
      const end = this.start(copies + 2);
      this.swap(last, last + this.random.below(end - last));
    }
    this.availability[chunk] = copies + 1;
  }

  /** One linked peer less holds it: `holder`, whose bits say so already, or which leaves. */
  lost(chunk: number, holder: Holder): void {
    const copies = this.copies(chunk);
    if (copies === 0) return;
    const at = this.place[chunk] ?? -1;
    if (at >= 0) {
      holder.useful--;
      for (const other of this.holders)
        if (other.bits.has(chunk)) other.floor = Math.min(other.floor, copies - 1);
      const first = this.start(copies);
      this.swap(at, first);
      this.starts[copies] = first + 1;
      const begin = this.start(copies - 1);
      this.swap(first, begin + this.random.below(first - begin + 1));
    }
    this.availability[chunk] = copies - 1;
  }

  /** The rarest candidate that `holder` has, ties at random; −1: none. */
  pick(holder: Holder): number {
    const { bits, useful } = holder;
    if (useful === 0) return -1;
    // The other way looks at each candidate it has, and at one word in 32 chunks: no more than that is looked at here.
    let places = Math.max(leastPlaces, useful + bits.length / 32);
    for (let copies = holder.floor; copies < this.starts.length - 1; copies++) {
      const first = this.start(copies);
      const size = this.start(copies + 1) - first;
      holder.floor = copies;
      if (size === 0) continue;
      const offset = this.random.below(size);
      for (let i = 0; i < size; i++) {
        const chunk = this.order[first + ((offset + i) % size)] ?? 0;
        if (bits.has(chunk)) return chunk;
        if (--places < 0) return this.drawFrom(holder);
      }
    }
    return -1;
  }

  /** The first candidate that `holder` has, from a random place on: what rarest first is measured against. */
  pickInOrder({ bits, useful }: Holder): number {
    if (useful === 0) return -1;
    const { length } = this.place;
    const from = this.random.below(length);
    for (let i = 0; i < length; i++) {
      const chunk = (from + i) % length;
      if (bits.has(chunk) && this.isCandidate(chunk)) return chunk;
    }
    return -1;
  }

  /** The same, of all candidates that are in `holder.bits`. */
  private drawFrom(holder: Holder): number {
    let drawn = -1;
    let least = Infinity;
    let ties = 0;
    holder.bits.forEachIn(this.members, (chunk) => {
      const copies = this.copies(chunk);
      if (copies > least) return;
      ties = copies < least ? 1 : ties + 1;
      least = copies;
      if (this.random.below(ties) === 0) drawn = chunk;
    });
    if (drawn >= 0) holder.floor = least;
    return drawn;
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
