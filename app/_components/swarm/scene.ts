/**
 * What the picture holds between two frames: fish with places they glide to, and lights on their way. Takes reports (a few a second) and time;
 * draws nothing. Everything a frame needs stands in plain fields, so that drawing makes no objects.
 */
import type { LinkKind } from '../../_text/swarm';
import { levelOf } from './fish';
import { placeOf, scaleOf, slotsOf, spreadOf, whimOf, type Area } from './layout';
import { Lights } from './lights';

export interface ScenePeer {
  readonly id: string;
  readonly name: string;
  /** Second line of its label. */
  readonly note: string;
  readonly kind: LinkKind;
  /** 0…1. */
  readonly completeness: number;
  readonly rateIn: number;
  readonly rateOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface SceneReport {
  readonly peers: readonly ScenePeer[];
  /** 0…1 of what self holds. */
  readonly completeness: number;
  readonly selfLabel: string;
  /** In the room, and not linked with self. */
  readonly others: number;
  readonly chunkBytes: number;
  /** Milliseconds, any origin. */
  readonly at: number;
}

export interface Fish {
  peer: ScenePeer;
  readonly slot: number;
  readonly whim: number;
  level: number;
  /** How much flows, 0…1. */
  flow: number;
  x: number;
  y: number;
  toX: number;
  toY: number;
  /** 0…1: it comes into view. */
  shown: number;
}

export interface Scene {
  area: Area;
  fish: Fish[];
  readonly bySlot: Map<number, Fish>;
  selfLevel: number;
  selfLabel: string;
  /** 0…1: lights up when something arrives. */
  glow: number;
  scale: number;
  others: number;
  readonly lights: Lights;
  slots: Map<string, number>;
  reportedAt: number;
  /** Time of the picture, milliseconds; stands still while it does. */
  time: number;
}

export const createScene = (area: Area): Scene => ({
  area,
  fish: [],
  bySlot: new Map(),
  selfLevel: 0,
  selfLabel: '',
  glow: 0,
  scale: 1,
  others: 0,
  lights: new Lights(),
  slots: new Map(),
  reportedAt: -Infinity,
  time: 0,
});

/** 0…1, by orders of magnitude: 1 kB/s is hardly seen, 100 MB/s is all. */
export const flowOf = (bytesPerSecond: number): number =>
  Math.min(1, Math.max(0, Math.log10(Math.max(1, bytesPerSecond) / 1000) / 5));

/** Between reports time is taken to be this much at most: a tab that slept must not release a flood of lights. */
const mostBetweenMs = 1000;

export function report(
  scene: Scene,
  { peers, completeness, selfLabel, others, chunkBytes, at }: SceneReport,
): void {
  const sinceMs = Math.min(mostBetweenMs, at - scene.reportedAt);
  scene.reportedAt = at;
  scene.selfLevel = levelOf(completeness);
  scene.selfLabel = selfLabel;
  scene.others = others;
  const known = new Map(scene.fish.map((fish) => [fish.peer.id, fish]));
  scene.slots = slotsOf(
    scene.slots,
    peers.map(({ id }) => id),
  );
  scene.bySlot.clear();
  scene.fish = peers.map((peer) => {
    const slot = scene.slots.get(peer.id) ?? 0;
    const before = known.get(peer.id);
    if (before) flow(scene, before, peer, chunkBytes, sinceMs);
    else scene.lights.drop(slot);
    const fish = before ?? newFish(peer, slot);
    fish.peer = peer;
    fish.level = levelOf(peer.completeness);
    fish.flow = flowOf(peer.rateIn + peer.rateOut);
    scene.bySlot.set(slot, fish);
    return fish;
  });
  aim(scene);
}

function flow(
  { lights }: Scene,
  { slot, peer: before }: Fish,
  peer: ScenePeer,
  chunkBytes: number,
  overMs: number,
) {
  if (chunkBytes <= 0) return;
  lights.release(slot, 'in', (peer.bytesIn - before.bytesIn) / chunkBytes, overMs);
  lights.release(slot, 'out', (peer.bytesOut - before.bytesOut) / chunkBytes, overMs);
}

const newFish = (peer: ScenePeer, slot: number): Fish => ({
  peer,
  slot,
  whim: whimOf(peer.id),
  level: 0,
  flow: 0,
  x: NaN,
  y: NaN,
  toX: 0,
  toY: 0,
  shown: 0,
});

export function resize(scene: Scene, area: Area): void {
  scene.area = area;
  aim(scene);
  for (const fish of scene.fish) [fish.x, fish.y] = [fish.toX, fish.toY];
}

/** Everybody's place by the number there are. Who is new comes from a little behind it. */
function aim(scene: Scene): void {
  const spread = spreadOf(scene.slots);
  scene.scale = scaleOf(spread, scene.area);
  for (const fish of scene.fish) {
    const { x, y } = placeOf(fish.slot, spread, scene.area);
    fish.toX = x;
    fish.toY = y;
    if (Number.isNaN(fish.x)) [fish.x, fish.y] = [x - 60, y];
  }
}

/** Time constants of gliding, appearing and dimming, ms. Guess: quick enough to follow, slow enough to be calm. */
const pace = { glide: 420, appear: 350, dim: 500 } as const;

/** Time goes on by `ms`. */
export function step(scene: Scene, ms: number): void {
  scene.time += ms;
  const glide = 1 - Math.exp(-ms / pace.glide);
  for (const fish of scene.fish) {
    fish.x += (fish.toX - fish.x) * glide;
    fish.y += (fish.toY - fish.y) * glide;
    fish.shown = Math.min(1, fish.shown + ms / pace.appear);
  }
  const arrived = scene.lights.step(ms);
  scene.glow = Math.min(1, scene.glow * Math.exp(-ms / pace.dim) + arrived * 0.35);
}

/** As it will be when nothing moves any more: for pictures that stand still. */
export function settle(scene: Scene): void {
  for (const fish of scene.fish) {
    [fish.x, fish.y] = [fish.toX, fish.toY];
    fish.shown = 1;
  }
  for (const slot of scene.bySlot.keys()) scene.lights.drop(slot);
  scene.glow = 0;
}
