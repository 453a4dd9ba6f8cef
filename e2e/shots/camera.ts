/**
 * Takes one state in every look. Decides the pictures' names, format and size: WebP of the whole page as it lies, cut below a height that no
 * state of interest exceeds. A state that ended while it was taken is an error, not a wrong picture.
 */
import { expect, type CDPSession, type Locator, type Page } from '@playwright/test';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Peer } from '../support/peer';
import { looks, painted, wear, type Look } from './looks';
import type { State } from './states';

export interface TakeOptions {
  /** Visible before the first picture and still after the last. */
  readonly while?: Locator;
  /** What stands over the page (a dialog) belongs to the window: only that is taken then. */
  readonly window?: boolean;
  /** Keeps the desktop's light picture under this name too, as a PNG: the README shows it. */
  readonly alsoAs?: string;
}

/** Smaller than this small text frays; larger adds bytes and nothing to see. */
const quality = 36;
const tallest = 1900;

export const fileOf = (state: State, look: Look): string => `${state}.${look.name}.webp`;

export class Camera {
  readonly taken = new Set<State>();

  constructor(private readonly folder: string) {}

  async take(peer: Peer, state: State, options: TakeOptions = {}): Promise<void> {
    if (options.while) await expect(options.while).toBeVisible({ timeout: 60_000 });
    await mkdir(this.folder, { recursive: true });
    const session = await peer.context.newCDPSession(peer.page); // what it emulates ends with it
    for (const look of looks) {
      const emulation = { enabled: look.touch, maxTouchPoints: 5 };
      await session.send('Emulation.setTouchEmulationEnabled', emulation);
      await wear(peer.page, look);
      // A window over a page that is scrolled would be taken as far down as the page is.
      if (options.window) await peer.page.evaluate(() => scrollTo(0, 0));
      await writeFile(
        join(this.folder, fileOf(state, look)),
        await this.picture(peer.page, session, look, options),
      );
      if (options.alsoAs && look.name === 'desktop-light')
        await peer.page.screenshot({ path: join(this.folder, options.alsoAs), fullPage: true });
      if (options.while && !(await options.while.isVisible()))
        throw new Error(`${state} ended while it was taken: now ${await now(peer)}`);
    }
    await session.detach();
    this.taken.add(state);
  }

  private async picture(
    page: Page,
    session: CDPSession,
    { viewport }: Look,
    { window = false }: TakeOptions,
  ): Promise<Buffer> {
    if (!window) {
      // Not by capturing beyond the viewport: that ends the emulation of fingers. Twice, because what is as high as the window grows with it.
      for (let round = 0; round < 2; round++) {
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ ...viewport, height: Math.min(height, tallest) });
        await painted(page);
      }
    }
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
    return Buffer.from(data, 'base64');
  }
}

/** What the page says it does, for who looks for the reason. */
const now = ({ page }: Peer): Promise<string> =>
  page.evaluate(() => {
    const status = document.querySelector<HTMLElement>('[data-testid=status]');
    return `${status?.dataset.detail ?? 'without a status'}: ${status?.innerText ?? ''}`;
  });
