// Whether the built app fits its sources: a hash over everything the build reads, kept in .build/ after a build that succeeded.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { developmentEngineFile } from './engine-worker.mjs';
import { pagesWorkerFile } from './pages-worker.mjs';
import { serviceWorkerFile } from './service-worker.mjs';

const folders = ['app', 'lib', 'public'];
const files = [
  'next.config.js',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/bundle-worker.mjs',
  'scripts/engine-worker.mjs',
  'scripts/pages-worker.mjs',
  'scripts/service-worker.mjs',
  'scripts/words-loader.mjs',
];
/** Made from what is hashed. */
const bundled = [serviceWorkerFile, developmentEngineFile].map((file) => join(file));
const stampFile = '.build/app.stamp';

/** @returns {Promise<string>} equal as long as a build would give the same */
export async function sourcesHash() {
  const paths = [...files];
  for (const folder of folders.filter((name) => existsSync(name))) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    // entry.path is what Node before 20.12 calls parentPath.
    for (const entry of entries)
      if (entry.isFile()) paths.push(join(entry.parentPath ?? entry.path, entry.name));
  }
  const hash = createHash('sha256').update(process.versions.node.split('.')[0] ?? '');
  for (const path of paths.sort()) {
    if (bundled.includes(path) || /\.test\.tsx?$/.test(path)) continue;
    const content = await readFile(path);
    hash.update(`\n${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** @returns {Promise<boolean>} whether out/ was built from the sources as they are now */
export async function isBuilt() {
  if (!['out/index.html', join('out', pagesWorkerFile), serviceWorkerFile].every((file) => existsSync(file)))
    return false;
  const stamp = await readFile(stampFile, 'utf8').catch(() => '');
  return stamp === (await sourcesHash());
}

export const forgetBuild = () => rm(stampFile, { force: true });

/** @param {string} hash of the sources as they were when the build began */
export async function rememberBuild(hash) {
  await mkdir('.build', { recursive: true });
  await writeFile(stampFile, hash);
}
