// Bundles the service worker to public/sw.js, which Next copies into the export. It must lie at the root of the site to take '/_dl/'.
import { context, stop } from 'esbuild';

const source = 'lib/adapters/service-worker/main.ts';
export const serviceWorkerFile = 'public/sw.js';

/**
 * @param {{ watch: boolean }} options watch: bundle again on every change until the process ends
 * @returns {Promise<void>} when it was bundled once
 */
export async function bundleServiceWorker({ watch }) {
  const bundle = await context({
    entryPoints: [source],
    outfile: serviceWorkerFile,
    bundle: true,
    format: 'iife',
    minify: !watch,
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
  await bundle.rebuild();
  if (watch) {
    await bundle.watch();
    return;
  }
  await bundle.dispose();
  // esbuild's own process would live as long as this one, which may go on as the server.
  await stop();
}
