/** A link goes from one browser to another on the same network, without typing. PROTOCOL.md §5 (NB). */
import { join } from 'node:path';
import { axeFinds } from './support/axe';
import { makeFile, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import type { Peer } from './support/peer';

const panel = ({ page }: Peer) => page.getByRole('dialog', { name: 'Someone near you' });
const button = (peer: Peer, name: string) => panel(peer).getByRole('button', { name, exact: true });
const people = (peer: Peer) => panel(peer).getByTestId('neighbour');

async function beSeen(peer: Peer): Promise<string> {
  await peer.page.getByRole('button', { name: 'Someone near you' }).click();
  await button(peer, 'Let me be seen').click();
  const you = panel(peer).getByText(/^You are /);
  await expect(you).toBeVisible();
  return plain(((await you.textContent()) ?? '').replace('You are ', ''));
}
/** Without the marks that keep a name's direction. */
const plain = (text: string): string => text.replace(/[\u2068\u2069]/g, '').trim();
const marks = (peer: Peer) => panel(peer).getByTestId('marks').getAttribute('data-marks');

test('[NB20] two people nearby: one picks the other, both see the same pictures, the link is taken and the file arrives', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 300_000);
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.page.goto(server.url);
  const receiverName = await beSeen(receiver);
  await expect(panel(receiver)).toContainText('Nobody else yet');
  const link = await sender.share(server.url, file);
  const senderName = await beSeen(sender);
  await expect(people(sender)).toHaveText(new RegExp(receiverName));
  await expect(people(receiver)).toHaveText(new RegExp(senderName));
  expect(await axeFinds(sender.page)).toEqual([]);
  // Closed: who is asked gets it opened.
  await receiver.page.keyboard.press('Escape');
  await expect(panel(receiver)).toHaveCount(0);
  await people(sender).getByRole('button').click();
  await expect(panel(receiver).getByTestId('receiving')).toHaveAttribute('data-step', 'compare');
  await expect(panel(receiver).getByRole('status')).toContainText(senderName);
  await expect(panel(sender).getByTestId('handing')).toHaveAttribute('data-step', 'compare');
  expect(await marks(sender)).toBe(await marks(receiver));
  await expect(button(receiver, 'Accept')).toHaveCount(0);
  expect(await axeFinds(receiver.page)).toEqual([]);
  await button(sender, 'Yes, hand it over').click();
  await button(receiver, 'Accept').click();
  await expect(panel(sender).getByRole('status')).toContainText('has the link');
  await expect(panel(receiver)).toHaveCount(0);
  expect(new URL(receiver.page.url()).hash).toBe(new URL(link).hash);
  await expect(receiver.page.getByTestId('file-row').first()).toBeVisible();
  const saved = await receiver.download();
  expect(await sha256(saved.path)).toBe(await sha256(file));
  for (const peer of [sender, receiver]) {
    expect(peer.failures).toEqual([]);
    expect(peer.violations).toEqual([]);
    // Nothing carried the link but sealed parcels: no request has it.
    expect(
      peer.requests.filter((url) => url.includes(link.split('#')[1] ?? '-') && !url.includes('/r#')),
    ).toEqual([]);
  }
});

test('[NB21] no is told to who asked, and who is not to ask again is not seen any more', async ({
  launch,
  server,
}) => {
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.page.goto(server.url);
  await beSeen(receiver);
  await sender.share(server.url, await makeFile(join(await scratch(), 'a.bin'), 1000));
  await beSeen(sender);
  await people(sender).getByRole('button').click();
  await button(receiver, 'No, thanks').click();
  await expect(panel(sender).getByRole('status')).toContainText('said no');
  await button(sender, 'Back').click();
  await people(sender).getByRole('button').click();
  await button(receiver, 'No, and do not ask again').click();
  await expect(panel(sender).getByRole('status')).toContainText('said no');
  await expect(people(receiver)).toHaveCount(0);
  await button(sender, 'Back').click();
  await people(sender).getByRole('button').click();
  await expect(panel(sender).getByRole('status')).toContainText('said no');
  await expect(panel(receiver).getByTestId('receiving')).toHaveCount(0);
});

test('[NB22] who stops being seen, or closes the page, is gone for the others at once; nobody is seen who did not choose it', async ({
  launch,
  server,
}) => {
  const [first, second, third] = [await launch(), await launch(), await launch()];
  for (const peer of [first, second, third]) await peer.page.goto(server.url);
  await third.page.getByRole('button', { name: 'Someone near you' }).click();
  await expect(button(third, 'Let me be seen')).toBeVisible();
  await beSeen(first);
  await beSeen(second);
  await expect(people(first)).toHaveCount(1);
  await expect(people(second)).toHaveCount(1);
  await button(second, 'Stop being seen').click();
  await expect(people(first)).toHaveCount(0);
  await button(second, 'Let me be seen').click();
  await expect(people(first)).toHaveCount(1);
  await second.close();
  await expect(people(first)).toHaveCount(0);
});

test('[NB23] a pasted link opens; what is none, is cut, or belongs elsewhere is told kindly, in place', async ({
  launch,
  server,
}) => {
  const sender = await launch();
  const link = await sender.share(server.url, await makeFile(join(await scratch(), 'a.bin'), 1000));
  const { page } = await launch();
  await page.goto(server.url);
  const field = page.getByLabel('Have a link?');
  const alert = page.getByRole('main').getByRole('alert');
  for (const [text, told] of [
    ['hello there', 'not a Shoal link'],
    [link.slice(0, -9), 'is missing'],
    [link.replace(new URL(link).host, 'shoal.example'), 'another server, shoal.example'],
  ] as const) {
    await field.fill(text);
    await field.press('Enter');
    await expect(alert).toContainText(told);
    await expect(field).toBeFocused();
    expect(new URL(page.url()).pathname).toBe('/');
  }
  await field.fill(` <${link}> `);
  await expect(alert).toHaveCount(0);
  await field.press('Enter');
  await expect(page.getByTestId('file-row').first()).toBeVisible();
  await page.goto(server.url);
  await page.getByLabel('Have a link?').fill(`#${link.split('#')[1] ?? ''}`);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByTestId('file-row').first()).toBeVisible();
});
