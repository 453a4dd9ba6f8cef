// Bundles the engine's worker, lib/worker.ts, to where app/_hooks/engine-worker.ts looks for it: among a build's immutable files, or in
// development, without a build's name, in public/.
import { join } from 'node:path';
import { bundleWorker } from './bundle-worker.mjs';

const source = 'lib/worker.ts';
export const developmentEngineFile = 'public/engine.js';

/** @param {string} out folder of the export @param {string} build the name pages of it know, from sourcesHash */
export const writeEngineWorker = (out, build) =>
  bundleWorker({ source, outfile: join(out, '_next', 'static', build, 'engine.js') });

export const watchEngineWorker = () => bundleWorker({ source, outfile: developmentEngineFile, watch: true });
