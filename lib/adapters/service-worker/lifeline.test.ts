import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLifeline, endsShortAsWhole, type Lifeline } from './lifeline';

/** Firefox's own end: 60 s after the last event (measured, see lifeline.ts). Everything must be over well before. */
const stoppedMs = 60_000;

let lifeline: Lifeline;
const broken: string[] = [];
const begin = (ticket: string) =>
  lifeline.attend(ticket, (reason) => broken.push(`${ticket}: ${reason.message}`));

beforeEach(() => {
  vi.useFakeTimers();
  broken.length = 0;
  lifeline = createLifeline();
});
afterEach(() => vi.useRealTimers());

describe('the life of a worker that Firefox will stop', () => {
  it('[SA50] breaks every download off before silence ends the worker', () => {
    lifeline.heard();
    begin('one');
    begin('two');
    vi.advanceTimersByTime(stoppedMs - 10_000);
    expect(broken).toEqual([
      'one: save-failed: no page kept the service worker alive',
      'two: save-failed: no page kept the service worker alive',
    ]);
    vi.advanceTimersByTime(10 * stoppedMs);
    expect(broken).toHaveLength(2);
  });

  it('[SA50] lets them run for as long as it hears something, late timers of a hidden tab included', () => {
    const ended = begin('one');
    for (let i = 0; i < 100; i++) {
      vi.advanceTimersByTime(25_000);
      lifeline.heard();
    }
    ended();
    vi.advanceTimersByTime(10 * stoppedMs);
    expect(broken).toEqual([]);
  });

  it('[SA51] breaks off what the page began that goes, and nothing else', () => {
    begin('one');
    begin('two');
    begin('one');
    lifeline.left('one');
    expect(broken).toEqual(Array(2).fill('one: save-failed: the page that began the download was closed'));
  });

  it('[SA50] keeps the event waiting until the last download is over', async () => {
    const waited: string[] = [];
    await lifeline.idle();
    const [one, two] = [begin('one'), begin('two')];
    const idle = lifeline.idle().then(() => waited.push('idle'));
    one();
    one();
    await Promise.resolve();
    expect(waited).toEqual([]);
    two();
    await idle;
    begin('three');
    const broken = lifeline.idle();
    lifeline.left('three');
    await broken;
  });

  it('[SA50] is for Firefox alone', () => {
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0';
    const chromium =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
    expect([endsShortAsWhole(firefox), endsShortAsWhole(chromium)]).toEqual([true, false]);
  });
});
