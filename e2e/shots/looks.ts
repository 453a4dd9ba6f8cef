/** The looks every state is shown in: a phone's and a desktop's screen, light and dark. Changed by emulation, so nothing is loaded again. */
import type { Page } from '@playwright/test';

export interface Look {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
  /** Fingers point: emulated by the camera. */
  readonly touch: boolean;
}

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };

export const looks: readonly Look[] = [
  { name: 'phone-light', viewport: phone, colorScheme: 'light', touch: true },
  { name: 'phone-dark', viewport: phone, colorScheme: 'dark', touch: true },
  { name: 'desktop-light', viewport: desktop, colorScheme: 'light', touch: false },
  { name: 'desktop-dark', viewport: desktop, colorScheme: 'dark', touch: false },
];

/** Resolves when the page stands in this look: laid out anew and painted. Motion is off, so that a picture does not depend on its moment. */
export async function wear(page: Page, { viewport, colorScheme }: Look): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await painted(page);
}

export const painted = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  });
