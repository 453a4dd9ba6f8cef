/**
 * The sender's options as the page handles them: what was decided for the next link before any file was dropped, and the commands that move
 * the page to another room (a passphrase makes the link anew) or through the question for a passphrase. Decides nothing about rooms.
 */
import type { RoomId } from '../../lib/index';
import { command, engine } from './engine';
import { leaveForLocked, replaceRoom, showRoom, staying } from './manager';
import { taken } from './take-files';
import { codeOf } from '../_text/errors';
import { emptyDraft, type Draft } from './draft';
import { getState, update } from './store';

export const setDraft = (change: Partial<Draft>): void =>
  update({ draft: { ...(getState().draft ?? emptyDraft), ...change } });

/** True when the room stands anew, under another link. Files that are still being read are waited for: they belong to the old room. */
export const setPassphrase = (room: RoomId, passphrase: string | null): Promise<boolean> =>
  replaceRoom(room, async () => {
    await taken();
    return command((shoal) => shoal.setPassphrase(room, passphrase));
  });

/** Opens the link in the address bar with this passphrase. 'wrong': it does not fit. What else goes wrong is told, unless the person left. */
export async function unlock(passphrase: string): Promise<'opened' | 'wrong' | 'failed'> {
  const here = staying();
  const { href } = location;
  try {
    const id = await (await engine()).open(href, passphrase);
    if (here()) showRoom(id);
    return 'opened';
  } catch (error) {
    if (!here()) return 'failed';
    if (codeOf(error) === 'passphrase-wrong') return 'wrong';
    await command(() => Promise.reject(error as Error));
    return 'failed';
  }
}

/** A mistyped passphrase opened a room where nobody is: it is forgotten and asked for again. */
export async function retype(room: RoomId): Promise<void> {
  leaveForLocked();
  await command((shoal) => shoal.remove(room));
}
