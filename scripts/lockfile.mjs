// Completes package-lock.json after `npm install` on a machine whose registry lacks other systems' builds of Next's compiler: without
// their entries `npm ci` refuses the lockfile. Run it after changing dependencies; it changes nothing when nothing is missing.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const next = lock.packages['node_modules/next'];
let added = 0;
for (const [name, version] of Object.entries(next.optionalDependencies ?? {})) {
  const key = `node_modules/${name}`;
  const parts = /^@next\/swc-(darwin|win32)-(arm64|x64)/.exec(name);
  if (!parts || lock.packages[key]) continue;
  lock.packages[key] = {
    version,
    cpu: [parts[2]],
    license: 'MIT',
    optional: true,
    os: [parts[1]],
    engines: { node: '>= 10' },
  };
  added++;
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (added > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added`);
