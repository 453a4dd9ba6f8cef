import { expect, test } from 'vitest';
import { RateMeter } from './rate';

test('[TX13] a steady flow is measured within 15 %, and a stopped one fades to zero within the window', () => {
  const meter = new RateMeter();
  for (let now = 0; now < 10_000; now += 100) meter.add(1_000, now);
  expect(meter.rate(10_000)).toBeGreaterThan(8_500);
  expect(meter.rate(10_000)).toBeLessThan(11_500);
  expect(meter.rate(16_000)).toBe(0);
});

test('[TX13] a young flow is not underrated by the empty part of the window', () => {
  const meter = new RateMeter();
  meter.add(5_000, 1_000);
  meter.add(5_000, 1_500);
  expect(meter.rate(2_000)).toBeGreaterThan(8_000);
});
