import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pulse, watchPulse, type Pulsing } from './worker-pulse';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A worker that answers when told to; `told` is what the page hears of its silence. */
function watched() {
  let asked = 0;
  let open = 0;
  const told: boolean[] = [];
  const worker: Pulsing = {
    postMessage: () => {
      asked++;
      open++;
    },
    onmessage: null,
  };
  watchPulse(worker, (silent) => told.push(silent), { everyMs: 1000, patience: 3 });
  const answers = (): void => {
    for (; open > 0; open--) worker.onmessage?.({ data: pulse } as MessageEvent);
  };
  return { worker, told, answers, asked: () => asked };
}

describe('the pulse of a worker', () => {
  it('[UI200] who answers each time, however late within the patience, is never called silent', () => {
    const { told, answers, asked } = watched();
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(1000 * (1 + (i % 3)));
      answers();
    }
    expect(told).toEqual([]);
    expect(asked()).toBe(20);
  });

  it('[UI200] silence is told once, with one question open, and so is its end', () => {
    const { told, answers, asked } = watched();
    vi.advanceTimersByTime(3999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([true]);
    vi.advanceTimersByTime(60_000);
    expect([told, asked()]).toEqual([[true], 1]);
    answers();
    expect(told).toEqual([true, false]);
    vi.advanceTimersByTime(4000);
    expect(told).toEqual([true, false, true]);
  });

  it('[UI200] a page that stood still for an hour has waited once', () => {
    const { told, answers } = watched();
    vi.advanceTimersByTime(1000);
    // A device asleep: the clock moves, timers do not, and then each is due once.
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(1000);
    answers();
    expect(told).toEqual([]);
  });

  it('[UI200] other messages are no answer', () => {
    const { worker, told } = watched();
    vi.advanceTimersByTime(2000);
    worker.onmessage?.({ data: 'started' } as MessageEvent);
    vi.advanceTimersByTime(2000);
    expect(told).toEqual([true]);
  });
});
