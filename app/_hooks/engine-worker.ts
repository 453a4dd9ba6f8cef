/** The engine's worker, bundled by scripts/engine-worker.mjs. */
import { build } from './build';

export const createEngineWorker = (): Worker =>
  new Worker(build === '' ? '/engine.js' : `/_next/static/${build}/engine.js`);
