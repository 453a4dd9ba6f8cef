/**
 * What runs inside the network of a shaped bench: the app's server in the hub, and a Chromium per peer, each in the peer's namespace.
 * Decides how they get there (ip netns exec) and with what flags. Leaves out what the peers do.
 */
import { chromium } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Peer } from '../e2e/support/peer';
import { chromiumFlags, chromiumPath } from '../scripts/chromium.mjs';
import { makeNetwork, type Network, type Uplink } from './namespaces';

/** Free in the hub, where nothing else listens. */
const port = 3000;
const launchMs = 60_000;

/** What a place needs of a network. */
export type PeerNetwork = Pick<Network, 'hub' | 'peers' | 'remove'>;

export interface Place<Kind extends PeerNetwork = Network> {
  readonly network: Kind;
  readonly url: string;
  /** In the order of the uplinks given. */
  readonly peers: readonly Peer[];
  /** For files of the run; removed with it. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Builds the network and starts the server and all browsers. Whatever ends this process, nothing of it stays (except SIGKILL). */
export const openPlace = (uplinks: readonly Uplink[]): Promise<Place> =>
  openPlaceIn(() => makeNetwork(uplinks));

/** As openPlace, in a network of another make. */
export async function openPlaceIn<Kind extends PeerNetwork>(make: () => Kind): Promise<Place<Kind>> {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => process.exit(code));
  const network = make();
  const folder = mkdtempSync(join(tmpdir(), 'shoal-shaped-'));
  const clear = (): void => {
    network.remove();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', clear);
  const url = `http://${network.hub.address}:${port}`;
  const server = await startServerIn(network.hub);
  const peers: Peer[] = [];
  for (const [i, { namespace }] of network.peers.entries())
    peers.push(await launchIn(namespace, join(folder, String(i)), url));
  return {
    network,
    url,
    peers,
    folder,
    async close() {
      await Promise.all(peers.map((peer) => peer.close().catch(() => undefined)));
      server.kill('SIGTERM');
      network.remove();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      process.removeListener('exit', clear);
    },
  };
}

function startServerIn(hub: Network['hub']): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const command = [process.execPath, '--import', 'tsx', 'signaling/main.ts'];
    const child = spawn('ip', ['netns', 'exec', hub.namespace, ...command], {
      env: { ...process.env, HOST: hub.address, PORT: String(port), LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const hear = (data: Buffer): void => {
      said = (said + data.toString()).slice(-20_000);
      if (said.includes('Shoal is ready')) resolve(child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code ?? 'a signal'}: ${said}`)));
  });
}

async function launchIn(namespace: string, folder: string, origin: string): Promise<Peer> {
  const profile = join(folder, 'profile');
  await mkdir(profile, { recursive: true });
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await chromiumIn(namespace, folder),
    // Over plain http the app would have no WebCrypto and no service worker.
    args: [...chromiumFlags, `--unsafely-treat-insecure-origin-as-secure=${origin}`],
    acceptDownloads: true,
    // Pages are drawn in software: small and still ones cost less (measured with four receivers: 55 instead of 68 % of the CPU).
    viewport: { width: 400, height: 300 },
    reducedMotion: 'reduce',
    timeout: launchMs,
    // Playwright would end this process before the network is taken down.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const [first] = context.pages();
  return new Peer(context, first ?? (await context.newPage()), profile);
}

/** Path of a program that starts Chromium in the namespace; written into `folder`, which is made. */
export async function chromiumIn(namespace: string, folder: string): Promise<string> {
  const wrapper = join(folder, 'chromium');
  await mkdir(folder, { recursive: true });
  await writeFile(wrapper, wrapperScript(namespace, chromiumPath()));
  await chmod(wrapper, 0o755);
  return wrapper;
}

/** Names under .local do not resolve here, so host candidates must be addresses; the flag is last-wins, so it joins Playwright's own. */
const wrapperScript = (namespace: string, path: string): string => `#!/bin/sh
left=$#
while [ "$left" -gt 0 ]; do
  flag=$1
  shift
  case $flag in --disable-features=*) flag="$flag,WebRtcHideLocalIpsWithMdns" ;; esac
  set -- "$@" "$flag"
  left=$((left - 1))
done
exec ip netns exec ${namespace} ${path} "$@"
`;
