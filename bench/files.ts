/**
 * `npm run bench:files -- [--files 100000] [--json]`: a folder of very many files of a few bytes, dropped by a real drop and opened by a
 * receiver, over loopback. Told: drop to link, drop to list, until all is prepared; link opened to list at the receiver; a search typed there; then,
 * all folders open, at both a scroll from end to end of the list within five seconds, with the page's long tasks and the frames that came late; one
 * box unticked; and the receiver's download until everything is verified.
 */
import { expect, type Page } from '@playwright/test';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { clickToComplete } from './click-to-complete';
import { round3, table, wholeNumber } from './command';
import { dragOf, intakeSeen, watchIntake } from './drop';
import { manyFiles } from './generated';
import { denyDownloads, openLoopback } from './loopback';

const { values } = parseArgs({
  options: { files: { type: 'string', default: '100000' }, json: { type: 'boolean', default: false } },
});
const files = wholeNumber('files', values.files);
const hoverMs = 1000;
const patienceMs = 600_000;
/** It takes minutes: what was reached is told on the way. */
const say = (line: string): void => console.error(line);

const place = await openLoopback(2, { viewport: { width: 1280, height: 800 } });
try {
  const [sender, receiver] = place.peers;
  if (!sender || !receiver) throw new Error('two browsers are needed');
  const folder = await manyFiles(join(place.folder, 'many'), files);
  await denyDownloads(receiver);
  sender.page.setDefaultTimeout(patienceMs);
  receiver.page.setDefaultTimeout(patienceMs);

  await sender.page.goto(place.server.url, { waitUntil: 'networkidle' });
  const drag = await dragOf(sender.page, [folder]);
  await watchIntake(sender.page);
  await drag.enter();
  await delay(hoverMs);
  const begin = performance.now();
  await drag.drop();
  const intake = await intakeSeen(sender.page);
  say(`listed at the sender after ${(intake.listedMs / 1000).toFixed(1)} s`);
  await sender.expectState(/waiting|complete/, patienceMs);
  const preparedSeconds = (performance.now() - begin) / 1000;
  say(`prepared after ${preparedSeconds.toFixed(1)} s`);
  const link = await sender.link();

  const opened = performance.now();
  await receiver.page.goto(link);
  await expect(receiver.page.getByTestId('file-row').first()).toBeVisible({ timeout: patienceMs });
  const listSeconds = (performance.now() - opened) / 1000;
  const searching = await search(receiver.page);
  for (const { page } of [sender, receiver]) await openAll(page, files);
  const scrolling = { sender: await scroll(sender.page), receiver: await scroll(receiver.page) };
  const untickMs = await untick(receiver.page);
  const downloadSeconds = await clickToComplete(receiver.page);

  const result = {
    files,
    dropToLinkMs: Math.round(intake.linkMs),
    dropToListSeconds: round3(intake.listedMs / 1000),
    longestTaskWhileCollectingMs: Math.round(intake.longestTaskMs),
    preparedSeconds: round3(preparedSeconds),
    openToListSeconds: round3(listSeconds),
    searching,
    scrolling,
    untickMs: Math.round(untickMs),
    downloadSeconds: round3(downloadSeconds),
  };
  console.log(
    table(
      [`${files} small files`, 'seen'],
      [
        ['drop to link', `${result.dropToLinkMs} ms`],
        ['drop to list at the sender', `${result.dropToListSeconds.toFixed(1)} s`],
        ['longest task of the page until then', `${result.longestTaskWhileCollectingMs} ms`],
        ['drop to all prepared', `${result.preparedSeconds.toFixed(1)} s`],
        ['link opened to list at the receiver', `${result.openToListSeconds.toFixed(1)} s`],
        [
          'a search typed letter by letter, receiver',
          `${searching.longTasks} long tasks, longest ${searching.longestTaskMs} ms; last letter to answer ${searching.answerMs} ms`,
        ],
        ...Object.entries(scrolling).map(([who, seen]) => [
          `scrolling end to end, ${who}`,
          `${seen.longTasks} long tasks, longest ${seen.longestTaskMs} ms; frames p95 ${seen.frameP95Ms} ms`,
        ]),
        ['one box unticked until drawn', `${result.untickMs} ms`],
        ['download of the rest until verified', `${result.downloadSeconds.toFixed(1)} s`],
      ],
    ),
  );
  if (values.json) console.log(JSON.stringify(result));
} finally {
  await place.close();
}

interface Searched {
  /** Tasks of more than 50 ms while it was typed. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly answerMs: number;
}

/** "picture 9" a letter at a time, and away again. */
async function search(page: Page): Promise<Searched> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { searchTasks: tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ entryTypes: ['longtask'] });
  });
  await page.getByTestId('file-search').pressSequentially('picture 9', { delay: 120 });
  const begin = performance.now();
  await expect(page.getByText(/ of .* files? found/).first()).toBeVisible();
  const answerMs = Math.round(performance.now() - begin);
  await page.getByTestId('file-search').fill('');
  // Long tasks are told after they end.
  await delay(500);
  const tasks = await page.evaluate(() => (globalThis as unknown as { searchTasks: number[] }).searchTasks);
  return { longTasks: tasks.length, longestTaskMs: Math.round(Math.max(0, ...tasks)), answerMs };
}

/** Every file is a row then. */
async function openAll(page: Page, count: number): Promise<void> {
  await page.getByRole('button', { name: 'Open all folders' }).click();
  await expect
    .poll(async () => Number(await page.getByRole('treegrid').getAttribute('aria-rowcount')))
    .toBeGreaterThanOrEqual(count);
}

interface Scrolled {
  /** Tasks of more than 50 ms. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly frames: number;
  /** Time between two frames. */
  readonly frameP95Ms: number;
}

/** A scroll through the whole list, a step each frame. */
function scroll(page: Page): Promise<Scrolled> {
  return page.evaluate(async () => {
    const box = document.querySelector<HTMLElement>('[data-testid=file-box]');
    if (!box) throw new Error('no long list on this page');
    box.scrollIntoView();
    const tasks: number[] = [];
    const watch = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    });
    watch.observe({ entryTypes: ['longtask'] });
    const scrollMs = 5000;
    const gaps: number[] = [];
    const begin = performance.now();
    for (let last = begin, part = 0; part < 1;) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      gaps.push(now - last);
      last = now;
      part = Math.min(1, (now - begin) / scrollMs);
      box.scrollTop = part * (box.scrollHeight - box.clientHeight);
    }
    // Long tasks are told after they end.
    await new Promise((resolve) => setTimeout(resolve, 500));
    watch.disconnect();
    const sorted = gaps.sort((a, b) => a - b);
    return {
      longTasks: tasks.length,
      longestTaskMs: Math.round(Math.max(0, ...tasks)),
      frames: gaps.length,
      frameP95Ms: Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? NaN),
    };
  });
}

/** Milliseconds from the click on a box in the list until it is drawn unticked. */
function untick(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const box = document.querySelector<HTMLInputElement>('[data-testid=file-row] input[type=checkbox]');
        if (!box) {
          reject(new Error('no box to untick'));
          return;
        }
        const begin = performance.now();
        box.click();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begin)));
      }),
  );
}
