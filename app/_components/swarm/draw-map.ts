/** Draws a map of chunks: squares for a share, one line for a file, and beneath how many copies linked peers hold. */
import type { ChunkStrip } from '../../../lib/index';
import type { Palette } from './draw';
import { stateOf, type Grid } from './grid';

export interface MapPalette extends Palette {
  readonly sunken: string;
  readonly edge: string;
}

export interface MapView {
  readonly strip: ChunkStrip;
  /** Per cell, 0…1: how bright it is because it just came. */
  readonly glow: Float32Array;
  /** Linked peers: the most copies there can be. */
  readonly linked: number;
  /** Whoever made the share is among them. */
  readonly sender: boolean;
  readonly palette: MapPalette;
  readonly ratio: number;
}

type Context = CanvasRenderingContext2D;

/** Height of the lane of copies with the space above it. */
export const laneHeight = 12;

export function drawGrid(context: Context, view: MapView, grid: Grid, width: number): void {
  const { ratio } = view;
  const { pitch, columns, rows } = grid;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, rows * pitch + laneHeight);
  const large = pitch > 9;
  const side = pitch - (large ? 2.5 : 1.5);
  drawCells(context, view, {
    xOf: (cell) => (cell % columns) * pitch,
    yOf: (cell) => Math.floor(cell / columns) * pitch,
    width: side,
    height: side,
    round: large ? 3 : 0,
  });
  drawLane(context, view, rows * pitch + 4, Math.min(width, columns * pitch) - 1.5, 6);
}

export function drawLine(context: Context, view: MapView, width: number, height: number): void {
  const { strip, ratio } = view;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const each = width / Math.max(1, strip.have.length);
  drawCells(context, view, {
    xOf: (cell) => cell * each,
    yOf: () => 0,
    width: Math.max(0.5, each - (each > 6 ? 1.5 : 0)),
    height: height - 5,
    round: 0,
  });
  drawLane(context, view, height - 3, width, 3);
}

/** Where cells lie, and their size. */
interface Boxes {
  readonly xOf: (cell: number) => number;
  readonly yOf: (cell: number) => number;
  readonly width: number;
  readonly height: number;
  readonly round: number;
}

/** Layer by layer, so that colours change a few times a frame and not a few times a cell. */
function drawCells(context: Context, { strip, glow, linked, sender, palette }: MapView, boxes: Boxes): void {
  const cells = strip.have.length;
  const states = Array.from({ length: cells }, (_, cell) => stateOf(strip, cell, sender));
  const part = (cell: number): number => (strip.have[cell] ?? 0) / 255;
  const layer = (colour: string, alphaOf: (cell: number) => number, inset = 0): void => {
    context.fillStyle = colour;
    for (let cell = 0; cell < cells; cell += 1) {
      const alpha = alphaOf(cell);
      if (alpha <= 0.02) continue;
      context.globalAlpha = alpha;
      fill(context, boxes, cell, inset);
    }
  };
  const away = (cell: number): boolean => states[cell] === 'missing' || states[cell] === 'arriving';
  layer(palette.fish, (cell) => (away(cell) ? 0.35 + 0.65 * shareOf(strip.copies[cell] ?? 0, linked) : 0));
  layer(palette.accent, (cell) =>
    states[cell] === 'here' ? 1 : part(cell) > 0 ? 0.25 + part(cell) * 0.55 : 0,
  );
  const inset = Math.min(boxes.width, boxes.height) * 0.22;
  layer(palette.give, (cell) => (states[cell] === 'arriving' ? 1 : 0), inset);
  layer(palette.surface, (cell) => (glow[cell] ?? 0) * 0.75);
  outline(context, palette.edge, boxes, states);
  context.globalAlpha = 1;
}

function fill(
  context: Context,
  { xOf, yOf, width, height, round }: Boxes,
  cell: number,
  inset: number,
): void {
  const [x, y] = [xOf(cell) + inset, yOf(cell) + inset];
  const [wide, tall] = [Math.max(0.5, width - 2 * inset), height - 2 * inset];
  if (round === 0) return context.fillRect(x, y, wide, tall);
  context.beginPath();
  context.roundRect(x, y, wide, tall, Math.max(1, round - inset / 2));
  context.fill();
}

/** What nobody here has is an empty frame. */
function outline(context: Context, colour: string, boxes: Boxes, states: readonly string[]): void {
  const { xOf, yOf, width, height } = boxes;
  context.globalAlpha = 0.7;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  states.forEach((state, cell) => {
    if (state !== 'nowhere') return;
    if (width > 3) context.strokeRect(xOf(cell) + 0.5, yOf(cell) + 0.5, width - 1, height - 1);
    else context.strokeRect(xOf(cell), yOf(cell) + height / 2, width, 0.5);
  });
}

const shareOf = (copies: number, linked: number): number => (linked <= 0 ? 0 : Math.min(1, copies / linked));

/** Copies along the share: the taller the more of the linked peers hold it. */
function drawLane(
  context: Context,
  { strip, linked, palette }: MapView,
  y: number,
  width: number,
  height: number,
): void {
  const cells = strip.copies.length;
  const each = width / Math.max(1, cells);
  context.fillStyle = palette.sunken;
  context.fillRect(0, y, width, height);
  context.fillStyle = palette.give;
  for (let cell = 0; cell < cells; cell += 1) {
    const tall = height * shareOf(strip.copies[cell] ?? 0, linked);
    if (tall > 0) context.fillRect(cell * each, y + height - tall, Math.max(each, 0.5), tall);
  }
}
