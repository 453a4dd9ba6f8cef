/**
 * The sender's options as the page handles them: what was decided for the next link before any file was dropped, and the commands that move
 * the page to another room (a passphrase makes the link anew) or through the question for a passphrase. Decides nothing about rooms.
 */
import type { CreateOptions, RoomId } from '../../lib/index';
import { command, engine } from './engine';
import { leaveForLocked, showRoom, showRoomInPlace } from './manager';
import { codeOf } from '../_text/errors';
import { getState, subscribe, update } from './store';

/** When a share ends: so long after its link is made, or at a time; null: never. */
export type End = { readonly inMs: number } | { readonly at: number } | null;

export interface Draft {
  readonly passphrase: string;
  readonly end: End;
  readonly downloads: number | null;
  readonly othersMayAdd: boolean;
}

export const emptyDraft: Draft = { passphrase: '', end: null, downloads: null, othersMayAdd: true };

export const endsAtOf = (end: End, now = Date.now()): number | null =>
  end === null ? null : 'at' in end ? end.at : now + end.inMs;

export const isEmptyDraft = ({ passphrase, end, downloads, othersMayAdd }: Draft): boolean =>
  passphrase === '' && end === null && downloads === null && othersMayAdd;

export const setDraft = (change: Partial<Draft>): void =>
  update({ draft: { ...(getState().draft ?? emptyDraft), ...change } });

/** For the room that is made now. A time that went by meanwhile would end it at birth: then it has none. */
export function draftOptions(draft: Draft | null): CreateOptions {
  if (!draft) return {};
  const at = endsAtOf(draft.end);
  const endsAt = at !== null && at > Date.now() ? at : null;
  const { passphrase, downloads, othersMayAdd } = draft;
  return { ...(passphrase !== '' && { passphrase }), endsAt, downloads, othersMayAdd };
}

/** True when the room stands anew, under another link. Files that are still being read are waited for: they belong to the old room. */
export async function setPassphrase(room: RoomId, passphrase: string | null): Promise<boolean> {
  await untilTaken();
  const made = await command((shoal) => shoal.setPassphrase(room, passphrase));
  if (made === undefined) return false;
  await showRoomInPlace(room, made);
  return true;
}

/** Opens the link in the address bar with this passphrase. 'wrong': it does not fit. What else goes wrong is told. */
export async function unlock(passphrase: string): Promise<'opened' | 'wrong' | 'failed'> {
  try {
    const id = await (await engine()).open(location.href, passphrase);
    showRoom(id);
    return 'opened';
  } catch (error) {
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

function untilTaken(): Promise<void> {
  if (getState().taking === null) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = subscribe(() => {
      if (getState().taking !== null) return;
      stop();
      resolve();
    });
  });
}
