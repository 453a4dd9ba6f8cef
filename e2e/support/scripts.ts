/** Scripts of a page: held back, waited for, and weighed. */
import type { Page } from '@playwright/test';
import { get } from 'node:http';

/** Every script asked for from now on waits until the answer is called. The context must do without service workers: they ask by themselves. */
export async function holdScripts(page: Page): Promise<() => Promise<void>> {
  let letCome = (): void => undefined;
  const come = new Promise<void>((resolve) => (letCome = resolve));
  await page.route('**/*.js', async (route) => {
    await come;
    await route.continue().catch(() => undefined); // of a page that is gone meanwhile
  });
  return async () => {
    letCome();
    await page.unrouteAll({ behavior: 'wait' });
  };
}

/** Until a worker of this page's browser is there that answers for the server. */
export const workerReady = (page: Page): Promise<unknown> =>
  page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

export interface ScriptBytes {
  /** As a server gives them out that knows nothing better than gzip. */
  readonly gzip: number;
  /** As this browser got them. */
  readonly asServed: number;
}

/**
 * Bytes of all scripts a page loads by itself when it is opened at this address, with nothing of them kept. With a room in its browser the
 * engine would be among them.
 */
export async function scriptBytes(page: Page, url: string): Promise<ScriptBytes> {
  const urls = new Set<string>();
  let asServed = 0;
  const sizes: Promise<void>[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() !== 'script' || urls.has(request.url())) return;
    urls.add(request.url());
    sizes.push(request.sizes().then(({ responseBodySize }) => void (asServed += responseBodySize)));
  });
  await (await page.context().newCDPSession(page)).send('Network.clearBrowserCache');
  await page.goto(url, { waitUntil: 'networkidle' });
  await Promise.all(sizes);
  const gzip = await Promise.all([...urls].map(gzippedBytes));
  return { gzip: gzip.reduce((sum, bytes) => sum + bytes, 0), asServed };
}

function gzippedBytes(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      let bytes = 0;
      response.on('data', (part: Buffer) => (bytes += part.length));
      response.once('end', () => resolve(bytes));
      response.once('error', reject);
    }).once('error', reject);
  });
}
