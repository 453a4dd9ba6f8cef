/**
 * `npm run bench:memory -- [--gb 1] [--json]`: how much memory a big file takes at its sender and at a receiver, each a browser of its own
 * with a profile on disk. Sampled is the sum of PSS over all processes of each browser; told is the growth over a baseline: the page open, a
 * room joined, the two linked. Phases: "transfer" from choosing the file until the receiver has verified all (preparing at the sender goes on
 * at the same time), "saving" until the browser's own download is whole on disk. What arrived is compared by its SHA-256. Takes four times
 * the file on disk while it runs (file, two stores, the download), in the temporary folder; everything is removed. Linux.
 */
import { expect } from '@playwright/test';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { makeFile, mebibyte, sha256 } from '../e2e/support/files';
import type { Peer } from '../e2e/support/peer';
import { clickToComplete } from './click-to-complete';
import { positive, round3, table } from './command';
import { median, memoryOf } from './cpu';
import { gather, openLoopback } from './loopback';

type Phase = 'baseline' | 'transfer' | 'saving';
interface Sample {
  readonly phase: Phase;
  /** Bytes by kind of process. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly bytes: number;
}

const { values } = parseArgs({
  options: { gb: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
});
/** --gb counts GiB: what "a 4 GB file" means where it hurts, above 2^32 bytes. */
const bytes = Math.round(positive('gb', values.gb) * 1024) * mebibyte;
const barMB = 200;
const sampleMs = 500;
const baselineMs = 5000;
const patienceMs = 3_600_000;

const place = await openLoopback(2);
const [sender, receiver] = place.peers;
try {
  if (!sender || !receiver) throw new Error('two browsers are needed');
  const small = await makeFile(join(place.folder, 'small.bin'), mebibyte);
  const big = await makeFile(join(place.folder, 'big.bin'), bytes, 2);
  const samples = new Map<Peer, Sample[]>([
    [sender, []],
    [receiver, []],
  ]);
  let phase: Phase = 'baseline';
  let sampling = true;
  const sample = async (): Promise<void> => {
    while (sampling) {
      for (const [peer, seen] of samples) {
        const kinds = memoryOf(peer.profile);
        seen.push({ phase, kinds, bytes: [...kinds.values()].reduce((sum, size) => sum + size, 0) });
      }
      await delay(sampleMs);
    }
  };

  await gather(place.server, sender, [receiver], small);
  const sampled = sample();
  await delay(baselineMs);

  phase = 'transfer';
  const link = await sender.share(place.server.url, big);
  await receiver.join(link);
  await expect(receiver.page.getByTestId('download')).toBeEnabled();
  receiver.page.setDefaultTimeout(patienceMs);
  const coming = receiver.page.waitForEvent('download', { timeout: patienceMs });
  coming.catch(() => undefined);
  const seconds = await clickToComplete(receiver.page);
  phase = 'saving';
  const begin = performance.now();
  const { path } = await receiver.saved(coming);
  const savingSeconds = (performance.now() - begin) / 1000;
  sampling = false;
  await sampled;
  const same = (await sha256(path)) === (await sha256(big));
  if (!same) throw new Error('what was saved is not what was sent');

  const result = {
    bytes,
    barMB,
    sender: growth(samples.get(sender) ?? []),
    receiver: growth(samples.get(receiver) ?? []),
    seconds: round3(seconds),
    savingSeconds: round3(savingSeconds),
  };
  console.log(
    `one file of ${(bytes / 1e9).toFixed(2)} GB; PSS of all processes of a browser, MB; bar: growth of ${barMB}`,
  );
  console.log(
    table(
      ['', 'baseline', 'transfer +', 'saving +', 'grew most, by kind of process'],
      [
        ['sender', ...cells(result.sender)],
        ['receiver', ...cells(result.receiver)],
      ],
    ),
  );
  console.log(
    `transfer ${seconds.toFixed(0)} s (${(bytes / 1e6 / seconds).toFixed(1)} MB/s), saving ${savingSeconds.toFixed(0)} s; SHA-256 equal`,
  );
  if (values.json) console.log(JSON.stringify(result));
} finally {
  await place.close();
}

type Growth = ReturnType<typeof growth>;

function growth(samples: readonly Sample[]) {
  const baseline = samples.filter(({ phase }) => phase === 'baseline');
  const base = median(baseline.map((sample) => sample.bytes));
  const peakIn = (phase: Phase): number =>
    Math.max(...samples.filter((sample) => sample.phase === phase).map((sample) => sample.bytes));
  const peak = samples.reduce<Sample | undefined>(
    (most, sample) => (most && most.bytes >= sample.bytes ? most : sample),
    undefined,
  );
  const kinds = [...(peak?.kinds ?? [])].map(([kind, size]): [string, number] => [
    kind,
    toMB(size - median(baseline.map(({ kinds }) => kinds.get(kind) ?? 0))),
  ]);
  return {
    baselineMB: toMB(base),
    growthMB: toMB((peak?.bytes ?? NaN) - base),
    transferGrowthMB: toMB(peakIn('transfer') - base),
    savingGrowthMB: toMB(peakIn('saving') - base),
    /** At the peak. */
    growthByProcessMB: Object.fromEntries(kinds.filter(([, size]) => size !== 0)),
    /** Samples at even distances, MB, for a look at the course. */
    courseMB: Array.from({ length: 20 }, (_, i) =>
      toMB((samples[Math.floor((i * (samples.length - 1)) / 19)]?.bytes ?? NaN) - base),
    ),
  };
}

function cells(growth: Growth): string[] {
  const kinds = Object.entries(growth.growthByProcessMB).sort(([, a], [, b]) => b - a);
  return [
    String(growth.baselineMB),
    String(growth.transferGrowthMB),
    String(growth.savingGrowthMB),
    kinds.map(([kind, size]) => `${kind} ${size}`).join(', '),
  ];
}

function toMB(size: number): number {
  return Math.round(size / 1e6);
}
