/**
 * `npm run bench:start -- [--files 10000] [--gb 10] [--rounds 3] [--json]`: how soon a person has something in hand, over loopback. A real
 * drop until the page shows the link, for one sparse file of 10 GB, for a folder of 10,000 files, and for the same folder chosen in the
 * picker; a link opened until the first chunk is verified, Download being clicked as soon as it can be; and the JavaScript that the drop
 * page loads, without a person having touched it. "hovered": the person held the files over the page for a second, as people do, and the
 * engine came up meanwhile; "at once": the drop follows in the same moment. Bars are told, not asserted: times depend on the machine.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFile, mebibyte } from '../e2e/support/files';
import type { Stats } from '../e2e/support/peer';
import { scriptBytes, type ScriptBytes } from '../e2e/support/scripts';
import { positive, round3, table, wholeNumber } from './command';
import { median } from './cpu';
import { manyFiles, sparseFile } from './generated';
import { dragOf, intakeSeen, watchIntake, type Intake } from './drop';
import { makeFresh, openLoopback, type Loopback } from './loopback';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '10000' },
    gb: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const fileCount = wholeNumber('files', values.files);
const bigBytes = Math.round(positive('gb', values.gb) * 1e9);
const rounds = wholeNumber('rounds', values.rounds);
/** How long files are held over the page: the time it takes to aim (guess). */
const hoverMs = 1000;
const firstChunkMb = 32;

const place = await openLoopback(2);
try {
  const big = await sparseFile(join(place.folder, 'big.bin'), bigBytes);
  const folder = await manyFiles(join(place.folder, 'many'), fileCount);
  const medium = await makeFile(join(place.folder, 'medium.bin'), firstChunkMb * mebibyte);
  const cases = {
    bigHovered: () => dropped(place, big, hoverMs),
    bigAtOnce: () => dropped(place, big, 0),
    manyHovered: () => dropped(place, folder, hoverMs),
    manyAtOnce: () => dropped(place, folder, 0),
    manyChosen: () => chosen(place, folder),
  };
  const intakes = new Map<string, Intake[]>();
  const firstChunks: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(cases))
      intakes.set(name, [...(intakes.get(name) ?? []), await run()]);
    firstChunks.push(await firstChunk(place, medium));
  }
  const scripts = await dropPageScripts(place);

  const link = (name: keyof typeof cases): number =>
    Math.round(median((intakes.get(name) ?? []).map(({ linkMs }) => linkMs)));
  const result = {
    dropToLinkMs: {
      big: { hovered: link('bigHovered'), atOnce: link('bigAtOnce') },
      many: { hovered: link('manyHovered'), atOnce: link('manyAtOnce'), chosen: link('manyChosen') },
    },
    /** Until the page lists the 10,000 files, and its longest task until then. */
    manyListedMs: Math.round(median((intakes.get('manyHovered') ?? []).map(({ listedMs }) => listedMs))),
    longestTaskMs: Object.fromEntries(
      [...intakes].map(([name, seen]) => [
        name,
        Math.round(Math.max(...seen.map(({ longestTaskMs }) => longestTaskMs))),
      ]),
    ),
    openToFirstChunkSeconds: round3(median(firstChunks)),
    scriptKiB: { gzip: round3(scripts.gzip / 1024), asServed: round3(scripts.asServed / 1024) },
    files: fileCount,
    bigBytes,
    rounds,
  };
  const gigabytes = `${(bigBytes / 1e9).toFixed(0)} GB`;
  const { big: bigMs, many: manyMs } = result.dropToLinkMs;
  console.log(
    table(
      [`medians of ${rounds}`, 'seen', 'bar'],
      [
        [`drop to link, one file of ${gigabytes}, hovered`, `${bigMs.hovered} ms`, '200 ms'],
        [`drop to link, one file of ${gigabytes}, at once`, `${bigMs.atOnce} ms`, ''],
        [`drop to link, folder of ${fileCount} files, hovered`, `${manyMs.hovered} ms`, '200 ms'],
        [`drop to link, folder of ${fileCount} files, at once`, `${manyMs.atOnce} ms`, ''],
        [`chosen to link, folder of ${fileCount} files`, `${manyMs.chosen} ms`, '200 ms'],
        [`drop to list of ${fileCount} files`, `${result.manyListedMs} ms`, ''],
        ['longest task of the page meanwhile', `${Math.max(...Object.values(result.longestTaskMs))} ms`, ''],
        ['link opened to first verified chunk', `${result.openToFirstChunkSeconds.toFixed(2)} s`, '1.5 s'],
        ['JavaScript before the first drop, gzipped', `${result.scriptKiB.gzip.toFixed(1)} KiB`, '190 KiB'],
        ['the same as this browser was sent it', `${result.scriptKiB.asServed.toFixed(1)} KiB`, ''],
      ],
    ),
  );
  if (values.json) console.log(JSON.stringify(result));
} finally {
  await place.close();
}

async function dropped({ server, peers }: Loopback, path: string, hover: number): Promise<Intake> {
  const page = await freshHome({ server, peers });
  const drag = await dragOf(page, [path]);
  await watchIntake(page);
  await drag.enter();
  await delay(hover);
  await drag.drop();
  return intakeSeen(page);
}

async function chosen({ server, peers }: Loopback, folder: string): Promise<Intake> {
  const page = await freshHome({ server, peers });
  await watchIntake(page);
  // A picker is open for longer than that.
  await page.mouse.click(5, 5);
  await delay(hoverMs);
  await page.getByTestId('folder-input').first().setInputFiles(folder);
  return intakeSeen(page);
}

async function freshHome({ server, peers }: Pick<Loopback, 'server' | 'peers'>) {
  const page = peers[0]?.page;
  if (!page) throw new Error('a browser is needed');
  await makeFresh(server, [page]);
  await page.goto(server.url, { waitUntil: 'networkidle' });
  return page;
}

/** Seconds from the start of navigation to a link until the page has verified its first chunk. */
async function firstChunk({ server, peers }: Loopback, file: string): Promise<number> {
  const [sender, receiver] = peers;
  if (!sender || !receiver) throw new Error('two browsers are needed');
  await makeFresh(server, [sender.page, receiver.page]);
  const link = await sender.share(server.url, file);
  await sender.expectState(/waiting|complete/);
  await receiver.page.addInitScript(() => {
    const page = globalThis as typeof globalThis & { shoal?: { stats(): Stats }; firstChunkMs?: number };
    const clock = setInterval(() => {
      const button = document.querySelector<HTMLButtonElement>('[data-testid=download]');
      if (button && !button.disabled && !button.dataset.clicked) {
        button.dataset.clicked = 'yes';
        button.click();
      }
      if (!page.shoal || page.shoal.stats().chunksHave === 0) return;
      page.firstChunkMs = performance.now();
      clearInterval(clock);
    }, 10);
  });
  await receiver.page.goto(link);
  const ms = await receiver.page.waitForFunction(
    () => (globalThis as { firstChunkMs?: number }).firstChunkMs,
    undefined,
    { timeout: 60_000 },
  );
  const seconds = Number(await ms.jsonValue()) / 1000;
  // The init script stays with the page: a new page for the next round.
  const next = await receiver.context.newPage();
  await receiver.page.close();
  receiver.page = next;
  return seconds;
}

async function dropPageScripts({ server, peers }: Loopback): Promise<ScriptBytes> {
  const page = peers[1]?.page;
  if (!page) throw new Error('a browser is needed');
  await makeFresh(server, [page]); // with a room stored the engine would come up by itself
  return scriptBytes(page, server.url);
}
