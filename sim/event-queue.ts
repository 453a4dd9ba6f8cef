/**
 * The simulator's clock and event heap: a 4-ary heap over typed arrays, ordered by time, ties by order of insertion, so that a run is a function
 * of its seed. Fields of the event taken last are read from the queue itself: no object per event.
 */
const arity = 4;

export class EventQueue {
  /** Virtual time in milliseconds. Never goes back. */
  now = 0;
  /** The event taken last: what it is, a number and two values of its own. */
  kind = 0;
  index = 0;
  first: unknown = undefined;
  second: unknown = undefined;
  /** Events taken so far. */
  taken = 0;

  private count = 0;
  private order = 0;
  /** In heap order, side by side so that comparing children stays in one cache line: time, order of insertion, slot of the rest. */
  private at = new Float64Array(1024);
  private sequence = new Float64Array(1024);
  private slots = new Int32Array(1024);
  /** By slot. */
  private kinds = new Uint8Array(1024);
  private indexes = new Int32Array(1024);
  private readonly firsts: unknown[] = [];
  private readonly seconds: unknown[] = [];
  /** Slots to be used again. */
  private readonly free: number[] = [];

  get size(): number {
    return this.count;
  }

  /** When the next event is due; Infinity: nothing is. */
  get nextAt(): number {
    return this.count === 0 ? Infinity : (this.at[0] ?? Infinity);
  }

  /** Plans an event. A time already gone means now. */
  push(at: number, kind: number, index: number, first?: unknown, second?: unknown): void {
    const slot = this.free.pop() ?? this.count;
    if (slot >= this.at.length) this.grow();
    this.kinds[slot] = kind;
    this.indexes[slot] = index;
    this.firsts[slot] = first;
    this.seconds[slot] = second;
    this.siftUp(at > this.now ? at : this.now, this.order++, slot);
  }

  /** Takes the next event: time goes on to it and its fields stand in the queue. False: none is left. */
  take(): boolean {
    if (this.count === 0) return false;
    const slot = this.slots[0] ?? 0;
    this.now = this.at[0] ?? this.now;
    this.kind = this.kinds[slot] ?? 0;
    this.index = this.indexes[slot] ?? 0;
    this.first = this.firsts[slot];
    this.second = this.seconds[slot];
    this.firsts[slot] = this.seconds[slot] = undefined;
    this.taken++;
    this.free.push(slot);
    this.siftDown(--this.count);
    return true;
  }

  /** Puts an event at the end of the heap and moves it up to where it belongs. */
  private siftUp(time: number, order: number, slot: number): void {
    const { at, sequence, slots } = this;
    let place = this.count++;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      // What is put in last is after its equals.
      if ((at[parent] ?? 0) <= time) break;
      at[place] = at[parent] ?? 0;
      sequence[place] = sequence[parent] ?? 0;
      slots[place] = slots[parent] ?? 0;
      place = parent;
    }
    at[place] = time;
    sequence[place] = order;
    slots[place] = slot;
  }

  /** Fills the top, which was taken, with the event at `last`, the end of what was the heap. */
  private siftDown(last: number): void {
    const { at, sequence, slots } = this;
    const time = at[last] ?? 0;
    const order = sequence[last] ?? 0;
    let place = 0;
    for (let child = 1; child < last; child = place * arity + 1) {
      let least = child;
      let leastAt = at[child] ?? 0;
      const end = Math.min(child + arity, last);
      for (let other = child + 1; other < end; other++) {
        const otherAt = at[other] ?? 0;
        if (otherAt > leastAt) continue;
        if (otherAt === leastAt && (sequence[other] ?? 0) > (sequence[least] ?? 0)) continue;
        least = other;
        leastAt = otherAt;
      }
      if (leastAt > time || (leastAt === time && (sequence[least] ?? 0) > order)) break;
      at[place] = leastAt;
      sequence[place] = sequence[least] ?? 0;
      slots[place] = slots[least] ?? 0;
      place = least;
    }
    at[place] = time;
    sequence[place] = order;
    slots[place] = slots[last] ?? 0;
  }

  private grow(): void {
    const size = this.at.length * 2;
    const wider = <A extends Int32Array | Float64Array | Uint8Array>(old: A, next: A): A => {
      next.set(old);
      return next;
    };
    this.slots = wider(this.slots, new Int32Array(size));
    this.at = wider(this.at, new Float64Array(size));
    this.sequence = wider(this.sequence, new Float64Array(size));
    this.kinds = wider(this.kinds, new Uint8Array(size));
    this.indexes = wider(this.indexes, new Int32Array(size));
  }
}
