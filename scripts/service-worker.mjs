// Bundles the service worker to public/sw.js, which Next copies into the export. It must lie at the root of the site to take '/_dl/'.
import { bundleWorker } from './bundle-worker.mjs';

export const serviceWorkerFile = 'public/sw.js';

/** @param {{ watch: boolean }} options */
export const bundleServiceWorker = ({ watch }) =>
  bundleWorker({ source: 'lib/adapters/service-worker/main.ts', outfile: serviceWorkerFile, watch });
