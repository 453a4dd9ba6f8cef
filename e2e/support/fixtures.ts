/**
 * What every spec needs: a server, and peers that are closed again whatever happens. Tests that leave their server alone share one, one after
 * another: starting it takes a second each.
 */
import { test as base } from '@playwright/test';
import { clearScratch } from './files';
import { launchPeer, type Peer } from './peer';
import { startServer, type TestServer } from './server';

export type Launch = (...args: Parameters<typeof launchPeer>) => Promise<Peer>;

export interface Fixtures {
  /** Launches a browser of its own; closed after the test. */
  readonly launch: Launch;
  /** Nobody else's while the test runs: it may be killed. */
  readonly server: TestServer;
  /** With any of these it is started for this test alone. */
  readonly serverEnv: Readonly<Record<string, string>>;
  /** No file outlives its test: a run of them all would leave more than ten gigabytes. */
  readonly tidy: undefined;
}

/** The server that the next test gets. */
interface Kept {
  server: TestServer | null;
}

export const test = base.extend<Fixtures, { readonly kept: Kept }>({
  serverEnv: [{}, { option: true }],
  // Automatic ones come up first, and go down after the browsers of the test.
  tidy: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      await use(undefined);
      clearScratch();
    },
    { auto: true },
  ],
  kept: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      const kept: Kept = { server: null };
      await use(kept);
      await kept.server?.stop();
    },
    { scope: 'worker' },
  ],
  server: async ({ kept, serverEnv }, use) => {
    const plain = Object.keys(serverEnv).length === 0;
    const server = (plain ? kept.server : null) ?? (await startServer(serverEnv));
    if (plain) kept.server = null;
    let untouched = plain;
    await use({
      ...server,
      kill: () => ((untouched = false), server.kill()),
      restart: () => ((untouched = false), server.restart()),
    });
    if (untouched) kept.server = server;
    else await server.stop();
  },
  // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
  launch: async ({}, use) => {
    const peers: Peer[] = [];
    await use(async (...args) => {
      const peer = await launchPeer(...args);
      peers.push(peer);
      return peer;
    });
    for (const peer of peers) await peer.close().catch(() => undefined);
  },
});

export { expect } from '@playwright/test';
