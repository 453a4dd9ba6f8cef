/**
 * `npm run bench:transfer -- --mb 128 --rounds 5 [--json]`: one to one between two browsers, Shoal against a bare RTCDataChannel, alternating
 * in one run. Goodput is payload ÷ time from the click on Download until every chunk is verified; saving to disk is told apart, and preparing
 * is over before.
 * CPU is that of both browsers with all their processes. Ratios count, not times: the machine is shared.
 */
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { makeFile, mebibyte, scratch } from '../e2e/support/files';
import { launchPeer } from '../e2e/support/peer';
import { startServer } from '../e2e/support/server';
import { bareTransfer } from './bare-channel';
import { clickToComplete } from './click-to-complete';
import { round3 } from './command';
import { atRest, cpuMs, median } from './cpu';
import { gather, makeFresh } from './loopback';

interface Sample {
  readonly seconds: number;
  readonly cpuMsPerMB: number;
}

const { values } = parseArgs({
  options: {
    mb: { type: 'string', default: '128' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const bytes = Number(values.mb) * mebibyte;
const rounds = Number(values.rounds);
const megabytes = bytes / 1e6;
const say = (line: string): void => {
  if (!values.json) console.log(line);
};

const server = await startServer();
const sender = await launchPeer();
const receiver = await launchPeer();
const browsers = [sender.profile, receiver.profile];
const bare: Sample[] = [];
const shoal: (Sample & { readonly savedSeconds: number })[] = [];

async function measured(run: () => Promise<number>): Promise<Sample> {
  const before = cpuMs(browsers);
  const seconds = await run();
  return { seconds, cpuMsPerMB: (cpuMs(browsers) - before) / megabytes };
}

async function bareRound(): Promise<Sample> {
  await makeFresh(server, [sender.page, receiver.page]);
  await atRest(browsers);
  return measured(() => bareTransfer(sender.page, receiver.page, bytes));
}

async function shoalRound(round: number): Promise<void> {
  const file = await makeFile(join(await scratch(), `bench-${round}.bin`), bytes, round + 1);
  await gather(server, sender, [receiver], file);
  await atRest(browsers);
  const saved = receiver.page.waitForEvent('download', { timeout: 600_000 });
  // Awaited below; a failure before that must be told as itself.
  saved.catch(() => undefined);
  const begin = performance.now();
  const sample = await measured(() => clickToComplete(receiver.page));
  await receiver.saved(saved);
  shoal.push({ ...sample, savedSeconds: (performance.now() - begin) / 1000 });
  const stats = await receiver.stats();
  say(
    `  shoal ${(megabytes / sample.seconds).toFixed(2)} MB/s, ${sample.cpuMsPerMB.toFixed(0)} CPU-ms/MB, duplicates ${stats.duplicateBytes}`,
  );
}

try {
  for (let round = 0; round < rounds; round++) {
    const sample = await bareRound();
    bare.push(sample);
    say(`  bare  ${(megabytes / sample.seconds).toFixed(2)} MB/s, ${sample.cpuMsPerMB.toFixed(0)} CPU-ms/MB`);
    await shoalRound(round);
  }
} finally {
  await sender.close();
  await receiver.close();
  await server.stop();
}

const rate = (samples: readonly Sample[]): number =>
  median(samples.map(({ seconds }) => megabytes / seconds));
const ratios = shoal.map(({ seconds }, i) => (bare[i]?.seconds ?? NaN) / seconds);
const result = {
  ratio: round3(median(ratios)),
  ratioMin: round3(Math.min(...ratios)),
  ratioMax: round3(Math.max(...ratios)),
  bareMBps: round3(rate(bare)),
  shoalMBps: round3(rate(shoal)),
  cpuMsPerMB: {
    bare: round3(median(bare.map((sample) => sample.cpuMsPerMB))),
    shoal: round3(median(shoal.map((sample) => sample.cpuMsPerMB))),
  },
  savedMBps: round3(median(shoal.map(({ savedSeconds }) => megabytes / savedSeconds))),
  megabytes: round3(megabytes),
  rounds,
};
say(
  `ratio ${result.ratio} (${result.ratioMin}–${result.ratioMax}), bare ${result.bareMBps} MB/s, Shoal ${result.shoalMBps} MB/s`,
);
console.log(JSON.stringify(result));
