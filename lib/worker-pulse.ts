/**
 * Whether the engine's worker still answers. A call that the browser never ends holds its thread for good (seen: closing a pack while site data
 * is cleared, Chromium 156), and nothing else tells the page. Decides when silence counts; leaves out what to do about it.
 */

/** To the worker; it answers `pulse` as soon as it gets to it. */
export const pulse = 'pulse';

export interface PulseOptions {
  /** Guesses. The longest task of the engine seen took half a second; a slow phone may need twenty times that for a passphrase. */
  readonly everyMs: number;
  /** Questions' worth of waiting before silence is told. */
  readonly patience: number;
}

const usual: PulseOptions = { everyMs: 4_000, patience: 5 };

/** What is needed of a Worker. */
export interface Pulsing {
  postMessage(message: typeof pulse): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/**
 * Asks from now on, one question at a time, and tells when silence begins (true) and ends (false). Time in which the page itself stood still
 * (a device asleep, a frozen tab) counts as one wait at most. Takes over `onmessage`.
 */
export function watchPulse(
  worker: Pulsing,
  tell: (silent: boolean) => void,
  { everyMs, patience }: PulseOptions = usual,
): void {
  let waits = 0;
  setInterval(() => {
    if (waits === 0) worker.postMessage(pulse);
    if (++waits === patience + 1) tell(true);
  }, everyMs);
  worker.onmessage = ({ data }) => {
    if (data !== pulse) return;
    const wasSilent = waits > patience;
    waits = 0;
    if (wasSilent) tell(false);
  };
}
