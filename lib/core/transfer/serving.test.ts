/** Who is served what and when, who is asked, and what a super-seed shows: one transfer machine and its effects. */
import { describe, expect, test } from 'vitest';
import { toBase64Url } from '../../base/bytes';
import { Bitfield } from '../../base/bitfield';
import type { PeerId, SessionId, ShareId } from '../../base/ids';
import { createPrng } from '../../base/prng';
import { geometryOf, segmentLength } from '../../content/layout';
import { defaultConfig, type EngineConfig } from '../config';
import type { Effect, EngineMessage } from '../types';
import { Transfer } from './transfer';

const chunkBytes = 256 * 1024;
const chunks = 16;
const share = toBase64Url(new Uint8Array(16).fill(9)) as ShareId;
const self = toBase64Url(new Uint8Array(16).fill(1)) as PeerId;
const peer = (n: number): PeerId => toBase64Url(new Uint8Array(16).fill(n + 2)) as PeerId;
const session = (n: number): SessionId => `session-${n}` as SessionId;

/** A machine with `links` linked peers, everyone interested in everything, nobody choked. */
class Bench {
  effects: Effect[] = [];
  readonly machine: Transfer;

  constructor(
    links: number,
    { have, own = false, config = {} }: { have: number[]; own?: boolean; config?: Partial<EngineConfig> },
  ) {
    this.machine = new Transfer(self, { ...defaultConfig, ...config }, createPrng(4), (effect) =>
      this.effects.push(effect),
    );
    const held = new Bitfield(chunks);
    for (const chunk of have) held.add(chunk);
    const geometry = geometryOf(chunks * chunkBytes, chunkBytes);
    const publisher = own ? self : peer(99);
    this.machine.shareAdded({
      kind: 'share-added',
      share,
      geometry,
      have: own ? null : held,
      known: [segmentLength(geometry, 0)],
      publisher,
    });
    if (!own) this.machine.wanted(share, [0, chunks]);
    for (let n = 0; n < links; n++) {
      this.machine.linkUp(session(n), peer(n));
      this.say(n, { type: 'interest', share, ranges: [0, chunks] });
      this.say(n, { type: 'bitfield', share, kind: 'none', bits: new Uint8Array(0) });
      this.say(n, { type: 'unchoke' });
    }
    this.effects = [];
    if (own) for (const chunk of have) this.machine.published(share, chunk);
  }

  say(from: number, message: EngineMessage): void {
    this.machine.message(session(from), message);
    this.machine.settle();
  }

  has(from: number, ...held: number[]): void {
    for (const chunk of held) this.say(from, { type: 'have', share, ranges: [chunk, 1] });
  }

  ask(from: number, chunk: number, tag = chunk): void {
    this.say(from, { type: 'request', share, chunk, firstBlock: 0, blockCount: 2, tag });
  }

  /** The whole of a served request has left. */
  finish(to: number, tag: number): void {
    this.machine.blockSent(session(to), tag, chunkBytes + 16, true);
    this.machine.settle();
  }

  get served(): string[] {
    return this.effects.flatMap((e) => (e.kind === 'serve' ? [`${e.session}:${e.chunk}`] : []));
  }

  sent(type: EngineMessage['type']): { to: SessionId; message: EngineMessage }[] {
    return this.effects.flatMap((e) =>
      e.kind === 'send' && e.message.type === type ? [{ to: e.session, message: e.message }] : [],
    );
  }
}

const one = { parallelUploads: 1, servedAheadBytes: 0 };

describe('serving', () => {
  test('[TX21] of all waiting requests the one for the rarest chunk is served next', () => {
    const bench = new Bench(4, { have: [1, 2, 3], config: one });
    bench.has(3, 1, 2);
    bench.has(2, 1);
    bench.ask(0, 1);
    bench.ask(0, 2);
    bench.ask(1, 3);
    expect(bench.served).toEqual(['session-0:1']);
    bench.finish(0, 1);
    expect(bench.served.at(-1)).toBe('session-1:3');
    bench.finish(1, 3);
    expect(bench.served.at(-1)).toBe('session-0:2');
  });

  test('[TX21] between equally rare chunks the peer that holds least comes first', () => {
    const bench = new Bench(3, { have: [1, 2, 3], config: one });
    bench.has(1, 8, 9, 10);
    bench.ask(2, 1);
    bench.ask(1, 2);
    bench.ask(0, 3);
    bench.finish(2, 1);
    expect(bench.served.at(-1)).toBe('session-0:3');
  });

  test('[TX22] a peer that took a good deal and gave nothing waits behind one that gives, however rare its chunk', () => {
    const bench = new Bench(3, { have: [1, 2, 3], config: { ...one, giftBytes: chunkBytes / 2 } });
    bench.ask(0, 1);
    bench.finish(0, 1);
    bench.ask(2, 1);
    bench.has(2, 9);
    bench.has(1, 3);
    bench.ask(0, 2);
    bench.ask(1, 3);
    bench.finish(2, 1);
    expect(bench.served.at(-1)).toBe('session-1:3');
    bench.finish(1, 3);
    expect(bench.served.at(-1)).toBe('session-0:2');
  });

  test('[TX23] a request that was not begun in time is given back, one that was begun is not', () => {
    const bench = new Bench(2, { have: [1, 2], config: one });
    bench.ask(0, 1);
    bench.ask(1, 2);
    bench.machine.now = defaultConfig.promiseMs + 1;
    bench.machine.housekeep();
    expect(bench.sent('reject')).toEqual([
      { to: session(1), message: { type: 'reject', tag: 2, reason: 'queue-full' } },
    ]);
  });

  test('[TX43] a slow link is served ahead only when its chunk is nearly through, so that a place falls free for who comes back', () => {
    const bench = new Bench(2, { have: [1, 2, 3], config: { parallelUploads: 1 } });
    const leave = (times: number, bytes: number): void => {
      for (let i = 0; i < times; i++) {
        bench.machine.now += 500;
        bench.machine.blockSent(session(0), 1, bytes, false);
      }
    };
    bench.ask(0, 1);
    leave(8, 16 * 1024);
    // Half of the chunk has left, at 32 KiB a second, and nobody else waits.
    bench.ask(0, 2);
    expect(bench.served).toEqual(['session-0:1']);
    leave(7, 16 * 1024);
    leave(1, 8 * 1024);
    expect(bench.served).toEqual(['session-0:1', 'session-0:2']);
  });

  test('[TX43] a place is not kept by who is served ahead', () => {
    const bench = new Bench(2, { have: [1, 2, 3], config: { parallelUploads: 1 } });
    bench.has(0, 9);
    bench.ask(0, 1);
    bench.machine.now = 4_000;
    bench.machine.blockSent(session(0), 1, 64 * 1024, false);
    bench.ask(0, 2);
    bench.ask(1, 3);
    bench.machine.now = 8_000;
    bench.finish(0, 1);
    expect(bench.served).toEqual(['session-0:1', 'session-1:3']);
  });

  test('[TX24] who gives a request back is asked again later, and no strike counts', () => {
    const bench = new Bench(1, { have: [] });
    bench.has(0, 5);
    const tag = (bench.sent('request')[0]?.message as { tag: number }).tag;
    bench.say(0, { type: 'reject', tag, reason: 'queue-full' });
    expect(bench.sent('request')).toHaveLength(1);
    bench.machine.now = defaultConfig.askAgainMinMs + 1;
    bench.machine.housekeep();
    bench.machine.settle();
    expect(bench.sent('request')).toHaveLength(2);
    expect(bench.effects.some((e) => e.kind === 'disconnect')).toBe(false);
  });

  test('[TX25] a chunk asked of a peer that has not begun is asked of an idle one too; who begins first sends it', () => {
    const bench = new Bench(2, { have: [] });
    bench.has(0, 5);
    bench.has(1, 5);
    expect(bench.sent('request')).toHaveLength(1);
    bench.machine.now = defaultConfig.doubleMaxMs + 1;
    bench.machine.housekeep();
    bench.machine.settle();
    const [first, second] = bench.sent('request');
    expect([first?.to, second?.to]).toEqual([session(0), session(1)]);
    const tag = (second?.message as { tag: number }).tag;
    const link = bench.machine.links.get(session(1));
    if (!link) throw new Error('no link');
    bench.machine.downloads.blockReceived(link, tag, 128 * 1024);
    expect(bench.sent('cancel')).toEqual([
      { to: session(0), message: { type: 'cancel', tag: (first?.message as { tag: number }).tag } },
    ]);
  });

  test('[TX28] a request is told to be begun before its blocks leave', () => {
    const bench = new Bench(2, { have: [1, 2], config: one });
    bench.ask(0, 1);
    bench.ask(1, 2);
    const told = bench.effects.findIndex((e) => e.kind === 'send' && e.message.type === 'begun');
    expect(bench.sent('begun')).toEqual([{ to: session(0), message: { type: 'begun', tag: 1 } }]);
    expect(told).toBeLessThan(bench.effects.findIndex((e) => e.kind === 'serve'));
    bench.finish(0, 1);
    expect(bench.sent('begun').at(-1)?.to).toBe(session(1));
  });

  test('[TX28] the word of a peer that has sent something ends the other request, that of another does not', () => {
    const bench = new Bench(2, { have: [], config: { pipelineRequests: 2 } });
    const link = bench.machine.links.get(session(1));
    if (!link) throw new Error('no link');
    const tagOf = (at: number): number => (bench.sent('request').at(at)?.message as { tag: number }).tag;
    bench.has(0, 5);
    bench.has(1, 5);
    bench.machine.now = defaultConfig.doubleMaxMs + 1;
    bench.machine.housekeep();
    bench.machine.settle();
    const [first, second] = [tagOf(0), tagOf(1)];
    bench.say(1, { type: 'begun', tag: second });
    expect(bench.sent('cancel')).toEqual([]);
    bench.has(1, 6);
    bench.machine.downloads.blockReceived(link, tagOf(-1), 128 * 1024);
    bench.say(1, { type: 'begun', tag: second });
    expect(bench.sent('cancel')).toEqual([{ to: session(0), message: { type: 'cancel', tag: first } }]);
    bench.say(0, { type: 'begun', tag: 77 });
    expect(bench.sent('cancel')).toHaveLength(1);
  });

  test('[TX29] while more is outstanding than comes in in time, nobody is taken for silent; when nothing comes, all are', () => {
    const bench = new Bench(3, { have: [] });
    const { machine } = bench;
    const snubbed = (): number =>
      bench.effects.filter((e) => e.kind === 'report' && e.fact.kind === 'snubbed').length;
    bench.has(0, 1, 2);
    bench.has(1, 3, 4);
    bench.has(2, 5, 6);
    const busy = machine.links.get(session(0));
    const [tag] = busy?.requests.keys() ?? [];
    if (!busy || tag === undefined) throw new Error('nothing asked');
    // 10 kB a second, of which a megabyte and a half is outstanding: links 1 and 2 wait their turn.
    for (machine.now = 1000; machine.now <= defaultConfig.snubMs + 5000; machine.now += 1000) {
      machine.downloads.blockReceived(busy, tag, 10_000);
      machine.housekeep();
    }
    expect(snubbed()).toBe(0);
    machine.now += defaultConfig.snubMaxMs;
    machine.housekeep();
    expect(snubbed()).toBe(3);
  });

  test('[TX30] a link is useless whose peer chokes a peer that lacks something, or has all it wants when self does', () => {
    const bench = new Bench(3, { have: [1] });
    const { machine } = bench;
    const useless = (): SessionId[] => [...machine.useless()];
    bench.say(0, { type: 'choke' });
    expect(useless()).toEqual([]);
    machine.now = defaultConfig.uselessAfterMs - 1;
    expect(useless()).toEqual([]);
    machine.now++;
    expect(useless()).toEqual([session(0)]);
    machine.wanted(share, [1, 1]);
    bench.has(2, ...Array(chunks).keys());
    expect(useless()).toEqual([session(2)]);
  });

  test('[TX26] a super-seed shows the next chunk to the peer that owes least', () => {
    const bench = new Bench(3, { have: [...Array(chunks).keys()], own: true });
    // Nobody owes more than one chunk more than another.
    const views = [0, 1, 2].map((n) => bench.machine.links.get(session(n))?.views.get(share));
    const owed = views.map((view) => view?.owes ?? 0);
    expect(Math.max(...owed) - Math.min(...owed)).toBeLessThanOrEqual(1);
    // Peer 0 passes on, peers 1 and 2 do not: the chunk it was given is seen at peer 1.
    const given = [...(views[0]?.revealed.keys() ?? [])];
    for (const chunk of given) {
      bench.machine.blockSent(session(0), 0, 0, true);
      bench.has(0, chunk);
      bench.has(1, chunk);
    }
    expect(views[0]?.given).toBeGreaterThan(views[1]?.given ?? 0);
    expect(views[0]?.given).toBeGreaterThan(views[2]?.given ?? 0);
  });

  test('[TX27] a peer that says it holds what was given to nobody yet is not believed', () => {
    const bench = new Bench(2, { have: [...Array(chunks).keys()], own: true });
    bench.has(1, ...Array(chunks).keys());
    expect(bench.machine.shares.get(share)?.superSeed).not.toBeNull();
    expect(bench.sent('bitfield')).toEqual([]);
  });
});
