/**
 * The scenarios: who takes part, what goes wrong, which figures are promised (docs/results/README.md says what each is for). A scenario answers
 * one run per variant; the command line runs one, `sim:full` all. Units: bytes and seconds; uplinks in payload bytes per second.
 */
import { createPrng } from '../lib/base/prng';
import { blockBytes } from '../lib/content/layout';
import { closingFacts, safeToClose } from '../lib/core/transfer/safe-to-close';
import { mean, quantile, type RunSpec } from './measure';
import type { Figure, RunResult } from './types';
import type { Behaviour, Node, NodeSpec } from './node';
import type { World, WorldOptions } from './world';

export interface Ask {
  readonly peers: number;
  readonly chunks: number;
  readonly seed: number;
}

export interface Variant {
  readonly name: string;
  readonly spec: (ask: Ask) => RunSpec;
  /** What the issue promises of it, from the result and, where it is compared with another variant, that one's. */
  readonly figures: (result: RunResult, against: RunResult | undefined) => readonly Figure[];
  /** The variant it is compared with; '' is the plain one. */
  readonly against?: string;
  /** Runs only to be compared with, or to show what a mechanism is worth. */
  readonly control?: boolean;
}

export interface Scenario {
  readonly name: string;
  /** One line for a person. */
  readonly about: string;
  readonly defaults: { readonly peers: number; readonly chunks: number };
  readonly variants: readonly Variant[];
}

const mbit = 1e6 / 8;
const mib = 1024 * 1024;
const up = 20 * mbit;
/** Downlinks are wider than uplinks nearly everywhere. */
const down = 5 * up;
/** Everyone has joined and linked before the click, as in bench/shaped.ts. */
const startSeconds = 20;
const internet = { minRttMs: 30, maxRttMs: 100 };

const everyone = (): boolean => true;
const honest = (node: Node): boolean => node.behaviour === 'honest';

const receivers = (count: number, make: (index: number) => NodeSpec): NodeSpec[] => [
  { up, down },
  ...Array.from({ length: count }, (_, i) => make(i)),
];

const alike = (count: number, spec: NodeSpec): NodeSpec[] => Array.from({ length: count }, () => spec);

function run(
  scenario: string,
  variant: string,
  { peers, chunks, seed }: Ask,
  world: Partial<WorldOptions>,
  rest: Partial<RunSpec> = {},
): RunSpec {
  return {
    scenario,
    variant,
    peers,
    chunks,
    seed,
    world: {
      seed,
      chunks,
      chunkBytes: mib,
      nodes: alike(peers + 1, { up, down }),
      distance: internet,
      startSeconds,
      ...world,
    },
    finishes: everyone,
    ...rest,
  };
}

// ── figures promised of most runs ────────────────────────────────────────────────────────────────────────

const last = (result: RunResult, atMost: number): Figure => ({
  name: 'ratioLast',
  value: result.ratioLast,
  atMost,
});
const economy = (result: RunResult): Figure[] => [
  { name: 'senderCopies', value: result.senderCopies, atMost: 1.02 },
  { name: 'duplicateShare', value: result.duplicateShare, atMost: 0.01 },
  { name: 'controlShare', value: result.controlShare, atMost: 0.02 },
];
const complete = (result: RunResult): Figure => ({ name: 'completed', value: result.completed, atLeast: 1 });

// ── broadcast ────────────────────────────────────────────────────────────────────────────────────────────

/** Figures hold at 1,000 chunks and more; the share of the first and last chunks' journey grows as chunks become fewer. */
const broadcast: Scenario = {
  name: 'broadcast',
  about: 'one publisher, equal uplinks of 20 Mbit/s, round trips of 30–100 ms',
  defaults: { peers: 1000, chunks: 1000 },
  variants: [
    {
      name: '',
      spec: (ask) => run('broadcast', '', ask, {}),
      figures: (result) => [
        last(result, result.peers > 1000 ? 1.08 : 1.06),
        { name: 'ratioP50', value: result.ratioP50, atMost: 1.04 },
        ...economy(result),
      ],
    },
    {
      name: 'oracle',
      spec: (ask) =>
        run('broadcast', 'oracle', ask, {
          distance: { minRttMs: 0, maxRttMs: 0 },
          windowBytes: Infinity,
          hashMs: 0,
          writeMs: 0,
          config: { haveDelayMs: 0, haveLater: 0 },
        }),
      figures: (result) => [last(result, 1.03), ...economy(result)],
    },
    {
      name: '200mbit',
      spec: (ask) =>
        run('broadcast', '200mbit', ask, {
          nodes: alike(ask.peers + 1, { up: 200 * mbit, down: 1000 * mbit }),
        }),
      figures: (result) => [last(result, 1.12), ...economy(result)],
    },
    ...(
      [
        // Negative controls: each takes one mechanism away and must come out visibly worse.
        ['no-super-seed', { superSeeds: false }],
        ['random-picker', { picks: 'in-order' }],
        ['oldest-first', { serveOrder: 'oldest' }],
        ['oldest-first,random-picker', { serveOrder: 'oldest', picks: 'in-order' }],
        ['oldest-first,no-super-seed', { serveOrder: 'oldest', superSeeds: false }],
        ['sixteen-at-once', { parallelUploads: 16, paceMs: Infinity }],
      ] as const
    ).map(([name, config]): Variant => ({
      name,
      control: true,
      spec: (ask) => run('broadcast', name, ask, { config }),
      figures: () => [],
    })),
  ],
};

// ── five gigabytes in a data centre ──────────────────────────────────────────────────────────────────────

const fiveGigabytes: Scenario = {
  name: 'five-gigabytes',
  about: '5 GB to 1,000 machines of 5 GB/s each in one place: direct, ten mirrors, Shoal, the bound',
  defaults: { peers: 1000, chunks: 1193 },
  variants: [
    {
      name: '',
      spec: (ask) =>
        run(
          'five-gigabytes',
          '',
          ask,
          {
            chunkBytes: Math.ceil(5e9 / ask.chunks),
            nodes: alike(ask.peers + 1, { up: 5e9, down: 5e9 }),
            distance: { minRttMs: 0.1, maxRttMs: 0.5 },
            windowBytes: Infinity,
            hashMs: 0,
            writeMs: 0,
            // A chunk is on the wire for a millisecond, and downlinks are no wider than uplinks: haves at once, eight links at once, nothing tried.
            config: { haveBatch: 1, haveLater: 0, parallelUploads: 8, paceMs: Infinity },
          },
          {
            extra: (_world, times, reference) => {
              const seconds = Math.max(...times.values());
              return {
                directSeconds: ask.peers * reference,
                tenMirrorsSeconds: (ask.peers * reference) / 10,
                shoalSeconds: seconds,
                timesFasterThanDirect: (ask.peers * reference) / seconds,
              };
            },
          },
        ),
      figures: (result) => [
        {
          name: 'timesFasterThanDirect',
          value: result.extra['timesFasterThanDirect'] ?? NaN,
          atLeast: 0.9 * result.peers,
        },
      ],
    },
  ],
};

// ── unequal uplinks ──────────────────────────────────────────────────────────────────────────────────────

/** Capacities of Kumar & Ross 2006 §4: u = ½, 1 or 2 Mbit/s, d = 2, sender 30. */
const mixed: Scenario = {
  name: 'mixed',
  about: 'the capacities of Kumar and Ross: sender 30, downlinks 2, uplinks ½, 1 or 2 Mbit/s',
  defaults: { peers: 100, chunks: 1000 },
  variants: [0.5, 1, 2].map((rate) => ({
    name: `u=${rate}`,
    spec: (ask: Ask) =>
      run('mixed', `u=${rate}`, ask, {
        nodes: [{ up: 30 * mbit, down: 30 * mbit }, ...alike(ask.peers, { up: rate * mbit, down: 2 * mbit })],
        // A chunk takes up to 17 s here: told as one, it would look like silence.
        stepBytes: blockBytes,
      }),
    figures: (result: RunResult) => [last(result, 1.1), complete(result)],
  })),
};

// ── churn ────────────────────────────────────────────────────────────────────────────────────────────────

const churn: Scenario = {
  name: 'churn',
  about:
    '1 % of the peers a minute leave and as many join, one in ten has a quarter of the uplink, dials fail, links break',
  defaults: { peers: 1000, chunks: 1000 },
  variants: [
    {
      name: '',
      spec: (ask) => {
        const random = createPrng(ask.seed ^ 0x51ee7);
        const minutes = (ask.chunks * mib) / up / 60;
        const stay = receivers(ask.peers, () => {
          const slow = random.unit() < 0.1;
          // Exponential stays: one in a hundred goes within any minute.
          const leaves = startSeconds - Math.log(1 - random.unit()) * 6000;
          const goes = leaves < startSeconds + minutes * 60 * 1.2;
          return {
            up: slow ? up / 4 : up,
            down,
            hidden: random.unit() < 0.2,
            ...(goes && { leaveSeconds: leaves }),
          };
        });
        const joins = Math.round(ask.peers * 0.01 * minutes);
        const come = Array.from({ length: joins }, () => ({
          up,
          down,
          joinSeconds: startSeconds + random.unit() * minutes * 60,
        }));
        const stays = (node: Node): boolean =>
          node.spec.leaveSeconds === undefined && node.spec.joinSeconds === undefined;
        return run(
          'churn',
          '',
          ask,
          { nodes: [...stay, ...come], dialFailure: 0.1, linkLifeSeconds: 1200 },
          {
            finishes: (node) => node.spec.leaveSeconds === undefined,
            counts: stays,
            times: stays,
          },
        );
      },
      figures: (result) => [last(result, 1.2), complete(result)],
    },
  ],
};

// ── the sender goes ──────────────────────────────────────────────────────────────────────────────────────

/** The publisher goes when this part of its chunks has left it, and `vanish` of the peers at the same moment. */
function senderLeaves(part: number, vanish: number): Variant {
  const name = `out=${part}${vanish > 0 ? `,vanish=${vanish}` : ''}`;
  return {
    name,
    control: part < 1,
    spec: (ask) => {
      const atLeaving = { minCopies: NaN, meanCopies: NaN, copiesSent: NaN, vanished: 0 };
      const random = createPrng(ask.seed ^ 0xbeef);
      return run(
        'sender-leaves',
        name,
        ask,
        {},
        {
          patience: 1.5,
          watch: (world) => {
            const { publisher, tally, geometry } = world;
            // Beyond all chunks: so many more bytes.
            const sent = part > 1 ? tally.publisherBytes / geometry.totalBytes : tally.chunksOut / ask.chunks;
            if (!publisher.present || sent < part) return;
            atLeaving.copiesSent = tally.publisherBytes / geometry.totalBytes;
            world.leave(publisher);
            for (const node of world.nodes) {
              if (node === publisher || random.unit() >= vanish) continue;
              world.leave(node);
              atLeaving.vanished++;
            }
            atLeaving.minCopies = tally.minCopies;
            atLeaving.meanCopies = mean([...tally.copies]);
          },
          extra: (world, times) => ({
            finishedShare: times.size / Math.max(1, ask.peers - atLeaving.vanished),
            copiesSentWhenLeft: atLeaving.copiesSent,
            minCopiesWhenLeft: atLeaving.minCopies,
            meanCopiesWhenLeft: atLeaving.meanCopies,
            chunksLost: [...world.tally.copies].filter((count) => count === 0).length,
          }),
        },
      );
    },
    figures: (result) => {
      // Who can complete does: everyone, unless a chunk is gone for good.
      const possible = (result.extra['chunksLost'] ?? 0) === 0 ? 1 : 0;
      return [{ name: 'finishedShare', value: result.extra['finishedShare'] ?? 0, atLeast: possible }];
    },
  };
}

/**
 * The publisher goes when its page says so: every chunk has `copies` copies that count by the rule that ships (PROTOCOL.md CL), and `vanish` of the
 * peers at the same moment. `stayMinutes`: peers stay for so long in the mean, before and after; Infinity: until the end.
 */
function leavesWhenSafe(copies: number, vanish: number, stayMinutes = Infinity): Variant {
  const churning = stayMinutes < Infinity;
  const name = `safe=${copies},vanish=${vanish}${churning ? `,stay=${stayMinutes}min` : ''}`;
  return {
    name,
    control: copies < 3,
    spec: (ask) => {
      const atLeaving = {
        at: NaN,
        minCopies: NaN,
        meanCopies: NaN,
        copiesSent: NaN,
        unfinished: 0,
        churning: 0,
      };
      const random = createPrng(ask.seed ^ 0xbeef);
      const nodes = receivers(ask.peers, () => {
        const leaveSeconds = startSeconds - Math.log(1 - random.unit()) * stayMinutes * 60;
        return { up, down, ...(churning && { leaveSeconds }) };
      });
      return run(
        'sender-leaves',
        name,
        ask,
        { nodes, config: { safeCopies: copies, safeCopiesChurning: copies } },
        {
          patience: 2,
          watch: (world) => {
            const { publisher, tally, geometry, now } = world;
            if (!publisher.present || now < startSeconds * 1000 || !isSafe(world)) return;
            const here = world.nodes.filter((node) => node !== publisher && node.present);
            atLeaving.at = now / 1000 - startSeconds;
            atLeaving.copiesSent = tally.publisherBytes / geometry.totalBytes;
            atLeaving.churning = publisher.engine.transfer.churn.isHigh(world.linksOf(publisher), now)
              ? 1
              : 0;
            world.leave(publisher);
            for (const node of here) if (random.unit() < vanish) world.leave(node);
            atLeaving.unfinished = here.filter((node) => node.present && node.completeAt === null).length;
            atLeaving.minCopies = tally.minCopies;
            atLeaving.meanCopies = mean([...tally.copies]);
          },
          extra: (world, _times, reference) => {
            const stayed = world.nodes.filter((node) => node !== world.publisher && node.present);
            return {
              // Of those who stayed to the end: had the room been able to do without the publisher?
              finishedShare:
                stayed.filter((node) => node.completeAt !== null).length / Math.max(1, stayed.length),
              leftAfter: atLeaving.at / reference,
              copiesSentWhenLeft: atLeaving.copiesSent,
              unfinishedWhenLeft: atLeaving.unfinished,
              minCopiesWhenLeft: atLeaving.minCopies,
              meanCopiesWhenLeft: atLeaving.meanCopies,
              churningWhenLeft: atLeaving.churning,
              chunksLost: [...world.tally.copies].filter((count) => count === 0).length,
            };
          },
        },
      );
    },
    figures: (result) =>
      copies < 3
        ? []
        : [
            { name: 'finishedShare', value: result.extra['finishedShare'] ?? 0, atLeast: 1 },
            // Guess: later than this nobody would wait for it.
            { name: 'leftAfter', value: result.extra['leftAfter'] ?? NaN, atMost: 1.2 },
          ],
  };
}

/** What the publisher's page says. */
function isSafe(world: World): boolean {
  const { transfer } = world.publisher.engine;
  const share = transfer.shares.get(world.share);
  if (!share) return false;
  const strangers = world.nodes.filter(({ present }) => present).length - 1 - world.linksOf(world.publisher);
  return safeToClose(closingFacts(transfer, share, strangers)).state === 'safe';
}

const senderLeavesScenario: Scenario = {
  name: 'sender-leaves',
  about: 'the publisher closes its tab early; then a tenth of the peers vanish with it',
  defaults: { peers: 300, chunks: 1000 },
  variants: [
    senderLeaves(1, 0),
    senderLeaves(1, 0.1),
    senderLeaves(1.01, 0.1),
    senderLeaves(1.02, 0.1),
    senderLeaves(1.02, 0.3),
    senderLeaves(1.1, 0),
    senderLeaves(1.1, 0.1),
    senderLeaves(0.98, 0),
    leavesWhenSafe(3, 0.1),
    leavesWhenSafe(3, 0.1, 10),
    leavesWhenSafe(5, 0.1, 10),
    leavesWhenSafe(1, 0.1),
    leavesWhenSafe(1, 0.1, 10),
  ],
};

// ── those who do not give, and those who lie ─────────────────────────────────────────────────────────────

/** A share of the receivers behaves otherwise; they are spread evenly over the numbers, which mean nothing to anyone. */
function some(peers: number, share: number, behaviour: Behaviour, seed: number): NodeSpec[] {
  const random = createPrng(seed ^ 0xfade);
  return receivers(peers, () => ({ up, down, ...(random.unit() < share && { behaviour }) }));
}

const freeRiders: Scenario = {
  name: 'free-riders',
  about: 'a share phi of the peers uploads nothing',
  defaults: { peers: 300, chunks: 1000 },
  variants: [0, 0.3, 0.5, 0.7].map((phi) => ({
    name: `phi=${phi}`,
    spec: (ask: Ask) =>
      run(
        'free-riders',
        `phi=${phi}`,
        ask,
        { nodes: some(ask.peers, phi, 'free-rider', ask.seed) },
        {
          patience: 4,
          counts: honest,
          times: honest,
          extra: (_world, times, reference) => {
            const of = (behaviour: Behaviour): number[] =>
              [...times]
                .filter(([node]) => node.behaviour === behaviour)
                .map(([, seconds]) => seconds / reference)
                .sort((a, b) => a - b);
            const contributors = of('honest');
            const riders = of('free-rider');
            return {
              contributorsP50: quantile(contributors, 0.5),
              contributorsP95: quantile(contributors, 0.95),
              ...(riders.length > 0 && {
                freeRidersMedian: quantile(riders, 0.5),
                freeRidersLast: quantile(riders, 1),
                freeRidersOverContributors: quantile(riders, 0.5) / quantile(contributors, 0.5),
              }),
            };
          },
        },
      ),
    figures: (result: RunResult): readonly Figure[] => [
      {
        name: 'contributorsP95',
        value: result.extra['contributorsP95'] ?? NaN,
        atMost: phi <= 0.5 ? 1.15 : 1.25,
      },
      ...(phi >= 0.3
        ? [
            {
              name: 'freeRidersOverContributors',
              value: result.extra['freeRidersOverContributors'] ?? NaN,
              atLeast: 0.85 / (1 - phi),
            },
          ]
        : []),
    ],
  })),
};

const incentiveCost: Variant = {
  name: 'phi=0,no-incentive',
  control: true,
  spec: (ask) =>
    run('free-riders', 'phi=0,no-incentive', ask, { config: { giftBytes: Number.MAX_SAFE_INTEGER } }),
  figures: () => [],
};

const liars: Scenario = {
  name: 'liars',
  about: 'a fifth of the peers announce what they lack and send nothing',
  defaults: { peers: 300, chunks: 1000 },
  variants: [
    {
      name: '',
      spec: (ask) =>
        run(
          'liars',
          '',
          ask,
          { nodes: some(ask.peers, 0.2, 'liar', ask.seed) },
          { finishes: honest, extra: (world) => ({ worstTimeouts: world.tally.worstTimeouts }) },
        ),
      against: 'honest',
      figures: (result, against) => [
        { name: 'overHonestRun', value: result.seconds / (against?.seconds ?? NaN), atMost: 1.1 },
        { name: 'worstTimeouts', value: result.extra['worstTimeouts'] ?? NaN, atMost: 3 },
        complete(result),
      ],
    },
    {
      name: 'honest',
      control: true,
      spec: (ask) => {
        const nodes = some(ask.peers, 0.2, 'liar', ask.seed).filter(({ behaviour }) => !behaviour);
        return run('liars', 'honest', ask, { nodes });
      },
      figures: () => [],
    },
  ],
};

const poison: Scenario = {
  name: 'poison',
  about: 'three in ten peers say they hold everything and send corrupt chunks',
  defaults: { peers: 300, chunks: 1000 },
  variants: [
    {
      name: '',
      spec: (ask) =>
        run(
          'poison',
          '',
          ask,
          { nodes: some(ask.peers, 0.3, 'corrupt', ask.seed) },
          {
            finishes: honest,
            extra: (world) => ({ badChunks: world.tally.badChunks, badBytesKept: world.tally.badKept }),
          },
        ),
      figures: (result) => [
        last(result, 1.2),
        { name: 'badBytesKept', value: result.extra['badBytesKept'] ?? NaN, atMost: 0 },
        complete(result),
      ],
    },
  ],
};

const sybil: Scenario = {
  name: 'sybil',
  about: "half of all peers are one attacker's: they take links and chunks and give nothing",
  defaults: { peers: 600, chunks: 1000 },
  variants: [
    {
      name: '',
      spec: (ask) =>
        run('sybil', '', ask, { nodes: some(ask.peers, 0.5, 'sybil', ask.seed) }, { finishes: honest }),
      figures: (result) => [
        last(result, 1.3),
        { name: 'completed', value: result.completed, atLeast: 0.995 },
      ],
    },
  ],
};

const partition: Scenario = {
  name: 'partition',
  about: 'the network splits in two for 60 s and heals',
  defaults: { peers: 300, chunks: 1000 },
  variants: [
    {
      name: '',
      spec: (ask) => {
        const from = startSeconds + (0.4 * ask.chunks * mib) / up;
        return run('partition', '', ask, { partition: { from, until: from + 60 } });
      },
      figures: (result) => [complete(result)],
    },
  ],
};

export const scenarios: readonly Scenario[] = [
  broadcast,
  fiveGigabytes,
  mixed,
  churn,
  senderLeavesScenario,
  { ...freeRiders, variants: [...freeRiders.variants, incentiveCost] },
  liars,
  poison,
  sybil,
  partition,
];
