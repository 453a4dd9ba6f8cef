/**
 * The one Shoal of this page. Loaded on first need, so that the drop page itself stays small; kept by this module and never by a component,
 * since StrictMode mounts twice. Feeds the engine's snapshots into the page's store.
 */
import type { Shoal } from '../../lib/index';
import { codeOf } from '../_text/errors';
import { saveWhenPending } from './auto-save';
import { getState, update } from './store';

let loading: Promise<Shoal> | undefined;
let shoal: Shoal | undefined;

/** localStorage key: this profile has rooms, so the home page brings the engine up to seed them. */
const flag = 'shoal-has-rooms';

export function engine(): Promise<Shoal> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined; // a lost connection while loading: the next command tries again
    throw error;
  });
  return loading;
}

/** The engine, where it is there already. */
export const engineNow = (): Shoal | undefined => shoal;

async function load(): Promise<Shoal> {
  const { createShoal, isSupported } = await import('../../lib/index');
  const lacking = isSupported();
  if (lacking) {
    update({ place: { kind: 'unsupported', code: lacking } });
    throw Object.assign(new Error(lacking), { code: lacking });
  }
  const made = createShoal();
  shoal = made;
  const show = (): void => {
    const snapshot = made.getSnapshot();
    update({ engine: snapshot, canSaveToFolder: made.canSaveToFolder });
    if (snapshot.phase === 'failed')
      update({ place: { kind: 'unsupported', code: snapshot.error ?? 'internal' } });
    saveWhenPending(made);
  };
  made.subscribe(show);
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

export function hasRooms(): boolean {
  try {
    return localStorage.getItem(flag) !== null;
  } catch {
    return false; // site data is blocked: the engine will say so when it is needed
  }
}

export function rememberRooms(any: boolean): void {
  try {
    if (any) localStorage.setItem(flag, '1');
    else localStorage.removeItem(flag);
  } catch {
    // As above.
  }
}
