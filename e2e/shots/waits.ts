/** What scenes wait for, and how they hold a state that would pass. */
import { expect, type Locator } from '@playwright/test';
import type { Peer } from '../support/peer';

export const inState = ({ page }: Peer, state: string): Locator =>
  page.locator(`[data-testid=status][data-state=${state}]`).first();

export const inDetail = ({ page }: Peer, kind: string): Locator =>
  page.locator(`[data-testid=status][data-detail=${kind}]`).first();

/** Speaks the language from now on. */
export async function speak({ page }: Peer, language: string): Promise<void> {
  await page.getByTestId('language').selectOption(language);
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

/** Share, and wait until the files are prepared. */
export async function shared(sender: Peer, url: string, paths: string | readonly string[]): Promise<string> {
  const link = await sender.share(url, paths);
  await sender.expectState(/waiting|complete/);
  return link;
}
