/**
 * Two peers at a distance on one machine (Linux, root, Python 3): a network namespace each, and between them a third in which delay-line.py
 * carries every Ethernet frame with delay and, on request, with loss and a rate. The app's server lives with the first peer, so the second
 * reaches it over the distance too. Decides addresses and how the line is started and ended. Leaves out: more than two peers, IPv6.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { missingForNetworks, removeNamespace, run, within } from './namespaces';
import type { PeerNetwork } from './shaped-place';

export interface LineOptions {
  /** There and back: half of it each way. */
  readonly rttMs: number;
  /** Share of frames dropped at random, each way. */
  readonly loss?: number;
  /** Bytes of Ethernet frames per second, each way; absent: no bound but the machine. */
  readonly bytesPerSecond?: number;
  /** What a frame may wait for its turn before the next ones are dropped; with a rate only. */
  readonly queueMs?: number;
  readonly seed?: number;
}

/** What was carried one way since the line began. */
export interface LineCount {
  readonly frames: number;
  readonly bytes: number;
  readonly lost: number;
  readonly overflowed: number;
}

export interface DelayedNetwork extends PeerNetwork {
  /** Puts another line in: frames on the old one are lost, as when a cable is pulled. Resolves when it carries. */
  lay(options: LineOptions): Promise<void>;
  /** From the first peer to the second, and back. */
  carried(): Promise<readonly [LineCount, LineCount]>;
}

const script = fileURLToPath(new URL('delay-line.py', import.meta.url));
const addresses = ['10.215.0.1', '10.215.0.2'] as const;

/** As missingForNetworks, and Python. */
export function missingForDistance(): string[] {
  const missing = missingForNetworks();
  const python = spawnSync('python3', ['-c', 'import socket; socket.AF_PACKET'], { stdio: 'ignore' });
  if (missing.length === 0 && python.status !== 0)
    missing.push('"python3" with AF_PACKET sockets is missing: install python3.');
  return missing;
}

/** Two peers without a line yet: lay() one. Throws with what a tool said; what was made until then is removed. */
export function makeDelayedNetwork(): DelayedNetwork {
  const prefix = `shoal-${process.pid}`;
  const wire = `${prefix}-wire`;
  const peers = addresses.map((address, i) => ({ namespace: `${prefix}-${i}`, address }));
  const made: string[] = [];
  const remove = (): void => {
    for (const name of made.splice(0).reverse()) removeNamespace(name);
  };
  try {
    for (const name of [wire, ...peers.map(({ namespace }) => namespace)]) {
      run('ip', ['netns', 'add', name]);
      made.push(name);
      within(name, 'link set lo up');
    }
    for (const [i, { namespace, address }] of peers.entries()) {
      within(namespace, `link add uplink type veth peer name port${i} netns ${wire}`);
      // Frames go one by one, as on a real cable: bundled by segmentation offload a loss would take many.
      within(namespace, 'link set uplink gso_max_size 1500 gso_max_segs 1 addrgenmode none');
      within(wire, `link set port${i} addrgenmode none`);
      within(namespace, `addr add ${address}/24 dev uplink`);
      within(namespace, 'link set uplink up');
      within(wire, `link set port${i} up`);
      // Without permission to use a camera Chromium offers only the address of the default route.
      within(namespace, 'route add default dev uplink');
    }
  } catch (error) {
    remove();
    throw error;
  }
  const [first] = peers;
  if (!first) throw new Error('no peers');
  let line: Line | undefined;
  return {
    hub: first,
    peers,
    async lay(options) {
      await line?.end();
      line = await startLine(wire, options);
    },
    carried() {
      if (!line) throw new Error('no line was laid');
      return line.count();
    },
    remove,
  };
}

interface Line {
  count(): Promise<readonly [LineCount, LineCount]>;
  end(): Promise<void>;
}

async function startLine(wire: string, options: LineOptions): Promise<Line> {
  const { rttMs, loss = 0, bytesPerSecond = 0, queueMs = 100, seed = 1 } = options;
  const flags = { 'delay-ms': rttMs / 2, loss, rate: bytesPerSecond, 'queue-ms': queueMs, seed };
  const child = spawn(
    'ip',
    // prettier-ignore
    ['netns', 'exec', wire, 'python3', script, 'port0', 'port1', ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(-4_000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const next = async (): Promise<string> => {
    const step = (await lines.next()) as IteratorResult<string, undefined>;
    if (step.done) throw new Error(`the delay line ended: ${complaint.trim() || 'without a word'}`);
    return step.value;
  };
  await next();
  return {
    async count() {
      child.kill('SIGUSR1');
      return JSON.parse(await next()) as [LineCount, LineCount];
    },
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
