/**
 * The checks as the panel shows them: a plain store fed by the engine's events, so that the panel only draws. Started by the panel, stopped
 * when it closes. What the checks do and mean is in lib.
 */
import { useSyncExternalStore } from 'react';
import { loadDiagnosis, waitingChecks, type Check, type Diagnosis } from '../../lib/index';
import { diagnostics } from './manager';

let checks = waitingChecks;
let running: Diagnosis | undefined;
/** Numbers runs: what an older one still tells no longer counts. */
let run = 0;
const listeners = new Set<() => void>();

let loaded: Awaited<ReturnType<typeof loadDiagnosis>> | undefined;

/** Before the panel is shown: the server may be away when the tests are asked for. Rejects then; the next call tries again. */
export async function loadChecks(): Promise<void> {
  loaded ??= await loadDiagnosis();
}

function show(next: readonly Check[]): void {
  checks = next;
  for (const listener of [...listeners]) listener();
}

/** Only once they are loaded. */
export function startChecks(): void {
  stopChecks();
  run += 1;
  const mine = run;
  show(waitingChecks);
  running = loaded?.diagnose((told) => {
    if (run === mine) show(checks.map((check) => (check.id === told.id ? told : check)));
  });
}

/** What has not ended is told as stopped. */
export function stopChecks(): void {
  running?.stop();
  running = undefined;
}

/** Codes and counters only, with those of the room in view. */
export const checksReport = (): string => loaded?.reportOf(checks, diagnostics()) ?? '';

export const useChecks = (): readonly Check[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => checks,
    () => waitingChecks,
  );
