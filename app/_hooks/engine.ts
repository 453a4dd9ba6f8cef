/**
 * The one Shoal of this page. Loaded on first need, so that the drop page itself stays small; kept by this module and never by a component,
 * since StrictMode mounts twice. Feeds the engine's snapshots into the page's store.
 */
import type { Shoal } from '../../lib/index';
import { codeOf } from '../_text/errors';
import { saveWhenPending } from './auto-save';
import { createEngineWorker, fetchEngineWorker } from './engine-worker';
import { patiently } from './server-away';
import { rememberShares } from './shares-awaited';
import { getState, subscribe, update } from './store';

let loading: Promise<Shoal> | undefined;
let shoal: Shoal | undefined;

export function engine(): Promise<Shoal> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined; // the next command tries again
    throw error;
  });
  return loading;
}

/** The engine, where it is there already. */
export const engineNow = (): Shoal | undefined => shoal;

async function load(): Promise<Shoal> {
  const [{ createShoal, isSupported }] = await Promise.all([
    patiently(() => import('../../lib/index')),
    patiently(fetchEngineWorker),
  ]);
  const lacking = isSupported();
  if (lacking) {
    update({ place: { kind: 'unsupported', code: lacking } });
    throw Object.assign(new Error(lacking), { code: lacking });
  }
  const made = createShoal(createEngineWorker);
  shoal = made;
  const show = (): void => {
    const snapshot = made.getSnapshot();
    const { canSaveToFolder, canSaveAs, canWatch } = made;
    if (snapshot.phase === 'ready') rememberShares(snapshot.library.length > 0);
    update({ engine: snapshot, canSaveToFolder, canSaveAs, canWatch });
    if (snapshot.phase === 'failed')
      update({ place: { kind: 'unsupported', code: snapshot.error ?? 'internal' } });
  };
  made.subscribe(show);
  // The page's store tells of new snapshots, and of saves that ended too.
  subscribe(() => {
    saveWhenPending(made);
  });
  show();
  return made;
}

/** Runs a command; what rejects is told in the notice. `retry` offers the same again. */
export async function command<Answer>(
  run: (shoal: Shoal) => Promise<Answer>,
  options: { readonly retry?: () => void } = {},
): Promise<Answer | undefined> {
  if (getState().notice) update({ notice: null });
  try {
    return await run(await engine());
  } catch (error) {
    fail(error, options.retry);
    return undefined;
  }
}

export function fail(error: unknown, retry?: () => void): void {
  const code = codeOf(error);
  update({ notice: retry ? { code, retry } : { code } });
}

/**
 * Whether this profile has ever kept a room. Asked of IndexedDB itself: a flag in localStorage is written late and lost when the browser is
 * killed (seen: seconds later), and then the home page would not seed what it holds.
 */
export async function hasRooms(): Promise<boolean> {
  try {
    return (await indexedDB.databases()).some(({ name }) => name?.startsWith('shoal-') === true);
  } catch {
    return false; // site data is blocked: the engine will say so when it is needed
  }
}
