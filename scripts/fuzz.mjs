// npm run fuzz [-- minutes]: every test that draws its input, round after round, each round from another seed, until the time is over (10 by
// default) or a round fails. FUZZ_SEED=<the seed told> npm run unit -- <file> plays a failure again.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const minutes = Number(process.argv[2] ?? 10);
if (!(minutes > 0)) {
  console.error('Usage: npm run fuzz [-- minutes]');
  process.exit(2);
}

const files = [];
for (const folder of ['lib', 'signaling', 'app', 'sim'])
  for (const name of await readdir(folder, { recursive: true })) {
    const file = join(folder, name);
    if (file.endsWith('.test.ts') && (await readFile(file, 'utf8')).includes("'fast-check'"))
      files.push(file);
  }

const end = Date.now() + minutes * 60_000;
for (let round = 1; Date.now() < end; round++) {
  const seed = randomInt(2 ** 31);
  console.log(`round ${round}, seed ${seed}`);
  const { status } = spawnSync(
    'node_modules/.bin/vitest',
    ['run', '--project', 'node', '--silent', '--reporter=minimal', ...files],
    {
      stdio: 'inherit',
      env: { ...process.env, FUZZ_SEED: String(seed) },
      shell: process.platform === 'win32', // where it is a script
    },
  );
  if (status !== 0) process.exit(1);
}
