/** The short set: what `npm test` holds the simulator and the scheduler to. Figures at full size: npm run sim:full. */
import { describe, expect, test } from 'vitest';
import { checkNetwork, checkPayload } from './invariants';
import { simulate } from './measure';
import { runVariant } from './runner';
import { scenarios, type Ask } from './scenarios';
import type { RunResult } from './types';
import { World } from './world';

const small: Ask = { peers: 60, chunks: 200, seed: 1 };
const done = new Map<string, RunResult>();

function variantOf(scenario: string, name: string) {
  const variant = scenarios.find((s) => s.name === scenario)?.variants.find((v) => v.name === name);
  if (!variant) throw new Error(`no ${scenario} ${name}`);
  return variant;
}

/** Each run is made once, however many tests look at it. */
function run(scenario: string, name = '', ask: Ask = small): RunResult {
  const key = JSON.stringify([scenario, name, ask]);
  const result = done.get(key) ?? runVariant(variantOf(scenario, name), ask);
  done.set(key, result);
  return result;
}

describe('simulated swarms', () => {
  test(
    '[SC1] one seed, one run: trace hashes are equal; another seed gives another',
    { timeout: 60_000 },
    () => {
      const { spec } = variantOf('churn', '');
      const ask = { ...small, peers: 40, chunks: 100 };
      expect(simulate(spec(ask)).traceHash).toBe(simulate(spec(ask)).traceHash);
      expect(simulate(spec({ ...ask, seed: 2 })).traceHash).not.toBe(simulate(spec(ask)).traceHash);
    },
  );

  test.each([
    ['broadcast', ''],
    ['churn', ''],
    ['mixed', 'u=2'],
    ['poison', ''],
    ['partition', ''],
  ])('[SC2] no capacity is exceeded and no byte lost: %s %s', { timeout: 60_000 }, (scenario, name) => {
    const spec = variantOf(scenario, name).spec({ ...small, peers: 40, chunks: 60 });
    const world = new World(spec.world);
    let looks = 0;
    world.run(
      400_000,
      250,
      () => {
        looks++;
        checkNetwork(world);
        checkPayload(world);
      },
      () => false,
    );
    expect(looks).toBeGreaterThan(100);
    expect(world.tally.neededBytes).toBeGreaterThan(0);
  });

  test('[SC3] sixty peers and two hundred chunks end near the bound', { timeout: 60_000 }, () => {
    const result = run('broadcast');
    expect(result.completed).toBe(1);
    // 1.025 is the bound at this size.
    expect(result.ratioLast).toBeLessThan(1.12);
    expect(result.ratioLast).toBeGreaterThan(1.025);
    expect(result.senderCopies).toBeLessThan(1.03);
    expect(result.duplicateShare).toBeLessThan(0.01);
    expect(result.controlShare).toBeLessThan(0.02);
  });

  test('[SC4] with zero round trips and haves at once it comes closer', { timeout: 60_000 }, () => {
    expect(run('broadcast', 'oracle').ratioLast).toBeLessThan(run('broadcast').ratioLast);
  });

  test('[SC5] links too narrow for the uplink are used side by side', { timeout: 60_000 }, () => {
    // 256 KiB a round trip is a sixth of 200 Mbit/s at 65 ms: served one by one it would take several times as long.
    expect(run('broadcast', '200mbit', { ...small, chunks: 400 }).ratioLast).toBeLessThan(1.4);
  });

  test.each([
    ['oldest-first', 1.03],
    ['oldest-first,random-picker', 1.03],
    ['oldest-first,no-super-seed', 1.1],
    ['sixteen-at-once', 1.08],
  ])('[SC6] negative control %s is visibly worse', { timeout: 60_000 }, (name, times) => {
    expect(run('broadcast', name).ratioLast).toBeGreaterThan(times * run('broadcast').ratioLast);
  });

  test('[SC7] twice the capacity, half the time', { timeout: 60_000 }, () => {
    const { spec } = variantOf('broadcast', 'oracle');
    const plain = spec({ ...small, peers: 30 });
    const twice = {
      ...plain,
      world: {
        ...plain.world,
        nodes: plain.world.nodes.map((node) => ({ ...node, up: node.up * 2, down: node.down * 2 })),
      },
    };
    expect(simulate(plain).seconds / simulate(twice).seconds).toBeCloseTo(2, 1);
  });

  test('[SC8] unequal uplinks: everyone ends near the bound of Kumar and Ross', { timeout: 60_000 }, () => {
    for (const name of ['u=0.5', 'u=1', 'u=2']) {
      const result = run('mixed', name, { peers: 10, chunks: 600, seed: 1 });
      expect(result.completed).toBe(1);
      expect(result.ratioLast).toBeLessThan(1.2);
    }
  });

  test(
    '[SC9] peers that leave, join, fail to connect and sleep: all who stay complete',
    { timeout: 60_000 },
    () => {
      expect(run('churn').completed).toBe(1);
      expect(run('churn').ratioLast).toBeLessThan(1.25);
    },
  );

  test(
    '[SC10] the sender leaves when everything is out: nothing is lost, all complete',
    { timeout: 60_000 },
    () => {
      const result = run('sender-leaves', 'out=1.02,vanish=0.1');
      expect(result.extra['chunksLost']).toBe(0);
      expect(result.extra['finishedShare']).toBe(1);
    },
  );

  test('[SC11] the sender leaves before everything is out: nobody completes', { timeout: 60_000 }, () => {
    expect(run('sender-leaves', 'out=0.98').extra['finishedShare']).toBe(0);
  });

  test.each(['safe=3,vanish=0.1', 'safe=5,vanish=0.1,stay=10min'])(
    '[SC17] [CL5] the sender leaves when its page says so and a tenth with it, though few are done: %s',
    { timeout: 60_000 },
    (name) => {
      const { extra } = run('sender-leaves', name);
      expect(extra['unfinishedWhenLeft']).toBeGreaterThan(20);
      expect(extra['leftAfter']).toBeLessThan(1.2);
      expect(extra['chunksLost']).toBe(0);
      expect(extra['finishedShare']).toBe(1);
    },
  );

  test('[SC12] free riders come after those who give, and cost those little', { timeout: 60_000 }, () => {
    const { extra } = run('free-riders', 'phi=0.5', { ...small, chunks: 400 });
    expect(extra['contributorsP95']).toBeLessThan(1.25);
    expect(extra['freeRidersOverContributors']).toBeGreaterThan(1.4);
  });

  test('[SC13] liars cost little time, and three timeouts at most', { timeout: 60_000 }, () => {
    const liars = run('liars', '', { ...small, chunks: 400 });
    expect(liars.completed).toBe(1);
    expect(liars.extra['worstTimeouts']).toBeLessThanOrEqual(3);
    expect(liars.seconds).toBeLessThan(1.15 * run('liars', 'honest', { ...small, chunks: 400 }).seconds);
  });

  test('[SC14] no corrupt byte is kept, whoever sends it', { timeout: 60_000 }, () => {
    const result = run('poison');
    expect(result.extra['badChunks']).toBeGreaterThan(0);
    expect(result.extra['badBytesKept']).toBe(0);
    expect(result.completed).toBe(1);
    expect(result.ratioLast).toBeLessThan(1.3);
  });

  test('[SC15] half of all peers are one attacker: the others complete', { timeout: 60_000 }, () => {
    const result = run('sybil', '', { ...small, chunks: 500 });
    expect(result.completed).toBe(1);
    expect(result.ratioLast).toBeLessThan(1.4);
  });

  test('[SC16] a network that was cut in two and healed: all complete', { timeout: 60_000 }, () => {
    expect(run('partition').completed).toBe(1);
  });
});
