/**
 * A set one can draw from at random: add, remove and draw in constant time, which Set alone does not give.
 * Pure; the source of chance is an argument.
 */

/** Uniform integer in [0, bound). `createPrng(seed).below` fits. */
export type Below = (bound: number) => number;

export class DrawSet<Item> {
  private readonly items: Item[] = [];
  private readonly places = new Map<Item, number>();

  get size(): number {
    return this.items.length;
  }

  has(item: Item): boolean {
    return this.places.has(item);
  }

  add(item: Item): void {
    if (this.places.has(item)) return;
    this.places.set(item, this.items.length);
    this.items.push(item);
  }

  /** The last item moves into the gap. */
  remove(item: Item): void {
    const place = this.places.get(item);
    if (place === undefined) return;
    this.places.delete(item);
    const last = this.items.pop();
    if (last === undefined || place === this.items.length) return;
    this.items[place] = last;
    this.places.set(last, place);
  }

  /** Up to `count` distinct items in random order, each subset equally likely. */
  draw(count: number, below: Below): Item[] {
    const size = this.items.length;
    const wanted = Math.min(count, size);
    // Fisher–Yates over a virtual copy: only displaced places are held, so that drawing a few of 10,000 costs a few.
    const displaced = new Map<number, number>();
    const drawn: Item[] = [];
    for (let i = 0; i < wanted; i++) {
      const j = i + below(size - i);
      const item = this.items[displaced.get(j) ?? j];
      displaced.set(j, displaced.get(i) ?? i);
      if (item !== undefined) drawn.push(item);
    }
    return drawn;
  }
}
