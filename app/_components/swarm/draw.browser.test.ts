/** What a frame costs in a real Chromium, as ratios, and that what was drawn is there. */
import { expect, test } from 'vitest';
import type { LinkKind } from '../../_text/swarm';
import { Backdrop } from './backdrop';
import { draw, type Palette } from './draw';
import { drawGrid } from './draw-map';
import { gridOf } from './grid';
import { createScene, report, resize, step, type ScenePeer } from './scene';

const palette: Palette = {
  ink: '#10201f',
  muted: '#4a5d5b',
  surface: '#e6f1ee',
  fish: '#b3c8c3',
  accent: '#c03d12',
  give: '#0b6a78',
  link: '#7d918e',
  font: 'sans-serif',
};
const kinds: readonly LinkKind[] = ['near', 'direct', 'relayed', 'unknown'];

const peersAt = (count: number, turn: number): ScenePeer[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `peer ${i}`,
    name: `Amber Otter ${i}`,
    note: 'direct, 1.2 MB/s',
    kind: kinds[i % kinds.length] ?? 'direct',
    completeness: (i % 17) / 16,
    rateIn: i * 40_000,
    rateOut: 0,
    bytesIn: turn * i * 8_000,
    bytesOut: turn * 60_000,
  }));

function canvasOf(width: number, height: number) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  document.body.append(canvas);
  const context = canvas.getContext('2d')!;
  return { context, remove: () => canvas.remove() };
}

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1]!;

/** Median milliseconds a frame, with this many peers and lights on their links. */
async function frameCost(count: number): Promise<{ cost: number; lights: number }> {
  const area = { width: 780, height: 560 };
  const { context, remove } = canvasOf(area.width, area.height);
  const scene = createScene(area);
  resize(scene, area);
  const backdrop = new Backdrop();
  const times: number[] = [];
  for (let turn = 0; turn < 60; turn += 1) {
    if (turn % 12 === 0) {
      const facts = { peers: peersAt(count, turn / 12), completeness: 0.4, selfLabel: 'You', others: 60 };
      report(scene, { ...facts, chunkBytes: 262_144, at: turn * 16.7 });
    }
    await frame();
    const started = performance.now();
    step(scene, 16.7);
    draw(context, { scene, palette, ratio: 1, pointed: 'peer 7' }, backdrop);
    times.push(performance.now() - started);
  }
  remove();
  return { cost: median(times), lights: scene.lights.count };
}

test('[UI107] a frame costs in proportion to the peers, not to their square', async () => {
  const few = await frameCost(20);
  const many = await frameCost(200);
  expect(many.lights).toBeGreaterThan(100);
  // Ten times the peers; the clock ticks in tenths of a millisecond.
  expect(many.cost / Math.max(few.cost, 0.1)).toBeLessThan(50);
});

test('[UI107] what was drawn is there: fish, links and self in their colours', () => {
  const area = { width: 400, height: 300 };
  const { context, remove } = canvasOf(area.width, area.height);
  const scene = createScene(area);
  resize(scene, area);
  report(scene, { peers: [], completeness: 1, selfLabel: 'You', others: 0, chunkBytes: 1, at: 0 });
  step(scene, 5000);
  draw(context, { scene, palette, ratio: 1, pointed: null }, new Backdrop());
  const inked = (): number => {
    const { data } = context.getImageData(0, 0, area.width, area.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 0) > 0) count += 1;
    return count;
  };
  const alone = inked();
  const [red, , blue] = context.getImageData(area.width / 2, area.height / 2, 1, 1).data;
  expect(red!).toBeGreaterThan(blue! + 60);
  report(scene, {
    peers: peersAt(9, 1),
    completeness: 1,
    selfLabel: 'You',
    others: 0,
    chunkBytes: 1e9,
    at: 200,
  });
  step(scene, 5000);
  draw(context, { scene, palette, ratio: 1, pointed: null }, new Backdrop());
  expect(inked()).toBeGreaterThan(alone * 2);
  remove();
});

test('[UI107] a map costs the cells there are, however many chunks they stand for', async () => {
  const cost = async (chunks: number): Promise<number> => {
    const grid = gridOf(chunks, 760, 190);
    const cells = grid.columns * grid.rows;
    const { context, remove } = canvasOf(760, 210);
    const strip = {
      chunks,
      have: Uint8Array.from({ length: cells }, (_, i) => (i * 7) % 256),
      arriving: Uint8Array.from({ length: cells }, (_, i) => (i % 9 === 0 ? 40 : 0)),
      copies: Uint8Array.from({ length: cells }, (_, i) => i % 5),
    };
    const times: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      await frame();
      const started = performance.now();
      const view = { strip, glow: new Float32Array(cells), linked: 4, sender: false, ratio: 1 };
      drawGrid(context, { ...view, palette: { ...palette, sunken: '#e9efed', edge: '#7d918e' } }, grid, 760);
      times.push(performance.now() - started);
    }
    remove();
    return median(times);
  };
  const [large, huge] = [await cost(100_000), await cost(4_000_000)];
  expect(huge / Math.max(large, 0.1)).toBeLessThan(4);
});
