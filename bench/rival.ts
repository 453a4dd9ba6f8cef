/**
 * WebTorrent as bench:rivals meets it: installed at run time into the system's temporary folder, never a part of this project; its vendor's
 * own browser build, put into a page of our server so that origin and storage are the same as Shoal's. Both ways to use it: as it comes, and
 * tuned by what its issues and our measurements name (memory store, rarest first, larger pieces).
 *
 * Fair start: like Shoal's peers in a joined room its peers are connected, know the metadata and have looked through their store before the
 * clock starts (`deselect`), since WebTorrent finds peers by timers. No STUN servers: there is no network for them, and its offers wait for
 * all candidates. Browsers run in the foreground, with Playwright's flags against throttling.
 */
import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from '../e2e/support/peer';

export type Manner = 'default' | 'tuned';

export interface Rival {
  readonly version: string;
  readonly folder: string;
  /** For the page: sets `rival`. */
  readonly script: string;
}

/** Kept from run to run in the system's temporary folder; asks the registry only when it is not there. Throws with what npm said. */
export async function installRival(): Promise<Rival> {
  const folder = join(tmpdir(), 'shoal-rivals');
  const installed = join(folder, 'node_modules', 'webtorrent', 'package.json');
  if (!existsSync(installed)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const packages = ['webtorrent', 'bittorrent-tracker', 'memory-chunk-store'].map(
      (name) => `${name}@latest`,
    );
    // Without scripts: the native parts are for Node and not used.
    const { status, stderr } = spawnSync(
      'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages],
      { cwd: folder, encoding: 'utf8' },
    );
    if (status !== 0)
      throw new Error(`WebTorrent could not be installed; is there a network? npm said:\n${stderr}`);
  }
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import WebTorrent from 'webtorrent/dist/webtorrent.min.js';
        import MemoryChunkStore from 'memory-chunk-store';
        globalThis.rival = { WebTorrent, MemoryChunkStore };
      `,
      resolveDir: folder,
    },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    define: { global: 'globalThis' },
    write: false,
    logLevel: 'error',
  });
  const { version } = JSON.parse(readFileSync(installed, 'utf8')) as { version: string };
  return { version, folder, script: outputFiles[0]?.text ?? '' };
}

/** In a network namespace where one is named. */
export function startTracker(
  rival: Rival,
  host: string,
  port: number,
  namespace?: string,
): Promise<ChildProcess> {
  const node = [process.execPath, 'bench/rival-tracker.mjs', rival.folder, host, String(port)];
  const [command = '', ...args] = namespace ? ['ip', 'netns', 'exec', namespace, ...node] : node;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (data: Buffer): void => {
      said += data.toString();
      if (said.includes('tracker is ready')) resolve(child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the tracker ended with ${code ?? 'a signal'}: ${said}`)));
  });
}

/** What the page's functions use of WebTorrent 3. */
interface Torrent {
  readonly magnetURI: string;
  readonly ready: boolean;
  readonly pieces: readonly unknown[];
  readonly numPeers: number;
  readonly uploaded: number;
  readonly received: number;
  select(from: number, to: number): void;
  once(event: 'ready' | 'done', then: () => void): void;
  on(event: 'error', then: (error: Error) => void): void;
}
interface Client {
  seed(file: File, options: object, then: (torrent: Torrent) => void): Torrent;
  add(magnet: string, options: object): Torrent;
  on(event: 'error', then: (error: Error) => void): void;
}
type PageGlobal = typeof globalThis & {
  rival: { WebTorrent: new (options: object) => Client; MemoryChunkStore: unknown };
  torrent: Torrent;
};

export interface RivalCourse {
  /** From the common start until each receiver has verified everything. */
  readonly seconds: readonly number[];
  /** Payload the sender gave to wires, over the file's bytes. */
  readonly senderCopies: number;
}

/** As many 16 KiB … as it takes for its picker to keep up: 128 KiB up to 32 MiB, above that 256 KiB (research: the best seen). */
const tunedPieceBytes = (bytes: number): number => (bytes <= 32 * 1024 * 1024 ? 128 : 256) * 1024;

const patienceMs = 120_000;
/** Time to reach every page before the common start, as for Shoal (bench/shaped-course.ts). */
const leadMs = 1_500;

/** Everybody connected and ready; call the answer to run the transfer. */
export async function gatherRival(options: {
  readonly rival: Rival;
  readonly manner: Manner;
  readonly url: string;
  readonly announce: string;
  readonly sender: Peer;
  readonly receivers: readonly Peer[];
  readonly file: string;
  readonly bytes: number;
}): Promise<(patienceMs: number) => Promise<RivalCourse>> {
  const { rival, manner, url, announce, sender, receivers, file, bytes } = options;
  for (const { page } of [sender, ...receivers]) await prepare(page, rival, url);
  await sender.page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    document.body.append(input);
  });
  await sender.page.locator('input[type=file]').setInputFiles(file);
  const magnet = await sender.page.evaluate(
    ({ tuned, announce, pieceLength }) => {
      const page = globalThis as PageGlobal;
      const { WebTorrent, MemoryChunkStore } = page.rival;
      const client = new WebTorrent({ tracker: { rtcConfig: { iceServers: [] } } });
      const [file] = document.querySelector('input')?.files ?? [];
      return new Promise<string>((resolve, reject) => {
        if (!file) throw new Error('no file');
        client.on('error', reject);
        page.torrent = client.seed(
          file,
          {
            announce: [announce],
            ...(tuned && { store: MemoryChunkStore, strategy: 'rarest', pieceLength }),
          },
          (torrent) => resolve(torrent.magnetURI),
        );
      });
    },
    { tuned: manner === 'tuned', announce, pieceLength: tunedPieceBytes(bytes) },
  );
  for (const { page } of receivers)
    await page.evaluate(
      ({ tuned, magnet }) => {
        const page = globalThis as PageGlobal;
        const { WebTorrent, MemoryChunkStore } = page.rival;
        const client = new WebTorrent({ tracker: { rtcConfig: { iceServers: [] } } });
        return new Promise<void>((resolve, reject) => {
          client.on('error', reject);
          page.torrent = client.add(magnet, {
            deselect: true,
            ...(tuned && { store: MemoryChunkStore, strategy: 'rarest' }),
          });
          page.torrent.once('ready', resolve);
        });
      },
      { tuned: manner === 'tuned', magnet },
    );
  for (const { page } of [sender, ...receivers])
    await page.waitForFunction(
      (peers) => (globalThis as PageGlobal).torrent.numPeers >= peers,
      receivers.length,
      { timeout: patienceMs },
    );
  return (patience) => run(sender, receivers, bytes, patience);
}

async function run(
  sender: Peer,
  receivers: readonly Peer[],
  bytes: number,
  patience: number,
): Promise<RivalCourse> {
  const startAt = Date.now() + leadMs;
  const before = await sender.page.evaluate(() => (globalThis as PageGlobal).torrent.uploaded);
  const seconds = await Promise.all(
    receivers.map(({ page }) =>
      page.evaluate(
        ({ startAt, patience }) =>
          new Promise<number>((resolve, reject) => {
            const { torrent } = globalThis as PageGlobal;
            setTimeout(() => {
              const begin = performance.now();
              torrent.once('done', () => resolve((performance.now() - begin) / 1000));
              torrent.select(0, torrent.pieces.length - 1);
              setTimeout(() => reject(new Error(`not complete after ${patience / 1000} s`)), patience);
            }, startAt - Date.now());
          }),
        { startAt, patience },
      ),
    ),
  );
  const uploaded = await sender.page.evaluate(() => (globalThis as PageGlobal).torrent.uploaded);
  return { seconds, senderCopies: (uploaded - before) / bytes };
}

/** A page of the server without the app, with the rival's code in it and nothing in its storage. */
async function prepare(page: Page, rival: Rival, url: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // The tracker is another origin, which our server's policy forbids.
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.goto('about:blank');
  await page.goto(`${url}/healthz`);
  await page.evaluate(async () => {
    const root = (await navigator.storage.getDirectory()) as FileSystemDirectoryHandle & {
      keys(): AsyncIterable<string>;
    };
    for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
  });
  await page.addScriptTag({ content: rival.script });
  await page.waitForFunction(() => 'rival' in globalThis);
}
