/**
 * `npm run bench:picker [-- --chunks 100000 --peers 50 --json]`: what decisions cost in a large share. First the picker alone: one chunk at a
 * time for one peer after the other while haves come in, at several stages of a download and with several kinds of swarm. Then the engine as the
 * host calls it: one have, one request served, one block and one verified chunk, with 1,000, 10,000 and 100,000 chunks: the cost of each must
 * not grow with the share. One process, no network, virtual time; wall time is measured around each call.
 */
import { parseArgs } from 'node:util';
import { Bitfield } from '../lib/base/bitfield';
import { createPrng } from '../lib/base/prng';
import { Holder, Picker } from '../lib/core/transfer/picker';
import { costsOf, type Costs } from './engine-costs';

const { values } = parseArgs({
  options: {
    chunks: { type: 'string', default: '100000' },
    peers: { type: 'string', default: '50' },
    decisions: { type: 'string', default: '5000' },
    json: { type: 'boolean', default: false },
  },
});
const chunkCount = Number(values.chunks);
const peerCount = Number(values.peers);
const decisions = Number(values.decisions);
for (const [name, value] of Object.entries({ chunks: chunkCount, peers: peerCount, decisions }))
  if (!(Number.isInteger(value) && value > 0)) refuse(`--${name} must be a whole number above 0.`);
const say = (line: string): void => {
  console.log(line);
};

/** Part of the chunks each peer holds, and self, when `stage` of the download is done. */
type Swarm = (stage: number, random: ReturnType<typeof createPrng>) => { self: Bitfield; peers: Bitfield[] };

const swarms: Record<string, Swarm> = {
  /** Everyone somewhere near the stage, each with chunks of its own choosing; one seed in ten. */
  mixed: (stage, random) => ({
    self: randomField(stage, random),
    peers: Array.from({ length: peerCount }, (_, i) =>
      i % 10 === 0
        ? Bitfield.full(chunkCount)
        : randomField(clamp(stage + (random.unit() - 0.5) * 0.4), random),
    ),
  }),
  /** One seed; all others hold what self holds and hardly anything else: they have nothing to offer, time and again. */
  lockstep: (stage, random) => {
    const self = randomField(stage, random);
    const peers = Array.from({ length: peerCount }, (_, i) => {
      const bits = i === 0 ? Bitfield.full(chunkCount) : self.clone();
      for (let extra = 0; i > 0 && extra < i % 3; extra++) bits.add(random.below(chunkCount));
      return bits;
    });
    return { self, peers };
  },
  /** One seed; the others share a half of the chunks among them, so most candidates are at the seed alone. */
  lopsided: (stage, random) => ({
    self: randomField(stage, random),
    peers: Array.from({ length: peerCount }, (_, i) => {
      if (i === 0) return Bitfield.full(chunkCount);
      const bits = new Bitfield(chunkCount);
      for (let chunk = 0; chunk < chunkCount / 2; chunk++) if (random.unit() < 0.35) bits.add(chunk);
      return bits;
    }),
  }),
};

interface Row {
  readonly swarm: string;
  readonly stage: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  readonly haveP99Us: number;
}

const rows: Row[] = [];
for (const [swarm, make] of Object.entries(swarms)) {
  for (const stage of [0.01, 0.25, 0.5, 0.75, 0.95, 0.99]) rows.push(picks(swarm, make, stage));
}
say(`${chunkCount} chunks, ${peerCount} peers, microseconds`);
say('  swarm    | done | decision p50 |    p99 |     max | one have p99');
for (const { swarm, stage, p50Us, p99Us, maxUs, haveP99Us } of rows)
  say(
    `  ${swarm.padEnd(8)} | ${percent(stage)} | ${us(p50Us, 12)} | ${us(p99Us, 6)} | ${us(maxUs, 7)} | ${us(haveP99Us, 12)}`,
  );

const sizes = [1_000, 10_000, 100_000];
// The first run warms the compiler up and is thrown away.
for (const size of sizes) costsOf(size, peerCount, 1_000);
const costs = sizes.map((size) => costsOf(size, peerCount, 2_000));
const inputs = Object.keys(costs[0] ?? {}) as (keyof Costs)[];
const ratios = Object.fromEntries(
  inputs.map((input) => [
    input,
    round((costs[2]?.[input].trimmedUs ?? NaN) / (costs[0]?.[input].trimmedUs ?? NaN)),
  ]),
);
say('');
say(`engine.handle(), ${peerCount} links, microseconds (mean of the middle 98 %, p99)`);
say(`  input         | ${sizes.map((size) => String(size).padStart(14)).join(' | ')} | 100,000 ÷ 1,000`);
for (const input of inputs)
  say(
    `  ${input.padEnd(13)} | ${costs.map((of) => `${us(of[input].trimmedUs, 6)} ${us(of[input].p99Us, 7)}`).join(' | ')} | ${ratios[input]}`,
  );
if (values.json)
  console.log(
    JSON.stringify({
      chunks: chunkCount,
      peers: peerCount,
      decisionP99Us: Math.max(...rows.map(({ p99Us }) => p99Us)),
      rows,
      costs: Object.fromEntries(sizes.map((size, i) => [size, costs[i]])),
      ratios,
    }),
  );

/** Peer after peer is given one chunk; for each, a chunk that was under way becomes whole and five haves come in. */
function picks(swarm: string, make: Swarm, stage: number): Row {
  const random = createPrng(7);
  const picker = new Picker(chunkCount, random);
  const { self, peers } = make(stage, random);
  const holders = peers.map((bits) => new Holder(bits));
  for (const holder of holders) {
    picker.join(holder);
    holder.bits.forEach((chunk) => picker.gained(chunk, holder));
  }
  for (let chunk = 0; chunk < chunkCount; chunk++) if (!self.has(chunk)) picker.add(chunk);
  const [decided, told]: number[][] = [[], []];
  const underway: number[] = [];
  for (let i = 0; i < decisions; i++) {
    const holder = holders[i % holders.length];
    if (!holder) continue;
    const begin = performance.now();
    const chunk = picker.pick(holder);
    if (chunk >= 0) picker.remove(chunk);
    decided?.push((performance.now() - begin) * 1000);
    if (chunk >= 0) underway.push(chunk);
    // A few are given back, as requests to a peer that leaves are; the stage stays what it is.
    if (underway.length > 64) picker.add(underway.shift() ?? 0);
    for (let n = 0; n < 5; n++) {
      const other = holders[random.below(holders.length)];
      const gained = random.below(chunkCount);
      if (!other?.bits.add(gained)) continue;
      const at = performance.now();
      picker.gained(gained, other);
      told?.push((performance.now() - at) * 1000);
    }
  }
  const sorted = (list: number[] | undefined): number[] => [...(list ?? [])].sort((a, b) => a - b);
  const [all, haves] = [sorted(decided), sorted(told)];
  const at = (list: number[], part: number): number => round(list[Math.floor(part * (list.length - 1))] ?? 0);
  return {
    swarm,
    stage,
    p50Us: at(all, 0.5),
    p99Us: at(all, 0.99),
    maxUs: at(all, 1),
    haveP99Us: at(haves, 0.99),
  };
}

function randomField(density: number, random: ReturnType<typeof createPrng>): Bitfield {
  const bits = new Bitfield(chunkCount);
  for (let chunk = 0; chunk < chunkCount; chunk++) if (random.unit() < density) bits.add(chunk);
  return bits;
}

function clamp(part: number): number {
  return Math.min(1, Math.max(0, part));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`.padStart(4);
}

function us(value: number, width: number): string {
  return value.toFixed(value < 10 ? 2 : 1).padStart(width);
}

function refuse(why: string): never {
  console.error(why);
  process.exit(1);
}
