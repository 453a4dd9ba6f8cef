/** Puts a map of chunks on a canvas, and lets chunks that just came shine for a moment where motion is wanted. */
import type { ChunkStrip } from '../../../lib/index';
import { drawGrid, drawLine, laneHeight, type MapPalette } from './draw-map';
import { freshCells, type Grid } from './grid';
import { colourOf, mostRatio, onScheme, paletteOf, type Motion } from './stage';

export interface MapFacts {
  readonly strip: ChunkStrip;
  readonly linked: number;
  readonly sender: boolean;
  /** null: one line, as high as the canvas. */
  readonly grid: Grid | null;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly motion: Motion;
}

export interface MapStage {
  show(facts: MapFacts): void;
  close(): void;
}

/** How long a chunk shines, ms. */
const shineMs = 700;
/** Thirty pictures a second are enough for what only fades. */
const frameMs = 30;

export function createMapStage(canvas: HTMLCanvasElement): MapStage {
  const context = canvas.getContext('2d');
  let palette = mapPaletteOf(canvas);
  let facts: MapFacts | null = null;
  let glow = new Float32Array();
  let frame = 0;
  let last = 0;

  const paint = (): void => {
    if (!facts || !context) return;
    const { strip, linked, sender, grid, width, height } = facts;
    const view = { strip, glow, linked, sender, palette, ratio: ratioNow() };
    if (grid) drawGrid(context, view, grid, width);
    else drawLine(context, view, width, height);
  };
  const dim = (now: number): void => {
    if (now - last < frameMs) {
      frame = requestAnimationFrame(dim);
      return;
    }
    let bright = 0;
    for (let cell = 0; cell < glow.length; cell += 1) {
      glow[cell] = Math.max(0, (glow[cell] ?? 0) - (now - last) / shineMs);
      bright = Math.max(bright, glow[cell] ?? 0);
    }
    last = now;
    paint();
    frame = bright > 0 ? requestAnimationFrame(dim) : 0;
  };
  const endScheme = onScheme(() => {
    palette = mapPaletteOf(canvas);
    paint();
  });

  return {
    show(next) {
      const ratio = ratioNow();
      const [wide, tall] = [Math.round(next.width * ratio), Math.round(heightOf(next) * ratio)];
      // Setting a size clears the canvas, also when it is the same one.
      if (canvas.width !== wide || canvas.height !== tall) [canvas.width, canvas.height] = [wide, tall];
      const fresh = freshCells(facts?.strip ?? null, next.strip);
      if (glow.length !== fresh.length) glow = new Float32Array(fresh.length);
      let any = false;
      for (let cell = 0; cell < fresh.length; cell += 1) {
        if (next.motion !== 'moving') glow[cell] = 0;
        else if (fresh[cell] === 1) {
          glow[cell] = 1;
          any = true;
        }
      }
      facts = next;
      if (any && frame === 0) {
        last = performance.now();
        frame = requestAnimationFrame(dim);
      } else if (frame === 0) paint();
    },
    close() {
      cancelAnimationFrame(frame);
      endScheme();
    },
  };
}

const ratioNow = (): number => Math.min(mostRatio, devicePixelRatio);

export const heightOf = ({ grid, height }: Pick<MapFacts, 'grid' | 'height'>): number =>
  grid ? grid.rows * grid.pitch + laneHeight : height;

const mapPaletteOf = (canvas: HTMLCanvasElement): MapPalette => ({
  ...paletteOf(canvas),
  sunken: colourOf(canvas, '--sunken'),
  edge: colourOf(canvas, '--edge'),
});
