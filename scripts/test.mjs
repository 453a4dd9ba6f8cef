// npm test: everything that decides whether Shoal is right, from a fresh clone with nothing but Node and npm. Stages, each with its duration:
// check (types, lint, layers, unit), contract (the adapters in Chromium), e2e (the built app, real browsers: first tests that can share two
// cores, two at a time, then those that cannot). The last line sums the tests up.
// `-- --only check|contract|e2e` runs one of them. Tests that fail do not keep later stages from running; types that do not compile do.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from './chromium.mjs';
import { findFirefox } from './firefox.mjs';
import { isInstalled } from './install.mjs';
import { ofPlaywright, ofVitest } from './test-reports.mjs';

const stageNames = ['check', 'contract', 'e2e'];
const reports = '.build/test';
const lockfile = 'package-lock.json';
const installedLock = 'node_modules/.package-lock.json';

/** Stops everything; the message is for a person and is all that is shown. */
class CannotRun extends Error {}

const readJson = async (path) => JSON.parse(await readFile(path, 'utf8'));
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;

/** Runs in the foreground, with no input: nothing here may wait for a person. @returns {Promise<boolean>} whether it ended with 0 */
function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      // On Windows npm and npx are scripts, which only a shell starts.
      shell: process.platform === 'win32',
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

const npm = (...args) => run('npm', args);

/** As `run`, beside others: what it prints is kept until it ends. @returns {Promise<{ ok: boolean, printed: string }>} */
function runAside(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (printed += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, printed }));
  });
}

/** A tool of node_modules, without npm around it. */
const tool = (name, args, env) => run(`node_modules/.bin/${name}`, args, env);

// ── what is needed ─────────────────────────────────────────────────────────────────────────────────────

/** scripts/install.mjs asks for what the app needs; tests need the rest of the lockfile too. */
async function isInstalledWithTools() {
  if (!(await isInstalled())) return false;
  const [{ packages: wanted }, { packages: present }] = await Promise.all([
    readJson(lockfile),
    readJson(installedLock),
  ]);
  return Object.entries(wanted).every(([path, { version, dev, optional, devOptional, peer, link }]) => {
    if (path === '' || !dev || link || optional || devOptional || peer) return true;
    return present[path]?.version === version;
  });
}

async function installPackages() {
  if (await isInstalledWithTools()) return;
  const began = Date.now();
  console.log('Installing packages …');
  const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // `npm ci` also refuses a lockfile that only lacks optional packages of other systems; `install` takes the same versions and mends that.
  if (!(await npm('ci', ...flags)) && !(await npm('install', '--no-save', ...flags)))
    throw new CannotRun(
      'The packages could not be installed; the lines above say why, often it is the network. Then run npm test again.',
    );
  console.log(`Installing packages: done in ${seconds(began)}.`);
}

const hasCommand = (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;
function hasChromium() {
  try {
    return Boolean(chromiumPath());
  } catch {
    return false;
  }
}

/** Programs that tests start, the Debian package of each, and what is skipped without it; without some nothing is run at all. */
const programs = [
  { package: 'chromium', there: hasChromium, required: true },
  { package: 'python3', there: () => hasCommand('python3'), required: true },
  { package: 'unzip', there: () => hasCommand('unzip'), required: true },
  // Without these their tests skip themselves, except in CI, where they fail.
  {
    package: 'coturn',
    there: () => hasCommand('turnserver'),
    required: Boolean(process.env.CI),
    skipped: 'the relay test',
  },
  {
    package: 'firefox-esr',
    there: () => findFirefox() !== undefined,
    required: Boolean(process.env.CI),
    skipped: 'the tests in Firefox',
  },
];

async function installPrograms() {
  let missing = programs.filter(({ there }) => !there());
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && hasCommand('apt-get')) {
    const names = missing.map(({ package: name }) => name);
    console.log(`Installing the system packages ${names.join(', ')} …`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], env);
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], env);
    missing = missing.filter(({ there }) => !there());
  }
  const names = (some) => some.map(({ package: name }) => name).join(', ');
  const needed = missing.filter(({ required }) => required);
  if (needed.length > 0)
    throw new CannotRun(
      `Missing on this machine: ${names(needed)}. Install ${needed.length === 1 ? 'it' : 'them'} with your system's package manager (CHROMIUM_PATH may also name a Chromium or Chrome binary, FIREFOX_PATH a Firefox), then run npm test again.`,
    );
  for (const { package: name, skipped } of missing)
    console.log(`Without ${name} SKIPPED: ${skipped}. Install it to run that too.`);
}

/** Rejects when the build fails. Only imported now: on a fresh clone there is nothing it could import earlier. */
async function buildIfChanged() {
  const { isBuilt } = await import('./build-stamp.mjs');
  if (await isBuilt()) return;
  const began = Date.now();
  console.log('Building the app …');
  const { build } = await import('./build.mjs');
  try {
    await build();
  } catch (error) {
    throw new CannotRun(error instanceof Error ? error.message : String(error));
  }
  console.log(`Building the app: done in ${seconds(began)}.`);
}

/** What a run holds at once at most: the build, and profiles of browsers that send a gigabyte. */
const neededGB = 3;

/** A full disk fails tests in ways that name everything but the disk. */
async function checkSpace() {
  for (const folder of new Set([tmpdir(), process.cwd()])) {
    const { bavail, bsize } = await statfs(folder);
    const gigabytes = (bavail * bsize) / 1e9;
    if (gigabytes < neededGB)
      throw new CannotRun(
        `Only ${gigabytes.toFixed(1)} GB are free in ${folder}, and tests need ${neededGB}. Make space there, then run npm test again.`,
      );
  }
}

/** Everything that tests and their programs write goes into a folder of this run's own, and with it whatever a crash leaves behind. */
function useOwnFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-test-'));
  process.env.TMPDIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
}

// ── stages ─────────────────────────────────────────────────────────────────────────────────────────────

const nothing = { passed: 0, failed: 0, skipped: 0, told: [] };

/** What a test runner's report says; a runner that failed without one test to blame (it crashed, a file did not load) counts as one failed. */
async function counted(ended, report, read) {
  const json = await readJson(report).catch(() => undefined);
  const ok = ended && json !== undefined;
  const counts = json === undefined ? nothing : read(json);
  return { ...counts, failed: Math.max(counts.failed, ok ? 0 : 1), ok };
}

async function vitest(project) {
  const report = `${reports}/${project}.json`;
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json'];
  const ok = await tool('vitest', [...args, `--outputFile.json=${report}`]);
  return counted(ok, report, ofVitest);
}

async function playwright(project, workers) {
  const report = `${reports}/e2e-${project}.json`;
  const args = ['test', `--project=${project}`, `--workers=${workers}`, '--reporter=list,json'];
  const ok = await tool('playwright', args, { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  return counted(ok, report, ofPlaywright);
}

/** A check without tests: in the last line it only counts when it failed, so that "0 failed" means that all is well. */
const checked = (ok) => ({ ...nothing, failed: ok ? 0 : 1, ok });

const plain = async (script) => checked(await npm('run', '--silent', script));

async function aside(script) {
  const { ok, printed } = await runAside('npm', ['run', '--silent', script]);
  return { ...checked(ok), printed };
}

/**
 * In order; `gate`: when it fails nothing after it is run. `aside`: of one thread, so it runs beside what comes after it in its stage, and is
 * shown when that is done.
 */
const steps = [
  { stage: 'check', name: 'types', gate: true, work: () => plain('types') },
  { stage: 'check', name: 'lint', aside: true, work: () => aside('lint') },
  { stage: 'check', name: 'layers', work: () => plain('layers') },
  { stage: 'check', name: 'unit', work: () => vitest('node') },
  { stage: 'contract', name: 'contract', work: () => vitest('browser') },
  { stage: 'e2e', name: 'together', work: () => playwright('together', 2) },
  { stage: 'e2e', name: 'alone', work: () => playwright('alone', 1) },
];

function describe({ name, ok, passed, failed, skipped, flaky = 0, took }) {
  const ran = passed + skipped > 0 || failed > 1;
  const second = flaky > 0 ? ` (${flaky} at the second try)` : '';
  const numbers = `, ${passed} passed${second}, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return `${name.padEnd(9)} ${ok ? 'ok' : 'FAILED'}${ran ? numbers : ''}, ${took}`;
}

/** @returns {Promise<boolean>} whether all is well */
async function runStages(stages) {
  await rm(reports, { recursive: true, force: true });
  await mkdir(reports, { recursive: true });
  const results = [];
  const timed = async ({ name, work }) => {
    const began = Date.now();
    return { name, ...(await work()), took: seconds(began) };
  };
  const tell = ({ name, printed, ...result }) => {
    if (printed !== undefined) console.log(`\n── ${name} ──\n${printed.trimEnd()}`);
    results.push({ name, ...result });
    console.log(describe({ name, ...result }));
  };
  /** False: a gate is shut, and nothing after it is run. */
  const runStage = async (stage) => {
    const besides = [];
    for (const step of steps.filter((one) => one.stage === stage)) {
      if (step.aside) {
        besides.push(timed(step));
        continue;
      }
      console.log(`\n── ${step.name} ──`);
      const result = await timed(step);
      tell(result);
      if (step.gate && !result.ok) return false;
    }
    for (const result of await Promise.all(besides)) tell(result);
    return true;
  };
  for (const stage of stages) {
    if (await runStage(stage)) continue;
    console.log('Nothing else is run until this is mended.');
    break;
  }
  const told = results.flatMap((result) => result.told);
  if (told.length > 0) console.log(`\n── what did not pass at once ──\n${told.join('\n\n')}`);
  console.log(`\n${results.map(describe).join('\n')}`);
  const sum = (of) => results.reduce((total, result) => total + result[of], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return results.every(({ ok }) => ok);
}

/** @returns {string[]} the stages asked for */
function stagesOf(args) {
  if (args.length === 0) return stageNames;
  const [option, name, ...rest] = args.flatMap((arg) => arg.split('='));
  if (option !== '--only' || !stageNames.includes(name) || rest.length > 0)
    throw new CannotRun(`Usage: npm test [-- --only ${stageNames.join('|')}]`);
  return [name];
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
try {
  const stages = stagesOf(process.argv.slice(2));
  await checkSpace();
  useOwnFolder();
  await installPackages();
  await installPrograms();
  // Types of the app include a file that only a build writes.
  if (stages.includes('e2e') || !existsSync('next-env.d.ts')) await buildIfChanged();
  if (!(await runStages(stages))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof CannotRun ? error.message : error);
  process.exitCode = 1;
}
