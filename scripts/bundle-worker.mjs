// A worker as one file, by esbuild: Next's own bundles of workers fetch their parts one after another.
import { context, stop } from 'esbuild';

/**
 * @param {{ source: string, outfile: string, define?: Record<string, string>, watch?: boolean }} options watch: bundle again on every change
 *   until the process ends
 * @returns {Promise<void>} when it was bundled once
 */
export async function bundleWorker({ source, outfile, define = {}, watch = false }) {
  const bundle = await context({
    entryPoints: [source],
    outfile,
    define,
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
