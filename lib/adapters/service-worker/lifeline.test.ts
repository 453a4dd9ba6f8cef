import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLifeline } from './lifeline';

const second = 1000;

describe('the lifeline of running downloads', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function lifeline(stopsUnnoticed: boolean) {
    const beats: string[] = [];
    const line = createLifeline({
      beat: (ticket) => beats.push(ticket),
      stopsUnnoticed,
      now: () => Date.now(),
    });
    return { line, beats };
  }

  it('[SA41] asks for pings while something runs, once a ticket, and not otherwise', () => {
    const { line, beats } = lifeline(false);
    vi.advanceTimersByTime(60 * second);
    expect(beats).toEqual([]);
    const downloads = [line.begin('a'), line.begin('a'), line.begin('b')];
    vi.advanceTimersByTime(10 * second);
    expect(beats).toEqual(['a', 'b']);
    expect([line.running('a'), line.running('b'), line.running('c')]).toEqual([true, true, false]);
    for (const download of downloads) download.end();
    expect(line.running('a')).toBe(false);
    vi.advanceTimersByTime(60 * second);
    expect(beats).toEqual(['a', 'b']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('[SA41] where a stop would go unnoticed, breaks off what nobody pings for, before the browser does', () => {
    const { line } = lifeline(true);
    line.heard();
    const { signal } = line.begin('a');
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(10 * second);
      line.heard();
    }
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(40 * second);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(10 * second);
    expect(signal.aborted).toBe(true);
  });

  it('[SA51] the last page goes: broken off at once where a stop would go unnoticed, left alone elsewhere', () => {
    for (const stopsUnnoticed of [true, false]) {
      const line = createLifeline({ beat: () => undefined, stopsUnnoticed, now: () => 0 });
      const download = line.begin('t');
      line.left();
      expect(download.signal.aborted).toBe(stopsUnnoticed);
      download.end();
    }
  });

  it('[SA41] elsewhere a download needs no page', () => {
    const { line } = lifeline(false);
    const { signal } = line.begin('a');
    vi.advanceTimersByTime(3600 * second);
    expect(signal.aborted).toBe(false);
  });

  it('[SA41] says when a download is over, so that its event can end', async () => {
    const { line } = lifeline(false);
    const download = line.begin('a');
    download.end();
    await expect(download.over).resolves.toBeUndefined();
  });
});
