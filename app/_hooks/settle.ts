/**
 * Starts what makes Shoal at home on this device (at-home.ts) when the first view has what it needs: none of it helps before the first drop,
 * and keeping the pages fetches them all, which made a link's list of files come a quarter later while it went on beside.
 */
import { buildLock, handedFragment } from '../_pages-worker/messages';
import { build } from './build';
import { isAppWindow, listenForInstall } from './installing';

/** Guess: by then a link is open, or the person has seen what this is; who left before comes back or does not. */
const restMs = 4000;

/** Runs what may be needed one day when opening a link no longer competes with it. The answer calls it off. */
export function whenRested(run: () => void): () => void {
  const timer = setTimeout(run, restMs);
  return () => clearTimeout(timer);
}

let settled = false;

/** Idempotent: StrictMode mounts twice. */
export function settle(): void {
  if (settled) return;
  settled = true;
  holdBuild();
  listenForInstall();
  // Offline for a moment: the next visit does it.
  const run = (): void => void import('./at-home').then(({ settleIn }) => settleIn()).catch(() => undefined);
  // Opened by the system: files are waiting.
  if (location.hash.startsWith(handedFragment) || isAppWindow()) return run();
  const whenIdle = (): void => {
    if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 3000 });
    else run();
  };
  const rest = (): void => void whenRested(whenIdle);
  if (document.readyState === 'complete') rest();
  else addEventListener('load', rest, { once: true });
}

/** Says that a page of this build is open, so that its kept files stay. Released by the browser when the page is gone, whatever ended it. */
function holdBuild(): void {
  if (build === '' || !('locks' in navigator)) return;
  navigator.locks
    .request(buildLock(build), { mode: 'shared' }, () => new Promise(() => undefined))
    .catch(() => undefined); // refused: the page works as ever, and its files may go with the next build
}
