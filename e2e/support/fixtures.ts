/** What every spec needs: a server, and peers that are closed again whatever happens. */
import { test as base } from '@playwright/test';
import { launchPeer, type Peer } from './peer';
import { startServer, type TestServer } from './server';

export type Launch = (...args: Parameters<typeof launchPeer>) => Promise<Peer>;

export interface Fixtures {
  /** Launches a browser of its own; closed after the test. */
  readonly launch: Launch;
  /** A server for this test alone: it may be killed. */
  readonly server: TestServer;
  readonly serverEnv: Readonly<Record<string, string>>;
}

export const test = base.extend<Fixtures>({
  serverEnv: [{}, { option: true }],
  server: async ({ serverEnv }, use) => {
    const server = await startServer(serverEnv);
    await use(server);
    await server.stop();
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
