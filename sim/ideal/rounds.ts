/**
 * A swarm in rounds: what choice alone reaches without a centre, the ideal that the simulator's figures are held against, and its negative
 * controls. A round is the time one chunk takes on an uplink. In each, every node sends at most one chunk, which it held when the round
 * began, to one neighbour; they take turns in random order, and what others hold or have on its way to them is known at once. Randomised
 * algorithms of this kind: Ganesan & Seshadri (ICDCS 2005); who is given what is chosen here as measured best.
 *
 * The graph: each node dials half the mean degree, to random others, and keeps those that dial it; so degrees vary. Because they do, who
 * has the fewest chunks goes first: with a random receiver in need the badly linked end late (500 receivers, 300 chunks, degree 10: the
 * last at 1.125 instead of 1.041, the median at 1.046 instead of 1.038).
 *
 * Left out: latency, messages, uplinks that differ, nodes that come and go.
 */
import { invariant } from '../../lib/base/invariant';
import { createPrng, type Prng } from '../../lib/base/prng';

/**
 * - `rarest`: of the neighbours that lack something one has, that with the fewest chunks gets what is rarest among its own neighbours,
 *   ties at random. The publisher sends each chunk once before any twice.
 * - `in-order`: the same, but a receiver gets the first chunk it lacks, counted from a random one that is its own.
 * - `push-only`: nobody knows what others hold, a random chunk goes to a random neighbour. The publisher still pushes each once first.
 * - `no-super-seed`: `rarest`, but the publisher serves as all others do.
 */
export type RoundsPolicy = 'rarest' | 'in-order' | 'push-only' | 'no-super-seed';

export interface RoundsOptions {
  /** Receivers, 1 or more; the publisher, node 0, is not counted. */
  readonly peers: number;
  readonly chunks: number;
  /** Mean number of neighbours; where it is no less than `peers`, all are linked to all. */
  readonly degree: number;
  readonly policy: RoundsPolicy;
  readonly seed: number;
  /** Chunks a node can take in a round; what would be more is not sent. Infinity if left out. */
  readonly downlinks?: number;
  /** When to give up; by default 100·(peers + chunks). */
  readonly maxRounds?: number;
  /** Told of every chunk sent, round by round. */
  readonly onSend?: (round: number, from: number, to: number, chunk: number) => void;
}

/** Times in F/u, that is `chunks` rounds. The words mean what they mean in types.ts. */
export interface RoundsResult {
  /** When the last and the median receiver had everything; Infinity: not before the run was given up. */
  readonly ratioLast: number;
  readonly ratioP50: number;
  /** What the publisher sent until every chunk had left it once, over `chunks`; Infinity: that never happened. */
  readonly senderCopies: number;
  /** Chunks that came to one who had them, over those that were of use. */
  readonly duplicateShare: number;
}

/**
 * Runs until all receivers have all chunks, until nobody sends any more (the graph is not connected; the blind never stop) or until
 * `maxRounds`.
 * Throws InvariantError on less than one receiver, chunk, neighbour or downlink.
 */
export function runRounds(options: RoundsOptions): RoundsResult {
  const { peers, chunks, degree, downlinks = Infinity, maxRounds = 100 * (peers + chunks) } = options;
  invariant(Number.isInteger(peers) && peers >= 1, 'a positive number of receivers');
  invariant(Number.isInteger(chunks) && chunks >= 1, 'a positive number of chunks');
  invariant(degree >= 1 && downlinks >= 1, 'a neighbour and a downlink at least');
  const run = new Rounds(options, createPrng(options.seed));
  const doneAt: number[] = [];
  for (let round = 0; round < maxRounds && doneAt.length < peers; round++) {
    if (!run.play(round)) break;
    while (doneAt.length < run.complete) doneAt.push(round + 1);
  }
  return {
    ratioLast: (doneAt[peers - 1] ?? Infinity) / chunks,
    ratioP50: (doneAt[Math.ceil(peers / 2) - 1] ?? Infinity) / chunks,
    senderCopies: run.publisherSentWhenOut / chunks,
    duplicateShare: run.useful === 0 ? 0 : run.wasted / run.useful,
  };
}

class Rounds {
  /** Receivers that have everything. */
  complete = 0;
  useful = 0;
  wasted = 0;
  publisherSentWhenOut = Infinity;

  private readonly neighbours: readonly Uint32Array[];
  /** A row of bits for each node: the chunks it held when the round began, and those together with what is on its way to it. */
  private readonly held: Uint32Array;
  private readonly known: Uint32Array;
  private readonly words: number;
  /** Bits set in the rows of `held` and of `known`. */
  private readonly heldCount: Uint32Array;
  private readonly knownCount: Uint32Array;
  /** Neighbours that have a chunk or get it in this round, by node and chunk. */
  private readonly copies: Uint16Array;
  /** The chunk from which `in-order` counts, by receiver. */
  private readonly starts: Uint32Array;
  /** Chunks on their way, by receiver; and those of them that are new to it, receiver and chunk in turn. */
  private readonly arriving: Uint32Array;
  private readonly inFlight: number[] = [];
  private readonly turns: Uint32Array;
  private readonly ties: Uint32Array;
  /** The publisher's first pass over the chunks has come to this one. */
  private firstPass = 0;
  private readonly out: Uint8Array;
  private outCount = 0;
  private publisherSent = 0;

  constructor(
    private readonly options: RoundsOptions,
    private readonly random: Prng,
  ) {
    const { peers, chunks, degree, policy } = options;
    const nodes = peers + 1;
    this.words = (chunks + 31) >> 5;
    this.neighbours = randomGraph(nodes, degree, random);
    this.held = new Uint32Array(nodes * this.words);
    for (let chunk = 0; chunk < chunks; chunk++) setBit(this.held, 0, chunk);
    this.known = this.held.slice();
    this.heldCount = Uint32Array.from({ length: nodes }, (_, node) => (node === 0 ? chunks : 0));
    this.knownCount = this.heldCount.slice();
    this.copies = new Uint16Array(nodes * chunks);
    this.starts = Uint32Array.from({ length: nodes }, () => random.below(chunks));
    this.arriving = new Uint32Array(nodes);
    this.turns = Uint32Array.from({ length: nodes }, (_, node) => node);
    this.ties = new Uint32Array(chunks);
    this.out = new Uint8Array(chunks);
    if (policy === 'no-super-seed') this.firstPass = chunks;
  }

  /** One round, the nodes in random order. False: nobody could send, so nobody ever will. */
  play(round: number): boolean {
    const { turns, random, options } = this;
    let sent = 0;
    for (let place = 0; place < turns.length; place++) {
      const from = drawNext(turns, place, random);
      if (at(this.heldCount, from) === 0) continue;
      const to = this.chooseReceiver(from);
      if (to < 0) continue;
      const chunk = this.chooseChunk(from, to);
      options.onSend?.(round, from, to, chunk);
      if (from === 0) this.countOut(chunk);
      this.send(to, chunk);
      sent++;
    }
    this.deliver();
    return sent > 0;
  }

  /** A random neighbour for the blind, else the one with the fewest chunks of those that can use one; −1: nobody. */
  private chooseReceiver(from: number): number {
    const { random, knownCount } = this;
    const neighbours = this.neighbours[from];
    invariant(neighbours, 'a node');
    const blind = this.options.policy === 'push-only';
    let neediest = -1;
    // In random order, so that ties go at random.
    for (let place = 0; place < neighbours.length; place++) {
      const to = drawNext(neighbours, place, random);
      if (!this.hasRoom(to)) continue;
      if (blind) return to;
      const needier = neediest < 0 || at(knownCount, to) < at(knownCount, neediest);
      if (needier && this.lacksSome(from, to)) neediest = to;
    }
    return neediest;
  }

  private chooseChunk(from: number, to: number): number {
    const { policy, chunks } = this.options;
    if (from === 0 && this.firstPass < chunks) return this.firstPass++;
    if (policy === 'push-only') return this.anyHeld(from);
    return policy === 'in-order' ? this.nextLacking(from, to) : this.rarest(from, to);
  }

  /** The publisher takes nothing: that it has everything is known even to the blind. */
  private hasRoom(to: number): boolean {
    return to !== 0 && at(this.arriving, to) < (this.options.downlinks ?? Infinity);
  }

  private lacksSome(from: number, to: number): boolean {
    const { held, known, words } = this;
    if (at(this.knownCount, to) === this.options.chunks) return false;
    for (let word = 0; word < words; word++)
      if ((at(held, from * words + word) & ~at(known, to * words + word)) !== 0) return true;
    return false;
  }

  /** Of the chunks that `from` holds and `to` lacks, a random one of those with the fewest copies among the neighbours of `to`. */
  private rarest(from: number, to: number): number {
    const { held, known, copies, ties, words } = this;
    const row = to * this.options.chunks;
    let fewest = Infinity;
    let count = 0;
    for (let word = 0; word < words; word++) {
      let bits = at(held, from * words + word) & ~at(known, to * words + word);
      for (; bits !== 0; bits &= bits - 1) {
        const chunk = word * 32 + lowestBit(bits);
        const found = at(copies, row + chunk);
        if (found > fewest) continue;
        if (found < fewest) count = 0;
        fewest = found;
        ties[count++] = chunk;
      }
    }
    return at(ties, this.random.below(count));
  }

  private nextLacking(from: number, to: number): number {
    const { held, known, words, options } = this;
    let chunk = at(this.starts, to);
    while (!hasBit(held, from * words, chunk) || hasBit(known, to * words, chunk))
      chunk = (chunk + 1) % options.chunks;
    return chunk;
  }

  private anyHeld(from: number): number {
    let skip = this.random.below(at(this.heldCount, from));
    let chunk = 0;
    while (!hasBit(this.held, from * this.words, chunk) || skip-- > 0) chunk++;
    return chunk;
  }

  private countOut(chunk: number): void {
    this.publisherSent++;
    if (at(this.out, chunk) === 1) return;
    this.out[chunk] = 1;
    if (++this.outCount === this.options.chunks) this.publisherSentWhenOut = this.publisherSent;
  }

  private send(to: number, chunk: number): void {
    add(this.arriving, to, 1);
    if (hasBit(this.known, to * this.words, chunk)) {
      this.wasted++;
      return;
    }
    this.useful++;
    setBit(this.known, to * this.words, chunk);
    add(this.knownCount, to, 1);
    this.inFlight.push(to, chunk);
    for (const neighbour of this.neighbours[to] ?? [])
      add(this.copies, neighbour * this.options.chunks + chunk, 1);
  }

  private deliver(): void {
    const { inFlight, heldCount } = this;
    for (let i = 0; i < inFlight.length; i += 2) {
      const to = inFlight[i] ?? 0;
      setBit(this.held, to * this.words, inFlight[i + 1] ?? 0);
      add(heldCount, to, 1);
      if (at(heldCount, to) === this.options.chunks) this.complete++;
    }
    inFlight.length = 0;
    this.arriving.fill(0);
  }
}

/** Each node dials its part of the nodes·degree/2 edges, to random others that it has no edge with. Rows of neighbours. */
function randomGraph(nodes: number, degree: number, random: Prng): readonly Uint32Array[] {
  const edges = Array.from({ length: nodes }, () => new Set<number>());
  const mean = Math.min(degree, nodes - 1);
  edges.forEach((own, node) => {
    let dials = Math.floor(((node + 1) * mean) / 2) - Math.floor((node * mean) / 2);
    if (mean === nodes - 1) dials = nodes;
    while (dials > 0 && own.size < nodes - 1) {
      const other = random.below(nodes);
      if (other === node || own.has(other)) continue;
      own.add(other);
      edges[other]?.add(node);
      dials--;
    }
  });
  return edges.map((own) => Uint32Array.from(own));
}

/** One step of a shuffle: puts a random one of those from `place` on at `place`. */
function drawNext(row: Uint32Array, place: number, random: Prng): number {
  const other = place + random.below(row.length - place);
  const drawn = at(row, other);
  row[other] = at(row, place);
  row[place] = drawn;
  return drawn;
}

type Row = Uint8Array | Uint16Array | Uint32Array;
const at = (row: Row, index: number): number => row[index] ?? 0;
const add = (row: Row, index: number, value: number): void => {
  row[index] = at(row, index) + value;
};
const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);
const hasBit = (rows: Uint32Array, row: number, bit: number): boolean =>
  ((at(rows, row + (bit >> 5)) >>> (bit & 31)) & 1) === 1;
const setBit = (rows: Uint32Array, row: number, bit: number): void => {
  rows[row + (bit >> 5)] = at(rows, row + (bit >> 5)) | (1 << (bit & 31));
};
