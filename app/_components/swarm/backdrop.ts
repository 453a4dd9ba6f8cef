/**
 * What lies behind the fish, kept between frames: with 200 peers links are half of what a frame costs, and swaying by a few pixels a second they
 * look the same for three of them. Drawn anew at once when something glides, appears, is pointed at, or stands still.
 */
import type { View } from './draw';

/** Fewer links than this cost less than the copy. */
const crowd = 40;
/** Of the picture's time, ms: nothing sways by a quarter of a pixel in it. */
const keptMs = 50;
/** CSS pixels from its place at which a fish is on its way there. */
const gliding = 1;

export class Backdrop {
  private layer: CanvasRenderingContext2D | null = null;
  private drawn: View | null = null;
  private drawnAt = 0;

  /** Onto `context`; `paint` draws it where it is not kept. */
  draw(context: CanvasRenderingContext2D, view: View, paint: (onto: CanvasRenderingContext2D) => void): void {
    const { width, height } = context.canvas;
    if (view.scene.fish.length < crowd) return paint(context);
    const layer = this.layerOf(width, height);
    if (!layer) return paint(context);
    if (!this.isFresh(view)) {
      layer.setTransform(1, 0, 0, 1, 0, 0);
      layer.clearRect(0, 0, width, height);
      layer.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
      paint(layer);
      this.drawn = view;
      this.drawnAt = view.scene.time;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(layer.canvas, 0, 0);
    context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  }

  /** Of the canvas' size, in device pixels. A new size is a new layer. */
  private layerOf(width: number, height: number): CanvasRenderingContext2D | null {
    if (width === 0 || height === 0) return null; // copying from it would throw
    if (this.layer?.canvas.width === width && this.layer.canvas.height === height) return this.layer;
    this.drawn = null;
    return (this.layer = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d'));
  }

  private isFresh({ scene, palette, ratio, pointed }: View): boolean {
    const since = scene.time - this.drawnAt;
    return (
      this.drawn?.palette === palette &&
      this.drawn.ratio === ratio &&
      this.drawn.pointed === pointed &&
      since > 0 &&
      since < keptMs &&
      scene.fish.every(
        ({ x, y, toX, toY, shown }) =>
          shown === 1 && Math.abs(toX - x) < gliding && Math.abs(toY - y) < gliding,
      )
    );
  }
}
