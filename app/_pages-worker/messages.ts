/**
 * What the page and the pages worker agree on: addresses, names, and the one question between them. The worker itself is main.ts; it and the
 * page may be of different builds, so what either says is looked at before it is believed.
 */

/** The bundled worker, at the root of the site so that its scope is all of it. The one for downloads has '/_dl/' (lib/adapters/service-worker). */
export const pagesWorkerPath = '/pages.js';

/** Where another app's share sheet POSTs files: `share_target` in app/manifest.ts. Never meant for the server, which reads nothing there. */
export const handedPath = '/share';
/** Names of the form's fields. */
export const handedFields = { files: 'files', title: 'title', text: 'text', url: 'url' } as const;
/** The fragment that the worker sends the page to; behind it stands what to ask for, or 'none'. */
export const handedFragment = '#handed=';

/** Caches and locks of a build: `shoal-pages-<build>…`. A page holds the lock of its build for as long as it is open. */
export const keptPrefix = 'shoal-pages-';
export const buildLock = (build: string): string => `${keptPrefix}${build}`;

/** Files or text another app handed over. */
export interface Handed {
  readonly files: readonly File[];
  /** Title, text and address, each a line; '' when there were files only. */
  readonly text: string;
}

/** Asked of the worker with a port for the answer, a `Handed` or null: given out once. */
export interface HandedQuestion {
  readonly kind: 'handed';
  readonly id: string;
}

/** Told to a window whose notification was clicked: the room it is about, an address of ours. */
export interface ShowRoom {
  readonly kind: 'show';
  readonly address: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export const isHandedQuestion = (value: unknown): value is HandedQuestion =>
  isRecord(value) && value.kind === 'handed' && typeof value.id === 'string';

export const isShowRoom = (value: unknown): value is ShowRoom =>
  isRecord(value) &&
  value.kind === 'show' &&
  typeof value.address === 'string' &&
  value.address.startsWith('/r#');

export const isHanded = (value: unknown): value is Handed =>
  isRecord(value) &&
  typeof value.text === 'string' &&
  Array.isArray(value.files) &&
  value.files.every((file) => file instanceof File);
