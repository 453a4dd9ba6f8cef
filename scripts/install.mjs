// Whether the packages of the lockfile are installed, and installing them. Uses nothing but Node, as there may be nothing else yet.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What `next build` insists on finding besides the dependencies, as the app is written in TypeScript. */
const buildNeeds = ['typescript', '@types/node', '@types/react'];

const readJson = async (path) => JSON.parse(await readFile(path, 'utf8'));

/** npm writes into node_modules what it installed there; compared with the lockfile, that is the whole truth. */
const installedLock = 'node_modules/.package-lock.json';

/** @returns {Promise<boolean>} whether everything that building and running need is installed in the version of the lockfile */
export async function isInstalled() {
  if (!existsSync(installedLock)) return false;
  const [{ packages: wanted }, { packages: present }] = await Promise.all([
    readJson('package-lock.json'),
    readJson(installedLock),
  ]);
  return Object.entries(wanted).every(([path, { version, dev, optional, devOptional, peer, link }]) => {
    const needed = buildNeeds.some((name) => path === `node_modules/${name}`);
    if (path === '' || link || ((dev || optional || devOptional || peer) && !needed)) return true;
    return present[path]?.version === version;
  });
}

/** Installs from the lockfile. What is there already stays, development packages included. Rejects when it fails. */
export async function install() {
  const { dependencies } = await readJson('package.json');
  const hasPackages = existsSync(installedLock);
  const hasDevelopment =
    hasPackages && Object.values((await readJson(installedLock)).packages).some(({ dev }) => dev);
  const lean = !hasDevelopment && buildNeeds.every((name) => name in dependencies);
  const flags = [lean ? '--omit=dev' : '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  if (!hasPackages && (await npm(['ci', ...flags], true)) === 0) return;
  // `npm ci` also refuses a lockfile that only lacks optional packages of other systems; this installs the same versions and mends that.
  const code = await npm(['install', '--no-save', ...flags], false);
  if (code !== 0)
    throw new Error(
      `The packages could not be installed (npm ended with ${code}). The lines above say why; often it is the network. Then run npm start again.`,
    );
}

/** @returns {Promise<number | null>} npm's exit code */
function npm(args, quiet) {
  const path = process.env.npm_execpath;
  const viaNode = path !== undefined && /\.c?js$/.test(path);
  return new Promise((resolve, reject) => {
    const child = spawn(viaNode ? process.execPath : 'npm', viaNode ? [path, ...args] : args, {
      stdio: quiet ? 'ignore' : 'inherit',
      // On Windows npm is a script, which only a shell starts.
      shell: !viaNode && process.platform === 'win32',
    });
    child.on('error', reject);
    child.on('close', resolve);
  });
}
