/** The page in another language, in chosen colours and without motion. */
import { join } from 'node:path';
import { makeFile, mebibyte, scratch } from './support/files';
import { expect, test } from './support/fixtures';

test('[UI80] the page speaks the browser’s language, and the chosen one from then on, without a reload', async ({
  launch,
  server,
}) => {
  const { page } = await launch(undefined, { locale: 'ar-EG' });
  await page.goto(server.url);
  const html = page.locator('html');
  await expect(html).toHaveAttribute('dir', 'rtl');
  await expect(html).toHaveAttribute('lang', 'ar');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('أفلت الملفات. شارك الرابط.');
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  await page.getByRole('combobox', { name: 'اللغة' }).selectOption('de');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dateien ablegen. Link teilen.');
  await expect(html).toHaveAttribute('dir', 'ltr');
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dateien ablegen. Link teilen.');
  await expect(page).toHaveTitle('Shoal – Dateien von Browser zu Browser teilen');
});

test('[UI84] chosen colours stand before the page comes alive, until they are the system’s again', async ({
  launch,
  server,
}) => {
  const { page } = await launch(undefined, { colorScheme: 'light' });
  await page.goto(server.url);
  const scheme = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).colorScheme);
  const ink = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).color);
  const dark = await ink();
  await page.getByTestId('theme').selectOption('dark');
  expect(await ink()).not.toBe(dark);
  await page.addInitScript(() => {
    addEventListener(
      'readystatechange',
      () => {
        if (document.readyState === 'interactive')
          Object.assign(window, { early: document.documentElement.dataset['theme'] });
      },
      true,
    );
  });
  await page.reload();
  expect(await page.evaluate(() => (window as { early?: string }).early)).toBe('dark');
  expect(await scheme()).toBe('dark');
  await page.getByTestId('theme').selectOption('system');
  expect(await ink()).toBe(dark);
});

test('[UI85] the sender sees who has joined', async ({ launch, server }) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), mebibyte);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await expect(sender.page.getByTestId('joined')).toHaveText('Nobody has joined yet');
  await receiver.join(link);
  await expect(sender.page.getByTestId('joined')).toHaveText('1 person has joined');
});

test('[UI15] nothing moves where a person wants no motion, and the HTML that is served styles nothing inline', async ({
  launch,
  server,
}) => {
  const { page } = await launch(undefined, { reducedMotion: 'reduce' });
  await page.goto(server.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  for (const path of ['/', '/r', '/shares']) {
    const html = await (await page.request.get(`${server.url}${path}`)).text();
    expect(html).toContain('<main');
    expect(html).not.toMatch(/<style|\sstyle=/);
  }
});
