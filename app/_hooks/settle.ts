/** Starts what makes Shoal at home on this device (at-home.ts) when the first view has what it needs: none of it helps before the first drop. */
import { handedFragment } from '../_pages-worker/messages';
import { isAppWindow, listenForInstall } from './installing';

let settled = false;

/** Idempotent: StrictMode mounts twice. */
export function settle(): void {
  if (settled) return;
  settled = true;
  listenForInstall();
  // Offline for a moment: the next visit does it.
  const run = (): void => void import('./at-home').then(({ settleIn }) => settleIn()).catch(() => undefined);
  // Opened by the system: files are waiting.
  if (location.hash.startsWith(handedFragment) || isAppWindow()) return run();
  const whenIdle = (): void => {
    if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 3000 });
    else setTimeout(run, 1000);
  };
  if (document.readyState === 'complete') whenIdle();
  else addEventListener('load', whenIdle, { once: true });
}
