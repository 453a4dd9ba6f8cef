/** The number of links served at once, against an uplink whose width and whose links' caps only the test knows. */
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../config';
import { Pace } from './pace';

const chunk = 1_000_000;

/** Serves for `seconds`: as many links as the pace says share an uplink, each at most `cap` bytes per second. Answers the limits it went through. */
function serve(
  uplink: number,
  cap: number,
  seconds: number,
  pace = new Pace(defaultConfig),
  from = 0,
): number[] {
  const limits: number[] = [];
  let now = from;
  let blocks = 0;
  pace.full(now);
  while (now < from + seconds * 1000) {
    const rate = Math.min(uplink, pace.limit * cap);
    now += (chunk / 8 / rate) * 1000;
    pace.sent(chunk / 8, ++blocks % 8 === 0, now);
    limits.push(pace.limit);
  }
  return limits;
}

const typical = (limits: readonly number[]): number =>
  [...limits].sort((a, b) => a - b)[Math.floor(limits.length / 2)] ?? 0;

describe('pace', () => {
  test('[TX19] where one link fills the uplink, few are served at once', () => {
    const late = serve(2_500_000, Infinity, 240).slice(-500);
    expect(typical(late)).toBeLessThanOrEqual(3);
  });

  test('[TX20] where links are capped, as many are served as fill the uplink', () => {
    const limits = serve(25_000_000, 4_000_000, 60);
    const filled = limits.findIndex((limit) => limit * 4_000_000 >= 25_000_000);
    expect(filled).toBeGreaterThan(0);
    expect(typical(limits.slice(-2000))).toBeGreaterThanOrEqual(6);
    expect(typical(limits.slice(-2000))).toBeLessThanOrEqual(12);
  });

  test('[TX20] it follows when links become narrower', () => {
    const pace = new Pace(defaultConfig);
    serve(5_000_000, Infinity, 20, pace);
    const limits = serve(5_000_000, 500_000, 300, pace, 20_000);
    expect(typical(limits.slice(-500))).toBeGreaterThanOrEqual(9);
  });

  test('[TX44] where a chunk takes seconds, the number is found within a minute or two all the same', () => {
    const after = (config: typeof defaultConfig): number =>
      serve(250_000, 30_000, 100, new Pace(config)).at(-1) ?? 0;
    expect(after(defaultConfig)).toBeGreaterThanOrEqual(8);
    expect(after({ ...defaultConfig, paceBlocksMs: Infinity })).toBeLessThan(6);
  });

  test('[TX19] time in which nobody waits is not measured', () => {
    const pace = new Pace(defaultConfig);
    for (let now = 0; now < 60_000; now += 100) {
      pace.slack();
      pace.sent(chunk, true, now);
    }
    expect(pace.limit).toBe(defaultConfig.parallelUploads);
  });
});
