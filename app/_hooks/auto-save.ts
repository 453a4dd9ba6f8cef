/**
 * Saves finished downloads by themselves: once per finish, in one tab. The engine's `savePending` decides; this only keeps two snapshots,
 * or two tabs of one profile, from starting the same save twice (a Web Lock per room). A failed save is not repeated by itself.
 */
import type { RoomId, Shoal } from '../../lib/index';
import { codeOf } from '../_text/errors';
import { startedChoices } from './selection';
import { getState, including, update, without } from './store';

const tried = new Set<RoomId>();

/** Longest time another tab's "saved" may take to show here; guess, it travels by BroadcastChannel. */
const mirrorDelayMs = 1000;

export function saveWhenPending(shoal: Shoal): void {
  for (const { id, savePending } of shoal.getSnapshot().rooms) {
    if (!savePending) tried.delete(id);
    else if (!tried.has(id)) {
      tried.add(id);
      void saveOnce(shoal, id);
    }
  }
}

async function saveOnce(shoal: Shoal, id: RoomId): Promise<void> {
  const name = `shoal-save-${id}`;
  const first = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await save(shoal, id);
    return lock !== null;
  });
  if (first) return;
  // Another tab saves. Should it close before it is done, the lock comes here and the save is still pending.
  await navigator.locks.request(name, async () => {
    await new Promise((resolve) => setTimeout(resolve, mirrorDelayMs));
    if (shoal.getSnapshot().rooms.some((room) => room.id === id && room.savePending)) await save(shoal, id);
  });
}

/** Saves everything that was started, through the browser's own download. */
export const save = (shoal: Shoal, id: RoomId): Promise<void> =>
  saving(shoal, id, (choices) => shoal.save(id, choices));

export const saveToFolder = (shoal: Shoal, id: RoomId): Promise<void> =>
  saving(shoal, id, (choices) => shoal.saveToFolder(id, choices));

async function saving(
  shoal: Shoal,
  id: RoomId,
  write: (choices: ReturnType<typeof startedChoices>) => Promise<void>,
): Promise<void> {
  const room = shoal.getSnapshot().rooms.find((known) => known.id === id);
  if (!room) return;
  update({ saving: including(getState().saving, id), notice: null });
  try {
    await write(startedChoices(room.shares));
  } catch (error) {
    update({ notice: { code: codeOf(error), retry: () => void saving(shoal, id, write) } });
  } finally {
    update({ saving: without(getState().saving, id) });
  }
}
