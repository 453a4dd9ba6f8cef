/**
 * `npm run bench:fanout -- [--receivers 3] [--mb 32] [--rounds 3] [--json]`: one sender to three and to seven receivers at once over
 * loopback, nothing shaped. All browsers share this machine, so what bounds them is its CPU: no swarm over WebRTC can deliver N copies
 * sooner than their bytes take at the CPU cost of a bare RTCDataChannel, spread over all cores. That cost is measured in the same run,
 * between the rounds. `ratio` is the time from the common click until the last receiver has verified all, over that bound; `cpuRatio` the
 * same of CPU spent, which does not suffer from other work on the machine. Saving is left out (downloads are denied).
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFile, mebibyte } from '../e2e/support/files';
import { bareTransfer } from './bare-channel';
import { round3, table, wholeNumber } from './command';
import { cpuMs, cpuOf, median } from './cpu';
import { denyDownloads, gather, makeFresh, openLoopback, type Loopback } from './loopback';
import { runCourse } from './shaped-course';

interface Round {
  readonly bareCpuMsPerMB: number;
  readonly bareMBps: number;
  readonly secondsLast: number;
  readonly cpuMsPerMB: number;
  /** CPU that neither the browsers nor idling used, of all there was: what else ran on the machine. */
  readonly othersShare: number;
  readonly senderCopies: number;
  readonly duplicateShare: number;
}

const { values } = parseArgs({
  options: {
    receivers: { type: 'string', default: '3,7' },
    mb: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const sizes = values.receivers.split(',').map((text) => wholeNumber('receivers', text));
const bytes = wholeNumber('mb', values.mb) * mebibyte;
const rounds = wholeNumber('rounds', values.rounds);
const cores = availableParallelism();
/** A receiver that is not done after so many times the bound is not going to be. */
const patienceFactor = 20;

const place = await openLoopback(1 + Math.max(...sizes));
const results: ReturnType<typeof summary>[] = [];
try {
  for (const peer of place.peers) await denyDownloads(peer);
  for (const receivers of sizes) {
    const samples: Round[] = [];
    for (let round = 0; round < rounds; round++) samples.push(await measure(place, receivers, round));
    results.push(summary(receivers, samples));
  }
} finally {
  await place.close();
}

console.log(`file ${(bytes / 1e6).toFixed(1)} MB, ${cores} cores, medians of ${rounds} rounds`);
console.log(
  table(
    [
      'receivers',
      'bound s',
      'last s',
      'ratio',
      'bare ms/MB',
      'Shoal ms/MB',
      'CPU ratio',
      'copies',
      'duplicates',
      'others',
    ],
    results.map((row) => [
      String(row.receivers),
      row.boundSeconds.toFixed(2),
      row.seconds.toFixed(2),
      `${row.ratio.toFixed(2)} (${row.ratioMin.toFixed(2)}–${row.ratioMax.toFixed(2)})`,
      row.bareCpuMsPerMB.toFixed(0),
      row.cpuMsPerMB.toFixed(0),
      row.cpuRatio.toFixed(2),
      row.senderCopies.toFixed(2),
      `${(row.duplicateShare * 100).toFixed(1)} %`,
      `${(row.othersShare * 100).toFixed(0)} %`,
    ]),
  ),
);
if (results.some(({ othersShare }) => othersShare > 0.1))
  console.log('Other work took more than a tenth of the machine: the CPU ratio says more than the ratio.');
if (values.json) for (const result of results) console.log(JSON.stringify(result));

async function measure(
  { server, peers, folder }: Loopback,
  receiverCount: number,
  round: number,
): Promise<Round> {
  await makeFresh(
    server,
    peers.map(({ page }) => page),
  );
  const [sender, ...others] = peers;
  const [first] = others;
  if (!sender || !first) throw new Error('a sender and a receiver are needed');
  const pair = [sender.profile, first.profile];
  const cpuBefore = cpuMs(pair);
  const bareSeconds = await bareTransfer(sender.page, first.page, bytes);
  const bareCpuMsPerMB = (cpuMs(pair) - cpuBefore) / (bytes / 1e6);

  const receivers = others.slice(0, receiverCount);
  const file = await makeFile(join(folder, 'fanout.bin'), bytes, receiverCount * 1000 + round + 1);
  await gather(server, sender, receivers, file);
  const boundSeconds = (bytes / 1e6) * receiverCount * (bareCpuMsPerMB / 1000 / cores);
  const course = await cpuOf(
    [sender, ...receivers].map(({ profile }) => profile),
    () => runCourse(sender, receivers, 60_000 + patienceFactor * boundSeconds * 1000),
  );
  const { receivers: done, sender: sent } = course.answer;
  const begin = sent.find(({ seconds }) => seconds >= 0)?.bytesSent ?? 0;
  return {
    bareCpuMsPerMB,
    bareMBps: bytes / 1e6 / bareSeconds,
    secondsLast: Math.max(...done.map(({ seconds }) => seconds)),
    cpuMsPerMB: course.ms / ((bytes / 1e6) * receiverCount),
    othersShare: course.othersShare,
    senderCopies: ((sent.at(-1)?.bytesSent ?? NaN) - begin) / bytes,
    duplicateShare: done.reduce((sum, { stats }) => sum + stats.duplicateBytes, 0) / (bytes * receiverCount),
  };
}

/** What --json tells; ratios are made round by round, so that each stands beside the bare channel of its own minute. */
function summary(receivers: number, samples: readonly Round[]) {
  const of = (value: (round: Round) => number): number => round3(median(samples.map(value)));
  const bound = (round: Round): number => (bytes / 1e6) * receivers * (round.bareCpuMsPerMB / 1000 / cores);
  const ratios = samples.map((round) => round.secondsLast / bound(round));
  return {
    receivers,
    ratio: round3(median(ratios)),
    ratioMin: round3(Math.min(...ratios)),
    ratioMax: round3(Math.max(...ratios)),
    senderCopies: of((round) => round.senderCopies),
    duplicateShare: of((round) => round.duplicateShare),
    cpuRatio: of((round) => round.cpuMsPerMB / round.bareCpuMsPerMB),
    bareCpuMsPerMB: of((round) => round.bareCpuMsPerMB),
    cpuMsPerMB: of((round) => round.cpuMsPerMB),
    bareMBps: of((round) => round.bareMBps),
    boundSeconds: of(bound),
    seconds: of((round) => round.secondsLast),
    othersShare: of((round) => round.othersShare),
    cores,
    bytes,
    rounds,
  };
}
