/**
 * What the page shows: which view belongs to its address, opening links, moving between rooms without a reload (a reload would break off
 * transfers). Module-level and started once; components call these functions and read the store. Leaves out taking in files (take-files.ts).
 */
import type { RoomId, RoomStats, StoredRoom } from '../../lib/index';
import { pushAddress, replaceAddress, watchAddress } from './address';
import { heedDoubleClicks } from './double-click';
import { engine, engineNow, fail, hasRooms } from './engine';
import { codeOf } from '../_text/errors';
import { rememberShares } from './shares-awaited';
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
      else rememberShares(false);
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

/** A room instead of what is shown, in the history too: a reload opens it again, and "back" does not ask for its files or its passphrase. */
export function showInPlace(id: RoomId, link: string): void {
  replaceAddress(addressOf(link));
  showRoom(id);
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
    if (isShown(before)) showInPlace(id, link);
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
  else if (!replaced.has(id)) leaveForHome();
}

/** What was shown is no more: in the history home takes its place. */
export function leaveForHome(): void {
  replaceAddress('/');
  follow();
}

export const isOpen = (id: RoomId): boolean =>
  getState().engine?.rooms.some((room) => room.id === id) ?? false;

export function isShown(id: RoomId): boolean {
  const { place } = getState();
  return place.kind === 'room' && place.id === id;
}

/** Back from a room to the question for its passphrase. */
export function leaveForLocked(): void {
  turn += 1;
  update({ place: { kind: 'locked' }, notice: null });
}

/** The snapshot may follow the command's answer by a moment. */
export const linkOf = (id: RoomId): Promise<string> =>
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
