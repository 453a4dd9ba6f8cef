/**
 * Saves finished downloads by themselves: once per finish, in one tab. The engine's `savePending` decides; this only keeps two snapshots,
 * or two tabs of one profile, from starting the same save twice (a Web Lock per room). A failed save is not repeated by itself, except where
 * only the server was missing, which has the code that saves, and where a stored chunk was damaged, which has been mended by then.
 */
import type { RoomId, Shoal } from '../../lib/index';
import { saveComplete } from './save';
import { getState } from './store';

/** How often what is pending now was tried. */
const tries = new Map<RoomId, number>();

/** Guess: a store that damages the same chunks over and over will not stop doing so. */
const mostTries = 3;

/** Longest time another tab's "saved" may take to show here; guess, it travels by BroadcastChannel. */
const mirrorDelayMs = 1000;
/** Between tries while the server is away; guesses, doubled from the first to the last. */
const [firstRetryMs, longestRetryMs] = [2_000, 30_000];

export function saveWhenPending(shoal: Shoal): void {
  for (const { id, savePending } of shoal.getSnapshot().rooms) {
    if (!savePending) tries.delete(id);
    // A save that runs, and finds damage, may end with the room pending again: its end is looked at too.
    else if (!tries.has(id) && !getState().saving.has(id)) {
      tries.set(id, 1);
      void saveOnce(shoal, id);
    }
  }
}

async function saveOnce(shoal: Shoal, id: RoomId): Promise<void> {
  const name = `shoal-save-${id}`;
  const first = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await saveUntilServed(shoal, id);
    return lock !== null;
  });
  if (first) return;
  // Another tab saves. Should it close before it is done, the lock comes here and the save is still pending.
  await navigator.locks.request(name, async () => {
    await pause(mirrorDelayMs);
    if (isPending(shoal, id)) await saveUntilServed(shoal, id);
  });
}

/** Tries again by itself as long as nothing but the server is missing, or damage was mended at once, and nobody saved it meanwhile. */
async function saveUntilServed(shoal: Shoal, id: RoomId): Promise<void> {
  let waitMs = firstRetryMs;
  for (;;) {
    const failed = await saveComplete(shoal, id, false);
    if (failed === 'server-unreachable') {
      await pause(waitMs);
      waitMs = Math.min(2 * waitMs, longestRetryMs);
    } else if (failed === 'chunk-damaged') {
      const count = (tries.get(id) ?? 0) + 1;
      tries.set(id, count);
      if (count > mostTries) return;
    } else return;
    if (!isPending(shoal, id)) return;
  }
}

const isPending = (shoal: Shoal, id: RoomId): boolean =>
  shoal.getSnapshot().rooms.some((room) => room.id === id && room.savePending);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
