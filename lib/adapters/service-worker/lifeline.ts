/**
 * Breaks downloads off before the browser does. Firefox stops a service worker some time after its last event, whatever it streams, and takes
 * what was written so far for the whole file; it does not look at the length it was told (measured with ESR 153: after 30 s, after 60 s while
 * an event waits). A body that its own worker breaks off is shown as failed. Decides when that must be. Leaves out keeping the worker alive,
 * which the page's pings do (../browser/worker-saver.ts), and a worker whose process dies: nothing of it is left to speak.
 */
import { ShoalError } from '../../base/errors';

/** What a download can be ended with from outside. Answers what is to be called when it ended by itself. */
export type Attend = (ticket: string, breakOff: (reason: ShoalError) => void) => () => void;

export interface Lifeline {
  /** To be called at every event: the browser counts anew from it. */
  heard(): void;
  attend: Attend;
  /** The page that began this download goes, and with it its pings. */
  left(ticket: string): void;
  /** Resolves when no download runs. */
  idle(): Promise<void>;
}

/** Below Firefox's 60 s with room for a busy machine, above four of the page's pings and the 15 s a hidden tab's timers may be late. */
const silenceMs = 45_000;

/** Whether this browser ends downloads so. By name: there is nothing else to tell it by before it has happened. */
export const endsShortAsWhole = (userAgent: string): boolean => /\bFirefox\//.test(userAgent);

export function createLifeline(): Lifeline {
  const running = new Map<
    () => void,
    { readonly ticket: string; readonly breakOff: (reason: ShoalError) => void }
  >();
  let waiting: (() => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const breakOff = (which: (ticket: string) => boolean, why: string): void => {
    for (const [ended, download] of [...running]) {
      if (!which(download.ticket)) continue;
      ended();
      download.breakOff(new ShoalError('save-failed', why));
    }
  };
  const watch = (): void => {
    clearTimeout(timer);
    timer =
      running.size === 0
        ? undefined
        : setTimeout(() => breakOff(() => true, 'no page kept the service worker alive'), silenceMs);
  };

  return {
    heard: watch,
    attend(ticket, breakOff) {
      const ended = (): void => {
        if (!running.delete(ended) || running.size > 0) return;
        watch();
        for (const resolve of waiting) resolve();
        waiting = [];
      };
      running.set(ended, { ticket, breakOff });
      if (running.size === 1) watch();
      return ended;
    },
    left(ticket) {
      breakOff((running) => running === ticket, 'the page that began the download was closed');
    },
    idle: () =>
      running.size === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve)),
  };
}
