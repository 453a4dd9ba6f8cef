/**
 * `npm run bench:shaped -- --receivers 4 --mb 16 --up 1.5 [--receiver-up 0.5] [--queue-ms 100] [--seed S] [--json]`: Shoal between real
 * browsers, each behind an uplink of its own (namespaces.ts), so that the simulator's curves can be checked against it. Linux, root.
 * --mb is the file in MiB; --up is the shaped rate in MB/s (10^6 bytes), Ethernet frames with all headers. What part of it is payload is
 * measured before, with a bare RTCDataChannel over the links of the sender and the first receiver: the simulator's rates are payload rates.
 * Everybody has joined and is linked when all click at one moment. --seed makes the file another one; the browsers' own chances have no seed.
 */
import { expect } from '@playwright/test';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFile, mebibyte } from '../e2e/support/files';
import { bareTransfer } from './bare-channel';
import { positive, refuse, wholeNumber } from './command';
import { cpuMs, machineTimes } from './cpu';
import { missingForNetworks, mostPeers, type Carried } from './namespaces';
import { runCourse } from './shaped-course';
import { figuresOf, linesOf, type Run } from './shaped-figures';
import { openPlace, type Place } from './shaped-place';

/** The bare channel's run is no longer than this; its first second goes on slow start, one loss of many packets and the pause after it. */
const mostBareBytes = 16 * mebibyte;
/** A run is given up after a minute and this many times what the narrowest uplink alone would need for everybody. */
const patienceFactor = 10;

const { values } = parseArgs({
  options: {
    receivers: { type: 'string', default: '4' },
    mb: { type: 'string', default: '16' },
    up: { type: 'string', default: '1.5' },
    'receiver-up': { type: 'string' },
    'queue-ms': { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const receiverCount = wholeNumber('receivers', values.receivers);
if (receiverCount >= mostPeers) refuse(`--receivers must be a whole number below ${mostPeers}.`);
const bytes = Math.round(positive('mb', values.mb) * mebibyte);
const up = positive('up', values.up) * 1e6;
const receiverUp =
  values['receiver-up'] === undefined ? up : positive('receiver-up', values['receiver-up']) * 1e6;
const queueMs = positive('queue-ms', values['queue-ms']);
const seed = positive('seed', values.seed);
const missing = missingForNetworks();
if (missing.length > 0) refuse(missing.join('\n'));

const ups = [up, ...Array.from({ length: receiverCount }, () => receiverUp)];
const place = await openPlace(ups.map((bytesPerSecond) => ({ bytesPerSecond, queueMs })));
try {
  const run = { ...(await bare(place)), ...(await swarm(place)), bytes, up, receiverUp, queueMs };
  if (values.json) console.log(JSON.stringify(figuresOf(run)));
  else for (const line of linesOf(run)) console.log(line);
} finally {
  await place.close();
}

/** One bare channel from the sender to the first receiver. */
async function bare({ peers, url, network }: Place): Promise<Pick<Run, 'goodputShare' | 'bareShare'>> {
  const [sender, receiver] = peers;
  if (!sender || !receiver) throw new Error('a sender and a receiver are needed');
  for (const { page } of [sender, receiver]) await page.goto(`${url}/healthz`);
  const payload = Math.min(bytes, mostBareBytes);
  const before = network.carried(0).bytes;
  const seconds = await bareTransfer(sender.page, receiver.page, payload);
  return {
    goodputShare: payload / (network.carried(0).bytes - before),
    bareShare: payload / seconds / up,
  };
}

/** Shoal, from the common click until the last receiver is complete. */
async function swarm({
  network,
  peers,
  url,
  folder,
}: Place): Promise<Pick<Run, 'course' | 'carried' | 'cpuShare' | 'machineCpuShare'>> {
  const [sender, ...receivers] = peers;
  if (!sender) throw new Error('a sender is needed');
  const link = await sender.share(url, await makeFile(join(folder, 'shaped.bin'), bytes, seed));
  await sender.expectState(/waiting|complete/);
  for (const receiver of receivers) await receiver.join(link);
  for (const peer of peers) await peer.expectPeers(receivers.length);
  for (const receiver of receivers) await expect(receiver.page.getByTestId('download')).toBeEnabled();

  const profiles = peers.map(({ profile }) => profile);
  const carriedNow = (): Carried[] => peers.map((_, i) => network.carried(i));
  const [carriedBefore, browsersBefore, machineBefore] = [carriedNow(), cpuMs(profiles), machineTimes()];
  const begin = performance.now();
  const patienceMs = 60_000 + (patienceFactor * 1000 * bytes * receivers.length) / Math.min(...ups);
  const course = await runCourse(sender, receivers, patienceMs);
  const coreMs = (performance.now() - begin) * availableParallelism();
  const machine = machineTimes();
  return {
    course,
    carried: carriedNow().map((now, i) => ({
      bytes: now.bytes - (carriedBefore[i]?.bytes ?? 0),
      packets: now.packets - (carriedBefore[i]?.packets ?? 0),
      dropped: now.dropped - (carriedBefore[i]?.dropped ?? 0),
    })),
    cpuShare: (cpuMs(profiles) - browsersBefore) / coreMs,
    machineCpuShare: (machine.busy - machineBefore.busy) / (machine.all - machineBefore.all),
  };
}
