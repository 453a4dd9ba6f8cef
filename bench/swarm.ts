/**
 * `npm run bench:swarm [-- --peers 200] [--seconds 10] [--json]`: whether the view of the swarm stays smooth in a crowd. Its picture and its table
 * over made-up peers that change ten times a second, in a Chromium as wide as a desktop; against the same with a tenth of the peers, and an empty
 * page. Work is what the page's main thread used of a processor, by the browser's trace. Without a graphics card Chromium paints on the same cores.
 */
import { chromium } from '@playwright/test';
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chromiumFlags, chromiumPath } from '../scripts/chromium.mjs';
import { positive, table, wholeNumber } from './command';
import { seen, smoothness, watch } from './smoothness';
import { taskWork } from './task-work';

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const many = wholeNumber('peers', values.peers);
const few = Math.ceil(many / 10);
const ms = 1000 * positive('seconds', values.seconds);

const bundle = await build({
  entryPoints: ['bench/swarm-page.tsx'],
  bundle: true,
  write: false,
  outdir: 'bundle',
  format: 'iife',
  jsx: 'automatic',
  minify: true,
  define: { 'process.env.NODE_ENV': '"production"' },
});
const textOf = (ending: string): string =>
  bundle.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
const [tokens, globals] = await Promise.all(
  ['tokens', 'globals'].map((name) => readFile(`app/${name}.css`, 'utf8')),
);

const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
const cases = [
  ['empty page', null, 0],
  [`picture, ${few}`, 'picture', few],
  [`picture, ${many}`, 'picture', many],
  [`table, ${few}`, 'table', few],
  [`table, ${many}`, 'table', many],
] as const;
const results: [string, ReturnType<typeof smoothness> & { readonly workPerSecondMs: number }][] = [];
try {
  for (const [name, as, count] of cases) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.setContent(`<!doctype html><style>${tokens}${globals}${textOf('.css')}</style><body></body>`);
    await page.addScriptTag({ content: textOf('.js') });
    if (as !== null) await page.evaluate(`show(${JSON.stringify(as)}, ${count})`);
    await page.waitForTimeout(1500); // until peers have taken their places
    await watch(page);
    const { worked } = await taskWork(page, () => page.waitForTimeout(ms));
    const figures = smoothness([{ ...(await seen(page)), worked }]);
    const workPerSecondMs = Math.round(worked.reduce((sum, one) => sum + one, 0) / (ms / 1000));
    results.push([name, { ...figures, workPerSecondMs }]);
    await page.close();
  }
} finally {
  await browser.close();
}

console.log(
  table(
    [
      '',
      'frames a second',
      'frame to frame, 99 of 100',
      'tasks over 50 ms',
      'most work in a task',
      'work of the page a second',
    ],
    [
      ...results.map(([name, one]) => [
        name,
        `${one.framesPerSecond}`,
        `${one.frameMsP99} ms`,
        `${one.longTasks}`,
        `${one.mostWorkMs} ms`,
        `${one.workPerSecondMs} ms`,
      ]),
      ['bar', '60', '', '0', '', ''],
    ],
  ),
);
if (values.json) console.log(JSON.stringify(Object.fromEntries(results)));
