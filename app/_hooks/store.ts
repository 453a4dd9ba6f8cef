/**
 * The page's own small state beside the engine's snapshot: which view is shown, the one open notice, how far reading of dropped files is.
 * A plain store for useSyncExternalStore: immutable values, replaced as a whole, listeners called at once. Decides nothing (manager.ts does).
 */
import type { ExistingAnswer, ExistingFile, RoomId, ShoalErrorCode, ShoalSnapshot } from '../../lib/index';
import type { Differs } from '../_text/differs';
import type { Draft } from './draft';
import type { Handed } from '../_pages-worker/messages';

/** Which view stands in the page. */
export type Place =
  | { readonly kind: 'loading' } // server-rendered and until the page started: each page shows its own first view
  | { readonly kind: 'home' }
  | { readonly kind: 'shares' } // "Your shares", the whole list
  | { readonly kind: 'opening' } // a link is being opened
  | { readonly kind: 'locked' } // it needs a passphrase
  | { readonly kind: 'room'; readonly id: RoomId }
  | { readonly kind: 'wrong-link'; readonly code: ShoalErrorCode }
  | { readonly kind: 'unsupported'; readonly code: ShoalErrorCode };

export interface Notice {
  readonly code: ShoalErrorCode;
  /** Which file it is about. */
  readonly about?: Differs;
  readonly retry?: () => void;
}

/** Where files are written. 'downloads': the browser's own; the name is the folder's or the file's. */
export interface SavePlace {
  readonly kind: 'downloads' | 'folder' | 'file';
  readonly name: string;
}

export interface Saving {
  readonly place: SavePlace;
  /** null: the browser shows it. */
  readonly percent: number | null;
  /** null: it is stopped in the browser's list of downloads. */
  readonly stop: (() => void) | null;
}

/** A question that a save waits for. */
export interface Asking {
  readonly file: ExistingFile;
  readonly answer: (answer: ExistingAnswer | null) => void;
}

export interface PageState {
  readonly place: Place;
  readonly notice: Notice | null;
  /** Files found so far while a drop is read and until the room has its link; null: nothing is taken in. */
  readonly taking: number | null;
  readonly engine: ShoalSnapshot | null;
  readonly canSaveToFolder: boolean;
  readonly canWatch: boolean;
  readonly canSaveAs: boolean;
  /** Rooms whose files are being written to disk. */
  readonly saving: ReadonlyMap<RoomId, Saving>;
  /** Where this page last saved a room's files. */
  readonly saved: ReadonlyMap<RoomId, SavePlace>;
  /** Folders that what is being downloaded goes into when complete, as chosen in this page. */
  readonly folders: ReadonlyMap<RoomId, string>;
  readonly asking: Asking | null;
  /** Options for the next link; null: as usual. */
  readonly draft: Draft | null;
  /** What another app handed over into an ordinary tab: the person says whether to share it. */
  readonly handed: Handed | null;
}

/** Constant, so that server and first client render agree. */
export const initialState: PageState = {
  place: { kind: 'loading' },
  notice: null,
  taking: null,
  engine: null,
  canSaveToFolder: false,
  canWatch: false,
  canSaveAs: false,
  saving: new Map(),
  saved: new Map(),
  folders: new Map(),
  asking: null,
  draft: null,
  handed: null,
};

let state = initialState;
const listeners = new Set<() => void>();

export const getState = (): PageState => state;

export function update(change: Partial<PageState>): void {
  state = { ...state, ...change };
  for (const listener of [...listeners]) listener();
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const including = <Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value) =>
  new Map(map).set(key, value) as ReadonlyMap<Key, Value>;

export function without<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): ReadonlyMap<Key, Value> {
  const next = new Map(map);
  next.delete(key);
  return next;
}

/** An error that stands in the engine's snapshot; the person cannot dismiss it, it goes when its cause does. */
export function standingError({ engine, place }: PageState): ShoalErrorCode | null {
  if (engine?.error === 'engine-silent') return engine.error;
  const room = place.kind === 'room' ? engine?.rooms.find(({ id }) => id === place.id) : undefined;
  // In state 'error' the room's own card says it.
  if (!room || room.state === 'error') return null;
  return room.error ?? room.shares.find(({ error }) => error !== null)?.error ?? null;
}

/** Whether there is anything to tell beside the view. */
export const isNoticed = (now: PageState): boolean => now.notice !== null || standingError(now) !== null;
