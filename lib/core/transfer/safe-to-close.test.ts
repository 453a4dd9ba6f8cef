/** The rule itself, for any numbers; and what it is told by a transfer machine whose peers give, take, lie and leave. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64Url } from '../../base/bytes';
import { Bitfield } from '../../base/bitfield';
import type { CloseReason } from '../../base/errors';
import type { PeerId, SessionId, ShareId } from '../../base/ids';
import { createPrng } from '../../base/prng';
import { geometryOf, segmentLength } from '../../content/layout';
import { defaultConfig } from '../config';
import type { Effect, EngineMessage } from '../types';
import { closingFacts, safeToClose, type ClosingFacts } from './safe-to-close';
import { Transfer } from './transfer';

const few = fc.nat(8);
const anyFacts: fc.Arbitrary<ClosingFacts> = fc
  .record({
    own: fc.boolean(),
    copies: few,
    more: few,
    fraction: fc.double({ min: 0, max: 0.99, noNaN: true }),
    churning: fc.boolean(),
    scarce: few,
    onlyHere: few,
    linked: few,
    lacking: few,
    needing: few,
    looking: few,
    unknown: few,
    partial: fc.boolean(),
    madeHere: fc.boolean(),
  })
  .map(({ more, ...facts }) => ({
    ...facts,
    needed: facts.churning ? 5 : 3,
    peak: facts.copies + more,
    lacking: Math.min(facts.lacking, facts.linked),
    needing: Math.min(facts.needing, facts.lacking, facts.linked),
  }));

describe('the rule', () => {
  test('[CL5] safe is said when every chunk has enough copies elsewhere, and then only', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(safeToClose(facts).state === 'safe').toBe(facts.copies >= facts.needed);
      }),
    );
  });

  test('[CL6] others-complete needs a whole copy elsewhere, nobody who lacks anything and nobody unknown', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const done = facts.copies >= 1 && facts.lacking === 0 && facts.unknown === 0;
        const { state } = safeToClose(facts);
        expect(state === 'others-complete').toBe(done && facts.copies < facts.needed);
        expect(state === 'unsafe').toBe(!done && facts.copies < facts.needed);
      }),
    );
  });

  test('[CL5] one more copy never makes it less safe, and people leaving never makes it safer', () => {
    const order = ['unsafe', 'others-complete', 'safe'];
    const rank = (facts: ClosingFacts): number => order.indexOf(safeToClose(facts).state);
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(rank({ ...facts, copies: facts.copies + 1 })).toBeGreaterThanOrEqual(rank(facts));
        expect(rank({ ...facts, churning: true, needed: 5 })).toBeLessThanOrEqual(
          rank({ ...facts, churning: false, needed: 3 }),
        );
      }),
    );
  });

  test('[CL8] closing is questioned only while it is unsafe and takes something from somebody', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { asks, state } = safeToClose(facts);
        const { lacking, looking, madeHere, peak } = facts;
        const mine = lacking > 0 || looking > 0 || (madeHere && peak === 0);
        expect(asks).toBe(state === 'unsafe' && (facts.own ? mine : facts.needing > 0));
      }),
    );
  });
});

const chunkBytes = 256 * 1024;
const chunks = 8;
const share = toBase64Url(new Uint8Array(16).fill(9)) as ShareId;
const id = (n: number): PeerId => toBase64Url(new Uint8Array(16).fill(n + 2)) as PeerId;
const self = id(98);
const publisher = id(99);
const session = (n: number): SessionId => `session-${n}` as SessionId;

/** One machine; peers are numbers. It published the share, or holds all of what `publisher` did. */
class Bench {
  readonly machine: Transfer;
  readonly effects: Effect[] = [];

  /** `stored`: its own share, found in its store. */
  constructor(own: boolean, have = Bitfield.full(chunks), stored = false) {
    this.machine = new Transfer(self, defaultConfig, createPrng(4), (effect) => this.effects.push(effect));
    const geometry = geometryOf(chunks * chunkBytes, chunkBytes);
    this.machine.shareAdded({
      kind: 'share-added',
      share,
      geometry,
      have: own && !stored ? null : have,
      known: [segmentLength(geometry, 0)],
      publisher: own ? self : publisher,
    });
    if (stored) return;
    if (own) for (let chunk = 0; chunk < chunks; chunk++) this.machine.published(share, chunk);
    else this.machine.wanted(share, [0, chunks]);
  }

  link(n: number, peer = id(n), wants = true): void {
    this.machine.linkUp(session(n), peer);
    this.say(n, { type: 'interest', share, ranges: wants ? [0, chunks] : [] });
    this.say(n, { type: 'bitfield', share, kind: 'none', bits: new Uint8Array(0) });
    this.say(n, { type: 'unchoke' });
  }

  say(from: number, message: EngineMessage): void {
    this.machine.message(session(from), message);
    this.machine.settle();
  }

  announce(from: number, start = 0, count = chunks): void {
    this.say(from, { type: 'have', share, ranges: [start, count] });
  }

  /** It asks for a chunk and gets all of it. */
  give(to: number, chunk: number, blockCount = 2): void {
    this.say(to, { type: 'request', share, chunk, firstBlock: 0, blockCount, tag: 500 + chunk });
    this.machine.blockSent(session(to), 500 + chunk, chunkBytes + 16, true);
    this.machine.settle();
  }

  /** The same, and it says that it has it. */
  serve(to: number, chunk: number): void {
    this.give(to, chunk);
    this.announce(to, chunk, 1);
  }

  leave(n: number, reason: CloseReason = 'left'): void {
    this.machine.linkDown(session(n), reason);
    this.machine.settle();
  }

  closing(strangers = 0) {
    const of = this.machine.shares.get(share);
    if (!of) throw new Error('no share');
    return safeToClose(closingFacts(this.machine, of, strangers));
  }
}

describe('what is known', () => {
  test('[CL2] peers that only announce make nothing safe, however many they are', () => {
    const bench = new Bench(true);
    for (let n = 0; n < 10; n++) {
      bench.link(n);
      bench.announce(n);
    }
    expect(bench.closing()).toMatchObject({ state: 'unsafe', copies: 0, onlyHere: chunks });
  });

  test('[CL2] a chunk sent whole and announced after makes all count that the peer holds, and only then', () => {
    const bench = new Bench(true);
    bench.link(0);
    bench.give(0, 0, 1);
    bench.announce(0, 0, 1);
    expect(bench.closing().onlyHere).toBe(chunks);
    bench.announce(0, 1, 1);
    bench.give(0, 1);
    expect(bench.closing().onlyHere).toBe(chunks);
    bench.give(0, 2);
    expect(bench.closing().onlyHere).toBe(chunks);
    bench.announce(0, 2, 1);
    expect(bench.closing().onlyHere).toBe(chunks - 3);
    bench.announce(0);
    expect(bench.closing()).toMatchObject({ copies: 1, state: 'others-complete', lacking: 0 });
  });

  test('[CL2] what a peer takes back, or turns out to lack, does not count any more', () => {
    const bench = new Bench(true);
    bench.link(0);
    bench.serve(0, 0);
    bench.announce(0);
    expect(bench.closing().copies).toBe(1);
    bench.say(0, { type: 'bitfield', share, kind: 'none', bits: new Uint8Array(0) });
    expect(bench.closing()).toMatchObject({ copies: 0, onlyHere: chunks });
    bench.leave(0);
    expect(bench.closing().onlyHere).toBe(chunks);
  });

  test('[CL2] who gave a good chunk counts; so does the publisher; a bad chunk takes it back', () => {
    const bench = new Bench(false, Bitfield.fromRanges(chunks, [0, 4]));
    bench.link(0, publisher, false);
    bench.announce(0);
    expect(bench.closing().copies).toBe(1);
    bench.link(1, id(1), false);
    bench.announce(1);
    expect(bench.closing().copies).toBe(1);
    const request = (n: number) => {
      const tags = [...(bench.machine.links.get(session(n))?.requests.keys() ?? [])];
      if (tags[0] === undefined) throw new Error('nothing is asked for');
      return tags[0];
    };
    bench.machine.chunkVerified(session(1), request(1));
    expect(bench.closing().copies).toBe(2);
    bench.leave(1);
    bench.link(1, id(1), false);
    bench.announce(1);
    expect(bench.closing().copies).toBe(2);
    bench.machine.chunkBad(session(1), request(1));
    bench.leave(1);
    expect(bench.closing().copies).toBe(1);
    bench.link(1, id(1), false);
    bench.announce(1);
    expect(bench.closing().copies).toBe(1);
  });

  test('[CL5] [CL7] three whole copies are safe; after one leaves they are not, and it says what would be missing', () => {
    const bench = new Bench(true);
    for (let n = 0; n < 4; n++) {
      bench.link(n);
      bench.serve(n, n);
      if (n < 3) bench.announce(n);
    }
    expect(bench.closing()).toMatchObject({ state: 'safe', copies: 3, needed: 3, asks: false, lacking: 1 });
    bench.leave(0);
    // One of four is more than a tenth: people are leaving, so five are needed.
    expect(bench.closing()).toMatchObject({ state: 'unsafe', copies: 2, needed: 5, asks: true });
    bench.leave(1);
    bench.leave(2);
    expect(bench.closing()).toMatchObject({ copies: 0, onlyHere: chunks - 1, needing: 1 });
  });

  test('[CL4] a link that is made anew is nobody leaving, and who left is forgotten after ten minutes', () => {
    const bench = new Bench(true);
    for (let n = 0; n < 3; n++) bench.link(n);
    bench.leave(0);
    expect(bench.closing().churning).toBe(true);
    bench.link(0);
    expect(bench.closing().churning).toBe(false);
    bench.leave(0);
    bench.machine.now += 10 * 60_000 - 1;
    expect(bench.closing().churning).toBe(true);
    bench.machine.now += 1;
    expect(bench.closing().churning).toBe(false);
    bench.leave(1, 'useless');
    expect(bench.closing().churning).toBe(false);
  });

  test('[CL1] [CL6] others-complete waits for people who are in the room and unknown', () => {
    const bench = new Bench(true);
    bench.link(0);
    bench.serve(0, 0);
    bench.announce(0);
    expect(bench.closing(0)).toMatchObject({ state: 'others-complete', partial: false });
    expect(bench.closing(1)).toMatchObject({ state: 'unsafe', unknown: 1, partial: true, asks: false });
    bench.machine.linkUp(session(1), id(1));
    expect(bench.closing(0)).toMatchObject({ state: 'unsafe', unknown: 1 });
  });

  test('[CL8] who made the share is asked while nobody has it; who found it stored is not; who got it all is no loss', () => {
    const fresh = new Bench(true);
    expect(fresh.closing()).toMatchObject({ state: 'unsafe', asks: true, linked: 0 });
    fresh.link(0);
    fresh.serve(0, 0);
    fresh.announce(0);
    fresh.leave(0);
    expect(fresh.closing()).toMatchObject({ state: 'unsafe', asks: false, peak: 1 });
    const receiver = new Bench(false);
    expect(receiver.closing().asks).toBe(false);
    receiver.link(0);
    expect(receiver.closing()).toMatchObject({ asks: true, needing: 1 });
    const reopened = new Bench(true, undefined, true);
    expect(reopened.closing()).toMatchObject({ asks: false, madeHere: false });
    // Somebody who looks at the list is about to want it.
    reopened.link(0, id(0), false);
    expect(reopened.closing()).toMatchObject({ asks: true, looking: 1, lacking: 0 });
  });

  test('[CL9] who finished without self is audited, and counts once it has shown a chunk', () => {
    const bench = new Bench(false);
    bench.link(0, id(0), false);
    bench.announce(0);
    const audits = () =>
      bench.effects.flatMap((e) => (e.kind === 'send' && e.message.type === 'audit' ? [e.message] : []));
    const wait = (ms: number) => {
      bench.machine.now += ms;
      bench.machine.housekeep();
    };
    wait(1000);
    wait(defaultConfig.auditAfterMs - 1);
    expect(audits()).toEqual([]);
    wait(1);
    wait(1000);
    expect(audits()).toHaveLength(1);
    const { chunk } = audits()[0]!;
    const digest = new Uint8Array(32).fill(5);
    // Of another chunk than the one asked for.
    bench.say(0, { type: 'audited', share, chunk: (chunk + 1) % chunks, digest });
    expect(bench.effects.filter(({ kind }) => kind === 'check-audit')).toEqual([]);
    bench.say(0, { type: 'audited', share, chunk, digest });
    bench.say(0, { type: 'audited', share, chunk, digest });
    const checks = bench.effects.filter((e) => e.kind === 'check-audit');
    expect(checks).toEqual([
      { kind: 'check-audit', session: session(0), share, chunk, nonce: audits()[0]!.nonce, digest },
    ]);
    expect(bench.closing().copies).toBe(0);
    wait(defaultConfig.auditAgainMs);
    expect(audits()).toHaveLength(2);
    expect(audits()[1]!.nonce).not.toEqual(audits()[0]!.nonce);
    bench.machine.auditPassed(session(0), share);
    expect(bench.closing()).toMatchObject({ copies: 1, state: 'others-complete' });
    wait(defaultConfig.auditAgainMs);
    expect(audits()).toHaveLength(2);
  });

  test('[CL10] an audit is answered for what is held, one a second and link; out of range it breaks a rule', () => {
    const bench = new Bench(false, Bitfield.fromRanges(chunks, [0, 4]));
    bench.link(0);
    bench.link(1);
    const nonce = new Uint8Array(16);
    const ask = (from: number, chunk: number) =>
      bench.machine.message(session(from), { type: 'audit', share, chunk, nonce });
    expect([ask(0, 5), ask(0, 1), ask(0, 2), ask(1, 3)]).toEqual([null, null, null, null]);
    bench.machine.now += defaultConfig.auditAnswerMs;
    ask(0, 3);
    const answers = bench.effects.flatMap((e) => (e.kind === 'answer-audit' ? [[e.session, e.chunk]] : []));
    expect(answers).toEqual([
      [session(0), 1],
      [session(1), 3],
      [session(0), 3],
    ]);
    expect(ask(0, chunks)).toBe('protocol');
  });
});
