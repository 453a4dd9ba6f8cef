/**
 * Shaped links on one machine (Linux, root): for each peer a network namespace and, behind it, a namespace that stands for its home router and
 * holds the token bucket (tbf) on the way out, so that what a peer sends passes its own uplink and what it receives only the others'. All
 * routers meet in a hub namespace, not joined to the machine's network: addresses cannot clash with it; names carry this process's id.
 * The router is a hop of its own because a full queue on the sender's own machine holds its socket back instead of dropping packets: then
 * Chromium queues without end, and SCTP sends a fifth of its packets twice (measured: 61 % of the rate was payload, nothing was dropped).
 * tbf counts whole Ethernet frames. Leaves out: delay and random loss (netem is not everywhere), shaped downlinks, IPv6.
 * A run killed with SIGKILL leaves its namespaces behind; `ip netns list` shows them as shoal-PID-….
 */
import { spawnSync } from 'node:child_process';

export interface Uplink {
  readonly bytesPerSecond: number;
  /** How long a packet may wait for its turn before the queue is full and the next one is dropped, as in a home router. */
  readonly queueMs: number;
}

export interface Carried {
  /** Frames sent so far, in bytes with Ethernet, IP and UDP headers. */
  readonly bytes: number;
  readonly packets: number;
  readonly dropped: number;
}

/** The peer's own cable, which its browser notices at once, or the line behind its home router, of which only silence tells. */
export type Cut = 'cable' | 'line';

export interface Network {
  readonly hub: { readonly namespace: string; readonly address: string };
  /** In the order of the uplinks given. */
  readonly peers: readonly { readonly namespace: string; readonly address: string }[];
  /** What peer `index` has put on its link. */
  carried(index: number): Carried;
  /** Nothing of peer `index` gets out or in any more until it is mended. Idempotent, as is mending. */
  cut(index: number, where: Cut): void;
  mend(index: number): void;
  /** Kills every process in these namespaces and removes them. Synchronous and idempotent, so that an 'exit' listener can call it. */
  remove(): void;
}

/** Two frames of the largest size would do for the rate; this is a scheduler's tick or more at all rates used here (guess). */
const burstBytes = 32 * 1024;
/** Two /24 a peer: 10.213.i between it and its router, 10.214.i between the router and the hub. */
export const mostPeers = 200;

/** What is missing to build networks here, as sentences for a person; empty when nothing is. */
export function missingForNetworks(): string[] {
  if (process.platform !== 'linux') return ['Network namespaces exist on Linux only.'];
  const missing: string[] = [];
  if (process.getuid?.() !== 0) missing.push('Root is needed to make network namespaces: run it as root.');
  for (const tool of ['ip', 'tc'])
    if (spawnSync(tool, ['-V'], { stdio: 'ignore' }).error)
      missing.push(`"${tool}" is missing: install iproute2.`);
  return missing;
}

/** Throws with what the tool said; what was made until then is removed. */
export function makeNetwork(uplinks: readonly Uplink[]): Network {
  if (uplinks.length > mostPeers) throw new RangeError(`at most ${mostPeers} peers fit the network`);
  const prefix = `shoal-${process.pid}`;
  const hub = { namespace: `${prefix}-hub`, address: '10.212.0.1' };
  const peers = uplinks.map((_, i) => ({ namespace: `${prefix}-${i}`, address: `10.213.${i}.2` }));
  const routerOf = (index: number): string => `${prefix}-${index}r`;
  const peerAt = (index: number): (typeof peers)[number] => {
    const peer = peers[index];
    if (!peer) throw new RangeError(`there is no peer ${index}`);
    return peer;
  };
  const made: string[] = [];
  const add = (name: string): void => {
    run('ip', ['netns', 'add', name]);
    made.push(name);
    within(name, 'link set lo up');
  };
  const remove = (): void => {
    for (const name of made.splice(0).reverse()) removeNamespace(name);
  };
  try {
    add(hub.namespace);
    forward(hub.namespace);
    within(hub.namespace, `addr add ${hub.address}/32 dev lo`);
    peers.forEach(({ namespace, address }, i) => {
      const router = routerOf(i);
      add(namespace);
      add(router);
      forward(router);
      connect([namespace, 'uplink', address], [router, 'lan', `10.213.${i}.1`]);
      connect([router, 'wan', `10.214.${i}.2`], [hub.namespace, `port${i}`, `10.214.${i}.1`]);
      // Without permission to use a camera Chromium offers only the address of the default route.
      within(namespace, `route add default via 10.213.${i}.1`);
      within(router, `route add default via 10.214.${i}.1`);
      within(hub.namespace, `route add 10.213.${i}.0/24 via 10.214.${i}.2`);
    });
    uplinks.forEach((uplink, i) => {
      shape(routerOf(i), uplink);
    });
  } catch (error) {
    remove();
    throw error;
  }
  return {
    hub,
    peers,
    carried: (index) => carriedIn(routerOf(index)),
    cut(index, where) {
      if (where === 'cable') within(peerAt(index).namespace, 'link set uplink down');
      else within(routerOf(index), 'link set wan down');
    },
    mend(index) {
      // A device that goes down takes the routes over it with it, and keeps its address.
      within(peerAt(index).namespace, 'link set uplink up');
      within(peerAt(index).namespace, `route replace default via 10.213.${index}.1`);
      within(routerOf(index), 'link set wan up');
      within(routerOf(index), `route replace default via 10.214.${index}.1`);
    },
    remove,
  };
}

type End = readonly [namespace: string, device: string, address: string];

/** A cable between two namespaces. */
function connect(a: End, b: End): void {
  within(a[0], `link add ${a[1]} type veth peer name ${b[1]} netns ${b[0]}`);
  for (const [namespace, device, address] of [a, b]) {
    // Packets go one by one: bundled by segmentation offload they would exceed the bucket. No IPv6 address: one candidate a peer.
    within(namespace, `link set ${device} gso_max_size 1500 gso_max_segs 1 addrgenmode none`);
    within(namespace, `addr add ${address}/24 dev ${device}`);
    within(namespace, `link set ${device} up`);
  }
}

function shape(router: string, { bytesPerSecond, queueMs }: Uplink): void {
  // In tc's spelling bps is bytes per second.
  const bucket = `rate ${Math.round(bytesPerSecond)}bps burst ${burstBytes} latency ${queueMs}ms`;
  run('tc', ['-n', router, ...`qdisc add dev wan root tbf ${bucket}`.split(' ')]);
}

/** Runs an `ip` command inside a namespace; throws with what it said. */
export const within = (namespace: string, command: string): string =>
  run('ip', ['-n', namespace, ...command.split(' ')]);

function forward(namespace: string): void {
  run('ip', ['netns', 'exec', namespace, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
}

function carriedIn(router: string): Carried {
  const said = run('tc', ['-n', router, '-s', '-j', 'qdisc', 'show', 'dev', 'wan']);
  const [qdisc] = JSON.parse(said) as { bytes: number; packets: number; drops: number }[];
  if (!qdisc) throw new Error(`tc shows no queue in ${router}`);
  return { bytes: qdisc.bytes, packets: qdisc.packets, dropped: qdisc.drops };
}

/** Kills what runs in a namespace and removes it. */
export function removeNamespace(name: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
  for (const pid of stdout.split(/\s+/).filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // ended by itself
    }
  }
  spawnSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
}

/** Throws with what the tool said on stderr. */
export function run(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { encoding: 'utf8' });
  if (error || status !== 0)
    throw new Error(`"${tool} ${args.join(' ')}" failed: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
