import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileHint, writeCompileHints } from './compile-hints.mjs';

it('[UI169] every script that a page loads by itself says once that it is to be compiled whole', async () => {
  const out = await mkdtemp(join(tmpdir(), 'shoal-hints-'));
  const script = (name: string): string => join(out, '_next', 'static', 'chunks', name);
  try {
    await mkdir(join(out, '_next', 'static', 'chunks'), { recursive: true });
    for (const name of ['page.js', 'shared.js', 'old.js', 'later.js']) await writeFile(script(name), 'run()');
    const tag = (name: string, how: string): string =>
      `<script src="/_next/static/chunks/${name}" ${how}=""></script>`;
    await writeFile(
      join(out, 'index.html'),
      tag('page.js', 'async') + tag('old.js', 'noModule') + tag('shared.js', 'async'),
    );
    await writeFile(join(out, 'r.html'), tag('shared.js', 'async'));
    await writeCompileHints(out);
    await writeCompileHints(out);
    const told = await Promise.all(
      ['page.js', 'shared.js', 'old.js', 'later.js'].map((name) => readFile(script(name), 'utf8')),
    );
    expect(told).toEqual([`${compileHint}run()`, `${compileHint}run()`, 'run()', 'run()']);
  } finally {
    await rm(out, { recursive: true });
  }
});
