/**
 * Turns a storm of "something changed" into few flushes: at most one per interval, sooner when it is urgent, none when nothing changed, and
 * never two at once: a listener that takes its time (a busy page) is waited for instead of being sent a queue of stale snapshots.
 */
import type { Clock } from '../ports';

/** Numbers change at most five times a second: more nobody can read, and drawing them cost a tenth of a transfer's CPU. */
export const flushEveryMs = 200;
/** What a person reads as at once; keeps a flood of state changes from flushing in every microtask. */
export const urgentEveryMs = 20;
/** However many urgent ones there are: a page drawn more often helps nobody. */
export const flushesASecond = 10;

export interface Coalescer {
  mark(urgent: boolean): void;
  /** Flushes what is marked without waiting for its time; resolves when the listener has it. */
  flushNow(): Promise<void>;
  /** No flush after this. */
  stop(): void;
}

export function createCoalescer(clock: Clock, flush: () => void | Promise<void>): Coalescer {
  /** Times of the latest flushes, oldest first, as many as a second may have. */
  const flushedAt: number[] = [];
  let due = Number.POSITIVE_INFINITY;
  let cancel = (): void => undefined;
  let flushing: Promise<void> | undefined;
  let stopped = false;

  const runFlush = async (): Promise<void> => {
    due = Number.POSITIVE_INFINITY;
    flushedAt.push(clock.now());
    if (flushedAt.length > flushesASecond) flushedAt.shift();
    try {
      await flush();
    } finally {
      flushing = undefined;
      if (due !== Number.POSITIVE_INFINITY && !stopped) arm(due);
    }
  };

  const run = (): Promise<void> => {
    // A microtask later, so that a change which the flush itself brings about counts as one during it.
    flushing = Promise.resolve().then(runFlush);
    return flushing;
  };

  const arm = (time: number): void => {
    cancel();
    due = time;
    let dropped = false;
    const fire = (): void => {
      if (!dropped && !stopped) void run();
    };
    const cancelTimer = time > clock.now() ? clock.at(time, fire) : undefined;
    if (!cancelTimer) queueMicrotask(fire);
    cancel = () => {
      dropped = true;
      cancelTimer?.();
    };
  };

  const earliest = (everyMs: number): number => {
    const [oldest = 0] = flushedAt;
    const spent = flushedAt.length === flushesASecond;
    return Math.max(
      clock.now(),
      (flushedAt.at(-1) ?? -Infinity) + everyMs,
      spent ? oldest + 1000 : -Infinity,
    );
  };

  return {
    mark(urgent) {
      if (stopped) return;
      const time = earliest(urgent ? urgentEveryMs : flushEveryMs);
      if (time >= due) return;
      if (flushing) due = time;
      else arm(time);
    },
    async flushNow() {
      while (flushing) await flushing;
      if (due === Number.POSITIVE_INFINITY || stopped) return;
      cancel();
      await run();
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
