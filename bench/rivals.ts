/**
 * `npm run bench:rivals -- [--mb 64] [--rounds 3] [--receivers 3] [--shaped-mb 16] [--up 1.5] [--part loopback|shaped] [--json]`: WebTorrent
 * beside Shoal, on the same work, in the same run, between the same browsers (bench/rival.ts: what is installed, and what makes it fair).
 * Loopback: one to one, a bare RTCDataChannel, Shoal, WebTorrent as it comes and tuned, taking turns. Shaped (Linux, root): one sender, some
 * receivers, each behind an uplink of its own, the three one after the other. The clock runs from a start with everybody connected until
 * everything is verified; saving is left out on both sides.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFile, mebibyte } from '../e2e/support/files';
import { freePort } from '../e2e/support/server';
import { bareTransfer } from './bare-channel';
import { clickToComplete } from './click-to-complete';
import { positive, refuse, round3, table, wholeNumber } from './command';
import { cpuOf, median, type CpuUse } from './cpu';
import { denyDownloads, gather, makeFresh, openLoopback } from './loopback';
import { missingForNetworks } from './namespaces';
import { gatherRival, installRival, startTracker, type Manner, type Rival } from './rival';
import { runCourse } from './shaped-course';
import { openPlace } from './shaped-place';

const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '3' },
    receivers: { type: 'string', default: '3' },
    'shaped-mb': { type: 'string', default: '16' },
    up: { type: 'string', default: '1.5' },
    part: { type: 'string', default: 'loopback,shaped' },
    json: { type: 'boolean', default: false },
  },
});
const bytes = wholeNumber('mb', values.mb) * mebibyte;
const rounds = wholeNumber('rounds', values.rounds);
const receiverCount = wholeNumber('receivers', values.receivers);
const shapedBytes = wholeNumber('shaped-mb', values['shaped-mb']) * mebibyte;
const up = positive('up', values.up) * 1e6;
const parts = values.part.split(',');
if (parts.some((part) => part !== 'loopback' && part !== 'shaped'))
  refuse('--part must be loopback or shaped.');
const missing = missingForNetworks();
if (parts.includes('shaped') && missing.length > 0)
  refuse(`${missing.join('\n')}\nWith --part loopback the rest runs without.`);
const manners: readonly Manner[] = ['default', 'tuned'];
const queueMs = 100;

/** Above it other work decides the times. */
const quietShare = 0.1;
const warn = (shares: readonly number[]): void => {
  if (Math.max(...shares) > quietShare)
    console.log('Other work took more than a tenth of the machine: these times are not to be trusted.');
};
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

const rival = await installRival();
const loopback = parts.includes('loopback') ? await onLoopback(rival) : null;
const shaped = parts.includes('shaped') ? await onShapedLinks(rival) : null;
if (values.json) console.log(JSON.stringify({ webtorrent: rival.version, loopback, shaped }));

interface Sample {
  readonly seconds: number;
  readonly cpuMsPerMB: number;
  readonly othersShare: number;
}

async function onLoopback(rival: Rival) {
  const place = await openLoopback(2);
  const port = await freePort();
  const tracker = await startTracker(rival, '127.0.0.1', port);
  try {
    const [sender, receiver] = place.peers;
    if (!sender || !receiver) throw new Error('two browsers are needed');
    await denyDownloads(receiver);
    const pages = [sender.page, receiver.page];
    const profiles = [sender.profile, receiver.profile];
    const samples: Record<'bare' | 'shoal' | Manner, Sample[]> = {
      bare: [],
      shoal: [],
      default: [],
      tuned: [],
    };
    const measured = async (name: keyof typeof samples, run: () => Promise<number>): Promise<void> => {
      const { answer: seconds, ms, othersShare } = await cpuOf(profiles, run);
      samples[name].push({ seconds, cpuMsPerMB: ms / (bytes / 1e6), othersShare });
    };
    for (let round = 0; round < rounds; round++) {
      const file = await makeFile(join(place.folder, 'rivals.bin'), bytes, round + 1);
      await makeFresh(place.server, pages);
      await measured('bare', () => bareTransfer(sender.page, receiver.page, bytes));
      await gather(place.server, sender, [receiver], file);
      await measured('shoal', () => clickToComplete(receiver.page));
      await makeFresh(place.server, pages);
      for (const manner of manners) {
        const start = await gatherRival({
          ...{ rival, manner, url: place.server.url, announce: `ws://127.0.0.1:${port}` },
          ...{ sender, receivers: [receiver], file, bytes },
        });
        await measured(manner, async () => (await start(600_000)).seconds[0] ?? NaN);
      }
    }
    const figures = (name: keyof typeof samples) => ({
      MBps: round3(median(samples[name].map(({ seconds }) => bytes / 1e6 / seconds))),
      /** Goodput over the bare channel's of the same round. */
      ratio: round3(
        median(samples[name].map(({ seconds }, i) => (samples.bare[i]?.seconds ?? NaN) / seconds)),
      ),
      cpuMsPerMB: round3(median(samples[name].map(({ cpuMsPerMB }) => cpuMsPerMB))),
      othersShare: round3(median(samples[name].map(({ othersShare }) => othersShare))),
    });
    const result = {
      bytes,
      rounds,
      bare: figures('bare'),
      shoal: figures('shoal'),
      default: figures('default'),
      tuned: figures('tuned'),
    };
    console.log(`One to one over loopback, ${(bytes / 1e6).toFixed(1)} MB, medians of ${rounds} rounds`);
    console.log(
      table(
        ['', 'MB/s', 'of bare', 'CPU ms/MB', 'others'],
        (['bare', 'shoal', 'default', 'tuned'] as const).map((name) => [
          title(name, rival),
          result[name].MBps.toFixed(1),
          result[name].ratio.toFixed(2),
          result[name].cpuMsPerMB.toFixed(0),
          percent(result[name].othersShare),
        ]),
      ),
    );
    warn([result.bare, result.shoal, result.default, result.tuned].map(({ othersShare }) => othersShare));
    return result;
  } finally {
    tracker.kill();
    await place.close();
  }
}

async function onShapedLinks(rival: Rival) {
  const uplink = { bytesPerSecond: up, queueMs };
  const place = await openPlace(Array.from({ length: 1 + receiverCount }, () => uplink));
  const port = 8000;
  const { hub } = place.network;
  const tracker = await startTracker(rival, hub.address, port, hub.namespace);
  try {
    const [sender, ...receivers] = place.peers;
    if (!sender) throw new Error('a sender is needed');
    const file = await makeFile(join(place.folder, 'rivals.bin'), shapedBytes, 1);
    const patienceMs = 60_000 + (20_000 * shapedBytes) / up;
    const profiles = place.peers.map(({ profile }) => profile);
    const figures = (seconds: readonly number[], senderCopies: number, cpu: CpuUse<unknown>) => ({
      ratioLast: round3((Math.max(...seconds) * up) / shapedBytes),
      ratioP50: round3((median(seconds) * up) / shapedBytes),
      senderCopies: round3(senderCopies),
      seconds: seconds.map(round3),
      machineCpuShare: round3(cpu.machineShare),
      othersShare: round3(cpu.othersShare),
    });
    for (const receiver of receivers) await denyDownloads(receiver);
    await gather(place, sender, receivers, file);
    const use = await cpuOf(profiles, () => runCourse(sender, receivers, patienceMs));
    const course = use.answer;
    const sent = course.sender;
    const begin = sent.find(({ seconds }) => seconds >= 0)?.bytesSent ?? 0;
    const result = {
      bytes: shapedBytes,
      receivers: receiverCount,
      up,
      shoal: figures(
        course.receivers.map(({ seconds }) => seconds),
        ((sent.at(-1)?.bytesSent ?? NaN) - begin) / shapedBytes,
        use,
      ),
      default: await rivalFigures('default'),
      tuned: await rivalFigures('tuned'),
    };
    console.log(
      `One to ${receiverCount}, ${(shapedBytes / 1e6).toFixed(1)} MB, uplinks shaped to ${(up / 1e6).toFixed(1)} MB/s (F/u = ${(shapedBytes / up).toFixed(1)} s)`,
    );
    console.log(
      table(
        ['', 'last s', 'last × F/u', 'median × F/u', 'sender copies', 'machine busy', 'others'],
        (['shoal', 'default', 'tuned'] as const).map((name) => [
          title(name, rival),
          Math.max(...result[name].seconds).toFixed(1),
          result[name].ratioLast.toFixed(2),
          result[name].ratioP50.toFixed(2),
          result[name].senderCopies.toFixed(2),
          percent(result[name].machineCpuShare),
          percent(result[name].othersShare),
        ]),
      ),
    );
    warn([result.shoal, result.default, result.tuned].map(({ othersShare }) => othersShare));
    return result;

    async function rivalFigures(manner: Manner) {
      if (!sender) throw new Error('a sender is needed');
      const start = await gatherRival({
        ...{ rival, manner, url: place.url, announce: `ws://${hub.address}:${port}` },
        ...{ sender, receivers, file, bytes: shapedBytes },
      });
      const use = await cpuOf(profiles, () => start(patienceMs));
      return figures(use.answer.seconds, use.answer.senderCopies, use);
    }
  } finally {
    tracker.kill();
    await place.close();
  }
}

function title(name: 'bare' | 'shoal' | Manner, { version }: Rival): string {
  if (name === 'bare') return 'bare RTCDataChannel';
  if (name === 'shoal') return 'Shoal';
  return `WebTorrent ${version}, ${name === 'default' ? 'as it comes' : 'tuned'}`;
}
