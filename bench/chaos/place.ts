/**
 * Where the rounds happen: the server and, for each person, a way to start a browser. With root on Linux everyone sits in a network namespace
 * behind a router of their own (namespaces.ts), which can be cut; elsewhere all share this machine's loopback and nothing is cut.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../e2e/support/server';
import { chromiumPath } from '../../scripts/chromium.mjs';
import { makeNetwork, type Cut } from '../namespaces';
import { chromiumIn } from '../shaped-place';
import { ChaosServer } from './server';

export interface Seat {
  /** What starts a Chromium here. */
  readonly executable: string;
  readonly args: readonly string[];
}

export interface ChaosPlace {
  readonly url: string;
  readonly server: ChaosServer;
  readonly folder: string;
  readonly seats: readonly Seat[];
  /** null where networks cannot be made. */
  readonly network: { cut(seat: number, where: Cut): void; mend(seat: number): void } | null;
  close(): Promise<void>;
}

/** So slow that a share takes some seconds and faults hit in its midst, so fast that two cores keep up (measured: 64 MiB in about 10 s). */
const uplink = { bytesPerSecond: 8e6, queueMs: 100 };
/** Free in the hub, where nothing else listens. */
const hubPort = 3000;

/** Whatever ends this process, nothing of it stays (except after SIGKILL). */
export async function openPlace(people: number, withNetwork: boolean): Promise<ChaosPlace> {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => process.exit(code));
  const folder = mkdtempSync(join(tmpdir(), 'shoal-chaos-'));
  const network = withNetwork ? makeNetwork(Array.from({ length: people }, () => uplink)) : null;
  const port = network ? hubPort : await freePort();
  const url = network ? `http://${network.hub.address}:${port}` : `http://localhost:${port}`;
  const server = new ChaosServer({
    host: network?.hub.address ?? null,
    port,
    prefix: network && ['ip', 'netns', 'exec', network.hub.namespace],
  });
  const clear = (): void => {
    void server.kill();
    network?.remove();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', clear);
  await server.start();
  const seats = await Promise.all(
    Array.from({ length: people }, async (_, i): Promise<Seat> => {
      const namespace = network?.peers[i]?.namespace;
      if (namespace === undefined) return { executable: chromiumPath(), args: [] };
      return {
        executable: await chromiumIn(namespace, join(folder, `seat-${i}`)),
        // Over plain http the app would have no WebCrypto and no service worker.
        args: [`--unsafely-treat-insecure-origin-as-secure=${url}`],
      };
    }),
  );
  return {
    url,
    server,
    folder,
    seats,
    network,
    async close() {
      await server.kill('SIGTERM');
      clear();
      process.removeListener('exit', clear);
    },
  };
}
