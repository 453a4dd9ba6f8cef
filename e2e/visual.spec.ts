/**
 * The main states look as they did: pictures beside e2e/visual/, on a phone in light and a desktop in dark. What is not the same twice (links,
 * names, speeds) is hidden or masked, motion is off, and the text is set in one font that comes with the tests, so that a machine's own
 * fonts do not decide. How to renew them: CONTRIBUTING.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { looks, wear } from './shots/looks';
import { makeFile, makeTree, scratch } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

const font = 'node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2';
const shown = looks.filter(({ name }) => name === 'phone-light' || name === 'desktop-dark');

/** After every navigation. */
async function dress({ page }: Peer): Promise<void> {
  const bytes = (await readFile(font)).toString('base64');
  await page.addStyleTag({
    content: `
      @font-face { font-family: Shown; src: url(data:font/woff2;base64,${bytes}); font-weight: 100 900; }
      :root { --font: Shown !important; }
      [data-testid='peer-row'] { display: none; }
    `,
  });
  await page.evaluate(() => document.fonts.load('16px Shown'));
}

async function looksAsBefore({ page }: Peer, state: string): Promise<void> {
  // A name by chance: as long as it pleases, so it could wrap.
  await page
    .getByText(/^You are .+ here\.$/)
    .evaluateAll((found: HTMLElement[]) =>
      found.forEach((line) => line.style.setProperty('display', 'none')),
    );
  for (const look of shown) {
    await wear(page, look);
    // Soft: one run tells of every state that changed.
    await expect.soft(page).toHaveScreenshot(`${state}-${look.name}.png`, {
      fullPage: true,
      animations: 'disabled',
      mask: [page.getByTestId('share-link'), page.getByRole('img', { name: 'QR code' })],
      // Hinting and a browser's next version move edges of letters; a word that changed is more than one in a thousand.
      maxDiffPixelRatio: 0.001,
    });
  }
}

test('[UI162] home, options, the link, the list of files, the end, a stopped share and a wrong link look as they did', async ({
  launch,
  server,
}) => {
  const root = await scratch();
  const folder = join(root, 'Trip to the coast');
  await makeTree(folder, { 'Packing list.txt': 'Tent\nStove\n', 'Photos/Lighthouse.jpg': 'no picture' });
  await makeFile(join(folder, 'Out on the boat.mp4'), 2_000_000);
  const [sender, receiver] = [
    await launch(undefined, { bypassCSP: true }),
    await launch(undefined, { bypassCSP: true }),
  ];

  await sender.page.goto(server.url);
  await dress(sender);
  await looksAsBefore(sender, 'home');
  await sender.page.getByTestId('options').click();
  await expect(sender.page.getByRole('dialog', { name: 'Options' })).toBeVisible();
  await looksAsBefore(sender, 'options');
  await sender.page.keyboard.press('Escape');

  await sender.drop([folder]);
  const link = await sender.link();
  await sender.expectState('waiting');
  await looksAsBefore(sender, 'link-ready');

  await receiver.join(link);
  await dress(receiver);
  await looksAsBefore(receiver, 'file-list');

  await receiver.download();
  await receiver.expectState('complete');
  await expect(receiver.page.getByTestId('save-status')).toContainText('Saved through');
  await looksAsBefore(receiver, 'complete');

  await sender.page.getByRole('button', { name: 'Stop' }).click();
  await expect(sender.page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await looksAsBefore(sender, 'stopped');

  await receiver.page.goto(`${server.url}/r`);
  await expect(receiver.page.getByLabel('The whole link')).toBeVisible();
  await dress(receiver);
  await looksAsBefore(receiver, 'wrong-link');
});
