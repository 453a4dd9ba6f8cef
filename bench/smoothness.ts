/** How smooth a page is: its frames, tasks longer than 50 ms, and how often its content changes. */
import type { Page } from '@playwright/test';

export interface Watched {
  readonly frames: readonly number[];
  readonly longTasks: readonly number[];
  readonly changes: number;
  readonly seconds: number;
}
export interface Sample extends Watched {
  /** CPU-ms of each task of the page's main thread. */
  readonly worked: readonly number[];
}
type Watching = typeof globalThis & {
  watched: { frames: number[]; longTasks: number[]; changes: number; since: number };
};

/** The figures of all samples together. */
export function smoothness(all: readonly Sample[]) {
  const frames = all.flatMap((one) => one.frames).sort((a, b) => a - b);
  const at = (share: number): number =>
    frames[Math.min(frames.length - 1, Math.floor(frames.length * share))] ?? NaN;
  const longTasks = all.flatMap((one) => one.longTasks);
  const worked = all.flatMap((one) => one.worked);
  const seconds = all.reduce((sum, one) => sum + one.seconds, 0);
  return {
    longTasks: longTasks.length,
    longestTaskMs: Math.round(Math.max(0, ...longTasks)),
    hardTasks: worked.filter((ms) => ms > 50).length,
    mostWorkMs: Math.round(Math.max(0, ...worked)),
    framesPerSecond: Math.round(frames.length / seconds),
    frameMsP50: Math.round(at(0.5) * 10) / 10,
    frameMsP99: Math.round(at(0.99) * 10) / 10,
    frameMsMax: Math.round(frames.at(-1) ?? NaN),
    changesPerSecond: Math.round((10 * all.reduce((sum, one) => sum + one.changes, 0)) / seconds) / 10,
  };
}

/** From now on; a second call begins anew. */
export function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const global = globalThis as Watching;
    const watching = {
      frames: [] as number[],
      longTasks: [] as number[],
      changes: 0,
      since: performance.now(),
    };
    global.watched = watching;
    const tasks = new PerformanceObserver((list) => {
      if (global.watched !== watching) return tasks.disconnect();
      for (const { startTime, duration } of list.getEntries())
        if (startTime >= watching.since) watching.longTasks.push(duration);
    });
    tasks.observe({ entryTypes: ['longtask'] });
    // One call for all that a task changed: React commits once.
    const changes = new MutationObserver(() => {
      if (global.watched !== watching) return changes.disconnect();
      watching.changes += 1;
    });
    changes.observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true });
    let before = watching.since;
    // A named function would be wrapped in a helper that the page does not have; an object's method is not.
    const clock = {
      tick(now: number) {
        if (global.watched !== watching) return;
        watching.frames.push(now - before);
        before = now;
        requestAnimationFrame((next) => clock.tick(next));
      },
    };
    requestAnimationFrame((next) => clock.tick(next));
  });
}

/** What was seen since `watch`. */
export function seen(page: Page): Promise<Watched> {
  return page.evaluate(() => {
    const { watched } = globalThis as Watching;
    return {
      // The first counts from the call, not from a frame.
      frames: watched.frames.slice(1),
      longTasks: [...watched.longTasks],
      changes: watched.changes,
      seconds: (performance.now() - watched.since) / 1000,
    };
  });
}
