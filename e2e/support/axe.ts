/** What axe finds wrong with a page as it is shown now. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** `id html` of every element it complains of. */
export async function axeFinds(page: Page): Promise<string[]> {
  await settled(page);
  // All in the page itself: otherwise axe opens another tab for its sums, which takes as long again and is in front of a page that is dragged over.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html}`));
}

/** The same, then on a phone in the dark; the page is left as it was. */
export async function axeFindsInBothLooks(page: Page): Promise<string[]> {
  const found = await axeFinds(page);
  const viewport = page.viewportSize();
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 780 });
  found.push(...(await axeFinds(page)).map((one) => `phone, dark: ${one}`));
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  if (viewport) await page.setViewportSize(viewport);
  return found;
}

/** What fades in has come: half of a colour has half of its contrast. */
const settled = (page: Page): Promise<unknown> =>
  page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
        .map(({ finished }) => finished),
    ),
  );
