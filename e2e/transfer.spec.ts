/** The main job, one to one: files arrive byte for byte, with their names and folders. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFile, makeTree, mebibyte, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';

const unzip = async (archive: string): Promise<string> => {
  const out = await scratch();
  execFileSync('python3', ['-m', 'zipfile', '-e', archive, out]);
  return out;
};

test('[E1] one file arrives byte for byte under its own name; nothing but our server is asked; no CSP violation', async ({
  launch,
  server,
}) => {
  const file = await makeFile(join(await scratch(), 'report final.bin'), 24 * mebibyte + 12_345);
  const [sender, receiver] = [await launch(), await launch()];
  const link = await sender.share(server.url, file);
  await receiver.join(link);
  await expect(receiver.page.getByTestId('file-row')).toHaveAttribute('data-name', 'report final.bin');
  const saved = await receiver.download();
  expect(saved.name).toBe('report final.bin');
  expect(await sha256(saved.path)).toBe(await sha256(file));
  await receiver.expectState('complete');
  const stats = await receiver.stats();
  expect(stats.chunksHave).toBe(stats.chunksTotal);
  expect(stats.badChunks).toBe(0);
  expect(stats.duplicateBytes).toBeLessThan(0.02 * 24 * mebibyte);
  for (const peer of [sender, receiver]) {
    const foreign = peer.requests.filter(
      (url) =>
        !/^(https?|wss?|blob|data):\/*(localhost:\d+|http:\/\/localhost)/.test(url) &&
        !url.startsWith('data:'),
    );
    expect(foreign).toEqual([]);
    expect(peer.violations).toEqual([]);
    expect(peer.failures).toEqual([]);
  }
});

test('[E2] a folder arrives as a ZIP: structure, empty files, equal names in different folders, odd names made safe', async ({
  launch,
  server,
}) => {
  const root = await scratch();
  await makeTree(join(root, 'holiday'), {
    'a.txt': 'one',
    'day 1/a.txt': 'two',
    'day 2/empty': '',
    'day 2/ünïcödé 🐟.txt': 'three',
    CON: 'four',
    'a\u202egpj.exe': 'five',
    [`${'long'.repeat(60)}.txt`]: 'six',
  });
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.shareFolder(server.url, join(root, 'holiday')));
  await expect(receiver.page.getByTestId('file-row')).toHaveCount(7);
  const saved = await receiver.download();
  expect(saved.name).toBe('holiday.zip');
  const out = join(await unzip(saved.path), 'holiday');
  expect(readdirSync(join(out, 'day 2')).sort()).toEqual(['empty', 'ünïcödé 🐟.txt'].sort());
  expect(await sha256(join(out, 'day 1/a.txt'))).toBe(await sha256(join(root, 'holiday/day 1/a.txt')));
  const names = readdirSync(out);
  expect(names).toContain('_CON');
  expect(names).toContain('agpj.exe');
  expect(Math.max(...names.map((name) => Buffer.byteLength(name)))).toBeLessThanOrEqual(200);
});

test('[E3] an empty file and a thousand small files in folders', async ({ launch, server }) => {
  const root = await scratch();
  const files: Record<string, string> = { nothing: '' };
  for (let i = 0; i < 1000; i++) files[`d${i % 10}/f${i}.txt`] = `content ${i} ${'x'.repeat(i)}`;
  await makeTree(join(root, 'many'), files);
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.shareFolder(server.url, join(root, 'many')));
  const saved = await receiver.download();
  const out = join(await unzip(saved.path), 'many');
  for (const i of [0, 1, 500, 999]) {
    expect(await sha256(join(out, `d${i % 10}/f${i}.txt`))).toBe(
      await sha256(join(root, 'many', `d${i % 10}/f${i}.txt`)),
    );
  }
  expect(readdirSync(join(out, 'd3'))).toHaveLength(100);
  expect(await sha256(join(out, 'nothing'))).toBe(await sha256(join(root, 'many', 'nothing')));
});

test(
  '[E4] a receiver may join and finish a share whose preparing has not ended',
  { tag: '@slow' },
  async ({ launch, server }) => {
    const file = await makeFile(join(await scratch(), 'large.bin'), 128 * mebibyte);
    const [sender, receiver] = [await launch(), await launch()];
    const opening = receiver.page.goto(server.url);
    const link = await sender.share(server.url, file);
    await opening;
    await sender.expectState('hashing');
    await receiver.join(link);
    const coming = receiver.page.waitForEvent('download', { timeout: 110_000 });
    await receiver.start();
    await expect
      .poll(async () => (await receiver.stats()).chunksHave, { timeout: 60_000 })
      .toBeGreaterThan(0);
    const saved = await receiver.saved(coming);
    expect(await sha256(saved.path)).toBe(await sha256(file));
  },
);

test('[E5] some of the files: only those are fetched and saved', async ({ launch, server }) => {
  const root = await scratch();
  const small = await makeFile(join(root, 'small.bin'), mebibyte, 2);
  const large = await makeFile(join(root, 'large.bin'), 20 * mebibyte, 3);
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.share(server.url, [small, large]));
  await receiver.page
    .getByTestId('file-row')
    .filter({ hasText: 'large.bin' })
    .getByRole('checkbox')
    .uncheck();
  const saved = await receiver.download();
  expect(saved.name).toBe('small.bin');
  expect(await sha256(saved.path)).toBe(await sha256(small));
  expect((await receiver.stats()).bytesReceived).toBeLessThan(4 * mebibyte);
});

test('[E6] files added later show up as a share of their own, from a guest too', async ({
  launch,
  server,
}) => {
  const root = await scratch();
  const first = await makeFile(join(root, 'first.bin'), mebibyte, 4);
  const second = await makeFile(join(root, 'second.bin'), mebibyte, 5);
  const [sender, receiver] = [await launch(), await launch()];
  await receiver.join(await sender.share(server.url, first));
  await receiver.choose(second);
  await expect(sender.page.getByTestId('file-row').filter({ hasText: 'second.bin' })).toBeVisible();
});
