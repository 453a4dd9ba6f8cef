/**
 * A peer that speaks the real protocol and means harm, for e2e/hostile.spec.ts: composition root of a page that runs the room without a
 * view, driven from outside through `globalThis.hostile`. It gets in honestly (link, tracker, handshake), then serves damaged chunks, serves
 * none, or floods its link with rubbish. Never shipped. Leaves out how each wrong is done: hostile-ports.ts, rubbish.ts.
 */
import { createDirectCouriers } from '../adapters/browser/courier';
import { createTransportHub } from '../adapters/browser/channel-transport';
import { createIdbChunkStore, createIdbRecordStore } from '../adapters/browser/idb-stores';
import { serveConnections } from '../adapters/browser/lazy-connections';
import { createRecentLog } from '../adapters/browser/log';
import { createBroadcast } from '../adapters/browser/tabs';
import { createClock } from '../adapters/clock';
import { createMemoryFileHandles } from '../adapters/memory/memory-files';
import { createMemoryChunkStore, createMemoryRecordStore } from '../adapters/memory/memory-stores';
import { createSocketTracker } from '../adapters/socket-tracker';
import { createWebCrypto } from '../adapters/web-crypto';
import type { SessionId, ShareId } from '../base/ids';
import type { ChunkStore, Crypto, RecordStore } from '../ports';
import type { ShareSnapshot } from '../room/api';
import type { RoomController } from '../room/controller';
import { createRoomFactory, type RoomFactoryPorts } from '../room/room';
import { decodeMessage } from '../wire/codec';
import { dishonest, tapWire, type DishonestStore, type Manner, type WireTap } from './hostile-ports';
import { ignoreMessageLimits, rubbishKinds, sendRubbish, type RubbishKind } from './rubbish';

export interface HostilePeer {
  readonly rubbishKinds: readonly RubbishKind[];
  /** Joins as any guest does, fetches everything, leaves. What it has is in this profile's storage. */
  obtain(link: string): Promise<void>;
  /** Joins again with all it obtained and treats whoever asks in this manner until leave(). Resolves when it is in the room. */
  serve(link: string, manner: Manner): Promise<void>;
  /** Chunks it was asked for since serve(). */
  asked(): number;
  /** Joins as somebody new, sends this once the other side has taken it in, and answers how that ended. */
  flood(link: string, kind: RubbishKind): Promise<FloodEnd>;
  leave(): Promise<void>;
}

/** 'cut': the link ended, with the reason of the goodbye when there was one. 'ignored': it lives and answers. */
export type FloodEnd = { readonly end: 'cut'; readonly bye: string | null } | { readonly end: 'ignored' };

interface OpenRoom {
  readonly room: RoomController;
  readonly leaveRoom: () => Promise<void>;
  readonly until: (fits: (shares: readonly ShareSnapshot[]) => boolean) => Promise<readonly ShareSnapshot[]>;
}

const origin = location.origin;
const clock = createClock();
const honest = createWebCrypto();
const stored: { readonly chunks: ChunkStore; readonly records: RecordStore } = {
  chunks: createIdbChunkStore(),
  records: createIdbRecordStore(),
};
const couriers = createDirectCouriers();
serveConnections(couriers.page);
const wire = tapWire(couriers.channels);
const hub = createTransportHub(wire.courier);

let serving: { readonly store: DishonestStore; readonly open: OpenRoom } | undefined;

interface Outfit {
  readonly chunks: ChunkStore;
  readonly records: RecordStore;
  readonly crypto: Crypto;
  readonly tap?: WireTap;
}

/** A room over these ports; its tracker connection ends with it, so that nobody takes this page for a member afterwards. */
async function openRoom(link: string, { chunks, records, crypto, tap }: Outfit): Promise<OpenRoom> {
  const tracker = createSocketTracker({ url: origin, crypto });
  const ports: RoomFactoryPorts = {
    clock,
    crypto,
    chunks,
    records,
    files: createMemoryFileHandles(),
    tracker,
    createTransport: () => (tap ? wire.tapped(hub.transport(), tap) : hub.transport()),
    log: createRecentLog(() => clock.now()),
    broadcast: createBroadcast(),
  };
  const watchers = new Set<() => void>();
  const room = await createRoomFactory(ports).open(link, { origin }, () => {
    for (const look of [...watchers]) look();
  });
  const leaveRoom = async (): Promise<void> => {
    await room.close();
    tracker.close();
  };
  const until: OpenRoom['until'] = (fits) =>
    new Promise((resolve) => {
      const look = (): void => {
        const { shares } = room.snapshot();
        if (!fits(shares)) return;
        watchers.delete(look);
        resolve(shares);
      };
      watchers.add(look);
      look();
    });
  return { room, until, leaveRoom };
}

const listed = (shares: readonly ShareSnapshot[]): boolean =>
  shares.length > 0 && shares.every(({ fileCount }) => fileCount !== null);
const complete = (shares: readonly ShareSnapshot[]): boolean =>
  shares.length > 0 && shares.every(({ chunksHave, chunksTotal }) => chunksHave === chunksTotal);

async function obtain(link: string): Promise<void> {
  const { room, until, leaveRoom } = await openRoom(link, { ...stored, crypto: honest });
  const shares = await until(listed);
  await room.download(
    shares.map(({ id }) => ({ share: id, files: 'all' })),
    { save: false },
  );
  await until(complete);
  await leaveRoom();
  for (const { id, chunksTotal } of shares) {
    const kept = (await stored.chunks.keys(id)).length;
    // Else what follows would not test what it says.
    if (kept !== chunksTotal) throw new Error(`${kept} of ${chunksTotal} chunks were kept`);
  }
}

async function serve(link: string, manner: Manner): Promise<void> {
  const store = dishonest(stored.chunks, honest, manner);
  const open = await openRoom(link, { chunks: store.chunks, records: stored.records, crypto: store.crypto });
  serving = { store, open };
  await open.until(complete);
}

async function flood(link: string, kind: RubbishKind): Promise<FloodEnd> {
  let target: SessionId | undefined;
  let share: ShareId | undefined;
  let bye: string | null = null;
  let ended: (end: FloodEnd) => void = () => undefined;
  const end = new Promise<FloodEnd>((resolve) => (ended = resolve));
  const tap: WireTap = {
    heard(session, frame, raw) {
      const decoded = decodeMessage(frame);
      if (decoded.kind !== 'message') return;
      const { message } = decoded;
      if (session === target) {
        if (message.type === 'bye') bye = message.reason;
        else if (message.type === 'pong' && kind === 'unknown-messages') ended({ end: 'ignored' });
        return;
      }
      // Whoever speaks of a share has checked our hello, so this is past the handshake.
      if ('share' in message) share = message.share;
      if (share === undefined || target !== undefined) return;
      target = session;
      try {
        sendRubbish(kind, share, raw);
      } catch {
        // It was cut off while we were still at it: told by `closed`.
      }
    },
    closed(session) {
      if (session === target) ended({ end: 'cut', bye });
    },
  };
  // Nothing stored: each time it is somebody else, for the one before is cut off for minutes.
  const { leaveRoom } = await openRoom(link, {
    chunks: createMemoryChunkStore(),
    records: createMemoryRecordStore(),
    crypto: honest,
    tap,
  });
  const answer = await end;
  await leaveRoom();
  return answer;
}

async function leave(): Promise<void> {
  await serving?.open.leaveRoom();
  serving = undefined;
}

ignoreMessageLimits();
const hostile: HostilePeer = {
  rubbishKinds,
  obtain,
  serve,
  asked: () => serving?.store.asked() ?? 0,
  flood,
  leave,
};
Object.assign(globalThis, { hostile });
