/** When what lies behind the fish is drawn anew. */
import { expect, test } from 'vitest';
import { Backdrop } from './backdrop';
import type { Palette, View } from './draw';
import { createScene, report, resize, step, type ScenePeer } from './scene';

const palette = { surface: '#fff' } as Palette;
const area = { width: 300, height: 200 };

function water(peers: number) {
  const canvas = Object.assign(document.createElement('canvas'), area);
  const context = canvas.getContext('2d')!;
  const scene = createScene(area);
  const tell = (count: number): void => {
    const peer = { name: '', note: '', kind: 'direct', completeness: 1 } as const;
    const still = { rateIn: 0, rateOut: 0, bytesIn: 0, bytesOut: 0 };
    const all = Array.from({ length: count }, (_, i): ScenePeer => ({ ...peer, ...still, id: `peer ${i}` }));
    report(scene, { peers: all, completeness: 1, selfLabel: '', others: 0, chunkBytes: 1, at: 0 });
  };
  tell(peers);
  resize(scene, area);
  step(scene, 1000);
  const view: View = { scene, palette, ratio: 1, pointed: null };
  const backdrop = new Backdrop();
  /** Draws one frame; answers whether the backdrop was painted for it. Each painting has its own colour, which is what the frame must show. */
  let turn = 0;
  const frame = (change: Partial<View> = {}): boolean => {
    context.clearRect(0, 0, area.width, area.height);
    const before = turn;
    backdrop.draw(context, { ...view, ...change }, (onto) => {
      turn += 1;
      onto.fillStyle = `rgb(${turn} 0 0)`;
      onto.fillRect(0, 0, area.width, area.height);
    });
    expect([...context.getImageData(9, 9, 1, 1).data]).toEqual([turn, 0, 0, 255]);
    return turn > before;
  };
  return { scene, canvas, tell, frame };
}

test('[UI107] with many peers what lies behind them is drawn for every third frame', () => {
  const { scene, frame } = water(200);
  const painted = Array.from({ length: 60 }, () => {
    step(scene, 1000 / 60);
    return frame();
  });
  expect(painted.filter(Boolean).length).toBe(20);
});

test('[UI107] it is drawn at once when it stands still, and when size, colours, who is pointed at or who is there changes', () => {
  const { scene, canvas, tell, frame } = water(200);
  frame();
  expect(frame()).toBe(true); // nothing moves: a report changed it
  const later = (change: Partial<View> = {}): boolean => {
    step(scene, 10);
    return frame(change);
  };
  expect(later()).toBe(false);
  expect(later({ pointed: 'peer 7' })).toBe(true);
  expect(later({ pointed: 'peer 7' })).toBe(false);
  expect(later({ palette: { ...palette } })).toBe(true);
  expect(later()).toBe(true);
  canvas.width = 400;
  expect(later()).toBe(true);
  expect(later()).toBe(false);
  tell(201);
  expect(later()).toBe(true);
  expect(later()).toBe(true); // the new one has not come to its place
});

test('[UI107] few are drawn for every frame', () => {
  const { scene, frame } = water(10);
  frame();
  step(scene, 10);
  expect(frame()).toBe(true);
});
