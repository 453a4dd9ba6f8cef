/**
 * Work on very many files without a long task: a generator that yields every now and then is run for a few milliseconds at a time, and between
 * two turns the browser takes input and paints. What is done within the first turn is done at once, so short lists never flicker.
 * PROTOCOL.md UI141.
 */

/** Longest stretch without giving way: under half a frame, as while collecting (app/_hooks/collect). */
export const stretchMs = 6;

/** Work with a result, that may be left off at each yield. */
export type Work<Result> = Generator<void, Result>;

/** Runs the work and tells its result once, unless the signal comes first. What it throws in a later turn is an uncaught error: a bug. */
export function inSlices<Result>(
  work: Work<Result>,
  signal: AbortSignal,
  done: (result: Result) => void,
  { now = () => performance.now(), later = nextTurn } = {},
): void {
  const turn = (): void => {
    if (signal.aborted) return;
    const end = now() + stretchMs;
    for (;;) {
      const step = work.next();
      if (step.done) return done(step.value);
      if (now() >= end) return later(turn);
    }
  };
  turn();
}

/** All at once: for tests, and where waiting is not possible. */
export function atOnce<Result>(work: Work<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** MessageChannel: timers are clamped to 4 ms, and to a second in a hidden tab. */
function nextTurn(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(null);
}
