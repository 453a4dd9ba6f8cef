/** The engine's worker, bundled by scripts/engine-worker.mjs. */

/** Empty in development. */
const build = process.env.SHOAL_BUILD ?? '';

export const createEngineWorker = (): Worker =>
  new Worker(build === '' ? '/engine.js' : `/_next/static/${build}/engine.js`);
