/** The looks every state is shown in: a phone's and a desktop's screen, light and dark. Changed by emulation, so nothing is loaded again. */
import type { Page } from '@playwright/test';

export interface Look {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
}

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };

export const looks: readonly Look[] = [
  { name: 'phone-light', viewport: phone, colorScheme: 'light' },
  { name: 'phone-dark', viewport: phone, colorScheme: 'dark' },
  { name: 'desktop-light', viewport: desktop, colorScheme: 'light' },
  { name: 'desktop-dark', viewport: desktop, colorScheme: 'dark' },
];

/** Resolves when the page stands in this look: laid out anew and painted. Motion is off, so that a picture does not depend on its moment. */
export async function wear(page: Page, { viewport, colorScheme }: Look): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  });
}
