/**
 * Clock on performance.now() and setTimeout; the calendar's time from Date.now(): the same in a page, a worker and Node. Monotonic, so a corrected system time moves no
 * deadline. Leaves out precision: a hidden tab's timers come late (pitfalls 3.1), which is why nothing on the data path waits for one.
 */
import type { Clock } from '../ports';

/** setTimeout keeps its delay in a signed 32-bit integer (HTML, timer initialisation steps); a longer one would fire at once. */
const longestDelayMs = 0x7fff_ffff;

export function createClock(): Clock {
  const now = (): number => performance.now();
  return {
    now,
    wall: () => Date.now(),
    at(time, run) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      // Timers round to milliseconds and may come early: whoever is woken may rely on its time being reached.
      const check = (): void => {
        const left = time - now();
        if (left <= 0) run();
        else arm(left);
      };
      const arm = (delay: number): void => {
        timer = setTimeout(check, Math.min(Math.max(0, Math.ceil(delay)), longestDelayMs));
      };
      arm(time - now());
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
