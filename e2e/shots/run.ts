/**
 * `npm run shots [-- --only transfer,arriving] [--into docs/screens]`: drives the built app in real browsers through every state and keeps a
 * picture of each in every look. Scenes are played one after the other; one that fails is told and the others are played. Ends with 0 when
 * every state of the scenes played was taken.
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scratch } from '../support/files';
import { Camera, fileOf } from './camera';
import { contentsOf } from './contents';
import { looks } from './looks';
import { makeTrip } from './props';
import { scenesWith } from './scenes/all';
import { states } from './states';
import { openBrowser, play } from './studio';

const { values } = parseArgs({
  options: { only: { type: 'string' }, into: { type: 'string', default: 'docs/screens' } },
});

const folder = values.into;
const things = await scratch();
const browser = await openBrowser();
const camera = new Camera(folder);
let failed = false;
try {
  await mkdir(folder, { recursive: true });
  const scenes = scenesWith(await makeTrip(browser, things, 32));
  const wanted = values.only?.split(',') ?? Object.keys(scenes);
  for (const name of wanted) {
    const scene = scenes[name];
    if (!scene) throw new Error(`There is no scene ${name}; there are ${Object.keys(scenes).join(', ')}.`);
    const began = Date.now();
    const before = camera.taken.size;
    try {
      await play(scene, browser, camera);
    } catch (error) {
      failed = true;
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    console.log(
      `${name}: ${camera.taken.size - before} states, ${((Date.now() - began) / 1000).toFixed(0)} s`,
    );
  }
} finally {
  await browser.close();
}

const missed = states.filter(([state]) => !camera.taken.has(state)).map(([state]) => state);
if (!values.only && missed.length > 0) {
  failed = true;
  console.error(`Not taken: ${missed.join(', ')}`);
}
// Pictures of states that are no more.
const known = new Set(states.flatMap(([state]) => looks.map((look) => fileOf(state, look))));
for (const name of await readdir(folder))
  if (name.endsWith('.webp') && !known.has(name)) await rm(join(folder, name));
await writeFile(join(folder, 'README.md'), await contentsOf(folder));
const sizes = await Promise.all((await readdir(folder)).map((name) => stat(join(folder, name))));
const megabytes = sizes.reduce((sum, { size }) => sum + size, 0) / 1e6;
console.log(`${camera.taken.size} states in ${looks.length} looks; ${folder} has ${megabytes.toFixed(1)} MB`);
if (failed) process.exitCode = 1;
