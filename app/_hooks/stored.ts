/**
 * Saves a room of "Your shares" that may not be running: brings it up, waits until it knows what it holds, saves, and stops it again if the
 * person had stopped it. Nobody else is needed for it, nor a network.
 */
import type { RoomId, RoomSnapshot, Shoal, StoredRoom } from '../../lib/index';
import { isShown } from './manager';
import { saveStored } from './save';
import { storedChoices } from './selection';

/** Guess: opening databases on a slow disk. */
const readyMs = 10_000;

/** Until then a second click adds nothing; it would stop the room under the first one's save. */
const underway = new Set<RoomId>();

export async function saveFromShares(shoal: Shoal, { id, stopped }: StoredRoom): Promise<void> {
  if (underway.has(id)) return;
  underway.add(id);
  try {
    if (stopped || !roomOf(shoal, id)) await shoal.resume(id);
    await ready(shoal, id);
    await saveStored(shoal, id);
    // Whoever opened it meanwhile wants it to run.
    if (stopped && !isShown(id)) await shoal.stop(id);
  } finally {
    underway.delete(id);
  }
}

const roomOf = (shoal: Shoal, id: RoomId): RoomSnapshot | undefined =>
  shoal.getSnapshot().rooms.find((room) => room.id === id);

/** Whether `saveFromShares` has something to save, as far as its record tells. */
export const canSave = ({ complete, storedBytes }: Pick<StoredRoom, 'complete' | 'storedBytes'>): boolean =>
  complete && storedBytes > 0;

/** Settles in any case: a save that is not ready tells so itself. */
const ready = (shoal: Shoal, id: RoomId): Promise<void> =>
  new Promise((resolve) => {
    const look = (): boolean => storedChoices(roomOf(shoal, id)?.shares ?? []).length > 0;
    if (look()) return resolve();
    const done = (): void => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => done(), readyMs);
    const stop = shoal.subscribe(() => {
      if (look()) done();
    });
  });
