/**
 * Has the pages worker keep this build (app/_pages-worker). Without service workers, or in development, nothing is kept and the page works
 * as ever. That a page of the build is open settle.ts says at once. Leaves out the worker for downloads, which lib registers.
 */
import { pagesWorkerPath } from '../_pages-worker/messages';
import { build } from './build';

const workers = (): ServiceWorkerContainer | undefined =>
  (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;

/** Never rejects. */
export async function keepPages(): Promise<void> {
  const container = workers();
  if (!container) return;
  try {
    if (build === '') {
      // Left over from a production build on the same port: it would answer with old pages.
      const old = await container.getRegistration('/');
      if (old?.active?.scriptURL.endsWith(pagesWorkerPath)) await old.unregister();
      return;
    }
    await container.register(pagesWorkerPath, { scope: '/', updateViaCache: 'none' });
  } catch {
    // No network, an untrusted certificate, a private window: the next visit tries again.
  }
}

/** The worker's registration where it is up; undefined where there is none. Never rejects. */
export async function pagesWorker(): Promise<ServiceWorkerRegistration | undefined> {
  try {
    const found = await workers()?.getRegistration('/');
    return found?.active?.scriptURL.endsWith(pagesWorkerPath) ? found : undefined;
  } catch {
    return undefined;
  }
}
