/** Which peer is asked for a catalog, over links that only record. What travels is made by the real publisher. */
import { beforeEach, describe, expect, test } from 'vitest';
import { toBase64Url } from '../base/bytes';
import { idBytes, type PeerId, type RoomId, type SessionId, type ShareId } from '../base/ids';
import type { PeerMessage } from '../wire/messages';
import { Catalogs } from './catalogs';
import type { DriverContext } from './context';
import type { Link, Links } from './links';
import { createShare } from './publisher';
import type { ShareEntry } from './share-entry';
import { watchedCrypto } from './testing/watched-crypto';

interface Sent {
  readonly to: string;
  readonly message: PeerMessage;
}

async function world() {
  const { crypto, idle } = watchedCrypto();
  const [publisher, self] = [await crypto.createIdentity(), await crypto.createIdentity()];
  const catalog = await crypto.importKey(crypto.random(32));
  const keys = { room: 'r'.repeat(22) as RoomId, creator: publisher.peer, catalog };
  const shares = new Map<ShareId, ShareEntry>();
  const sent: Sent[] = [];
  const fed: unknown[] = [];
  const clock = { now: 0, due: [] as { at: number; run: () => void; cancelled: boolean }[] };
  const context = {
    ports: {
      crypto,
      clock: {
        now: () => clock.now,
        at: (at: number, run: () => void) => {
          const entry = { at, run, cancelled: false };
          clock.due.push(entry);
          return () => (entry.cancelled = true);
        },
      },
      log: { write: () => undefined },
    },
    keys,
    identity: self,
    shares,
    feed: (input: unknown) => fed.push(input),
    peerOf: async (key: Uint8Array) => toBase64Url((await crypto.sha256(key)).subarray(0, idBytes)) as PeerId,
    distrust: () => undefined,
    background: (_what: string, work: Promise<unknown>) => void work,
  } as unknown as DriverContext;
  const names = ['a', 'b', 'c'];
  const linkOf = (name: string): Link => ({ session: name as SessionId }) as Link;
  const links = {
    all: () => names.map(linkOf),
    get: (session: SessionId) => (names.includes(session) ? linkOf(session) : undefined),
    send: (to: SessionId, message: PeerMessage) => sent.push({ to, message }),
  } as unknown as Links;
  let known = 0;
  const catalogs = new Catalogs(context, links, {
    added: (entry) => {
      shares.set(entry.id, entry);
      return Promise.resolve();
    },
    catalogKnown: () => {
      known++;
      return Promise.resolve();
    },
    policyChanged: () => Promise.resolve(),
  });
  const publish = () =>
    createShare({ ports: context.ports, identity: publisher, keys: context.keys }, [
      { path: 'a.bin', bytes: 10, type: '', modified: 0 },
    ]);
  const share = await publish();
  return {
    catalogs,
    share,
    shares,
    publish,
    sent,
    fed,
    settled: idle,
    /** Who was asked, in order. */
    asked: () => sent.filter(({ message }) => message.type === 'catalogRequest').map(({ to }) => to),
    /** Who was told the header. */
    told: () =>
      sent
        .filter(({ message }) => message.type === 'shares' && message.headers.length > 0)
        .map(({ to }) => to),
    known: () => known,
    tells: async (name: string, told = [share]) => {
      const headers = told.map(({ headerBytes }) => headerBytes);
      catalogs.message(linkOf(name), { type: 'shares', headers, policy: null });
      await idle();
    },
    answers: async (name: string) => {
      const bytes = share.sealedCatalog ?? new Uint8Array(0);
      catalogs.message(linkOf(name), { type: 'catalogPart', share: share.id, offset: 0, bytes });
      await idle();
    },
    passes: async (ms: number) => {
      clock.now += ms;
      for (const entry of clock.due.splice(0)) {
        if (entry.at > clock.now) clock.due.push(entry);
        else if (!entry.cancelled) entry.run();
      }
      await idle();
    },
    leaves: (name: string) => {
      names.splice(names.indexOf(name), 1);
      catalogs.linkDown(name as SessionId);
    },
  };
}

describe('catalogs', () => {
  let room: Awaited<ReturnType<typeof world>>;
  beforeEach(async () => {
    room = await world();
  });

  test('[SH5] who sends nothing is passed over for another, and asked again when there is no other', async () => {
    await room.tells('a');
    await room.tells('b');
    expect(room.asked()).toEqual(['a']);
    await room.passes(9_999);
    expect(room.asked()).toEqual(['a']);
    await room.passes(1);
    expect(room.asked()).toEqual(['a', 'b']);
    room.leaves('b');
    expect(room.asked()).toEqual(['a', 'b', 'a']);
    await room.passes(10_000);
    expect(room.asked()).toEqual(['a', 'b', 'a', 'a']);
    await room.answers('a');
    expect(room.known()).toBe(1);
    await room.passes(60_000);
    expect(room.asked()).toHaveLength(4);
  });

  test('[SH5] what a peer that was passed over sends late changes nothing', async () => {
    await room.tells('a');
    await room.tells('b');
    await room.passes(10_000);
    await room.answers('a');
    expect(room.known()).toBe(0);
    await room.answers('b');
    expect(room.known()).toBe(1);
  });

  test('[SH1] a share is told on when its catalog is here and not before', async () => {
    await room.tells('a');
    room.catalogs.linkUp({ session: 'c' } as Link);
    expect(room.told()).toEqual([]);
    await room.answers('a');
    expect(room.told().sort()).toEqual(['b', 'c']);
  });

  test('[SH4] of more shares than a room holds the first 256 are taken, and the others ignored', async () => {
    const made = await Promise.all(Array.from({ length: 257 }, room.publish));
    const ids = made.map(({ id }) => id);
    for (let i = 0; i < 256; i += 64) await room.tells('a', made.slice(i, i + 64));
    await expect.poll(() => room.shares.size).toBe(256);
    await room.tells('b', [made[256]!, made[0]!]);
    expect([...room.shares.keys()]).toEqual(ids.slice(0, 256));
    expect(room.fed).toEqual([]);
    // What came with the one too many counts.
    room.leaves('a');
    const asked = room.sent.flatMap(({ to, message }) =>
      to === 'b' && message.type === 'catalogRequest' ? [message.share] : [],
    );
    expect(asked).toEqual([ids[0]]);
    // A share that is gone makes place for another.
    room.shares.delete(ids[1]!);
    await room.tells('b', [made[256]!]);
    expect(room.shares.has(ids[256]!)).toBe(true);
  });
});
