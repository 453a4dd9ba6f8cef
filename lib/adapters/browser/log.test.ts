import { describe, expect, it } from 'vitest';
import { createRecentLog } from './log';

describe('recent log', () => {
  it('[RM55] keeps the last 200 events, oldest first, with time and fields', () => {
    let now = 0;
    const log = createRecentLog(() => now);
    for (let i = 1; i <= 250; i++) {
      now = i * 10;
      log.write('link-closed', { reason: 'gone', n: i });
    }
    const { events, last } = log.since(0);
    expect(events).toHaveLength(200);
    expect(events[0]).toBe('0.510s link-closed reason=gone n=51');
    expect(events.at(-1)).toBe('2.500s link-closed reason=gone n=250');
    expect(last).toBe(250);
  });

  it('[RM55] hands on each event once to who asks with the last number', () => {
    const log = createRecentLog(() => 0);
    log.write('one');
    const first = log.since(0);
    log.write('two');
    log.write('three');
    const second = log.since(first.last);
    expect(second.events).toEqual(['0.000s two', '0.000s three']);
    expect(log.since(second.last).events).toEqual([]);
  });
});
