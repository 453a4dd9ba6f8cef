/** Rule [UI83]: a part of the page that does not load is asked for again while the server is away, and given up when the server does not have it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { t } from '../_text/words';
import { later } from './later';

const Part = (): null => null;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('later', () => {
  it('[UI83] waits for a server that is away, and brings its words', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('away')));
    let times = 0;
    const load = vi.fn(() => {
      times += 1;
      return times > 6 ? Promise.resolve(Part) : Promise.reject(new Error('away'));
    });
    const part = later(load);
    part.warm();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(7);
    part.warm();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(7);
    await vi.dynamicImportSettled();
    expect(t('state.stopped')).toBe('Stopped');
  });

  it('[UI83] gives up what a server in reach does not have', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve({ ok: true }));
    const load = vi.fn(() => Promise.reject(new Error('gone')));
    later(load).warm();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(3);
  });
});
