/** Puts the swarm on a canvas: sizes, colours of the present scheme, and frames for as long as there is motion. The only part that knows the DOM. */
import { Backdrop } from './backdrop';
import { draw, type Palette } from './draw';
import { nearest } from './layout';
import { createScene, report, resize, settle, step, type SceneReport } from './scene';

/** moving: frames follow each other · paused: stands as it was · still: drawn anew with each report, and nothing between (reduced motion). */
export type Motion = 'moving' | 'paused' | 'still';

export interface Stage {
  report(facts: SceneReport): void;
  motion(motion: Motion): void;
  point(id: string | null): void;
  /** The peer under this point of the canvas. */
  peerAt(x: number, y: number): string | null;
  close(): void;
}

/** Two device pixels each way are sharp enough, and a third costs twice as much. */
export const mostRatio = 2;
/** A frame that comes late moves things no farther than this, ms. */
const longestStep = 50;
const reach = 30;

/** A token as a canvas takes it: a custom property may hold light-dark(), which only a real one resolves. */
export function colourOf(element: HTMLElement, token: string): string {
  element.style.color = `var(${token})`;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}

export const paletteOf = (element: HTMLElement): Palette => ({
  ink: colourOf(element, '--ink'),
  muted: colourOf(element, '--muted'),
  surface: colourOf(element, '--swarm-water'),
  fish: colourOf(element, '--fish'),
  accent: colourOf(element, '--accent'),
  give: colourOf(element, '--swarm-give'),
  link: colourOf(element, '--edge'),
  font: getComputedStyle(element).fontFamily,
});

/** Calls `changed` when the scheme turns dark or light, by the system or by choice (_hooks/theme.ts). Answers how to end that. */
export function onScheme(changed: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = new MutationObserver(changed);
  dark.addEventListener('change', changed);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    dark.removeEventListener('change', changed);
    chosen.disconnect();
  };
}

export function createStage(canvas: HTMLCanvasElement): Stage {
  const context = canvas.getContext('2d');
  const scene = createScene({ width: 300, height: 150 });
  const backdrop = new Backdrop();
  let palette = paletteOf(canvas);
  let ratio = 1;
  let motion: Motion = 'still';
  let pointed: string | null = null;
  let frame = 0;
  let last = 0;

  const paint = (): void => {
    if (context) draw(context, { scene, palette, ratio, pointed }, backdrop);
  };
  const run = (now: number): void => {
    step(scene, Math.min(longestStep, now - last));
    last = now;
    paint();
    frame = requestAnimationFrame(run);
  };
  const halt = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
  };
  const fit = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = canvas;
    ratio = Math.min(mostRatio, devicePixelRatio);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    resize(scene, { width, height });
    paint();
  });
  fit.observe(canvas);
  const endScheme = onScheme(() => {
    palette = paletteOf(canvas);
    paint();
  });

  return {
    report(facts) {
      report(scene, facts);
      if (motion === 'moving') return;
      settle(scene);
      paint();
    },
    motion(next) {
      if (next === motion) return;
      motion = next;
      halt();
      if (next === 'still') settle(scene);
      last = performance.now();
      if (next === 'moving') frame = requestAnimationFrame(run);
      else paint();
    },
    point(id) {
      pointed = id;
      if (motion !== 'moving') paint();
    },
    peerAt(x, y) {
      const found = nearest(scene.fish, { x, y }, reach);
      return scene.fish[found]?.peer.id ?? null;
    },
    close() {
      halt();
      fit.disconnect();
      endScheme();
    },
  };
}
