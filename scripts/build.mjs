// npm run build: the service worker, the exported app in out/, hints for compiling it, the engine's worker, and the worker that keeps the pages; --if-changed: only when its sources changed. Types are checked by `npm run check`, not again here.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { forgetBuild, isBuilt, rememberBuild, sourcesHash } from './build-stamp.mjs';
import { writeCompileHints } from './compile-hints.mjs';
import { writeEngineWorker } from './engine-worker.mjs';
import { writePagesWorker } from './pages-worker.mjs';
import { bundleServiceWorker } from './service-worker.mjs';

/** Builds in the current folder. Rejects when it fails; what went wrong is on the terminal by then. */
export async function build() {
  await forgetBuild();
  const hash = await sourcesHash();
  const name = hash.slice(0, 16);
  await bundleServiceWorker({ watch: false });
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
  await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [next, 'build'], {
      stdio: 'inherit',
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_TELEMETRY_DISABLED: '1',
        SHOAL_SKIP_TYPE_CHECK: '1',
        SHOAL_BUILD: name,
      },
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`The build failed (${signal ?? code}). The lines above say why.`));
    });
  });
  await writeCompileHints('out');
  await writeEngineWorker('out', name);
  await writePagesWorker('out', name);
  await rememberBuild(hash);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  try {
    // For commands that need a build but not a new one: `node scripts/build.mjs --if-changed`.
    if (!process.argv.includes('--if-changed') || !(await isBuilt())) await build();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
