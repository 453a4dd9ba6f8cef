/**
 * The last events of this engine in memory, for "Copy diagnostics". Nothing is printed and nothing is stored: a bug report holds what the
 * person chose to copy. What callers write are codes and counters (ports, Log), so there is nothing here to redact.
 */
import type { Log } from '../../ports';

/** Guess: a connection attempt writes a handful, so this holds the last few minutes of a busy room. */
const keptEvents = 200;

export interface RecentLog extends Log {
  /** Events written after number `after` (0: all that are kept), oldest first, as text; `last` is the number to ask from next time. */
  since(after: number): { readonly events: readonly string[]; readonly last: number };
}

/** `now`: milliseconds of the same clock as the rest, shown as seconds since `now` was zero. */
export function createRecentLog(now: () => number): RecentLog {
  const kept: string[] = [];
  let written = 0;
  return {
    write(event, fields) {
      const parts = Object.entries(fields ?? {}).map(([name, value]) => `${name}=${String(value)}`);
      kept.push([`${(now() / 1000).toFixed(3)}s`, event, ...parts].join(' '));
      written++;
      if (kept.length > keptEvents) kept.shift();
    },
    since(after) {
      const fresh = Math.min(kept.length, Math.max(0, written - after));
      return { events: kept.slice(kept.length - fresh), last: written };
    },
  };
}
