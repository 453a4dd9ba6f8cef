/**
 * What the page does: which view belongs to its address, taking in files, opening links, moving between rooms without a reload (a reload
 * would break off transfers). Module-level and started once; components call these functions and read the store.
 */
import type { KeptHandle, PickedFile, RoomId, RoomStats, ShareId, StoredRoom } from '../../lib/index';
import { pushAddress, replaceAddress, watchAddress } from './address';
import { heedDoubleClicks } from './double-click';
import { command, engine, engineNow, fail, hasRooms } from './engine';
import type { Progress } from './collect';
import { differsOf, type Differs } from '../_text/differs';
import { codeOf, detailOf } from '../_text/errors';
import { getState, subscribe, update } from './store';

let started = false;
/** Grows with each change of place. */
let turn = 0;

/** Answers whether the person is still where they were: what comes late must not drag them back. PROTOCOL.md UI179. */
export function staying(): () => boolean {
  const mine = turn;
  return () => turn === mine;
}

/** Idempotent: StrictMode mounts twice. */
export function start(): void {
  if (started) return;
  started = true;
  watchAddress(follow);
  subscribe(leaveGone);
  heedDoubleClicks();
  addEventListener('error', ({ error }) => {
    if (error !== null) fail(undefined); // without an error object: "ResizeObserver loop", other people's scripts
  });
  addEventListener('unhandledrejection', () => {
    fail(undefined);
  });
  // The first sign of a person: the engine comes up while they drag or choose, so the link is there at once.
  for (const sign of ['dragenter', 'pointerdown', 'keydown']) {
    addEventListener(sign, () => void engine().catch(() => undefined), { once: true, passive: true }); // told when it is needed
  }
  if (!isSecureContext) update({ place: { kind: 'unsupported', code: 'insecure-context' } });
  // What the engine would say once loaded; known early, it keeps a person from dropping files in vain.
  else if (!('RTCPeerConnection' in globalThis) || !('locks' in navigator))
    update({ place: { kind: 'unsupported', code: 'browser-unsupported' } });
  else follow();
}

const isRoomAddress = (): boolean => /^\/r\/?$/.test(location.pathname);

// A link was opened: whatever it leads to, the engine is needed, so it comes up while React takes over the page.
if (typeof window !== 'undefined' && isSecureContext && isRoomAddress() && location.hash !== '')
  engine().catch(() => undefined); // told when it is needed

/** Shows what the address says. */
function follow(): void {
  if (isRoomAddress()) {
    void openHere();
    return;
  }
  turn += 1;
  const shares = /^\/shares\/?$/.test(location.pathname);
  update({ place: { kind: shares ? 'shares' : 'home' }, notice: null });
  if (shares) void wakeOwnRooms();
  else
    void hasRooms().then((has) => {
      if (has) whenIdle(() => void wakeOwnRooms());
    });
}

/** Opens the link in the address bar. */
async function openHere(): Promise<void> {
  turn += 1;
  const here = staying();
  const { hash, href } = location;
  if (hash === '') {
    // As the engine would say, which need not be loaded for it.
    update({ place: { kind: 'wrong-link', code: 'link-cut' }, notice: null });
    return;
  }
  const known = getState().engine?.rooms.find((room) => room.link.endsWith(hash));
  update({ place: known ? { kind: 'room', id: known.id } : { kind: 'opening' }, notice: null });
  if (known) return;
  try {
    const shoal = await engine();
    if (!here()) return;
    const id = await shoal.open(href);
    if (here()) update({ place: { kind: 'room', id } });
  } catch (error) {
    const { place } = getState();
    if (!here() || place.kind === 'unsupported') return;
    const code = codeOf(error);
    update({ place: code === 'passphrase-needed' ? { kind: 'locked' } : { kind: 'wrong-link', code } });
  }
}

const whenIdle = (run: () => void): void => {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 1500 });
  else setTimeout(run, 300);
};

let woken = false;

/** Brings stored rooms up again, so that a visit to the home page keeps sharing them. */
async function wakeOwnRooms(): Promise<void> {
  if (woken) return;
  woken = true;
  try {
    // Not a person's command: what was told them stays on the page.
    await (await engine()).resumeAll();
  } catch (error) {
    fail(error);
  }
}

// ── moving ─────────────────────────────────────────────────────────────────────────────────────────────

export function goHome(): void {
  if (location.pathname !== '/') pushAddress('/');
  follow();
}

/** The whole list of what this browser keeps. */
export function goToShares(): void {
  if (location.pathname !== '/shares') pushAddress('/shares');
  follow();
}

export function goToRoom(room: Pick<StoredRoom, 'link'>): void {
  pushAddress(addressOf(room.link));
  follow();
}

/** Opens whatever a person pasted; what is wrong with it is told. */
export function openPasted(text: string): void {
  const trimmed = text.trim();
  pushAddress(`/r#${trimmed.slice(trimmed.indexOf('#') + 1)}`);
  follow();
}

/**
 * A link of this page's own origin, alone or with a few words around it: who pastes "look: <link>" wants it opened, and a file of it would hand
 * on a key. A link of another server opens there, not here.
 */
export function linkToHere(text: string): string | null {
  if (text.length >= 500) return null;
  return (
    text.split(/\s+/).find((word) => word.startsWith(`${location.origin}/r`) && word.includes('#')) ?? null
  );
}

const addressOf = (link: string): string => `/r#${link.split('#')[1] ?? ''}`;

/** The room behind the address, which has just opened. */
export function showRoom(id: RoomId): void {
  turn += 1;
  update({ place: { kind: 'room', id }, notice: null });
}

/** Rooms whose place another is about to take: gone for a moment, and still what the person looks at. */
const replaced = new Set<RoomId>();

/** One room takes another's place: so it does in the page, if that is shown. False: it did not, or is about to already. */
export async function replaceRoom(before: RoomId, make: () => Promise<RoomId | undefined>): Promise<boolean> {
  if (replaced.has(before)) return false;
  replaced.add(before);
  try {
    const id = await make();
    if (id === undefined) return false;
    const link = await linkOf(id);
    if (isShown(before)) {
      replaceAddress(addressOf(link));
      showRoom(id);
    }
    return true;
  } finally {
    replaced.delete(before);
    leaveGone();
  }
}

/** The room that is shown, once the engine told of it. */
let seen: RoomId | undefined;

/** A room that was deleted, here or in another tab, is left for home, and "back" does not open its link anew. PROTOCOL.md UI178. */
function leaveGone(): void {
  const { place } = getState();
  const id = place.kind === 'room' ? place.id : undefined;
  if (id === undefined || isOpen(id)) seen = id;
  else if (id !== seen) seen = undefined;
  else if (!replaced.has(id)) {
    replaceAddress('/');
    follow();
  }
}

const isOpen = (id: RoomId): boolean => getState().engine?.rooms.some((room) => room.id === id) ?? false;

export function isShown(id: RoomId): boolean {
  const { place } = getState();
  return place.kind === 'room' && place.id === id;
}

/** Back from a room to the question for its passphrase. */
export function leaveForLocked(): void {
  turn += 1;
  update({ place: { kind: 'locked' }, notice: null });
}

// ── files ──────────────────────────────────────────────────────────────────────────────────────────────

type Collect = (progress: Progress) => Promise<PickedFile[]>;
type Handles = readonly KeptHandle[] | Promise<readonly KeptHandle[]>;

/**
 * Takes files in where the person is: a new room on the home page and among the shares; in a room more files, or the ones one of its shares waits for. `handles`:
 * on the same files, where the platform has them.
 */
export async function takeFiles(collect: Collect, handles: Handles = []): Promise<void> {
  // React hands on what was chosen while it takes over the page, which is before the page's effects: until then it is nowhere.
  start();
  const { place, taking } = getState();
  if (taking !== null || (place.kind !== 'home' && place.kind !== 'shares' && place.kind !== 'room')) return;
  if (place.kind !== 'room') return share(collect, handles);
  await collecting(collect, async (files) => {
    const kept = await handles;
    if (await areNeeded(place.id, files, kept)) return;
    if (mayAdd(place.id)) await command((shoal) => shoal.add(place.id, files, kept));
    else fail({ code: 'adding-not-allowed' });
  });
}

export const reattach = (
  room: RoomId,
  shareId: ShareId,
  collect: Collect,
  handles: Handles = [],
): Promise<void> =>
  collecting(collect, async (files) => {
    const shoal = await engine();
    try {
      await shoal.reattach(room, shareId, files, await handles);
    } catch (error) {
      const about = await differs(room, shareId, error);
      if (!about) throw error;
      update({ notice: { code: 'files-differ', about } });
    }
  });

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
 * that takes seconds. What goes wrong on the way takes the room back.
 */
async function share(collect: Collect, handles: Handles): Promise<void> {
  const here = staying();
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
  } catch (error) {
    const id = await room?.catch(() => undefined);
    // Deleted by the person meanwhile: nothing is to be taken back, and nothing to be told.
    if (id !== undefined && !isOpen(id)) return;
    await takeBack(id);
    fail(error);
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
  if (here()) {
    turn += 1;
    // A reload must reopen this room, and "back" must not ask for the files again.
    replaceAddress(addressOf(link));
    update({ place: { kind: 'room', id } });
  } // else the room stands in "Your shares"
  return id;
}

async function takeBack(id: RoomId | undefined): Promise<void> {
  if (id === undefined) return;
  if (isShown(id)) {
    replaceAddress('/');
    follow();
  }
  await command((shoal) => shoal.remove(id));
}

/** The snapshot may follow the command's answer by a moment. */
const linkOf = (id: RoomId): Promise<string> =>
  new Promise((resolve, reject) => {
    const find = (): boolean => {
      const room = engineNow()
        ?.getSnapshot()
        .rooms.find((known) => known.id === id);
      if (room) resolve(room.link);
      return room !== undefined;
    };
    if (find()) return;
    const stop = engineNow()?.subscribe(() => {
      if (find()) stop?.();
    });
    if (!stop) reject(new Error('no engine'));
  });

const mayAdd = (id: RoomId): boolean =>
  getState().engine?.rooms.some((room) => room.id === id && room.mayAdd) ?? false;

// ── for tests and bug reports ──────────────────────────────────────────────────────────────────────────

const noStats: RoomStats = {
  bytesSent: 0,
  bytesReceived: 0,
  duplicateBytes: 0,
  chunksHave: 0,
  chunksTotal: 0,
  badChunks: 0,
  peers: [],
};

export function stats(): RoomStats {
  const { place } = getState();
  return (place.kind === 'room' ? engineNow()?.stats(place.id) : undefined) ?? noStats;
}

/** Of the room shown; empty where none is. */
export function diagnostics(): string {
  const { place } = getState();
  return (place.kind === 'room' ? engineNow()?.diagnostics(place.id) : undefined) ?? '';
}

declare global {
  interface Window {
    shoal: { readonly stats: () => RoomStats; readonly diagnostics: () => string };
  }
}

if (typeof window !== 'undefined') window.shoal = { stats, diagnostics };
