// npm start: from a fresh clone to a running server with nothing but Node and npm. Installs and builds only what is not there or changed,
// then becomes the server: same process, so signals and exit code need no passing on.
import { fileURLToPath } from 'node:url';

const leastNode = [20, 9];

function nodeIsRecent() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
}

/** @param {() => Promise<void>} step @param {string} what */
async function timed(what, step) {
  const began = Date.now();
  console.log(`${what} …`);
  await step();
  console.log(`${what}: done in ${Math.round((Date.now() - began) / 1000)} s.`);
}

async function prepare() {
  const { install, isInstalled } = await import('./install.mjs');
  if (!(await isInstalled())) await timed('Installing packages', install);
  const { isBuilt } = await import('./build-stamp.mjs');
  if (await isBuilt()) return;
  const { build } = await import('./build.mjs');
  await timed('Building the app', build);
}

/** npm passes SIGTERM to the shell it started, and many shells die of it without passing it on: a server without parent would stay. */
function endWithParent() {
  const parent = process.ppid;
  globalThis
    .setInterval(() => {
      if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
    }, 1000)
    .unref();
}

if (!nodeIsRecent()) {
  console.error(
    `Shoal needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}. Install a current version from nodejs.org and run npm start again.`,
  );
  process.exit(1);
}
if (process.env.npm_lifecycle_event !== undefined) endWithParent();
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
try {
  await prepare();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
const { register } = await import('tsx/esm/api');
register();
await import('../signaling/main.ts');
