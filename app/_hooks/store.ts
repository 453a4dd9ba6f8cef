/**
 * The page's own small state beside the engine's snapshot: which view is shown, the one open notice, how far reading of dropped files is.
 * A plain store for useSyncExternalStore: immutable values, replaced as a whole, listeners called at once. Decides nothing (manager.ts does).
 */
import type { RoomId, ShoalErrorCode, ShoalSnapshot } from '../../lib/index';
import type { Differs } from '../_text/differs';

/** Which view stands in the page. */
export type Place =
  | { readonly kind: 'loading' } // server-rendered and until the page started: each page shows its own first view
  | { readonly kind: 'home' }
  | { readonly kind: 'opening' } // a link is being opened
  | { readonly kind: 'room'; readonly id: RoomId }
  | { readonly kind: 'wrong-link'; readonly code: ShoalErrorCode }
  | { readonly kind: 'unsupported'; readonly code: ShoalErrorCode };

export interface Notice {
  readonly code: ShoalErrorCode;
  /** Which file it is about. */
  readonly about?: Differs;
  readonly retry?: () => void;
}

export interface PageState {
  readonly place: Place;
  readonly notice: Notice | null;
  /** Files found so far while a drop is read and until the room has its link; null: nothing is taken in. */
  readonly taking: number | null;
  readonly engine: ShoalSnapshot | null;
  readonly canSaveToFolder: boolean;
  readonly canWatch: boolean;
  /** Rooms whose files are being written to disk. */
  readonly saving: ReadonlySet<RoomId>;
}

/** Constant, so that server and first client render agree. */
export const initialState: PageState = {
  place: { kind: 'loading' },
  notice: null,
  taking: null,
  engine: null,
  canSaveToFolder: false,
  canWatch: false,
  saving: new Set(),
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

export const including = <Value>(set: ReadonlySet<Value>, value: Value): ReadonlySet<Value> =>
  new Set(set).add(value);

export function without<Value>(set: ReadonlySet<Value>, value: Value): ReadonlySet<Value> {
  const next = new Set(set);
  next.delete(value);
  return next;
}
