/** The engine's worker, bundled by scripts/engine-worker.mjs. */
import { build } from './build';

const script = build === '' ? '/engine.js' : `/_next/static/${build}/engine.js`;

export const createEngineWorker = (): Worker => new Worker(script);

/** Into the browser's cache: a worker whose script does not come only says that it broke. Rejects where the script cannot be had. */
export async function fetchEngineWorker(): Promise<void> {
  const answer = await fetch(script);
  if (!answer.ok) throw new Error(`engine: ${answer.status}`);
  await answer.arrayBuffer();
}
