import { defineConfig } from '@playwright/test';

/** Tests whose pages mostly wait, and that look at no figure: two of them at once fit two cores. */
const together = [
  'a11y',
  'at-home',
  'budget',
  'closing',
  'diagnosis',
  'files',
  'finish',
  'input',
  'moving',
  'nearby',
  'options',
  'saving',
  'tasks',
  'transfer',
  'visual',
  'words',
].map((name) => `${name}.spec.ts`);

/**
 * Browser tests drive the built app from outside. One worker unless asked for more: `npm test` runs the project `together` with two, and
 * `alone` with one, because transfers of many browsers burn both cores, and a second worker would make their figures a lie. Launching is done
 * in e2e/support, because peers need browsers and profiles of their own.
 */
export default defineConfig({
  testDir: 'e2e',
  projects: [
    { name: 'together', testMatch: together },
    { name: 'alone', testMatch: '*.spec.ts', testIgnore: together },
  ],
  outputDir: 'test-results',
  // One set of pictures for every system: e2e/visual.spec.ts brings its font.
  snapshotPathTemplate: '{testDir}/visual/{arg}{ext}',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // What takes minutes beside the rest: Firefox beyond its smoke set, and what other tests hold in parts. `npm run e2e:slow` runs that, and nothing else.
  ...(process.env.SHOAL_SLOW === '1' ? { grep: /@slow/ } : { grepInvert: /@slow/ }),
  // In CI the machine is shared, and up to five browsers meet their own time limits there. What needed a second try is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  reporter: process.env.CI ? [['list']] : [['list']],
  forbidOnly: Boolean(process.env.CI),
});
