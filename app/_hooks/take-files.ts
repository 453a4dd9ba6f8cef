/**
 * Taking files in: dropped, chosen, pasted or handed over, they become a new room or more files of one; or the ones that a share waits for after a
 * reload. One lot after the other.
 */
import type { KeptHandle, PickedFile, RoomId, ShareId } from '../../lib/index';
import { differsOf, type Differs } from '../_text/differs';
import { codeOf, detailOf } from '../_text/errors';
import type { Progress } from './collect';
import { command, engine, engineNow, fail } from './engine';
import { isOpen, isShown, leaveForHome, linkOf, showInPlace, start, staying } from './manager';
import { getState, update } from './store';

type Collect = (progress: Progress) => Promise<PickedFile[]>;
type Handles = readonly KeptHandle[] | Promise<readonly KeptHandle[]>;

/** Whether files can be let go here: not while a link is being opened, nor where the browser lacks what is needed. */
export const takesFiles = (): boolean =>
  !['opening', 'locked', 'unsupported'].includes(getState().place.kind);

/** Where what is taken in now goes; nothing is: undefined. */
let intake: Promise<RoomId | undefined> = Promise.resolve(undefined);

/** Files are read one lot after the other. `take` gets the room into which the lot before went, if it had to wait for that. */
function inTurn(take: (before: RoomId | undefined) => Promise<RoomId | undefined>): Promise<unknown> {
  const mine = intake.then(take).catch((error: unknown) => {
    fail(error);
    return undefined;
  });
  intake = mine;
  void mine.then(() => {
    if (intake === mine) intake = Promise.resolve(undefined);
  });
  return mine;
}

/** All that was let go or chosen until now is read. */
export const taken = (): Promise<unknown> => intake;

/**
 * Takes files in where the person is: in a room more files, or the ones one of its shares waits for; elsewhere a new room, or the one that is
 * being made of files that are still read. `handles`: on the same files, where the platform has them. PROTOCOL.md UI186.
 */
export async function takeFiles(collect: Collect, handles: Handles = []): Promise<void> {
  // React hands on what was chosen while it takes over the page, which is before the page's effects: until then it is nowhere.
  start();
  if (!takesFiles()) return;
  const { place } = getState();
  const here = staying();
  await inTurn(async (before) => {
    const id = place.kind === 'room' ? place.id : before;
    if (id === undefined) return share(collect, handles, here);
    await collecting(collect, async (files) => {
      const kept = await handles;
      if (await areNeeded(id, files, kept)) return;
      if (mayAdd(id)) await command((shoal) => shoal.add(id, files, kept));
      else fail({ code: 'adding-not-allowed' });
    });
    return id;
  });
}

export async function reattach(
  room: RoomId,
  shareId: ShareId,
  collect: Collect,
  handles: Handles = [],
): Promise<void> {
  await inTurn(async () => {
    await collecting(collect, async (files) => {
      const shoal = await engine();
      try {
        await shoal.reattach(room, shareId, files, await handles);
      } catch (error) {
        const about = await differs(room, shareId, error);
        if (!about) throw error;
        update({ notice: { code: 'files-differ', about } });
      }
    });
    return room;
  });
}

/** True when they turned out to be the files of a share that waits for them. Names and sizes decide here whether they are meant to be. */
async function areNeeded(
  room: RoomId,
  files: readonly PickedFile[],
  handles: readonly KeptHandle[],
): Promise<boolean> {
  const shares = getState().engine?.rooms.find(({ id }) => id === room)?.shares ?? [];
  for (const { id } of shares.filter(({ filesNeeded }) => filesNeeded)) {
    try {
      await (await engine()).reattach(room, id, files, handles);
      return true;
    } catch (error) {
      const about = await differs(room, id, error);
      if (!about) throw error;
      if (!about.meant) continue;
      update({ notice: { code: 'files-differ', about } });
      return true;
    }
  }
  return false;
}

async function differs(room: RoomId, shareId: ShareId, error: unknown): Promise<Differs | null> {
  if (codeOf(error) !== 'files-differ') return null;
  const list = (await engineNow()?.files(room, shareId)) ?? [];
  return differsOf(
    detailOf(error),
    list.map(({ path }) => path),
  );
}

async function collecting(
  collect: Collect,
  then: (files: readonly PickedFile[]) => Promise<void>,
): Promise<void> {
  update({ taking: 0, notice: null });
  try {
    const files = await collect(counting());
    if (files.length === 0) fail({ code: 'nothing-to-share' });
    else await then(files);
  } catch (error) {
    fail(error);
  } finally {
    update({ taking: null });
  }
}

/** What was found, on the page at most ten times a second. */
function counting(): Progress {
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (found) => {
    newest = found;
    timer ??= setTimeout(() => {
      timer = undefined;
      if (getState().taking !== null) update({ taking: newest });
    }, 100);
  };
}

/**
 * A new room. The link is there from the first file found on, while the rest is collected and carried to the worker: with thousands of files
 * that takes seconds. What goes wrong on the way takes the room back, and is told; without a room then.
 */
async function share(collect: Collect, handles: Handles, here: () => boolean): Promise<RoomId | undefined> {
  let room: Promise<RoomId | undefined> | undefined;
  const make = (): Promise<RoomId | undefined> => (room ??= makeRoom(here));
  update({ taking: 0, notice: null });
  try {
    const count = counting();
    const files = await collect((found) => {
      count(found);
      if (found > 0) make().catch(() => undefined); // met below
    });
    if (files.length === 0) fail({ code: 'nothing-to-share' });
    const id = files.length > 0 ? await make() : undefined;
    if (id !== undefined) await (await engine()).add(id, files, await handles);
    return id;
  } catch (error) {
    const id = await room?.catch(() => undefined);
    // Deleted by the person meanwhile: nothing is to be taken back, and nothing to be told.
    if (id !== undefined && !isOpen(id)) return undefined;
    await takeBack(id);
    fail(error);
    return undefined;
  } finally {
    update({ taking: null });
  }
}

/** An empty room, shown unless the person went elsewhere meanwhile; what goes wrong is told. */
async function makeRoom(here: () => boolean): Promise<RoomId | undefined> {
  const { draft } = getState();
  // Loaded by whoever made the draft.
  const options = draft ? (await import('./draft')).draftOptions(draft) : {};
  const id = await command((shoal) => shoal.create(null, options));
  if (id === undefined) return undefined;
  update({ draft: null });
  const link = await linkOf(id);
  if (here()) showInPlace(id, link); // else the room stands in "Your shares"
  return id;
}

async function takeBack(id: RoomId | undefined): Promise<void> {
  if (id === undefined) return;
  if (isShown(id)) leaveForHome();
  await command((shoal) => shoal.remove(id));
}

const mayAdd = (id: RoomId): boolean =>
  getState().engine?.rooms.some((room) => room.id === id && room.mayAdd) ?? false;
