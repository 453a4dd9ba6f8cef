/**
 * People nearby, as the panel shows them: the engine's snapshot behind useSyncExternalStore, one for the page. Loaded with the panel. Whoever
 * is asked while the panel is closed gets it opened. What is said between two pages is in lib.
 */
import { useSyncExternalStore } from 'react';
import { loadNearby, type Nearby, type NearbySnapshot } from '../../lib/index';
import { fail } from './engine';
import { openPasted } from './manager';
import { openPanel } from './panel';

let nearby: Nearby | undefined;
const listeners = new Set<() => void>();
const resting: NearbySnapshot = { phase: 'off', seed: '', people: [], outgoing: null, incoming: null };

/** Lets self be found; nothing is sent before. */
export async function beSeen(): Promise<void> {
  try {
    nearby ??= watched((await loadNearby()).startNearby());
    await nearby.start();
  } catch (error) {
    fail(error);
  }
}

function watched(made: Nearby): Nearby {
  let asked = false;
  made.subscribe(() => {
    const { incoming } = made.getSnapshot();
    if (incoming && !asked) void openPanel('nearby');
    asked = incoming !== null;
    for (const listener of [...listeners]) listener();
  });
  return made;
}

export const nearbyNow = (): Nearby | undefined => nearby;

/** Opens what was handed over. False: nothing was. */
export function takeHanded(): boolean {
  const key = nearby?.accept();
  if (key !== undefined) openPasted(`#${key}`);
  return key !== undefined;
}

export const useNearby = (): NearbySnapshot =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => nearby?.getSnapshot() ?? resting,
    () => resting,
  );
