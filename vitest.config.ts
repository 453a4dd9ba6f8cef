import { defineConfig } from 'vitest/config';
import { playwright } from '@vitest/browser-playwright';
import { chromiumFlags, findChromium } from './scripts/chromium.mjs';

/** Two projects: `node` (unit, property, contract on memory adapters) and `browser` (the same contract suites, real Chromium). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          // A process of its own for each of 130 files took as long as the tests. No file leaves anything behind that another could meet.
          isolate: false,
          unstubGlobals: true,
          setupFiles: ['./vitest.properties.ts'],
          // Says that a test hangs, not that it is slow: lint runs beside.
          testTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
          include: [
            'lib/**/*.test.ts',
            'signaling/**/*.test.ts',
            'sim/**/*.test.ts',
            'bench/**/*.test.ts',
            'scripts/**/*.test.ts',
            'app/**/*.test.ts',
          ],
          exclude: ['**/*.browser.test.ts'],
        },
      },
      {
        // Known beforehand, so that a cold run does not reload the page in the middle.
        optimizeDeps: { include: ['simple-peer/simplepeer.min.js', 'valibot'] },
        test: {
          name: 'browser',
          include: ['lib/**/*.browser.test.ts', 'app/**/*.browser.test.ts'],
          testTimeout: 30_000,
          expect: { poll: { timeout: 20_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium() ?? 'chromium', args: chromiumFlags },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
