/** Whole engines against each other in virtual time (testing/swarm.ts): properties of runs, not traces. */
import { describe, expect, test } from 'vitest';
import { toBase64Url } from '../base/bytes';
import type { PeerId, SessionId, ShareId } from '../base/ids';
import type { EngineConfig } from './config';
import { Swarm, type Node } from './testing/swarm';

const others = (swarm: Swarm) => swarm.nodes.slice(1);
const allDone = (swarm: Swarm) => () =>
  others(swarm).every((node) => !node.online || node.completeAt !== null);
const hour = 3_600_000;

describe('engine', () => {
  test('[EN1] same seed, same run: traces are equal; another seed, another run', () => {
    const trace = (seed: number) => {
      const swarm = new Swarm({ peers: 6, chunks: 60, seed });
      swarm.introduce();
      swarm.run(hour, allDone(swarm));
      return swarm.trace;
    };
    expect(trace(3)).toBe(trace(3));
    expect(trace(3)).not.toBe(trace(4));
  });

  test.each([1, 2, 3])('[TX1] every receiver gets every chunk (seed %i)', (seed) => {
    const swarm = new Swarm({ peers: 8, chunks: 120, seed });
    swarm.introduce();
    swarm.run(hour, allDone(swarm));
    for (const node of others(swarm)) expect(swarm.have(node).isFull).toBe(true);
  });

  test('[TX4] the publisher sends each chunk about once before it sends any twice, and receivers get most from each other', () => {
    const swarm = new Swarm({ peers: 6, chunks: 200, seed: 2, uplink: 2.5e6 });
    swarm.introduce();
    swarm.run(hour, allDone(swarm));
    const copies = swarm.nodes[0]!.bytesSent / swarm.geometry.totalBytes;
    expect(copies).toBeLessThan(1.2);
  });

  test('[TX5] duplicates stay small: at most 3 % of all bytes', () => {
    const swarm = new Swarm({ peers: 6, chunks: 200, seed: 2, uplink: 2.5e6 });
    swarm.introduce();
    swarm.run(hour, allDone(swarm));
    const wasted = others(swarm).reduce((sum, node) => sum + node.wasted, 0);
    expect(wasted / (5 * swarm.geometry.totalBytes)).toBeLessThan(0.03);
  });

  test('[TX6] the sender may leave once every chunk is out: the rest finish among themselves', () => {
    const swarm = new Swarm({ peers: 6, chunks: 80, seed: 4 });
    swarm.introduce();
    swarm.run(hour, () => swarm.nodes[0]!.bytesSent > 2 * swarm.geometry.totalBytes || allDone(swarm)());
    swarm.leave(swarm.nodes[0]!);
    swarm.run(hour, allDone(swarm));
    for (const node of others(swarm)) expect(swarm.have(node).isFull).toBe(true);
  });

  test('[TX7] a peer that joins late is served by those who finished', () => {
    const swarm = new Swarm({ peers: 3, chunks: 40, seed: 5 });
    const [sender, early, late] = swarm.nodes;
    swarm.feed(early!, { kind: 'candidates', peers: [sender!.id] });
    swarm.feed(sender!, { kind: 'candidates', peers: [early!.id] });
    swarm.run(hour, () => early!.completeAt !== null);
    swarm.leave(sender!);
    swarm.feed(late!, { kind: 'candidates', peers: [early!.id] });
    swarm.feed(early!, { kind: 'candidates', peers: [late!.id] });
    swarm.run(hour, () => late!.completeAt !== null);
    expect(swarm.have(late!).isFull).toBe(true);
  });

  test('[TX8] [RX3] a peer that sends corrupt chunks is cut off, cools off, and the run still completes', () => {
    const swarm = new Swarm({
      peers: 6,
      chunks: 60,
      seed: 6,
      behaviour: (i) => (i === 3 ? 'corrupt' : 'honest'),
    });
    swarm.introduce();
    const honest = () => others(swarm).every((node) => node.index === 3 || node.completeAt !== null);
    swarm.run(hour, honest);
    expect(honest()).toBe(true);
    const cut = swarm.nodes
      .flatMap((node) => node.effects)
      .filter((effect) => effect.kind === 'disconnect' && effect.reason === 'bad-chunk');
    expect(cut.length).toBeGreaterThan(0);
    for (const node of others(swarm)) {
      if (node.index === 3) continue;
      const bad = node.facts.filter((fact) => fact.kind === 'bad-chunk');
      expect(bad.length).toBeLessThanOrEqual(3);
    }
  });

  test('[TX9] peers that announce what they do not send cost time, not completion, and are cut after their strikes', () => {
    const swarm = new Swarm({
      peers: 6,
      chunks: 60,
      seed: 7,
      behaviour: (i) => (i >= 4 ? 'liar' : 'honest'),
    });
    swarm.introduce();
    const honest = () => others(swarm).every((node) => node.index >= 4 || node.completeAt !== null);
    swarm.run(hour, honest);
    expect(honest()).toBe(true);
  });

  test('[RX4] a verified chunk is held, and told of, before it is kept', () => {
    const swarm = new Swarm({ peers: 2, chunks: 8, seed: 26 });
    const receiver = swarm.nodes[1]!;
    swarm.introduce();
    const got = () => receiver.facts.flatMap((fact) => (fact.kind === 'chunk-got' ? [fact.chunk] : []));
    // The swarm settles a chunk some time after it was got.
    swarm.run(hour, () => got().length > 0);
    const [first] = got();
    expect(swarm.have(receiver).has(first!)).toBe(true);
    const told = receiver.effects.flatMap((e) =>
      e.kind === 'send' && e.message.type === 'have' ? e.message.ranges : [],
    );
    expect(told).toEqual([first, 1]);
  });

  test('[TX45] a peer that holds a chunk too is told of it later, and within a second or so; the publisher at once', () => {
    /** How many haves receivers sent each other. */
    const told = (haveLater: number) => {
      const swarm = new Swarm({ peers: 8, chunks: 60, seed: 27, config: { haveLater } });
      swarm.introduce();
      swarm.run(hour, allDone(swarm));
      // The last haves are told by the next housekeeping.
      swarm.run(swarm.now + 3_000, () => false);
      let toOthers = 0;
      for (const { engine, effects } of others(swarm)) {
        const { links, shares } = engine.transfer;
        const share = shares.get(swarm.share)!;
        for (const link of links.values()) {
          expect(link.viewOf(share)?.bits.isFull).toBe(true);
          const haves = effects.filter(
            (e) => e.kind === 'send' && e.message.type === 'have' && e.session === link.session,
          );
          if (link.peer === share.publisher) expect(haves.length).toBeGreaterThan(50);
          else toOthers += haves.length;
        }
      }
      return toOthers;
    };
    expect(told(8)).toBeLessThan(0.8 * told(0));
  });

  test('[TX14] only what is wanted is fetched, and a later wish is served too', () => {
    const swarm = new Swarm({ peers: 2, chunks: 40, seed: 8 });
    const receiver = swarm.nodes[1]!;
    swarm.feed(receiver, { kind: 'wanted', share: swarm.share, ranges: [10, 5] });
    swarm.introduce();
    swarm.run(hour, () => swarm.have(receiver).count >= 5 && receiver.completeAt !== null);
    expect(swarm.have(receiver).count).toBe(5);
    swarm.feed(receiver, { kind: 'wanted', share: swarm.share, ranges: [0, 20] });
    swarm.run(swarm.now + hour, () => swarm.have(receiver).count === 20);
    expect(swarm.have(receiver).count).toBe(20);
  });

  test('[TX15] a chunk that turns out lost is fetched again', () => {
    const swarm = new Swarm({ peers: 2, chunks: 20, seed: 9 });
    const receiver = swarm.nodes[1]!;
    swarm.introduce();
    swarm.run(hour, () => receiver.completeAt !== null);
    swarm.feed(receiver, { kind: 'chunks-lost', share: swarm.share, ranges: [3, 1] });
    expect(swarm.have(receiver).has(3)).toBe(false);
    swarm.run(swarm.now + hour, () => swarm.have(receiver).has(3));
    expect(swarm.have(receiver).isFull).toBe(true);
  });

  test('[TX40] peers that lost what they told of say so: nobody is blamed, and all of them end with everything', () => {
    const swarm = new Swarm({ peers: 4, chunks: 60, seed: 21 });
    swarm.introduce();
    swarm.run(hour, () => others(swarm).every((node) => node.completeAt !== null));
    const [, loser, second] = swarm.nodes;
    swarm.feed(loser!, { kind: 'chunks-lost', share: swarm.share, ranges: [0, 60] });
    swarm.feed(second!, { kind: 'chunks-lost', share: swarm.share, ranges: [5, 40] });
    expect(swarm.have(loser!).count).toBe(0);
    swarm.run(swarm.now + hour, () => swarm.have(loser!).isFull && swarm.have(second!).isFull);
    expect(swarm.have(loser!).isFull && swarm.have(second!).isFull).toBe(true);
    const cutOff = swarm.nodes.flatMap(({ effects }) => effects.filter(({ kind }) => kind === 'disconnect'));
    expect(cutOff).toEqual([]);
  });

  test('[TX41] a publisher that lost chunks fetches them from those who have them, and serves them on', () => {
    const swarm = new Swarm({ peers: 3, chunks: 30, seed: 22 });
    const [publisher, first, late] = swarm.nodes;
    swarm.leave(late!);
    swarm.introduce();
    swarm.run(hour, () => first!.completeAt !== null);
    swarm.feed(publisher!, { kind: 'chunks-lost', share: swarm.share, ranges: [0, 20] });
    swarm.feed(publisher!, { kind: 'wanted', share: swarm.share, ranges: [0, 20] });
    swarm.run(swarm.now + hour, () => swarm.have(publisher!).isFull);
    expect(swarm.have(publisher!).isFull).toBe(true);
  });

  test('[TX42] a chunk restored from an earlier session is not asked for any more, and counts at those who say that they hold it', () => {
    const swarm = new Swarm({ peers: 2, chunks: 20, seed: 23, uplink: 100_000 });
    const receiver = swarm.nodes[1]!;
    swarm.introduce();
    const asked = () =>
      receiver.effects.flatMap((effect) => (effect.kind === 'expect' ? [effect.chunk] : []));
    swarm.run(hour, () => swarm.have(receiver).count > 2);
    const missing = [...Array(20).keys()].filter((chunk) => !swarm.have(receiver).has(chunk));
    const before = asked().length;
    for (const chunk of missing.slice(0, 10))
      swarm.feed(receiver, { kind: 'chunk-restored', share: swarm.share, chunk });
    swarm.run(swarm.now + hour, () => receiver.completeAt !== null);
    expect(swarm.have(receiver).isFull).toBe(true);
    expect(
      asked()
        .slice(before)
        .filter((chunk) => missing.slice(0, 10).includes(chunk)),
    ).toEqual([]);
  });

  test('[TX16] nothing is asked for while receiving is paused', () => {
    const swarm = new Swarm({ peers: 2, chunks: 20, seed: 10 });
    const receiver = swarm.nodes[1]!;
    swarm.feed(receiver, { kind: 'receiving', paused: true });
    swarm.introduce();
    swarm.run(60_000);
    expect(swarm.have(receiver).count).toBe(0);
    swarm.feed(receiver, { kind: 'receiving', paused: false });
    swarm.run(swarm.now + hour, () => receiver.completeAt !== null);
    expect(swarm.have(receiver).isFull).toBe(true);
  });

  test('[PE1] of two peers the smaller id dials and the larger one knocks; they end with one link each', () => {
    const swarm = new Swarm({ peers: 2, chunks: 4, seed: 11 });
    swarm.introduce();
    swarm.run(30_000);
    const [a, b] = swarm.nodes;
    const small = a!.id < b!.id ? a! : b!;
    const large = small === a ? b! : a!;
    expect(small.effects.filter((e) => e.kind === 'knock')).toEqual([]);
    expect(large.effects.filter((e) => e.kind === 'connect' && e.role === 'initiator')).toEqual([]);
    expect(small.engine.transfer.links.size).toBe(1);
    expect(large.engine.transfer.links.size).toBe(1);
  });

  test('[SI4] a knock of a peer with a larger id makes self dial it; one of a smaller id does nothing', () => {
    const swarm = new Swarm({ peers: 1, chunks: 4, seed: 25 });
    const [self] = swarm.nodes;
    const dials = () => self!.effects.flatMap((e) => (e.kind === 'connect' ? [[e.peer, e.role]] : []));
    const [smaller, larger] = ['-', 'z'].map((letter) => letter.repeat(22)) as [PeerId, PeerId];
    expect(smaller < self!.id && self!.id < larger).toBe(true);
    swarm.feed(self!, { kind: 'knocked', peer: smaller });
    swarm.feed(self!, { kind: 'knocked', peer: self!.id });
    expect(dials()).toEqual([]);
    swarm.feed(self!, { kind: 'knocked', peer: larger });
    expect(dials()).toEqual([[larger, 'initiator']]);
  });

  test('[PE2] a link that ended is made anew and the transfer goes on where it was', () => {
    const swarm = new Swarm({ peers: 2, chunks: 60, seed: 12 });
    const receiver = swarm.nodes[1]!;
    swarm.introduce();
    swarm.run(hour, () => swarm.have(receiver).count > 20);
    const before = swarm.have(receiver).count;
    const [session] = [...receiver.engine.transfer.links.keys()];
    swarm.feed(receiver, { kind: 'link-down', session: session!, reason: 'gone' });
    swarm.feed(swarm.nodes[0]!, { kind: 'link-down', session: session!, reason: 'gone' });
    swarm.run(swarm.now + hour, () => receiver.completeAt !== null);
    expect(before).toBeGreaterThan(20);
    expect(receiver.facts.filter((fact) => fact.kind === 'chunk-got')).toHaveLength(60);
  });

  test('[PE3] a peer that broke a rule is refused while it cools off', () => {
    const swarm = new Swarm({ peers: 2, chunks: 4, seed: 13 });
    const [a, b] = [...swarm.nodes].sort((x, y) => (x.id < y.id ? -1 : 1));
    swarm.feed(b!, { kind: 'offered', peer: a!.id, session: 'S'.repeat(22) as SessionId });
    swarm.feed(b!, { kind: 'link-down', session: 'S'.repeat(22) as SessionId, reason: 'bad-chunk' });
    const before = b!.effects.length;
    swarm.feed(b!, { kind: 'offered', peer: a!.id, session: 'T'.repeat(22) as SessionId });
    expect(b!.effects.slice(before).filter((e) => e.kind === 'connect')).toEqual([]);
  });

  test('[PE4] links never exceed the limit, whatever the number of offers', () => {
    const swarm = new Swarm({ peers: 1, chunks: 4, seed: 14, config: { maxLinks: 10 } });
    const [node] = swarm.nodes;
    for (let i = 0; i < 100; i++) {
      const peer = `-${String(i).padStart(21, '-')}` as PeerId;
      swarm.feed(node!, { kind: 'offered', peer, session: String(i).padStart(22, '0') as SessionId });
    }
    expect(node!.effects.filter((e) => e.kind === 'connect').length).toBeLessThanOrEqual(10);
  });

  /** A node with `count` links that are up, none of which anything can come over: it lacks what their peers never give. */
  const surrounded = (count: number, config: Partial<EngineConfig>): { swarm: Swarm; node: Node } => {
    const swarm = new Swarm({ peers: 1, chunks: 4, seed: 16, config });
    const [node] = swarm.nodes;
    if (!node) throw new Error('no node');
    swarm.feed(node, {
      kind: 'share-added',
      share: toBase64Url(new Uint8Array(16).fill(5)) as ShareId,
      geometry: swarm.geometry,
      have: null,
      known: [],
      publisher: stranger(999),
    });
    swarm.feed(node, {
      kind: 'wanted',
      share: toBase64Url(new Uint8Array(16).fill(5)) as ShareId,
      ranges: [0, 4],
    });
    swarm.feed(node, { kind: 'tracker', online: true });
    for (let i = 0; i < count; i++) {
      swarm.feed(node, { kind: 'offered', peer: stranger(i), session: named(i) });
      swarm.feed(node, { kind: 'link-up', session: named(i) });
    }
    return { swarm, node };
  };
  /** Smaller than any id drawn: it dials. */
  const stranger = (i: number): PeerId => `-${String(i).padStart(21, '-')}` as PeerId;
  const named = (i: number): SessionId => String(i).padStart(22, '0') as SessionId;
  const knocks = (node: Node): PeerId[] => node.effects.flatMap((e) => (e.kind === 'knock' ? [e.peer] : []));
  const alive = { pingAfterMs: 1e9, deadAfterMs: 1e9 };

  test('[PE6] links that are no use do not keep a peer from looking for others, ever more seldom while none is', () => {
    const { swarm, node } = surrounded(4, {
      ...alive,
      targetLinks: 4,
      parallelDials: 1,
      knockPatienceMs: 100,
    });
    const { config } = node.engine;
    swarm.feed(node, { kind: 'candidates', peers: Array.from({ length: 40 }, (_, i) => stranger(100 + i)) });
    expect(knocks(node)).toEqual([]);
    const at: number[] = [];
    for (let now = 1000; now < 20 * config.searchMinMs; now += 1000) {
      const before = knocks(node).length;
      swarm.now = now;
      swarm.feed(node, { kind: 'tick' });
      if (knocks(node).length > before) at.push(now);
    }
    expect(at[0]).toBe(1000 + config.uselessAfterMs);
    expect(at.length).toBeGreaterThanOrEqual(3);
    const pauses = at.slice(1).map((now, i) => now - (at[i] ?? 0));
    pauses.forEach((pause, i) => expect(pause).toBeGreaterThanOrEqual(2 * (pauses[i - 1] ?? 0)));
    expect(node.effects.some((e) => e.kind === 'handout')).toBe(true);
  });

  test('[PE7] where there is no room, a link of no use makes some for a newcomer, and rests; one of use does not', () => {
    const { swarm, node } = surrounded(4, { ...alive, targetLinks: 4, maxLinks: 4 });
    const { config } = node.engine;
    const disconnected = (): unknown[] =>
      node.effects.flatMap((e) => (e.kind === 'disconnect' ? [[e.session, e.reason]] : []));
    swarm.feed(node, { kind: 'offered', peer: stranger(50), session: named(50) });
    expect(disconnected()).toEqual([]);
    swarm.now = 1000;
    swarm.feed(node, { kind: 'tick' });
    swarm.now += config.uselessAfterMs;
    swarm.feed(node, { kind: 'tick' });
    swarm.feed(node, { kind: 'offered', peer: stranger(51), session: named(51) });
    expect(disconnected()).toEqual([[named(0), 'useless']]);
    swarm.feed(node, { kind: 'link-down', session: named(0), reason: 'useless' });
    const before = knocks(node).length;
    for (const later of [1000, 5000, config.restMs / 2]) {
      swarm.now += later;
      swarm.feed(node, { kind: 'tick' });
    }
    expect(knocks(node).slice(before)).not.toContain(stranger(0));
  });

  test('[PE8] while the server is away nobody is dialed; when it is back everybody is tried at once', () => {
    const swarm = new Swarm({ peers: 1, chunks: 4, seed: 21 });
    const [a] = swarm.nodes;
    const dials = (): number => a!.effects.filter((e) => e.kind === 'connect').length;
    swarm.feed(a!, { kind: 'candidates', peers: ['z'.repeat(22) as PeerId] });
    // The network is away and nobody has noticed: every attempt fails, and the delays double.
    for (let i = 0; i < 6; i++) {
      swarm.run(swarm.now + 60_000, () => dials() > i);
      const effect = a!.effects.filter((e) => e.kind === 'connect').at(-1)!;
      swarm.feed(a!, { kind: 'link-down', session: effect.session, reason: 'connect-failed' });
    }
    const before = dials();
    swarm.feed(a!, { kind: 'tracker', online: false });
    swarm.run(swarm.now + 300_000);
    expect(dials()).toBe(before);
    swarm.feed(a!, { kind: 'tracker', online: true });
    expect(dials()).toBe(before + 1);
  });

  test('[PE9] who knocks while it is dialed and has no link after doubtMs is dialed anew, once', () => {
    const swarm = new Swarm({ peers: 1, chunks: 4, seed: 23 });
    const [a] = swarm.nodes;
    const peer = 'z'.repeat(22) as PeerId;
    swarm.feed(a!, { kind: 'candidates', peers: [peer] });
    const lost = a!.effects.find((e) => e.kind === 'connect')!;
    const before = a!.effects.length;
    // However often: a peer that keeps knocking must not keep us making connections.
    for (let i = 0; i < 100; i++) swarm.feed(a!, { kind: 'knocked', peer });
    expect(a!.effects.slice(before).filter((e) => e.kind === 'connect')).toEqual([]);
    swarm.run(swarm.now + 8_000);
    const after = a!.effects.slice(before);
    expect(after).toContainEqual({ kind: 'disconnect', session: lost.session, reason: 'superseded' });
    const dials = after.filter((e) => e.kind === 'connect');
    expect(dials).toHaveLength(1);
    expect(dials[0]).toMatchObject({ peer, role: 'initiator' });
    // What the old attempt still tells does not touch the new one.
    swarm.feed(a!, { kind: 'link-down', session: lost.session, reason: 'superseded' });
    swarm.feed(a!, { kind: 'link-up', session: dials[0]!.session });
    expect(a!.engine.transfer.links.size).toBe(1);
    expect(a!.facts.filter((fact) => fact.kind === 'peer-linked')).toHaveLength(1);
  });

  test('[PE8] a peer that cools off still does when the server is back', () => {
    const swarm = new Swarm({ peers: 2, chunks: 4, seed: 22 });
    const [a, b] = [...swarm.nodes].sort((x, y) => (x.id < y.id ? -1 : 1));
    swarm.feed(a!, { kind: 'candidates', peers: [b!.id] });
    const dial = a!.effects.find((e) => e.kind === 'connect')!;
    swarm.feed(a!, { kind: 'link-down', session: dial.session, reason: 'bad-chunk' });
    const before = a!.effects.length;
    swarm.feed(a!, { kind: 'tracker', online: false });
    swarm.feed(a!, { kind: 'tracker', online: true });
    expect(a!.effects.slice(before).filter((e) => e.kind === 'connect')).toEqual([]);
  });

  test('[PE5] a silent link is pinged, then ended', () => {
    const swarm = new Swarm({ peers: 2, chunks: 4, seed: 15 });
    swarm.introduce();
    swarm.run(30_000);
    const [a, b] = swarm.nodes;
    b!.online = false;
    swarm.run(swarm.now + 60_000);
    expect(a!.effects.some((e) => e.kind === 'send' && e.message.type === 'ping')).toBe(true);
    expect(a!.facts.some((fact) => fact.kind === 'peer-lost' && fact.reason === 'silent')).toBe(true);
  });

  test.each([
    ['a chunk out of range', [{ chunk: 99, firstBlock: 0, blockCount: 1, tag: 900 }]],
    ['no blocks', [{ chunk: 1, firstBlock: 0, blockCount: 0, tag: 900 }]],
    ['blocks beyond the chunk', [{ chunk: 1, firstBlock: 1, blockCount: 9, tag: 900 }]],
    [
      'a tag twice',
      [
        { chunk: 1, firstBlock: 0, blockCount: 2, tag: 900 },
        { chunk: 2, firstBlock: 0, blockCount: 2, tag: 900 },
      ],
    ],
  ])('[TX17] a request that breaks a rule ends the link: %s', (_what, requests) => {
    const swarm = new Swarm({ peers: 2, chunks: 4, seed: 16 });
    // Interested in what the sender has, so that it is not choked.
    swarm.introduce();
    swarm.run(500);
    const sender = swarm.nodes[0]!;
    const [session] = [...sender.engine.transfer.links.keys()];
    const before = sender.effects.length;
    for (const request of requests) {
      const message = { type: 'request' as const, share: swarm.share, ...request };
      swarm.feed(sender, { kind: 'message', session: session!, message });
    }
    expect(sender.effects.slice(before)).toContainEqual({ kind: 'disconnect', session, reason: 'protocol' });
  });
});

test('[TX18] a peer that wants nothing yet does not end super-seeding: nobody is shown the full bitfield before every chunk is out', () => {
  const swarm = new Swarm({ peers: 3, chunks: 60, seed: 21, uplink: 2.5e6 });
  for (const node of others(swarm)) swarm.feed(node, { kind: 'wanted', share: swarm.share, ranges: [] });
  swarm.introduce();
  swarm.run(20_000);
  for (const node of others(swarm)) swarm.feed(node, { kind: 'wanted', share: swarm.share, ranges: [0, 60] });
  swarm.run(hour, allDone(swarm));
  expect(swarm.nodes[0]!.bytesSent / swarm.geometry.totalBytes).toBeLessThan(1.1);
});
