/** A page as it comes from the server, before its scripts do. */
import type { Page } from '@playwright/test';

/** Every script asked for from now on waits until the answer is called. The context must do without service workers: they ask by themselves. */
export async function holdScripts(page: Page): Promise<() => Promise<void>> {
  let letCome = (): void => undefined;
  const come = new Promise<void>((resolve) => (letCome = resolve));
  await page.route('**/*.js', async (route) => {
    await come;
    await route.continue().catch(() => undefined); // of a page that is gone meanwhile
  });
  return async () => {
    letCome();
    await page.unrouteAll({ behavior: 'wait' });
  };
}
