/**
 * One frame of the swarm on a 2D canvas: those of the room who are connected elsewhere, links by kind and speed, lights, fish filled by how much
 * they have, names where there is room for them. Measured with 200 peers in draw.browser.test.ts (PROTOCOL UI107).
 */
import type { LinkKind } from '../../_text/swarm';
import type { Backdrop } from './backdrop';
import { bodyPoints, finPoints, levels } from './fish';
import { whimOf } from './layout';
import { lightsKept } from './lights';
import type { Fish, Scene } from './scene';

/** CSS colours. */
export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly surface: string;
  readonly fish: string;
  readonly accent: string;
  readonly give: string;
  readonly link: string;
  readonly font: string;
}

/** More names than this would lie on each other. */
const mostLabels = 12;
/** Drawn at most of those connected elsewhere. */
const mostOthers = 150;

/** Where they swim, as parts of the picture; the same each time. */
const crowd = Array.from({ length: mostOthers }, (_, i) => ({
  whim: whimOf(`other ${i}`),
  high: whimOf(`${i} other`),
}));

const pathOf = (points: readonly number[]): Path2D => {
  const path = new Path2D();
  for (let i = 0; i < points.length; i += 2) path.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
  path.closePath();
  return path;
};

/** Towards the head. */
const eye = (): Path2D => shapesOf().eye;

const round = (x: number, y: number, radius: number): Path2D => {
  const path = new Path2D();
  path.arc(x, y, radius, 0, Math.PI * 2);
  return path;
};

const sways = 16;
interface Shapes {
  readonly bodies: readonly Path2D[];
  readonly fins: readonly Path2D[];
  readonly eye: Path2D;
}
let shapes: Shapes | undefined;
/** Made when first drawn: Path2D exists in browsers only. */
const shapesOf = (): Shapes =>
  (shapes ??= {
    bodies: Array.from({ length: levels + 1 }, (_, level) => pathOf(bodyPoints(level / levels))),
    eye: round(7.6, -1.3, 0.95),
    fins: Array.from({ length: sways }, (_, i) => pathOf(finPoints((i / (sways - 1)) * 2 - 1))),
  });

export interface View {
  readonly scene: Scene;
  readonly palette: Palette;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  /** Whom the person points at. */
  readonly pointed: string | null;
}

type Context = CanvasRenderingContext2D;

export function draw(context: Context, view: View, backdrop: Backdrop): void {
  const { scene, ratio } = view;
  const { width, height } = scene.area;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  backdrop.draw(context, view, (behind) => {
    drawOthers(behind, view);
    drawLinks(behind, view);
  });
  drawLights(context, view);
  for (const fish of scene.fish) drawPeer(context, view, fish);
  drawSelf(context, view);
  drawLabels(context, view);
  context.globalAlpha = 1;
}

// ── where things are at this moment ────────────────────────────────────────────────────────────────────

const bobX = (time: number, whim: number): number => Math.sin(time / 1900 + whim * 40) * 3;
const bobY = (time: number, whim: number): number => Math.sin(time / 1400 + whim * 70) * 3.4;

const xOf = (fish: Fish, time: number): number => fish.x + bobX(time, fish.whim);
const yOf = (fish: Fish, time: number): number => fish.y + bobY(time, fish.whim);
const selfWhim = 0.31;
const selfX = ({ area, time }: Scene): number => area.width / 2 + bobX(time, selfWhim);
const selfY = ({ area, time }: Scene): number => area.height / 2 + bobY(time, selfWhim);

/** A link bends a little to one side, so that it looks grown and crossing ones can be told apart. */
const bendOf = (whim: number): number => (whim - 0.5) * 0.36;

// ── parts ──────────────────────────────────────────────────────────────────────────────────────────────

function drawOthers(context: Context, { scene, palette, ratio }: View): void {
  const { width, height } = scene.area;
  const { bodies, fins } = shapesOf();
  const size = ratio * Math.min(0.5, scene.scale * 0.55);
  context.fillStyle = palette.fish;
  context.globalAlpha = 0.4;
  for (const { whim, high } of crowd.slice(0, scene.others)) {
    const x = 24 + whim * (width - 48) + bobX(scene.time, whim) * 2;
    const y = 18 + high * (height - 36) + bobY(scene.time, whim);
    context.setTransform(size, 0, 0, size, x * ratio, y * ratio);
    context.fill(bodies[levels] ?? new Path2D());
    context.fill(fins[swayOf(scene.time, whim, 0)] ?? new Path2D());
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.globalAlpha = 1;
}

const dashes: Readonly<Record<LinkKind, number[]>> = {
  near: [],
  direct: [],
  relayed: [7, 6],
  unknown: [1.5, 5],
};
const widths: Readonly<Record<LinkKind, number>> = { near: 2.6, direct: 1.3, relayed: 1.5, unknown: 1.5 };

function drawLinks(context: Context, { scene, palette, pointed }: View): void {
  const [fromX, fromY] = [selfX(scene), selfY(scene)];
  context.strokeStyle = palette.link;
  context.lineCap = 'round';
  const thin = scene.fish.length > 60 ? 0.6 : 1;
  for (const fish of scene.fish) {
    const { kind, id } = fish.peer;
    const [x, y] = [xOf(fish, scene.time), yOf(fish, scene.time)];
    const bend = bendOf(fish.whim);
    context.setLineDash(dashes[kind]);
    context.lineWidth = widths[kind] * thin * (1 + fish.flow * 0.6);
    context.globalAlpha = fish.shown * (pointed === id ? 1 : (0.32 + fish.flow * 0.55) * thin);
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.quadraticCurveTo(
      (fromX + x) / 2 - (y - fromY) * bend,
      (fromY + y) / 2 + (x - fromX) * bend,
      x,
      y,
    );
    context.stroke();
  }
  context.setLineDash([]);
}

function drawLights(context: Context, { scene, palette }: View): void {
  const [selfAtX, selfAtY] = [selfX(scene), selfY(scene)];
  const { lights } = scene;
  const radius = Math.max(1.5, Math.min(3, 2.6 * scene.scale));
  for (let i = 0; i < lightsKept; i += 1) {
    const link = lights.link[i] ?? -1;
    const way = lights.way[i] ?? 0;
    const fish = link < 0 || way < 0 ? undefined : scene.bySlot.get(link);
    if (!fish) continue;
    const inward = lights.inward[i] === 1;
    const t = ease(inward ? 1 - way : way);
    const [x, y] = [xOf(fish, scene.time), yOf(fish, scene.time)];
    const bend = bendOf(fish.whim);
    const midX = (selfAtX + x) / 2 - (y - selfAtY) * bend;
    const midY = (selfAtY + y) / 2 + (x - selfAtX) * bend;
    const atX = (1 - t) ** 2 * selfAtX + 2 * (1 - t) * t * midX + t * t * x;
    const atY = (1 - t) ** 2 * selfAtY + 2 * (1 - t) * t * midY + t * t * y;
    context.globalAlpha = Math.min(1, Math.min(way, 1 - way) * 8);
    context.fillStyle = inward ? palette.accent : palette.give;
    context.beginPath();
    context.arc(atX, atY, radius, 0, Math.PI * 2);
    context.fill();
  }
}

const ease = (t: number): number => t * t * (3 - 2 * t);

/** Which fin: it beats faster the more flows. */
const swayOf = (time: number, whim: number, flow: number): number =>
  Math.round(((Math.sin((time / 520) * (1 + flow * 1.4) + whim * 50) + 1) / 2) * (sways - 1));

function fillFish(context: Context, palette: Palette, level: number, sway: number): void {
  const { bodies, fins } = shapesOf();
  context.fillStyle = palette.fish;
  context.fill(bodies[levels] ?? new Path2D());
  context.fillStyle = level > 0 ? palette.accent : palette.fish;
  context.fill(fins[sway] ?? new Path2D());
  if (level > 0) context.fill(bodies[level] ?? new Path2D());
  context.fillStyle = palette.surface;
  context.fill(eye());
}

function drawPeer(context: Context, { scene, palette, ratio, pointed }: View, fish: Fish): void {
  const { time } = scene;
  const size = ratio * scene.scale * (pointed === fish.peer.id ? 1.25 : 1) * (0.92 + fish.whim * 0.16);
  const tilt = Math.cos(time / 1400 + fish.whim * 70) * 0.06;
  context.globalAlpha = fish.shown;
  context.setTransform(
    size,
    size * tilt,
    -size * tilt,
    size,
    xOf(fish, time) * ratio,
    yOf(fish, time) * ratio,
  );
  fillFish(context, palette, fish.level, swayOf(time, fish.whim, fish.flow));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** Half the height of self with the light around it, CSS pixels. */
const selfSize = ({ scale }: Scene): number => Math.max(1.2, scale * 1.2);

function drawSelf(context: Context, { scene, palette, ratio }: View): void {
  const [x, y] = [selfX(scene), selfY(scene)];
  const size = selfSize(scene);
  const glow = scene.glow * 4;
  disc(context, palette.surface, { x, y, radius: size * (30 + glow), alpha: 0.35 });
  disc(context, palette.surface, { x, y, radius: size * (25 + glow), alpha: 0.6 });
  disc(context, palette.surface, { x, y, radius: size * 20, alpha: 1 });
  disc(context, palette.accent, { x, y, radius: size * 20, alpha: 0.1 + scene.glow * 0.14 });
  context.strokeStyle = palette.accent;
  context.globalAlpha = 0.35 + scene.glow * 0.5;
  context.lineWidth = 1.5;
  context.stroke();
  context.globalAlpha = 1;
  context.setTransform(size * ratio, 0, 0, size * ratio, (x + size * 1.5) * ratio, y * ratio);
  fillFish(context, palette, scene.selfLevel, swayOf(scene.time, selfWhim, scene.glow));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly alpha: number;
}

function disc(context: Context, colour: string, { x, y, radius, alpha }: Disc): void {
  context.globalAlpha = alpha;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}

function drawLabels(context: Context, { scene, palette, pointed }: View): void {
  const all = scene.fish.length <= mostLabels;
  const below = Math.max(14, 17 * scene.scale);
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.lineJoin = 'round';
  for (const fish of scene.fish) {
    if (!all && fish.peer.id !== pointed) continue;
    context.globalAlpha = fish.shown;
    const noted = scene.area.width > 480 || fish.peer.id === pointed;
    const x = xOf(fish, scene.time);
    // On the side away from self, where its own link does not run.
    const above = fish.toY < scene.area.height / 2 - 20;
    const y = yOf(fish, scene.time) + (above ? -below * 0.75 - (noted ? 32 : 16) : below * 0.75);
    write(context, palette, fish.peer.name, { x, y, colour: palette.ink, weight: 600 });
    if (noted) write(context, palette, fish.peer.note, { x, y: y + 16, colour: palette.muted, weight: 400 });
  }
  context.globalAlpha = 1;
  const at = { x: selfX(scene), y: selfY(scene) + selfSize(scene) * 20 + 6 };
  write(context, palette, scene.selfLabel, { ...at, colour: palette.ink, weight: 700 });
}

interface Label {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
  readonly weight: number;
}

/** On water: what crosses behind must not make it unreadable. */
function write(context: Context, palette: Palette, text: string, { x, y, colour, weight }: Label): void {
  if (text === '') return;
  context.font = `${weight} 12.5px ${palette.font}`;
  context.strokeStyle = palette.surface;
  context.lineWidth = 4;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
