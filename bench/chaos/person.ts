/**
 * Somebody with a browser: a profile on disk, one page, a folder for downloads. Opens links, presses Download once, chooses files again when
 * the page asks for them, reloads a page that could not be loaded; is killed and comes back. Everything is seen on the screen, never inside
 * (window.shoal.stats are the numbers of "Copy diagnostics"). A life is the time of one document: its counters start at zero.
 */
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chromiumFlags } from '../../scripts/chromium.mjs';
import type { Seat } from './place';
import { browserProcesses, killBrowser, pssBytes } from './processes';
import { faultOfWords, readScreen, type Screen } from './screen';

/** What one document had and fetched. Bytes are payload that came in; chunks are verified ones. */
export interface Life {
  readonly chunksAtFirst: number;
  readonly bytesAtFirst: number;
  chunks: number;
  bytesReceived: number;
  duplicateBytes: number;
}

/** A page that answers nothing for this long is hung. Far more than a busy machine makes a page wait (seen: 4 s). */
const hungMs = 60_000;
const lookEveryMs = 300;
/** While files are prepared, which takes a second: else faults planned for that time would come after it. */
const preparingLookMs = 30;
/** A page that says it receives has this long to get something, pauses of a busy machine included; then it must say what it waits for. */
const quietMs = 45_000;
const launchMs = 120_000;

export class Person {
  readonly profile: string;
  readonly downloads: string;
  /** What nobody should have to see; read and emptied by the round. */
  readonly problems: string[] = [];
  lives: Life[] = [];
  screen: Screen | null = null;
  clicks = 0;
  /** How often the screen was read. */
  looks = 0;
  /** Away: the browser was killed and is not back yet. */
  away = false;
  private context: BrowserContext | undefined;
  private page_: Page | undefined;
  private address = '';
  /** The page has shown that it knows what was chosen: from here on it may not ask again. */
  private chosen = false;
  /** The page has shown that all of the share is prepared: from here on it needs the files no more. */
  private prepared = false;
  private files: readonly string[] = [];
  private wantsDownload = false;
  private life: Life | undefined;
  private movedAt = 0;
  private watching: Promise<void> | undefined;
  private stopped = false;
  private hands = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly seat: Seat,
    folder: string,
  ) {
    this.profile = join(folder, 'profile');
    this.downloads = join(folder, 'downloads');
  }

  get page(): Page {
    if (!this.page_) throw new Error(`${this.name} has no browser`);
    return this.page_;
  }

  /** A line for who asks why nothing goes on. */
  get doing(): string {
    if (this.away) return `${this.name}: away`;
    const { screen } = this;
    if (!screen) return `${this.name}: not looked yet`;
    const chunks = screen.stats ? `, ${screen.stats.chunksHave} of ${screen.stats.chunksTotal} chunks` : '';
    return `${this.name}: ${screen.state ?? 'no page'} (${screen.detail ?? '-'}), ${screen.peers ?? 0} peers${chunks}: ${screen.text}`;
  }

  // ── browser ────────────────────────────────────────────────────────────────────────────────────────────

  async launch(): Promise<void> {
    await mkdir(this.profile, { recursive: true });
    await mkdir(this.downloads, { recursive: true });
    const context = await chromium.launchPersistentContext(this.profile, {
      executablePath: this.seat.executable,
      args: [...chromiumFlags, ...this.seat.args],
      acceptDownloads: true,
      // Pages are drawn in software: small and still ones cost less.
      viewport: { width: 800, height: 600 },
      reducedMotion: 'reduce',
      timeout: launchMs,
      // Playwright would end this process before networks are taken down.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.on('pageerror', (error) => this.problems.push(`uncaught error: ${error.message}`));
    page.on('crash', () => this.problems.push('the page crashed'));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && /Uncaught|Content.Security.Policy/i.test(text))
        this.problems.push(`console: ${text.slice(0, 300)}`);
    });
    // Into a folder that outlives the browser, under the names a person would find: Playwright's own place ends with the context.
    const session = await context.newCDPSession(page);
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: this.downloads });
    [this.context, this.page_] = [context, page];
    this.away = false;
  }

  async close(): Promise<void> {
    await this.context?.close().catch(() => undefined);
    await killBrowser(this.profile);
    this.context = undefined;
  }

  /** kill -9: nothing gets to say goodbye. */
  kill(): Promise<void> {
    return this.withHands(async () => {
      await this.look();
      this.away = true;
      this.endLife();
      const { context } = this;
      const gone = context?.waitForEvent('close', { timeout: 30_000 }).catch(() => undefined);
      await killBrowser(this.profile);
      await gone;
    });
  }

  /** Starts the browser again and opens what was open, as after a crash. */
  comeBack(): Promise<void> {
    return this.withHands(async () => {
      await this.launch();
      await this.load();
    });
  }

  reload(): Promise<void> {
    return this.withHands(async () => {
      await this.look();
      this.endLife();
      await this.page.reload({ timeout: 15_000 }).catch(() => undefined); // no server: the browser says so, and load() tries again
    });
  }

  memoryBytes = (): number => pssBytes(browserProcesses(this.profile));

  // ── what a person does ─────────────────────────────────────────────────────────────────────────────────

  /** Shares the files from the start page. Answers the link. */
  async share(url: string, files: readonly string[]): Promise<string> {
    this.files = files;
    await this.withHands(async () => {
      this.address = url;
      if (this.page.url() !== `${url}/`) await this.load();
      await this.page
        .getByTestId('file-input')
        .first()
        .setInputFiles([...files]);
      const input = this.page.getByTestId('share-link');
      await input.waitFor();
      this.address = await input.inputValue();
    });
    this.watch();
    return this.address;
  }

  /** Opens a link and asks for everything in it. */
  async receive(link: string): Promise<void> {
    this.address = link;
    this.wantsDownload = true;
    this.watch();
    await this.withHands(() => this.load());
  }

  /** Ends the round here: deletes the share and everything downloaded, by the page's own button. */
  async tidy(): Promise<void> {
    this.stopped = true;
    await this.watching;
    const { page } = this;
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByTestId('confirm-delete').click();
    await page.getByTestId('file-input').first().waitFor({ state: 'attached' });
    await rm(this.downloads, { recursive: true, force: true });
    await mkdir(this.downloads, { recursive: true });
  }

  stopWatching(): void {
    this.stopped = true;
  }

  /** Forgets the round before. */
  beginRound(): void {
    this.lives = [];
    this.life = undefined;
    this.screen = null;
    this.chosen = this.prepared = this.wantsDownload = false;
    this.files = [];
    this.clicks = 0;
    this.stopped = false;
    this.movedAt = performance.now();
  }

  /** Until the page is there, as somebody would who reloads while the server or the network is away. */
  private async load(): Promise<void> {
    if (this.page.url() === this.address) await this.page.reload({ timeout: 15_000 }).catch(() => undefined);
    else await this.page.goto(this.address, { timeout: 15_000 }).catch(() => undefined);
  }

  // ── looking ────────────────────────────────────────────────────────────────────────────────────────────

  private watch(): void {
    this.watching = (async () => {
      while (!this.stopped) {
        if (!this.away) {
          await this.withHands(() => this.tend()).catch((error: unknown) => {
            this.problem(
              `the runner could not look: ${error instanceof Error ? error.message : String(error)}`,
            );
          });
        }
        const waitMs = this.screen?.state === 'hashing' ? preparingLookMs : lookEveryMs;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    })();
  }

  /** Looks, and does what the page asks for. */
  private async tend(): Promise<void> {
    if (this.away) return;
    await this.look();
    const { screen } = this;
    if (!screen) return;
    if (screen.state === null && screen.stats === null && !(await this.isLoaded())) {
      await this.load();
      return;
    }
    if (screen.detail === 'files-needed') {
      if (this.prepared) this.problem('asks for files of which everything was prepared');
      if (screen.wantsFiles) await this.chooseAgain();
    }
    if (this.wantsDownload && screen.canDownload && screen.detail === 'ready') {
      if (this.chosen) this.problem('asks again what to download');
      this.clicks++;
      await this.page
        .getByTestId('download')
        .click({ timeout: 5_000 })
        .catch(() => undefined);
    }
  }

  private async chooseAgain(): Promise<void> {
    this.clicks++;
    const input = this.page.getByTestId('reattach-file-input').first();
    await input.setInputFiles([...this.files], { timeout: 5_000 }).catch(() => undefined);
  }

  private async isLoaded(): Promise<boolean> {
    return (await this.page.evaluate(() => 'shoal' in globalThis).catch(() => true)) || false;
  }

  private async look(): Promise<void> {
    if (this.away || !this.page_) return;
    let screen: Screen;
    try {
      screen = await readScreen(this.page_, hungMs);
    } catch (error) {
      // Between two documents there is nothing to read.
      if (error instanceof Error && error.message.includes('does not answer')) this.problem(error.message);
      return;
    }
    this.screen = screen;
    this.looks++;
    const words = faultOfWords(screen);
    if (words) this.problem(words);
    if (screen.error !== null && screen.error !== 'server-unreachable')
      this.problem(`shows the error ${screen.error}: ${screen.text}`);
    if (screen.state === 'transferring' || screen.state === 'stalled' || screen.state === 'complete')
      this.chosen = true;
    this.prepared ||=
      this.files.length > 0 && screen.stats !== null && screen.stats.chunksHave === screen.stats.chunksTotal;
    this.count(screen);
  }

  private count({ state, detail, stats }: Screen): void {
    const now = performance.now();
    if (stats) {
      this.life ??= this.beginLife(stats.chunksHave, stats.bytesReceived);
      if (stats.bytesReceived !== this.life.bytesReceived || stats.chunksHave !== this.life.chunks)
        this.movedAt = now;
      this.life.chunks = stats.chunksHave;
      this.life.bytesReceived = stats.bytesReceived;
      this.life.duplicateBytes = stats.duplicateBytes;
    }
    if (state !== 'transferring' || detail !== 'receiving') this.movedAt = now;
    else if (now - this.movedAt > quietMs) {
      this.problem(`says that it receives, and nothing came for ${quietMs / 1000} s`);
      this.movedAt = now;
    }
  }

  private beginLife(chunks: number, bytes: number): Life {
    const life = {
      chunksAtFirst: chunks,
      bytesAtFirst: bytes,
      chunks,
      bytesReceived: bytes,
      duplicateBytes: 0,
    };
    this.lives.push(life);
    return life;
  }

  private endLife(): void {
    this.life = undefined;
    this.screen = null;
    this.movedAt = performance.now();
  }

  private problem(text: string): void {
    if (!this.problems.includes(text)) this.problems.push(text);
  }

  /** One thing at a time: nobody presses a button while the browser is killed. */
  private withHands<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const done = this.hands.then(work);
    this.hands = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}
