/**
 * A person with Firefox, by the same hooks as Peer. Driven through puppeteer-core and WebDriver BiDi: Playwright 1.65 speaks to a stock Firefox
 * only from one with `emulation.setMediaFeaturesOverride` on, which ESR 153 has not. Decides how downloads are followed: by Firefox's own word
 * on each (`browsingContext.downloadEnd`), for a short file may look whole on disk.
 */
import { expect } from '@playwright/test';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer, { type Browser, type ElementHandle, type Page } from 'puppeteer-core';
import { findFirefox, firefoxPreferences } from '../../scripts/firefox.mjs';
import { scratch } from './files';
import type { State, Stats } from './peer';

/** A download that ended, as Firefox shows it to the person. */
export interface EndedDownload {
  readonly status: 'complete' | 'canceled';
  /** Only of a complete one. */
  readonly filepath?: string;
}

/** puppeteer hands no downloads on, and a browser takes one BiDi session: its connection is listened to. */
interface WithConnection {
  readonly connection: {
    on(event: 'browsingContext.downloadWillBegin', listener: () => void): void;
    on(event: 'browsingContext.downloadEnd', listener: (ended: EndedDownload) => void): void;
  };
}

export interface FirefoxOptions {
  readonly preferences?: Readonly<Record<string, unknown>>;
}

const visible = (testId: string): string => `[data-testid="${testId}"]`;

/** A Firefox of its own with a profile on disk; downloads go into a folder beside it, which a second start with the profile finds again. */
export async function launchFirefox(profile?: string, options: FirefoxOptions = {}): Promise<FirefoxPeer> {
  const executablePath = findFirefox();
  if (executablePath === undefined)
    throw new Error('No Firefox found: install firefox-esr or set FIREFOX_PATH.');
  const directory = profile ?? (await scratch());
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    userDataDir: directory,
    // Puppeteer's own waits; what tests wait for is said by them.
    protocolTimeout: 120_000,
    timeout: 60_000,
    defaultViewport: null,
    extraPrefsFirefox: { ...firefoxPreferences(join(directory, 'downloads')), ...options.preferences },
  });
  const [first] = await browser.pages();
  return new FirefoxPeer(browser, first ?? (await browser.newPage()), directory);
}

export class FirefoxPeer {
  /** Those that ended, in order. */
  readonly downloads: EndedDownload[] = [];
  /** Uncaught errors and broken rules of the CSP, from the start. */
  readonly failures: string[] = [];
  private began = 0;
  private taken = 0;

  constructor(
    private readonly browser: Browser,
    public page: Page,
    readonly profile: string,
  ) {
    const { connection } = browser as unknown as WithConnection;
    connection.on('browsingContext.downloadWillBegin', () => this.began++);
    connection.on('browsingContext.downloadEnd', (ended) => this.downloads.push(ended));
    this.watch(page);
  }

  /** Another tab of the same profile, in front of the others, which are hidden by it. */
  async newTab(url: string): Promise<Page> {
    const page = await this.browser.newPage();
    await page.bringToFront();
    await page.goto(url);
    return page;
  }

  /** A tab with the app instead of the one driven so far, which stays or is closed by the test. */
  async moveToNewTab(url: string): Promise<void> {
    this.page = await this.newTab(url);
    this.watch(this.page);
  }

  async share(url: string, path: string): Promise<string> {
    await this.page.goto(url);
    const input = (await this.page.waitForSelector(visible('file-input'), {
      timeout: 60_000,
    })) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(path);
    await expect.poll(() => this.linkShown(), { timeout: 60_000 }).toContain('#');
    return this.linkShown();
  }

  /** Opens a link and waits until the list of files is there. */
  async join(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.waitForSelector(visible('file-row'), { visible: true, timeout: 60_000 });
  }

  start(): Promise<void> {
    return this.page.locator(visible('download')).click();
  }

  async saveAgain(): Promise<void> {
    await this.page.locator('::-p-aria([role="button"][name="Save again"])').setTimeout(60_000).click();
  }

  /** Waits until the download after those that ended() answered has begun. */
  begun(): Promise<void> {
    return expect.poll(() => this.began, { timeout: 60_000 }).toBeGreaterThan(this.taken);
  }

  /** Waits for the next download to end as Firefox sees it. */
  async ended(timeout = 110_000): Promise<EndedDownload> {
    const at = this.taken++;
    await expect.poll(() => this.downloads.length, { timeout }).toBeGreaterThan(at);
    const download = this.downloads[at];
    if (!download) throw new Error('no download ended');
    return download;
  }

  /** Where the next download was saved. */
  async saved(timeout = 110_000): Promise<string> {
    const { status, filepath } = await this.ended(timeout);
    expect(status).toBe('complete');
    return filepath ?? '';
  }

  async expectState(state: RegExp | State, timeout = 60_000): Promise<void> {
    await expect
      .poll(() => this.attribute('status', 'data-state'), { timeout })
      .toMatch(typeof state === 'string' ? new RegExp(`^${state}$`) : state);
  }

  async expectPeers(count: number): Promise<void> {
    await expect
      .poll(() => this.page.$eval(visible('peer-count'), ({ textContent }) => textContent), {
        timeout: 60_000,
      })
      .toBe(String(count));
  }

  /** Waits until the page shows this much progress. */
  async progressed(percent: number): Promise<void> {
    await expect
      .poll(
        () => this.page.$$eval('[role=progressbar]', ([bar]) => Number(bar?.getAttribute('aria-valuenow'))),
        { timeout: 60_000, intervals: [50] },
      )
      .toBeGreaterThanOrEqual(percent);
  }

  /** Waits for an error on the page, and answers its code. */
  async error(timeout = 60_000): Promise<string | null> {
    await this.page.waitForSelector(visible('error'), { timeout });
    return this.attribute('error', 'data-code');
  }

  stats(): Promise<Stats> {
    return this.page.evaluate(() => (globalThis as unknown as { shoal: { stats(): Stats } }).shoal.stats());
  }

  /** What lies in its folder for downloads. */
  async savedFiles(): Promise<{ readonly name: string; readonly bytes: number }[]> {
    const folder = join(this.profile, 'downloads');
    const names = await readdir(folder);
    return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(folder, name))).size })));
  }

  /** As a person does who then answers that yes, it shall quit. */
  async quit(): Promise<void> {
    await this.browser.close();
  }

  /** kill -9 of the whole browser: nothing gets to say goodbye. */
  async kill(): Promise<void> {
    const process_ = this.browser.process();
    if (!process_?.pid || process_.exitCode !== null || process_.signalCode !== null) return;
    const gone = once(process_, 'exit');
    // Its process group: puppeteer starts it as a leader, and the processes it starts stay in it.
    process.kill(-process_.pid, 'SIGKILL');
    await gone;
  }

  /** Without asking: a page that would rather not be left is left. */
  async close(): Promise<void> {
    await this.kill();
  }

  private linkShown(): Promise<string> {
    return this.page.$$eval(
      '[data-testid="share-link"]',
      ([input]) => (input as HTMLInputElement | undefined)?.value ?? '',
    );
  }

  private attribute(testId: string, name: string): Promise<string | null> {
    return this.page.$$eval(visible(testId), ([element], name) => element?.getAttribute(name) ?? null, name);
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.failures.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content.Security.Policy/i.test(message.text()))
        this.failures.push(message.text());
    });
  }
}
