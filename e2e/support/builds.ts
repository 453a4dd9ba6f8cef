/** A second build, made from the first: every hashed file has another name in it, everywhere it is named, and the pages worker knows its hashes. */
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writePagesWorker } from '../../scripts/pages-worker.mjs';
import { scratch } from './files';

/** Answers the folder. `build`: 16 characters, its name. */
export async function renamedBuild(out: string, build: string): Promise<string> {
  const folder = join(await scratch(), 'out');
  await cp(out, folder, { recursive: true });
  const old = buildOf(await readFile(join(folder, 'pages.js'), 'utf8'));
  await rename(join(folder, '_next/static', old), join(folder, '_next/static', build));
  await rm(join(folder, 'pages.js'));
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hashed = paths
    .filter((path) => /_next\/static\/chunks\/.+\.(js|css)$/.test(path))
    .map((path) => basename(path));
  const renamed = (text: string): string =>
    hashed.reduce((all, name) => all.replaceAll(name, `bbb${name}`), text.replaceAll(old, build));
  for (const path of paths) {
    if (!/\.(html|js|css|txt|map)$/.test(path)) continue;
    await writeFile(path, renamed(await readFile(path, 'utf8')));
    if (hashed.includes(basename(path))) await rename(path, join(dirname(path), `bbb${basename(path)}`));
  }
  await writePagesWorker(folder, build);
  return folder;
}

function buildOf(worker: string): string {
  const found = /name:"([0-9a-f]{16})-/.exec(worker)?.[1];
  if (found === undefined) throw new Error('the pages worker of this build does not name it');
  return found;
}
