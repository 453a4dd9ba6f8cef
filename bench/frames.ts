/**
 * `npm run bench:frames [-- --mb 256] [--rounds 3] [--json]`: whether the page stays smooth while bytes come as fast as they can. One to one
 * over loopback; in the receiver's page, from the click on Download until all is verified: tasks longer than 50 ms, time from frame to
 * frame, and how often the page's content changed (it should not be told more than ten times a second). The same page at rest for as long
 * is the comparison: what is missing there, the machine took. A task lasts longer than it works where the busy processes of both browsers share few
 * cores: what the page's main thread worked in each comes from the browser's trace. Bars are told, not asserted.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFile, mebibyte } from '../e2e/support/files';
import { clickToComplete } from './click-to-complete';
import { round3, table, wholeNumber } from './command';
import { cpuOf, median } from './cpu';
import { denyDownloads, gather, makeFresh, openLoopback } from './loopback';
import { seen, smoothness, watch, type Sample } from './smoothness';
import { taskWork } from './task-work';

const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '256' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const bytes = wholeNumber('mb', values.mb) * mebibyte;
const rounds = wholeNumber('rounds', values.rounds);
const restMs = 3000;

const place = await openLoopback(2, { viewport: { width: 1280, height: 800 } });
const atRest: Sample[] = [];
const busy: (Sample & { readonly MBps: number; readonly othersShare: number })[] = [];
try {
  const [sender, receiver] = place.peers;
  if (!sender || !receiver) throw new Error('two browsers are needed');
  await denyDownloads(receiver);
  for (let round = 0; round < rounds; round++) {
    const file = await makeFile(join(place.folder, 'frames.bin'), bytes, round + 1);
    await makeFresh(place.server, [sender.page, receiver.page]);
    await gather(place.server, sender, [receiver], file);
    await watch(receiver.page);
    const rested = await taskWork(receiver.page, () => receiver.page.waitForTimeout(restMs));
    atRest.push({ ...(await seen(receiver.page)), worked: rested.worked });
    await watch(receiver.page);
    const { answer, othersShare } = await cpuOf([sender.profile, receiver.profile], () =>
      taskWork(receiver.page, () => clickToComplete(receiver.page)),
    );
    const MBps = bytes / 1e6 / answer.answer;
    busy.push({ ...(await seen(receiver.page)), worked: answer.worked, MBps, othersShare });
  }
} finally {
  await place.close();
}

const rest = smoothness(atRest);
const transfer = smoothness(busy);
const result = {
  bytes,
  rounds,
  MBps: round3(median(busy.map(({ MBps }) => MBps))),
  othersShare: round3(Math.max(...busy.map(({ othersShare }) => othersShare))),
  transfer,
  rest,
};
const row = (name: string, key: keyof typeof rest, unit: string, bar: string): readonly string[] => [
  name,
  `${transfer[key]}${unit}`,
  `${rest[key]}${unit}`,
  bar,
];
console.log(
  `${(bytes / 1e6).toFixed(0)} MB at ${result.MBps.toFixed(1)} MB/s, ${rounds} rounds; other work took at most ${(100 * result.othersShare).toFixed(0)} % of the machine`,
);
console.log(
  table(
    ['', 'transfer', 'at rest', 'bar'],
    [
      row('tasks over 50 ms', 'longTasks', '', '0'),
      row('longest task (0: none over 50 ms)', 'longestTaskMs', ' ms', '50 ms'),
      row('tasks with over 50 ms of work', 'hardTasks', '', ''),
      row('most work in a task', 'mostWorkMs', ' ms', ''),
      row('frames a second', 'framesPerSecond', '', '60'),
      row('frame to frame, median', 'frameMsP50', ' ms', '16.7 ms'),
      row('frame to frame, 99 of 100', 'frameMsP99', ' ms', ''),
      row('longest', 'frameMsMax', ' ms', ''),
      row('changes of the page a second', 'changesPerSecond', '', '10'),
    ],
  ),
);
if (values.json) console.log(JSON.stringify(result));
