import { describe, expect, it } from 'vitest';
import { createClock } from './clock';

describe('clock', () => {
  it('[RM54] runs what is due, not before its time and not when cancelled', async () => {
    const clock = createClock();
    const start = clock.now();
    let cancelledRan = false;
    clock.at(start + 5, () => (cancelledRan = true))();
    const ranAt = await new Promise<number>((resolve) => {
      clock.at(start + 20, () => {
        resolve(clock.now());
      });
    });
    expect(ranAt).toBeGreaterThanOrEqual(start + 20);
    expect(cancelledRan).toBe(false);
  });

  it('[RM54] runs what is overdue soon', async () => {
    const clock = createClock();
    await new Promise<void>((resolve) => {
      clock.at(Number.NEGATIVE_INFINITY, resolve);
    });
  });

  it('[RM54] waits for a time farther away than a timer reaches, instead of running at once', async () => {
    const clock = createClock();
    let ran = false;
    const cancels = [2 ** 31, 2 ** 40, Number.POSITIVE_INFINITY].map((ms) =>
      clock.at(clock.now() + ms, () => (ran = true)),
    );
    await new Promise<void>((resolve) => {
      clock.at(clock.now() + 20, resolve);
    });
    cancels.forEach((cancel) => {
      cancel();
    });
    expect(ran).toBe(false);
  });
});
