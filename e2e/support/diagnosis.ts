/** The panel that says why nothing connects, as a person reads it. */
import { expect, type Locator, type Page } from '@playwright/test';

export const panel = (page: Page): Locator => page.getByRole('dialog', { name: 'Does it connect?' });

/** Waits until every check has ended and answers what each came to. */
export async function findings(page: Page): Promise<Record<string, string>> {
  await expect(panel(page)).toBeVisible();
  await expect(panel(page)).not.toHaveAttribute('data-summary', 'running', { timeout: 20_000 });
  const rows = await panel(page)
    .getByTestId('check')
    .evaluateAll((items) => items.map(({ dataset }) => [dataset.check ?? '', dataset.finding ?? '']));
  return Object.fromEntries(rows) as Record<string, string>;
}
