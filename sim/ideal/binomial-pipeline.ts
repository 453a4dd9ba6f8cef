/**
 * The best schedule there is for M chunks from one sender to N receivers with equal uplinks: the binomial pipeline on a hypercube
 * (Ganesan & Seshadri, "On Cooperative Content Distribution and the Price of Barter", ICDCS 2005, §2.3), for any N ≥ 1. It takes
 * M + floor(log2 N) rounds, which is Mundinger, Weber & Weiss' bound, so a simulator that runs it in another time counts clock or
 * capacity wrongly.
 *
 * The rule. With l = floor(log2(N+1)) the sender is vertex 0 of a cube of l dimensions and each other vertex is one receiver or two.
 * In round t every vertex exchanges with its neighbour along dimension t mod l: the sender gives chunk min(t, M−1), any other vertex the
 * highest chunk it has; what the neighbour has already is left out. Where two share a vertex, one that has the chunk sends it outside,
 * the other takes what comes in and hands the first a chunk the first lacks. So neither ever has more than one chunk the other lacks,
 * and one round after the cube is done they are equal: the round that floor(log2 N) counts more when some vertex has two.
 *
 * Left out: latency (0), uplinks that differ, nodes that come and go.
 */
import { invariant } from '../../lib/base/invariant';
import { EventQueue } from '../event-queue';
import { flowEvent, Network } from '../network';

/** One chunk on its way in one round. Node 0 is the sender, 1 … N are the receivers. */
export interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly chunk: number;
}

interface Member {
  readonly node: number;
  readonly has: Uint8Array;
  /** The chunk its twin lacks; −1: none. */
  extra: number;
}

/** One receiver, or two that act as one node of the cube; at place 0 the sender. */
interface Vertex {
  readonly members: readonly [Member] | readonly [Member, Member];
  /** The highest chunk one of them has; −1: none. */
  highest: number;
  /** What it sends outside in this round, −1: nothing, and who does so and who takes what comes in. */
  out: number;
  giver: Member;
  taker: Member;
}

/** The rounds one after the other, until all receivers have all chunks. Throws InvariantError on less than 1 receiver or chunk. */
export function* binomialRounds(receivers: number, chunks: number): Generator<readonly Transfer[], void> {
  invariant(Number.isInteger(receivers) && receivers >= 1 && receivers < 2 ** 30, 'a number of receivers');
  invariant(Number.isInteger(chunks) && chunks >= 1, 'a positive number of chunks');
  const dimensions = 31 - Math.clz32(receivers + 1);
  const vertices = createVertices(receivers, chunks, dimensions);
  let missing = receivers * chunks;
  for (let round = 0; missing > 0; round++) {
    const transfers: Transfer[] = [];
    const carry = (from: Member, to: Member, chunk: number): void => {
      transfers.push({ from: from.node, to: to.node, chunk });
    };
    const across = (place: number): Vertex => {
      const neighbour = vertices[place ^ (1 << (round % dimensions))];
      invariant(neighbour, 'a full cube');
      return neighbour;
    };
    vertices.forEach((vertex, place) => {
      choose(vertex, place === 0 ? Math.min(round, chunks - 1) : vertex.highest, across(place));
    });
    // Within the vertices first: what a twin hands over makes room for the chunk that comes in.
    vertices.forEach(({ giver, taker, out }, place) => {
      if (giver !== taker) swap(giver, taker, out < 0 && across(place).out < 0, carry);
    });
    vertices.forEach((vertex, place) => {
      const { giver, out } = across(place);
      if (out < 0) return;
      carry(giver, vertex.taker, out);
      receive(vertex, out);
    });
    missing -= transfers.length;
    yield transfers;
  }
}

function createVertices(receivers: number, chunks: number, dimensions: number): Vertex[] {
  const places = 2 ** dimensions;
  const createMember = (node: number): Member => ({ node, has: new Uint8Array(chunks), extra: -1 });
  return Array.from({ length: places }, (_, place) => {
    const first = createMember(place);
    if (place === 0) first.has.fill(1);
    const twin = place + places - 1;
    const members =
      place > 0 && twin <= receivers ? ([first, createMember(twin)] as const) : ([first] as const);
    return { members, highest: -1, out: -1, giver: first, taker: first };
  });
}

/** What the vertex gives its neighbour in this round, and who of the two does what. */
function choose(vertex: Vertex, offered: number, neighbour: Vertex): void {
  const lacking = offered >= 0 && neighbour.members.every(({ has }) => has[offered] === 0);
  vertex.out = lacking ? offered : -1;
  const [first, second] = vertex.members;
  if (!second) return;
  const firstGives = !lacking || first.has[offered] === 1;
  vertex.giver = firstGives ? first : second;
  vertex.taker = firstGives ? second : first;
}

/** The taker's uplink and the giver's downlink are free; the other way only if nothing goes outside and nothing comes in. */
function swap(
  giver: Member,
  taker: Member,
  idle: boolean,
  carry: (from: Member, to: Member, chunk: number) => void,
): void {
  const hand = (from: Member, to: Member): void => {
    if (from.extra < 0) return;
    carry(from, to, from.extra);
    to.has[from.extra] = 1;
    from.extra = -1;
  };
  hand(taker, giver);
  if (idle) hand(giver, taker);
}

function receive(vertex: Vertex, chunk: number): void {
  const { taker, members } = vertex;
  taker.has[chunk] = 1;
  vertex.highest = Math.max(vertex.highest, chunk);
  if (members.length === 1) return;
  invariant(taker.extra < 0, 'twins differ by one chunk each at most');
  taker.extra = chunk;
}

/** Bytes of a chunk and of an uplink per millisecond: any would do; a round is no whole number of milliseconds. */
const chunkBytes = 65_536;
const upPerMs = 625;

/**
 * Runs the rounds on the network, each when the one before it has ended: a node sends to one other at a time, downlinks are as wide as
 * uplinks. Answers when the last receiver has the last chunk, in units of F/u.
 */
export function runBinomialPipeline(receivers: number, chunks: number): number {
  const queue = new EventQueue();
  const network = new Network(queue, { onePort: true });
  for (let node = 0; node <= receivers; node++) network.addNode(upPerMs, upPerMs);
  const flows = new Map<number, number>();
  const flowBetween = (from: number, to: number): number => {
    const key = from * (receivers + 1) + to;
    const flow = flows.get(key) ?? network.open(from, to);
    flows.set(key, flow);
    return flow;
  };
  const rounds = binomialRounds(receivers, chunks);
  let underWay = 0;
  const startRound = (): void => {
    for (const { from, to, chunk } of rounds.next().value ?? []) {
      underWay++;
      network.send(flowBetween(from, to), chunkBytes, chunk);
    }
  };
  network.onSent = () => {
    if (--underWay === 0) startRound();
  };
  startRound();
  while (queue.take()) if (queue.kind === flowEvent) network.fire(queue.index);
  return (queue.now * upPerMs) / (chunks * chunkBytes);
}
