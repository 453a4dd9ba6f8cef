/** Who is asked for what is being played: one transfer machine and its effects. Whole swarms: lib/core/urgent.test.ts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64Url } from '../../base/bytes';
import type { PeerId, SessionId, ShareId } from '../../base/ids';
import { createPrng } from '../../base/prng';
import { geometryOf, segmentLength } from '../../content/layout';
import { defaultConfig } from '../config';
import type { Effect, EngineMessage } from '../types';
import { Transfer } from './transfer';
import { clampWindows } from './urgent';

const chunkBytes = 256 * 1024;
const share = toBase64Url(new Uint8Array(16).fill(9)) as ShareId;
const peer = (n: number): PeerId => toBase64Url(new Uint8Array(16).fill(n + 2)) as PeerId;
const session = (n: number): SessionId => `session-${n}` as SessionId;

/** A machine linked with peer 0, the publisher, and others, none of whom shows anything yet. */
class Bench {
  effects: Effect[] = [];
  readonly machine: Transfer;

  constructor(links: number, known = 16) {
    this.machine = new Transfer(peer(99), defaultConfig, createPrng(4), (effect) =>
      this.effects.push(effect),
    );
    const geometry = geometryOf(16 * chunkBytes, chunkBytes);
    expect(segmentLength(geometry, 0)).toBe(16);
    const added = { kind: 'share-added', share, geometry, have: null, known: [known] } as const;
    this.machine.shareAdded({ ...added, publisher: peer(0) });
    this.machine.wanted(share, [0, 16]);
    for (let n = 0; n < links; n++) {
      this.machine.linkUp(session(n), peer(n));
      this.say(n, { type: 'interest', share, ranges: [0, 16] });
      this.say(n, { type: 'bitfield', share, kind: 'none', bits: new Uint8Array(0) });
      this.say(n, { type: 'unchoke' });
    }
    this.effects = [];
  }

  say(from: number, message: EngineMessage): void {
    this.machine.message(session(from), message);
    this.machine.settle();
  }

  play(from: number, to: number): void {
    this.machine.urgent(share, [{ from, to }]);
    this.machine.settle();
  }

  asked(): string[] {
    return this.effects.flatMap((e) =>
      e.kind === 'send' && e.message.type === 'request' ? [`${e.session}:${e.message.chunk}`] : [],
    );
  }

  tagOf(from: number, chunk: number): number {
    const requests = this.machine.links.get(session(from))?.requests.values() ?? [];
    return [...requests].find((request) => request.chunk === chunk)!.tag;
  }

  /** Time passes on every link. */
  later(ms: number): void {
    this.machine.now += ms;
    this.machine.touchAll();
    this.machine.settle();
  }
}

describe('a chunk nobody shows', () => {
  test('[TX34] is asked of the publisher once its hash is signed, and of nobody else', () => {
    const bench = new Bench(3);
    bench.play(3, 5);
    expect(bench.asked()).toEqual([`${session(0)}:3`, `${session(0)}:4`]);
  });

  test('[TX34] whose hash is not known: the publisher is asked for the hashes', () => {
    const bench = new Bench(2, 4);
    bench.play(3, 6);
    expect(bench.asked()).toEqual([`${session(0)}:3`]);
    const segments = bench.effects.filter((e) => e.kind === 'send' && e.message.type === 'segmentRequest');
    expect(segments).toMatchObject([{ session: session(0), message: { segment: 0, from: 4 } }]);
  });

  test('[TX34] that the publisher has not got either is no broken promise, and is not asked for again until shown', () => {
    const bench = new Bench(1);
    for (const chunk of [3, 4, 5]) {
      bench.play(chunk, chunk + 1);
      bench.say(0, { type: 'reject', tag: bench.tagOf(0, chunk), reason: 'missing' });
    }
    expect(bench.effects.filter((e) => e.kind === 'disconnect')).toEqual([]);
    expect(bench.asked()).toHaveLength(3);
    bench.say(0, { type: 'have', share, ranges: [5, 1] });
    expect(bench.asked()).toHaveLength(4);
  });

  test('[TX34] is asked of a peer as soon as it shows it, though the publisher was asked first', () => {
    const bench = new Bench(2);
    bench.play(3, 4);
    bench.say(1, { type: 'have', share, ranges: [3, 1] });
    expect(bench.asked()).toEqual([`${session(0)}:3`, `${session(1)}:3`]);
  });
});

describe('a chunk that is late', () => {
  test('[TX35] is asked of a second peer sooner than any other would be, and of no third', () => {
    const bench = new Bench(4);
    for (const n of [1, 2, 3]) bench.say(n, { type: 'have', share, ranges: [0, 16] });
    bench.effects = [];
    bench.play(12, 13);
    // All pipelines are full of other chunks: each link has begun to send what it was asked for.
    for (const n of [1, 2, 3]) {
      for (const { tag } of [...bench.machine.links.get(session(n))!.requests.values()])
        bench.machine.downloads.blockReceived(bench.machine.links.get(session(n))!, tag, 1);
      bench.machine.settle();
    }
    const askers = (): string[] => bench.asked().filter((asked) => asked.endsWith(':12'));
    const first = askers().length;
    bench.later(defaultConfig.urgentHaste * defaultConfig.doubleMaxMs + 1);
    bench.later(1);
    expect(first).toBe(1);
    expect(askers()).toHaveLength(defaultConfig.requestCopies);
    expect(new Set(askers()).size).toBe(defaultConfig.requestCopies);
  });
});

test('[TX31] windows are cut to the share and to what a decision may look through', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ from: fc.double(), to: fc.double() }), { maxLength: 8 }),
      fc.nat(1000),
      fc.nat(100),
      (windows, chunkCount, most) => {
        let sum = 0;
        for (const { from, to } of clampWindows(windows, chunkCount, most)) {
          expect(Number.isInteger(from) && Number.isInteger(to)).toBe(true);
          expect(from >= 0 && from < to && to <= chunkCount).toBe(true);
          sum += to - from;
        }
        expect(sum).toBeLessThanOrEqual(most);
      },
    ),
  );
});
