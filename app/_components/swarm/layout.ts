/**
 * Where fish swim: self in the middle, each peer in a place of its own on a sunflower's spiral around it, which keeps any number apart and moves
 * nobody when somebody comes or goes, except to make room. Pure.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Area {
  readonly width: number;
  readonly height: number;
}

/** Each peer keeps its slot while it is here; who comes takes the first free one. */
export function slotsOf(before: ReadonlyMap<string, number>, ids: Iterable<string>): Map<string, number> {
  const present = [...new Set(ids)];
  const slots = new Map<string, number>();
  const taken = new Set<number>();
  for (const id of present) {
    const slot = before.get(id);
    if (slot === undefined || taken.has(slot)) continue;
    slots.set(id, slot);
    taken.add(slot);
  }
  let free = 0;
  for (const id of present) {
    if (slots.has(id)) continue;
    while (taken.has(free)) free += 1;
    slots.set(id, free);
    taken.add(free);
  }
  return slots;
}

/** 137.5°: neighbours in the spiral stand far apart (Vogel 1979). */
const goldenAngle = Math.PI * (3 - Math.sqrt(5));
/** Fewer are spread as if they were this many, so that one peer is not at the very rim. */
const leastSpread = 7;
/** Room for a fish and its name at the rim, CSS pixels. */
const margin = { x: 62, y: 46 } as const;

/** Slots in use: one more than the highest. */
export const spreadOf = (slots: ReadonlyMap<string, number>): number =>
  Math.max(leastSpread, ...[...slots.values()].map((slot) => slot + 1));

/** The place of a slot among `spread` of them. Never in the middle, where self swims. */
export function placeOf(slot: number, spread: number, { width, height }: Area): Point {
  const inner = Math.max(0.24, 0.62 - spread * 0.012);
  const away = inner + (1 - inner) * Math.sqrt((slot + 0.4) / spread);
  const angle = slot * goldenAngle - 0.55;
  return {
    x: width / 2 + Math.cos(angle) * away * Math.max(20, width / 2 - margin.x),
    y: height / 2 + Math.sin(angle) * away * Math.max(20, height / 2 - margin.y),
  };
}

/** How large fish are drawn, 1 as they are: smaller the more there are, and in a small picture. */
export function scaleOf(spread: number, { width, height }: Area): number {
  const each = Math.sqrt((width * height) / (spread + 4));
  return Math.min(1.7, Math.max(0.42, each / 75));
}

/** The peer nearest to a point, no farther than `reach`; −1: none. */
export function nearest(places: readonly Point[], { x, y }: Point, reach: number): number {
  let found = -1;
  let best = reach ** 2;
  places.forEach((place, i) => {
    const distance = (place.x - x) ** 2 + (place.y - y) ** 2;
    if (distance > best) return;
    best = distance;
    found = i;
  });
  return found;
}

/** A fixed number 0…1 for an id: what tells one fish's manner from another's. */
export function whimOf(id: string): number {
  let hash = 2166136261; // FNV-1a
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
  // Its last step leaves ids that differ at the end close together; the finalizer of MurmurHash3 does not.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
