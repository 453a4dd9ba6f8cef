/**
 * The ways to save what a room holds, each with what the page shows meanwhile: where it goes, how far it is, how to stop it. A dialog that
 * the person closes brings them back silently; every other end that is not a good one is told, with the same save offered again. Files that
 * exist are asked about one question at a time, whatever rooms save at once.
 */
import type {
  ExistingAnswer,
  ExistingFile,
  RoomChoice,
  RoomId,
  RoomSnapshot,
  Shoal,
  ShoalErrorCode,
} from '../../lib/index';
import { codeOf } from '../_text/errors';
import { startedChoices, storedChoices } from './selection';
import { getState, including, update, without, type Notice, type SavePlace, type Saving } from './store';

const downloads: SavePlace = { kind: 'downloads', name: '' };

/** What went wrong, which the notice tells, or null. */
type Outcome = Promise<ShoalErrorCode | null>;

/** What `savePending` stands for; `gesture` when the person asked for it just now. */
export const saveComplete = (shoal: Shoal, id: RoomId, gesture: boolean): Outcome =>
  saving(
    id,
    shoal,
    downloads,
    (choices, show, options) =>
      shoal.saveWhenComplete(id, choices, {
        ...options,
        gesture,
        into: (name) => {
          show({ kind: 'folder', name });
        },
      }),
    () => saveComplete(shoal, id, true),
    startedChoices,
    gesture,
  );

/** Everything that was started, through the browser's own download. */
export const save = (shoal: Shoal, id: RoomId): Outcome =>
  saving(
    id,
    shoal,
    downloads,
    (choices) => shoal.save(id, choices),
    () => save(shoal, id),
  );

/** As `save`, with one's own files too: for a room as it lies in storage. */
export const saveStored = (shoal: Shoal, id: RoomId): Outcome =>
  saving(
    id,
    shoal,
    downloads,
    (choices) => shoal.save(id, choices),
    () => saveStored(shoal, id),
    storedChoices,
  );

/** Each file to its path in a folder the person picks now. */
export const saveToFolder = (shoal: Shoal, id: RoomId): Outcome =>
  saving(
    id,
    shoal,
    { kind: 'folder', name: '' },
    (choices, _show, options) => shoal.saveToFolder(id, choices, options),
    () => saveToFolder(shoal, id),
  );

/** The one file that was started, into a file the person picks now. */
export const saveAs = (shoal: Shoal, id: RoomId, name: string): Outcome =>
  saving(
    id,
    shoal,
    { kind: 'file', name },
    (choices, _show, options) => shoal.saveAs(id, choices, { ...options, name }),
    () => saveAs(shoal, id, name),
  );

type Options = Parameters<Shoal['saveToFolder']>[2];

/** What the last try of a room's save told. */
const told = new Map<RoomId, Notice>();

async function saving(
  id: RoomId,
  shoal: Shoal,
  first: SavePlace,
  write: (
    choices: readonly RoomChoice[],
    show: (place: SavePlace) => void,
    options: Options,
  ) => Promise<void>,
  again: () => Outcome,
  choicesOf: (shares: RoomSnapshot['shares']) => readonly RoomChoice[] = startedChoices,
  gesture = true,
): Outcome {
  const room = shoal.getSnapshot().rooms.find((known) => known.id === id);
  if (!room || getState().saving.has(id)) return null;
  const abort = new AbortController();
  let place = first;
  let written = 0;
  const percent = (): number =>
    Math.min(100, Math.floor((written * 100) / Math.max(1, room.progress.bytesTotal)));
  const show = (next: SavePlace): void => {
    place = next;
    const ours = place.kind !== 'downloads';
    const state: Saving = {
      place,
      percent: ours ? percent() : null,
      stop: ours ? () => abort.abort() : null,
    };
    update({ saving: including(getState().saving, id, state) });
  };
  // What begins by itself leaves on the page what was told of something else.
  if (gesture || getState().notice === told.get(id)) update({ notice: null });
  told.delete(id);
  show(first);
  try {
    await write(choicesOf(room.shares), show, {
      ask: askExisting,
      signal: abort.signal,
      wrote: (bytes) => {
        const before = percent();
        written += bytes;
        if (percent() !== before) show(place); // 100,000 small files are not as many renderings
      },
    });
    update({ saved: including(getState().saved, id, place), folders: without(getState().folders, id) });
    await heard(shoal, id);
    return null;
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'save-cancelled') {
      const notice = { code, retry: () => void again() };
      told.set(id, notice);
      update({ notice });
    }
    return code;
  } finally {
    update({ saving: without(getState().saving, id) });
  }
}

/** Longest time the engine's word that nothing is pending any more may take; guess. */
const heardWithinMs = 2000;

/** Until the page has heard that the room was saved: it would say "ready to be saved" in between. */
function heard(shoal: Shoal, id: RoomId): Promise<void> {
  const pending = (): boolean => shoal.getSnapshot().rooms.some((room) => room.id === id && room.savePending);
  if (!pending()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, heardWithinMs);
    const stop = shoal.subscribe(() => {
      if (!pending()) done();
    });
  });
}

let turn: Promise<unknown> = Promise.resolve();

function askExisting(file: ExistingFile): Promise<ExistingAnswer | null> {
  const ask = (): Promise<ExistingAnswer | null> =>
    new Promise((resolve) => {
      const answer = (given: ExistingAnswer | null): void => {
        update({ asking: null });
        resolve(given);
      };
      update({ asking: { file, answer } });
    });
  const asked = turn.then(ask);
  turn = asked;
  return asked;
}
