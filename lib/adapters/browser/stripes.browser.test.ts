import { afterEach, describe, expect, it } from 'vitest';
import { transportContract } from '../contracts/transport-contract';
import { Pair } from '../contracts/transport-recorder';
import { createTransportHub, type HubConfig } from './channel-transport';
import { createDirectCouriers } from './courier';
import { createPeerConnections, type PeerConnectionConfig } from './peer-connection';
import { stripePlanDefaults } from './stripe-plan';

const MiB = 1024 * 1024;
/** Takes all the lanes it can get, and keeps them whatever they give: nothing here is far away. */
const eager: Partial<HubConfig> = {
  stripes: {
    ...stripePlanDefaults,
    leastRttMs: 0,
    leastBytes: 0,
    windowMs: 20,
    windowRtts: 0,
    fullShare: 0,
    gain: 0,
    growing: Infinity,
  },
};
const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const run of cleanUps.splice(0)) run();
});

function striped(options: Partial<PeerConnectionConfig> = {}, right: Partial<HubConfig> = eager) {
  const sides = [createDirectCouriers(), createDirectCouriers()] as const;
  const pages = sides.map(({ page }) => createPeerConnections(page, options));
  const hubs = [
    createTransportHub(sides[0].channels, eager),
    createTransportHub(sides[1].channels, right),
  ] as const;
  const environment = {
    left: hubs[0].transport(),
    right: hubs[1].transport(),
    leftTwin: hubs[0].transport(),
    ice: { servers: [], policy: 'all' as const },
    bulkBytes: 24 * MiB,
    // What four receive windows hold (5 MiB each) is no less than all of it.
    outstandingBytes: 24 * MiB,
    alive: () => hubs[0].size + hubs[1].size + pages.reduce((sum, { size }) => sum + size, 0),
    dispose: () => {
      for (const page of pages) page.close();
    },
  };
  return { environment, pages, hubs };
}

transportContract('striped, in the page', (options) => Promise.resolve(striped(options).environment));

/** Sends blocks that carry their number until `enough`, as fast as the link takes them. Answers how often each arrived. */
async function send(pair: Pair, session: ReturnType<Pair['dial']>, enough: (sent: number) => boolean) {
  const seen = new Map<number, number>();
  let [sent, arrived] = [0, 0];
  pair.right.log(session).onBlock = (frame) => {
    const index = new DataView(frame.buffer, frame.byteOffset).getUint32(0);
    seen.set(index, (seen.get(index) ?? 0) + 1);
    arrived += 1;
  };
  const left = pair.left.log(session);
  while (!enough(sent)) {
    const frame = new Uint8Array(128 * 1024);
    new DataView(frame.buffer).setUint32(0, sent++);
    const { drained } = left;
    if (!pair.left.sendBlock(session, frame))
      await pair.left.until(session, (log) => log.drained > drained || log.closed !== undefined, 'drained');
    if (left.closed !== undefined) break;
  }
  if (left.closed === undefined) await expect.poll(() => arrived, { timeout: 20_000 }).toBe(sent);
  return { sent, seen };
}

describe('stripes', () => {
  it('[TP25] a link gets up to four connections, and every block arrives once whichever it went over', async () => {
    const { environment, pages } = striped();
    cleanUps.push(environment.dispose);
    const pair = new Pair(environment);
    const session = await pair.open();
    const { sent, seen } = await send(pair, session, (count) => count > 60 && pages[0]?.size === 4);
    await send(pair, session, (count) => count > 100);
    expect(seen.size).toBe(sent);
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
    expect(pages.map(({ size }) => size)).toEqual([4, 4]);
    await pair.hangUp(session);
    await expect.poll(environment.alive).toBe(0);
  });

  it('[TP27] a side that takes one lane gets one', async () => {
    const { environment, pages } = striped({}, { ...eager, mostLanes: 1 });
    cleanUps.push(environment.dispose);
    const pair = new Pair(environment);
    const session = await pair.open();
    await send(pair, session, (count) => count > 100);
    expect(pages.map(({ size }) => size)).toEqual([1, 1]);
  });

  it('[TP26] links of a page share its supply of further connections', async () => {
    const { environment, pages } = striped({}, { ...eager, mostStripes: 4 });
    cleanUps.push(environment.dispose);
    const pair = new Pair(environment);
    const sessions = [await pair.open(), await pair.open(), await pair.open()];
    for (const session of sessions) await send(pair, session, (count) => count > 80);
    expect(pages[1]?.size).toBeLessThanOrEqual(3 + 4);
  });

  it('[TP25] a stripe that breaks with blocks in it ends the link on the sending side, so that all is asked for anew', async () => {
    const made: RTCPeerConnection[] = [];
    const real = globalThis.RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends real {
      constructor(config?: RTCConfiguration) {
        super(config);
        made.push(this);
      }
    };
    cleanUps.push(() => (globalThis.RTCPeerConnection = real));
    const { environment, pages } = striped();
    cleanUps.push(environment.dispose);
    const pair = new Pair(environment);
    const session = await pair.open();
    await send(pair, session, (count) => count > 60 && pages[0]?.size === 4);
    const own = made.slice(0, 2);
    const broken = new Set<RTCPeerConnection>();
    await send(pair, session, (count) => {
      if (count % 20 === 0) {
        // As when the network drops this one only: ICE fails, and simple-peer lets the connection go. One that happens to carry nothing just
        // then ends nothing, so another is dropped after it.
        const pretend = made.findLast(
          (one) => one.connectionState === 'connected' && !own.includes(one) && !broken.has(one),
        );
        if (pretend) {
          broken.add(pretend);
          Object.defineProperty(pretend, 'iceConnectionState', { value: 'failed', configurable: true });
          pretend.oniceconnectionstatechange?.(new Event('iceconnectionstatechange'));
        }
      }
      return count > 1000;
    });
    expect(broken.size).toBeGreaterThan(0);
    expect(await pair.left.closed(session)).toBe('gone');
    expect(await pair.right.closed(session)).toBe('gone');
    await expect.poll(environment.alive).toBe(0);
  });
});
