/**
 * Keeps the worker alive while downloads run, and ends them honestly where it cannot be (research/pitfalls.md 5.4). Browsers stop a worker
 * some time after its last event, and a running body is no event: Chromium then shows a failed download, but Firefox a finished one that is
 * short. Decides two things: every page of ours that is open is asked to ping, whoever began the download and however slow timers of hidden
 * pages are; and where a stop would go unnoticed, a download nobody pings for is broken off in time, with an error the browser shows.
 * Measured in Firefox ESR 153: stopped 30 s after the last event, 60 s with waitUntil pending, each time "succeeded" at a third of the bytes
 * its Content-Length told; a body that errors is a failed download there.
 */
import type { Life } from './download';

/** Three chances before the shortest stop there is. */
const beatMs = 10_000;
/** After the first 30 s of Firefox and before its 60, which hold because the fetch event's waitUntil is pending. */
const patienceMs = 40_000;

export interface Lifeline {
  /** Any event of ours arrived: the browser's clock begins anew. */
  heard(): void;
  /** A download of this ticket began. `signal` breaks its body off; call `end` when it is over. */
  begin(ticket: string): Life & { readonly over: Promise<void> };
  running(ticket: string): boolean;
  /** The last page goes, and nobody will ping any more: what would end unnoticed is broken off while there is time to. */
  left(): void;
}

export interface LifelineOptions {
  /** Asks every page to ping. */
  readonly beat: (ticket: string) => void;
  /** Whether the browser shows a download as whole that ended with its worker. */
  readonly stopsUnnoticed: boolean;
  /** Milliseconds, from any start. */
  readonly now: () => number;
}

export function createLifeline({ beat, stopsUnnoticed, now }: LifelineOptions): Lifeline {
  const downloads = new Set<{ readonly ticket: string; readonly abort: AbortController }>();
  let heardAt = now();
  let timer: ReturnType<typeof setInterval> | undefined;

  const breakOff = (): void => {
    for (const { abort } of [...downloads]) abort.abort('no page is open to keep it running');
  };
  const look = (): void => {
    if (stopsUnnoticed && now() - heardAt > patienceMs) return breakOff();
    for (const ticket of new Set([...downloads].map((download) => download.ticket))) beat(ticket);
  };

  return {
    heard() {
      heardAt = now();
    },
    begin(ticket) {
      const download = { ticket, abort: new AbortController() };
      downloads.add(download);
      timer ??= setInterval(look, beatMs);
      let resolve = (): void => undefined;
      const over = new Promise<void>((done) => (resolve = done));
      return {
        signal: download.abort.signal,
        over,
        end() {
          downloads.delete(download);
          if (downloads.size === 0) {
            clearInterval(timer);
            timer = undefined;
          }
          resolve();
        },
      };
    },
    left() {
      if (stopsUnnoticed) breakOff();
    },
    running: (ticket) => [...downloads].some((download) => download.ticket === ticket),
  };
}
