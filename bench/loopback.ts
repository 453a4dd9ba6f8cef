/**
 * Where benches without shaped links run: the app's server and some browsers on this machine's loopback, each with a profile of its own.
 * Decides how they are brought up, made fresh between rounds, and taken down. Leaves out what is measured.
 */
import { expect, type Page } from '@playwright/test';
import { clearScratch, scratch } from '../e2e/support/files';
import { launchPeer, type BrowserOptions, type Peer } from '../e2e/support/peer';
import { startServer, type TestServer } from '../e2e/support/server';

export interface Loopback {
  readonly server: TestServer;
  readonly peers: readonly Peer[];
  /** For files of the run; removed with it. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Pages are drawn in software: small ones cost less (as bench/shaped-place.ts). */
const viewport = { width: 400, height: 300 };

/** Whatever ends this process, no file of the run stays (except SIGKILL). */
export async function openLoopback(browsers: number, options: BrowserOptions = {}): Promise<Loopback> {
  const folder = await scratch();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  const server = await startServer();
  const peers: Peer[] = [];
  try {
    for (let i = 0; i < browsers; i++) {
      peers.push(await launchPeer(undefined, { viewport, ...options }));
    }
  } catch (error) {
    await Promise.all(peers.map((peer) => peer.close().catch(() => undefined)));
    await server.stop();
    throw error;
  }
  return {
    server,
    peers,
    folder,
    async close() {
      await Promise.all(peers.map((peer) => peer.close().catch(() => undefined)));
      await server.stop();
      clearScratch();
    },
  };
}

/** A page of the server without the app, and nothing stored: rooms of earlier rounds would be resumed and cost their share. */
export async function makeFresh({ url }: TestServer, pages: readonly Page[]): Promise<void> {
  for (const page of pages) {
    await page.goto(`${url}/healthz`);
    await page.evaluate(async () => {
      for (const { name } of await indexedDB.databases()) {
        await new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase(name ?? '');
          request.onsuccess = resolve;
          request.onerror = () => reject(new Error('a database could not be deleted'));
        });
      }
    });
  }
}

/** The sender shares a file, everybody has joined and is linked with everybody, and every receiver can press Download. */
export async function gather(
  { url }: Pick<TestServer, 'url'>,
  sender: Peer,
  receivers: readonly Peer[],
  file: string,
): Promise<void> {
  const link = await sender.share(url, file);
  await sender.expectState(/waiting|complete/, 600_000);
  await Promise.all(receivers.map((receiver) => receiver.join(link)));
  for (const peer of [sender, ...receivers]) await peer.expectPeers(receivers.length);
  for (const { page } of receivers) await expect(page.getByTestId('download')).toBeEnabled();
}

/** Complete files are not saved: on one machine the first receivers' saving would slow down the others' transfer. */
export async function denyDownloads({ context, page }: Peer): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Browser.setDownloadBehavior', { behavior: 'deny' });
}
