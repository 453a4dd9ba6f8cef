import { describe, expect, it } from 'vitest';
import { Lights, lightsKept, travelMs } from './lights';
import { createScene, flowOf, report, resize, settle, step, type ScenePeer, type SceneReport } from './scene';

const peer = (id: string, change: Partial<ScenePeer> = {}): ScenePeer => ({
  id,
  name: id,
  note: '',
  kind: 'direct',
  completeness: 0.5,
  rateIn: 0,
  rateOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  ...change,
});
const facts = (peers: readonly ScenePeer[], at: number): SceneReport => ({
  peers,
  completeness: 0.25,
  selfLabel: 'You',
  others: 3,
  chunkBytes: 100,
  at,
});
const area = { width: 600, height: 400 };

describe('lights', () => {
  it('[UI108] one sets out for each chunk that went over a link, none for less, at most three at once', () => {
    const lights = new Lights();
    expect(lights.release(0, 'in', 0.6, 100)).toBe(0);
    expect(lights.release(0, 'in', 0.6, 100)).toBe(1);
    expect(lights.release(1, 'in', 0.9, 100)).toBe(0);
    expect(lights.release(0, 'out', 1000, 100)).toBe(3);
    expect(lights.release(0, 'out', -5, 100)).toBe(0);
    expect(lights.count).toBe(4);
  });

  it('[UI108] they travel for a while, and those that arrive at self are told', () => {
    const lights = new Lights();
    lights.release(0, 'in', 2, 200);
    lights.release(0, 'out', 1, 200);
    expect(lights.step(travelMs - 1)).toBe(0);
    expect(lights.step(2)).toBe(1);
    expect(lights.count).toBe(1);
    expect(lights.step(200)).toBe(1);
    expect(lights.count).toBe(0);
  });

  it('[UI108] there is room for so many, and a link that goes takes its lights along', () => {
    const lights = new Lights();
    for (let link = 0; link < 400; link += 1) lights.release(link, 'in', 5, 100);
    expect(lights.count).toBe(lightsKept);
    const kept = new Lights();
    kept.release(1, 'in', 1, 1);
    kept.release(2, 'out', 1.5, 1);
    kept.drop(2);
    expect(kept.count).toBe(1);
    expect(kept.release(2, 'out', 0.6, 1)).toBe(0);
  });
});

describe('the scene', () => {
  it('[UI108] shows what is reported, lets lights go by what went over each link since, and none at first', () => {
    const scene = createScene(area);
    resize(scene, area);
    report(scene, facts([peer('a', { bytesIn: 5000 })], 0));
    expect(scene.lights.count).toBe(0);
    expect(scene).toMatchObject({ selfLevel: 4, others: 3 });
    report(scene, facts([peer('a', { bytesIn: 5200, rateIn: 1e6 }), peer('b', { bytesIn: 900 })], 200));
    expect(scene.lights.count).toBe(2);
    expect(scene.fish[0]).toMatchObject({ flow: flowOf(1e6) });
    step(scene, travelMs + 200);
    expect(scene.glow).toBeGreaterThan(0.3);
    step(scene, 5000);
    expect(scene.glow).toBeLessThan(0.01);
  });

  it('[UI108] who comes glides in, who goes is gone with its lights, who stays stays', () => {
    const scene = createScene(area);
    resize(scene, area);
    report(scene, facts([peer('a'), peer('b')], 0));
    const { toX, toY } = scene.fish[0]!;
    expect(scene.fish[0]!.x).toBeLessThan(toX);
    step(scene, 200);
    expect(scene.fish[0]!.shown).toBeGreaterThan(0);
    for (let i = 0; i < 50; i += 1) step(scene, 100);
    expect(scene.fish[0]!.x).toBeCloseTo(toX);
    report(scene, facts([peer('a', { bytesOut: 300 }), peer('c')], 200));
    expect(scene.fish.map(({ peer: { id } }) => id)).toEqual(['a', 'c']);
    expect(scene.fish[0]).toMatchObject({ toX, toY });
    expect(scene.lights.count).toBe(3);
    report(scene, facts([peer('c')], 400));
    report(scene, facts([peer('c'), peer('d')], 600));
    expect(scene.lights.count).toBe(0);
  });

  it('[UI105] settled, everything is where it belongs and nothing is on its way', () => {
    const scene = createScene(area);
    resize(scene, area);
    report(scene, facts([peer('a')], 0));
    report(scene, facts([peer('a', { bytesIn: 1000 })], 100));
    settle(scene);
    const before = structuredClone(scene.fish);
    expect(scene.lights.count).toBe(0);
    expect(before[0]).toMatchObject({ x: before[0]!.toX, y: before[0]!.toY, shown: 1 });
  });

  it('[UI108] a flow is told by orders of magnitude', () => {
    expect([0, 1000, 1e5, 1e8, 1e12].map(flowOf)).toEqual([0, 0, 0.4, 1, 1]);
  });
});
