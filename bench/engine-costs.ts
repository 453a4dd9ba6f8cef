/**
 * What one input costs the engine, by kind, in a share of so many chunks: a real Engine driven as the host drives it, with linked peers in the
 * middle of a download. Wall time around handle(); everything else is bookkeeping of the bench. Leaves out what the host then does.
 */
import { toBase64Url } from '../lib/base/bytes';
import { Bitfield } from '../lib/base/bitfield';
import type { PeerId, SessionId, ShareId } from '../lib/base/ids';
import { createPrng } from '../lib/base/prng';
import { geometryOf, segmentCount, segmentLength } from '../lib/content/layout';
import { Engine } from '../lib/core/engine';
import type { Effect, Input } from '../lib/core/types';

export interface Cost {
  /** Mean without the lowest and the highest hundredth: a garbage collection belongs to no input. */
  readonly trimmedUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
}
export type Costs = Record<'have' | 'request' | 'block' | 'verified', Cost>;

const chunkBytes = 256 * 1024;
const blockBytes = 128 * 1024;
const share = toBase64Url(new Uint8Array(16).fill(9)) as ShareId;
const id = (n: number): string => toBase64Url(new Uint8Array(16).fill(n));
const self = id(255) as PeerId;

interface Expected {
  readonly session: SessionId;
  readonly tag: number;
  readonly chunk: number;
}

/** Self holds half of the chunks; so does each peer, another half. `count` of each kind of input are measured. */
export function costsOf(chunks: number, peers: number, count: number): Costs {
  const random = createPrng(11);
  const engine = new Engine({ self, seed: 3 });
  const geometry = geometryOf(chunks * chunkBytes, chunkBytes);
  let now = 0;
  const served: { session: SessionId; tag: number }[] = [];
  let expected: Expected[] = [];
  const carry = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.kind === 'expect') expected.push(effect);
      else if (effect.kind === 'serve') served.push(effect);
      else if (effect.kind === 'discard')
        expected = expected.filter(({ session, tag }) => session !== effect.session || tag !== effect.tag);
    }
  };
  const feed = (input: Input): number => {
    const begin = performance.now();
    const effects = engine.handle(input, now);
    const took = (performance.now() - begin) * 1000;
    carry(effects);
    return took;
  };
  const half = (): Bitfield => {
    const bits = new Bitfield(chunks);
    for (let chunk = 0; chunk < chunks; chunk++) if (random.unit() < 0.5) bits.add(chunk);
    return bits;
  };

  const have = half();
  const known = Array.from({ length: segmentCount(geometry) }, (_, i) => segmentLength(geometry, i));
  feed({ kind: 'share-added', share, geometry, have, known, publisher: id(1) as PeerId });
  feed({ kind: 'wanted', share, ranges: [0, chunks] });
  const links = Array.from({ length: peers }, (_, n) => {
    const peer = id(n + 1) as PeerId;
    const session = `session-${n}` as SessionId;
    const bits = half();
    feed({ kind: 'offered', peer, session });
    feed({ kind: 'link-up', session });
    feed({ kind: 'message', session, message: { type: 'interest', share, ranges: [0, chunks] } });
    feed({
      kind: 'message',
      session,
      message: { type: 'bitfield', share, kind: 'bits', bits: bits.toBytes() },
    });
    feed({ kind: 'message', session, message: { type: 'unchoke' } });
    return { session, bits };
  });

  const took: Record<keyof Costs, number[]> = { have: [], request: [], block: [], verified: [] };
  let tag = 1;
  for (let round = 0; round < count; round++) {
    now += 5;
    const link = links[round % links.length];
    if (!link) throw new Error('no links');
    const { session, bits } = link;
    const fresh = pickWhere(chunks, random, (chunk) => !bits.has(chunk));
    bits.add(fresh);
    took.have.push(feed({ kind: 'message', session, message: { type: 'have', share, ranges: [fresh, 1] } }));

    const chunk = pickWhere(chunks, random, (candidate) => have.has(candidate));
    const message = { type: 'request', share, chunk, firstBlock: 0, blockCount: 3, tag: tag++ } as const;
    took.request.push(feed({ kind: 'message', session, message }));
    for (const { session: to, tag: what } of served.splice(0)) {
      feed({ kind: 'block-sent', session: to, tag: what, bytes: blockBytes, done: false });
      feed({ kind: 'block-sent', session: to, tag: what, bytes: blockBytes + 16, done: true });
    }

    const next = expected[random.below(Math.max(1, expected.length))];
    if (!next) continue;
    expected = expected.filter((other) => other !== next);
    const block = { kind: 'block-received', session: next.session, tag: next.tag } as const;
    took.block.push(feed({ ...block, bytes: blockBytes }));
    feed({ ...block, bytes: blockBytes });
    feed({ ...block, bytes: 16 });
    took.verified.push(feed({ kind: 'chunk-verified', session: next.session, tag: next.tag }));
    feed({ kind: 'chunk-settled', share, chunk: next.chunk, kept: true });
    have.add(next.chunk);
  }
  return {
    have: costOf(took.have),
    request: costOf(took.request),
    block: costOf(took.block),
    verified: costOf(took.verified),
  };
}

function pickWhere(
  chunks: number,
  random: ReturnType<typeof createPrng>,
  fits: (chunk: number) => boolean,
): number {
  for (let tries = 0; tries < 1_000; tries++) {
    const chunk = random.below(chunks);
    if (fits(chunk)) return chunk;
  }
  throw new Error('the swarm is not in the middle of its download any more: fewer rounds are needed');
}

function costOf(samples: readonly number[]): Cost {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? NaN;
  const cut = Math.floor(sorted.length / 100);
  const middle = sorted.slice(cut, sorted.length - cut);
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    trimmedUs: round(middle.reduce((sum, value) => sum + value, 0) / middle.length),
    p50Us: round(at(0.5)),
    p99Us: round(at(0.99)),
  };
}
