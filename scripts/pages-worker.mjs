// Bundles the pages worker to out/pages.js, after Next's export: the list of that build's files stands in it (app/_pages-worker/kept-pages.ts).
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { bundleWorker } from './bundle-worker.mjs';

const source = 'app/_pages-worker/main.ts';
export const pagesWorkerFile = 'pages.js';

/**
 * @param {string} out folder of the export
 * @param {string} build the name pages of it know, from sourcesHash
 */
export async function writePagesWorker(out, build) {
  const files = await listFiles(out);
  const name = `${build}-${hashOf(JSON.stringify(files)).slice(0, 10)}`;
  await bundleWorker({
    source,
    outfile: join(out, pagesWorkerFile),
    define: { BUILD: JSON.stringify({ name, files }) },
  });
}

/** @param {string | Buffer} bytes */
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('base64url').slice(0, 22);

/** What opens without a network: pages by the path they are asked for, hashed files, manifest and icon. Neither texts for a router nor maps. */
async function listFiles(/** @type {string} */ out) {
  const paths = (await readdir(out, { recursive: true }))
    .map((name) => `/${name.split(sep).join('/')}`)
    .sort();
  /** @type {(readonly [string, string])[]} */
  const files = [];
  for (const path of paths) {
    const page = /^\/(?!404|_)([\w-]+)\.html$/.exec(path)?.[1];
    const asset =
      /^\/_next\/static\/.+\.(?!map$)\w+$/.test(path) || /^\/(icon\.svg|manifest\.webmanifest)$/.test(path);
    if (page === undefined && !asset) continue;
    const address = page === undefined ? path : page === 'index' ? '/' : `/${page}`;
    files.push([address, hashOf(await readFile(join(out, path)))]);
  }
  return files;
}
