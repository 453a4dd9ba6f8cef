/** A person with a browser: everything goes through the page, by the hooks the app promises to keep (data-testid, window.shoal). */
import { chromium, expect, type BrowserContext, type CDPSession, type Page } from '@playwright/test';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumFlags, chromiumPath } from '../../scripts/chromium.mjs';
import { scratch } from './files';

export interface Stats {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly duplicateBytes: number;
  readonly chunksHave: number;
  readonly chunksTotal: number;
  readonly badChunks: number;
  readonly peers: readonly {
    readonly id: string;
    readonly bytesSent: number;
    readonly bytesReceived: number;
    readonly path: string;
  }[];
}

export type State = 'connecting' | 'waiting' | 'hashing' | 'transferring' | 'stalled' | 'complete' | 'error';

export interface BrowserOptions {
  /** Flags besides the usual ones. */
  readonly args?: readonly string[];
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** Lets the test put things of its own into the page. */
  readonly bypassCSP?: boolean;
  /** The browser's language. */
  readonly locale?: string;
  readonly reducedMotion?: 'reduce';
  /** Fingers point. */
  readonly hasTouch?: boolean;
}

/** A browser of its own with a profile on disk: storage is real, and it can be killed. */
export async function launchPeer(profile?: string, options: BrowserOptions = {}): Promise<Peer> {
  const directory = profile ?? (await scratch());
  const context = await chromium.launchPersistentContext(directory, {
    executablePath: chromiumPath(),
    args: [...chromiumFlags, ...(options.args ?? [])],
    acceptDownloads: true,
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: options.colorScheme ?? 'light',
    bypassCSP: options.bypassCSP ?? false,
    ...(options.locale && { locale: options.locale }),
    ...(options.reducedMotion && { reducedMotion: options.reducedMotion }),
    ...(options.hasTouch && { hasTouch: options.hasTouch }),
  });
  const [first] = context.pages();
  return new Peer(context, first ?? (await context.newPage()), directory);
}

export class Peer {
  /** Every URL asked for, CSP violations and uncaught errors, from the start. */
  readonly requests: string[] = [];
  readonly violations: string[] = [];
  readonly failures: string[] = [];
  private quota: CDPSession | undefined;

  constructor(
    readonly context: BrowserContext,
    public page: Page,
    readonly profile: string,
  ) {
    this.watch(page);
  }

  /** Another tab of the same profile. */
  async newTab(): Promise<Peer> {
    return new Peer(this.context, await this.context.newPage(), this.profile);
  }

  async share(url: string, paths: string | readonly string[]): Promise<string> {
    await this.page.goto(url);
    await this.choose(paths);
    return this.link();
  }

  async choose(paths: string | readonly string[]): Promise<void> {
    await this.page.getByTestId('file-input').first().setInputFiles(paths);
  }

  async shareFolder(url: string, folder: string): Promise<string> {
    await this.page.goto(url);
    await this.page.getByTestId('folder-input').first().setInputFiles(folder);
    return this.link();
  }

  async link(): Promise<string> {
    const input = this.page.getByTestId('share-link');
    await expect(input).toHaveValue(/#/);
    return input.inputValue();
  }

  /** Opens a link and waits until the list of files is there. */
  async join(link: string): Promise<void> {
    await this.page.goto(link);
    await expect(this.page.getByTestId('file-row').first()).toBeVisible({ timeout: 60_000 });
  }

  /** Opens a link as the page itself does: nothing is loaded anew, so it goes without a server too. */
  async follow(link: string): Promise<void> {
    await this.page.evaluate((to) => {
      History.prototype.pushState.call(history, null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    }, link);
  }

  async start(): Promise<void> {
    await this.page.getByTestId('download').click();
  }

  /** Clicks Download and answers where the browser saved the file, with the name it was given. */
  async download(timeout = 110_000): Promise<{ path: string; name: string }> {
    const coming = this.page.waitForEvent('download', { timeout });
    await this.start();
    return this.saved(coming);
  }

  async saved(
    coming: ReturnType<Page['waitForEvent']> | Promise<unknown>,
  ): Promise<{ path: string; name: string }> {
    const download = (await coming) as {
      path(): Promise<string>;
      suggestedFilename(): string;
      failure(): Promise<string | null>;
    };
    expect(await download.failure()).toBeNull();
    return { path: await download.path(), name: download.suggestedFilename() };
  }

  expectState(state: State | RegExp, timeout = 60_000): Promise<void> {
    return expect(this.page.getByTestId('status')).toHaveAttribute('data-state', state, { timeout });
  }

  expectPeers(count: number): Promise<void> {
    return expect(this.page.getByTestId('peer-count')).toHaveText(String(count), { timeout: 60_000 });
  }

  /** Waits until the page shows this much progress. */
  async progressed(percent: number): Promise<void> {
    await expect
      .poll(
        async () => Number(await this.page.getByRole('progressbar').first().getAttribute('aria-valuenow')),
        { timeout: 60_000, intervals: [50] },
      )
      .toBeGreaterThanOrEqual(percent);
  }

  stats(): Promise<Stats> {
    return this.page.evaluate(() => (globalThis as unknown as { shoal: { stats(): Stats } }).shoal.stats());
  }

  /** What a drag from the desktop does: the browser itself reads the paths, so files come with handles. */
  async drop(paths: readonly string[]): Promise<void> {
    const letGo = await this.hover(paths);
    await letGo();
  }

  /** Files held over the page, until it shows that it takes them; the answer lets go of them. `entered`: awaited when they have just come. */
  async hover(paths: readonly string[], entered?: () => Promise<void>): Promise<() => Promise<void>> {
    // Of several pages of one browser only the one in front is dragged over.
    await this.page.bringToFront();
    const session = await this.context.newCDPSession(this.page);
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
      session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
    await send('dragEnter');
    await entered?.();
    // As a person: not let go before the page shows that it takes them. It may not listen yet, so they are moved a little now and then.
    await expect(async () => {
      await send('dragOver');
      await expect(this.page.getByTestId('drop-layer')).toBeVisible({ timeout: 1000 });
    }).toPass({ timeout: 30_000 });
    return async () => {
      await send('drop');
      await session.detach();
    };
  }

  /**
   * Lets the site store this much in all, for real; null: as much as the disk holds. Holds until the browser ends. Chromium looks at a quota
   * seldom, so set it before the page first stores something; a wider one is noticed within seconds.
   */
  async limitStorage(url: string, bytes: number | null): Promise<void> {
    this.quota ??= await this.context.newCDPSession(this.page);
    const origin = new URL(url).origin;
    await this.quota.send('Storage.overrideQuotaForOrigin', {
      origin,
      ...(bytes !== null && { quotaSize: bytes }),
    });
  }

  /** The browser's "Clear site data", while the page runs. */
  async clearSiteData(url: string, what = 'all'): Promise<void> {
    const session = await this.context.newCDPSession(this.page);
    await session.send('Storage.clearDataForOrigin', { origin: new URL(url).origin, storageTypes: what });
    await session.detach();
  }

  /** kill -9 of the whole browser: nothing gets to say goodbye. */
  async kill(): Promise<void> {
    const gone = this.context.waitForEvent('close', { timeout: 30_000 }).catch(() => undefined);
    for (const pid of processesOf(this.profile)) process.kill(pid, 'SIGKILL');
    await gone;
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  private watch(page: Page): void {
    this.context.on('request', (request) => this.requests.push(request.url()));
    page.on('websocket', (socket) => this.requests.push(socket.url()));
    page.on('pageerror', (error) => this.failures.push(error.message));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      if (/Content Security Policy|Content-Security-Policy/i.test(message.text()))
        this.violations.push(message.text());
    });
  }
}

/** Pids of the browser started with this profile directory (the parent first; its children follow it). */
function processesOf(profile: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        readlinkSync(join('/proc', pid, 'exe'));
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').includes(`--user-data-dir=${profile}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}
