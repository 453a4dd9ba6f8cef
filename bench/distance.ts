/**
 * `npm run bench:distance -- --rtt 20,50,100 --mb 24 --rounds 3 [--loss 0.001] [--rate 12.5] [--queue-ms 100] [--json]`: one link between two
 * Chromiums at a distance (delayed-network.ts): bare data channels on one, two and four connections, Shoal as it is, and Shoal whose receiver
 * takes no further connections, taking turns in one run. Goodput is payload ÷ time: bare from the first byte to the last, Shoal from the click on
 * Download until every chunk is verified. --mb is in MiB; --rate in MB/s, Ethernet frames; --loss a share of frames each way. Linux, root, Python 3.
 */
import { expect } from '@playwright/test';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFile, mebibyte } from '../e2e/support/files';
import { stripedTransfer } from './bare-stripes';
import { cpuMs, median } from './cpu';
import { makeDelayedNetwork, missingForDistance, type DelayedNetwork } from './delayed-network';
import { runCourse } from './shaped-course';
import { openPlaceIn, type Place } from './shaped-place';
import { packetsRefused, type Refused } from './socket-drops';

const kinds = ['bare', 'bare2', 'bare4', 'shoal1', 'shoal'] as const;
type Kind = (typeof kinds)[number];

interface Sample {
  readonly seconds: number;
  readonly cpuMsPerMB: number;
  /** Frames on the line from the sender to the receiver. */
  readonly frames: number;
  /** Of those, dropped by the receiving browser's own socket: it was not read in time. */
  readonly refused: number;
  /** Connections the receiving page has made for this run. */
  readonly connections: number;
}

const { values } = parseArgs({
  options: {
    rtt: { type: 'string', default: '20,50,100' },
    mb: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '3' },
    loss: { type: 'string', default: '0' },
    rate: { type: 'string', default: '0' },
    'queue-ms': { type: 'string', default: '100' },
    kinds: { type: 'string', default: kinds.join(',') },
    json: { type: 'boolean', default: false },
  },
});
const rtts = values.rtt.split(',').map((text) => number('rtt', text, 0));
const bytes = Math.round(number('mb', values.mb, 1) * mebibyte);
const rounds = number('rounds', values.rounds, 1);
const loss = number('loss', values.loss, 0);
const rate = number('rate', values.rate, 0) * 1e6;
const queueMs = number('queue-ms', values['queue-ms'], 1);
const chosen = kinds.filter((kind) => values.kinds.split(',').includes(kind));
const missing = missingForDistance();
if (missing.length > 0) refuse(missing.join('\n'));

const say = (line: string): void => {
  console.log(line);
};
/** A run is given up when it takes longer than this: ten times what 0.5 MB/s would need, and a minute. */
const patienceMs = 60_000 + bytes / 50;

const samples = new Map<string, Sample[]>();
const place = await openPlaceIn(makeDelayedNetwork);
try {
  for (const { page } of place.peers) await page.addInitScript(countConnections);
  for (const rttMs of rtts) {
    await place.network.lay({ rttMs, loss, queueMs, ...(rate > 0 && { bytesPerSecond: rate }) });
    for (let round = 0; round < rounds; round++) {
      for (const kind of chosen) {
        const sample = await run(place, kind, round);
        const key = `${rttMs} ${kind}`;
        samples.set(key, [...(samples.get(key) ?? []), sample]);
        say(
          `  ${rttMs} ms ${kind.padEnd(6)} ${MBps(sample).toFixed(2)} MB/s, ${sample.connections} connections, ${sample.cpuMsPerMB.toFixed(0)} CPU-ms/MB, ` +
            `${sample.refused} of ${sample.frames} frames dropped at the socket`,
        );
      }
    }
  }
} finally {
  await place.close();
}
report();

async function run(where: Place<DelayedNetwork>, kind: Kind, round: number): Promise<Sample> {
  const [sender, receiver] = where.peers;
  if (!sender || !receiver) throw new Error('two peers are needed');
  const profiles = where.peers.map(({ profile }) => profile);
  const connections = { bare: 1, bare2: 2, bare4: 4 };
  let go: () => Promise<number>;
  if (kind === 'shoal' || kind === 'shoal1') {
    const file = await makeFile(join(where.folder, 'distance.bin'), bytes, round + 1);
    const link = await sender.share(where.url, file);
    await sender.expectState(/waiting|complete/);
    // A page of its own first: from one link to the next a page is not loaded anew.
    await receiver.page.goto(`${where.url}/healthz`);
    await receiver.page.evaluate(
      (one) => sessionStorage.setItem('connections', one),
      kind === 'shoal1' ? 'one' : '',
    );
    await receiver.join(link);
    for (const peer of where.peers) await peer.expectPeers(1);
    await expect(receiver.page.getByTestId('download')).toBeEnabled();
    go = async () => (await runCourse(sender, [receiver], patienceMs)).receivers[0]?.seconds ?? NaN;
  } else {
    for (const { page } of where.peers) await page.goto(`${where.url}/healthz`);
    go = async () => (await stripedTransfer(sender.page, receiver.page, bytes, connections[kind])).seconds;
  }
  const [cpu, line, drops] = [cpuMs(profiles), await where.network.carried(), refusedNow(where)];
  const seconds = await go();
  const made = await receiver.page.evaluate(
    () => (globalThis as unknown as { connectionsMade: number }).connectionsMade,
  );
  return {
    seconds,
    cpuMsPerMB: (cpuMs(profiles) - cpu) / (bytes / 1e6),
    frames: (await where.network.carried())[0].frames - line[0].frames,
    refused: refusedNow(where).received - drops.received,
    connections: made,
  };
}

function refusedNow({ network }: Place<DelayedNetwork>): Refused {
  return packetsRefused(network.peers[1]?.namespace ?? '');
}

/**
 * In every page, before its scripts: counts connections, and where the session asks for one gives the channel on which further connections are
 * agreed another number, so that this peer is to the other one that knows nothing of them (PROTOCOL TP27).
 */
function countConnections(): void {
  const page = globalThis as unknown as {
    connectionsMade: number;
    RTCPeerConnection: typeof RTCPeerConnection;
  };
  const plain = page.RTCPeerConnection;
  page.connectionsMade = 0;
  page.RTCPeerConnection = class extends plain {
    constructor(config?: RTCConfiguration) {
      super(config);
      page.connectionsMade++;
    }
    override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
      const other = label === 'stripes' && sessionStorage.getItem('connections') === 'one';
      return super.createDataChannel(label, other ? { ...init, id: 119 } : init);
    }
  };
}

function MBps({ seconds }: Sample): number {
  return bytes / 1e6 / seconds;
}

function report(): void {
  const rows = rtts.map((rttMs) => {
    const of = (kind: Kind): Sample[] => samples.get(`${rttMs} ${kind}`) ?? [];
    const rate = (kind: Kind): number => round3(median(of(kind).map(MBps)));
    const one = rate('bare');
    return {
      rttMs,
      MBps: Object.fromEntries(chosen.map((kind) => [kind, rate(kind)])),
      /** How many bytes one bare connection had under way on average: what its window was worth. */
      bareUnderwayKiB: Math.round((one * 1e6 * rttMs) / 1000 / 1024),
      shoalOverBare: round3(rate('shoal') / one),
      oneConnectionOverBare: round3(rate('shoal1') / one),
      gainBare: round3(rate('bare4') / one),
      gainShoal: round3(rate('shoal') / rate('shoal1')),
      connections: median(of('shoal').map(({ connections }) => connections)),
      refusedShare: round3(
        median(chosen.flatMap((kind) => of(kind).map(({ refused, frames }) => refused / frames))),
      ),
    };
  });
  say('');
  say(
    `${(bytes / 1e6).toFixed(1)} MB, medians of ${rounds}, MB/s; loss ${loss}, line ${rate > 0 ? `${rate / 1e6} MB/s` : 'unbounded'}`,
  );
  say(
    `  RTT ms | ${chosen.map((kind) => kind.padStart(7)).join(' | ')} | Shoal/bare | gain bare 4 | gain Shoal | connections`,
  );
  for (const row of rows)
    say(
      `  ${String(row.rttMs).padStart(6)} | ${chosen.map((kind) => (row.MBps[kind] ?? NaN).toFixed(2).padStart(7)).join(' | ')} | ` +
        `${row.shoalOverBare.toFixed(2).padStart(10)} | ${row.gainBare.toFixed(2).padStart(11)} | ${row.gainShoal.toFixed(2).padStart(10)} | ${row.connections}`,
    );
  if (values.json)
    console.log(JSON.stringify({ megabytes: bytes / 1e6, rounds, loss, rateMBps: rate / 1e6, rows }));
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function number(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!(text.trim() !== '' && value >= least && Number.isFinite(value)))
    refuse(`--${name} must be a number of at least ${least}.`);
  return value;
}

function refuse(why: string): never {
  console.error(why);
  process.exit(1);
}
