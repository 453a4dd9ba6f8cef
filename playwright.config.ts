import { defineConfig } from '@playwright/test';

/**
 * Browser tests drive the built app from outside. One worker: on two cores a second one would make every figure a lie. Launching is done in
 * e2e/support, because peers need browsers and profiles of their own.
 */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  retries: 0,
  reporter: process.env.CI ? [['list']] : [['list']],
  forbidOnly: Boolean(process.env.CI),
});
