// Where the system's Chromium is and how tests start it. Decides: path and flags, in one place for e2e, bench and contract tests.
import { existsSync } from 'node:fs';

const candidates = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/** @returns {string | undefined} path of a Chromium to run; CHROMIUM_PATH wins */
export const findChromium = () =>
  process.env.CHROMIUM_PATH ?? candidates.find((candidate) => existsSync(candidate));

/** @returns {string} as findChromium. Throws with a next step when there is none. */
export function chromiumPath() {
  const path = findChromium();
  if (!path)
    throw new Error(
      'No Chromium found. Install the package "chromium" or set CHROMIUM_PATH to a Chromium or Chrome binary.',
    );
  return path;
}

/** Flags for headless runs as root and without a network: no sandbox, no background fetches. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
