/**
 * What every TrackerClient must do, whatever carries it. Registers vitest tests on clients that share one world made by `open`.
 * Leaves out: limits and refusals of a real server (signaling/socket-server.test.ts).
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toBase64Url, toHex } from '../../base/bytes';
import type { PeerId, RoomId, SessionId, ShareId } from '../../base/ids';
import type { Crypto, Identity, TrackerClient, TrackerMembership, TrackerState } from '../../ports';
import { encodeEnding, endingSigningBytes, roomIdPreimage, type UnsignedEnding } from '../../wire/ending';
import type { AckOf, HandoutPeer, RefusalCode, ShareSummary } from '../../wire/signaling';
import { createWebCrypto } from '../web-crypto';

export interface TrackerWorld {
  client(): TrackerClient;
  /** Takes the server away from all clients, or brings it back. */
  setOnline(online: boolean): Promise<void> | void;
  close(): Promise<void> | void;
}

const random = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length));
const newId = (): string => toBase64Url(random(16));

/** Writes down what a membership is told. */
export class MembershipRecorder implements TrackerMembership {
  readonly states: TrackerState[] = [];
  readonly answers: Extract<AckOf<'join'>, { ok: true }>[] = [];
  readonly refusals: RefusalCode[] = [];
  readonly endings: Uint8Array[] = [];
  readonly handouts: { peers: readonly HandoutPeer[]; members: number }[] = [];
  readonly signals: { from: PeerId; session: SessionId; sealed: Uint8Array }[] = [];

  constructor(readonly identity: Identity) {}

  joined(answer: Extract<AckOf<'join'>, { ok: true }>): void {
    this.answers.push(answer);
  }
  refused(code: RefusalCode): void {
    this.refusals.push(code);
  }
  ended(ending: Uint8Array): void {
    this.endings.push(ending);
  }
  handout(peers: readonly HandoutPeer[], members: number): void {
    this.handouts.push({ peers, members });
  }
  signal(from: PeerId, session: SessionId, sealed: Uint8Array): void {
    this.signals.push({ from, session, sealed });
  }
  state(state: TrackerState): void {
    this.states.push(state);
  }

  get peer(): PeerId {
    return this.identity.peer;
  }
  /** Whom the last join or handout named. */
  get named(): PeerId[] {
    return (this.handouts.at(-1)?.peers ?? this.answers.at(-1)?.peers ?? []).map(({ peer }) => peer);
  }
}

const soon = <Value>(check: () => Value): Promise<Value> =>
  vi.waitFor(check, { timeout: 20_000, interval: 5 });
/** Long enough for what must not come to have come in every adapter here. */
const while_ = (ms = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function trackerContract(
  name: string,
  open: () => Promise<TrackerWorld> | TrackerWorld,
  newIdentity: () => Promise<Identity>,
): void {
  describe(`TrackerClient: ${name}`, () => {
    let world: TrackerWorld;
    let room: RoomId;
    const clients: TrackerClient[] = [];
    beforeEach(async () => {
      world = await open();
      room = newId() as RoomId;
    });
    afterEach(async () => {
      for (const client of clients.splice(0)) client.close();
      await world.close();
    });

    const newClient = (): TrackerClient => {
      const client = world.client();
      clients.push(client);
      return client;
    };
    async function enter(
      client: TrackerClient,
      identity?: Identity,
      into: RoomId = room,
    ): Promise<MembershipRecorder> {
      const recorder = new MembershipRecorder(identity ?? (await newIdentity()));
      client.join(into, recorder);
      await soon(() => expect(recorder.answers).toHaveLength(1));
      return recorder;
    }
    /** Asks until the answer is as expected: what others did reaches the tracker in its own time. */
    async function asks(
      client: TrackerClient,
      recorder: MembershipRecorder,
      check: (peers: readonly HandoutPeer[]) => void,
      linked: PeerId[] = [],
    ) {
      await soon(() => {
        client.handout(room, linked);
        const last = recorder.handouts.at(-1);
        expect(last).toBeDefined();
        check(last?.peers ?? []);
      });
    }
    const share = newId() as ShareId;
    const summaryOf = (fill: number): ShareSummary => ({
      share,
      band: fill === 255 ? 4 : 1,
      regions: new Uint8Array(8).fill(fill),
    });

    it('[SG13] tells the state at once, then online, then who is there', async () => {
      const client = newClient();
      const recorder = new MembershipRecorder(await newIdentity());
      client.join(room, recorder);
      expect(recorder.states).toEqual(['connecting']);
      await soon(() => expect(recorder.answers).toHaveLength(1));
      expect(recorder.states).toEqual(['connecting', 'online']);
      expect(recorder.answers[0]).toMatchObject({ ok: true, peers: [], members: 1 });
      expect(recorder.refusals).toEqual([]);
    });

    it('[SG13] names the others and what they have', async () => {
      const [a, b] = [newClient(), newClient()];
      const first = await enter(a);
      a.announce(room, [summaryOf(255)]);
      const second = await enter(b);
      expect(second.named).toEqual([first.peer]);
      expect(second.answers[0]?.members).toBe(2);
      await asks(b, second, (peers) => {
        expect(peers).toHaveLength(1);
        expect(peers[0]?.peer).toBe(first.peer);
        expect(peers[0]?.shares).toMatchObject([{ share, band: 4 }]);
        expect([...(peers[0]?.shares[0]?.regions ?? [])]).toEqual(Array(8).fill(255));
      });
      expect(second.handouts.at(-1)?.members).toBe(2);
    });

    it('[SG13] takes the last of many announcements, and one made before it was joined', async () => {
      const [a, b] = [newClient(), newClient()];
      const first = new MembershipRecorder(await newIdentity());
      a.join(room, first);
      a.announce(room, [summaryOf(1)]);
      const second = await enter(b);
      await asks(b, second, (peers) => expect(peers[0]?.shares[0]?.regions[0]).toBe(1));
      for (let fill = 2; fill < 20; fill++) a.announce(room, [summaryOf(fill)]);
      await asks(b, second, (peers) => expect(peers[0]?.shares[0]?.regions[0]).toBe(19));
    });

    it('[HD2] a handout leaves out the asker and who is linked', async () => {
      const recorders = [];
      for (let i = 0; i < 4; i++) recorders.push(await enter(newClient()));
      const client = newClient();
      const asker = await enter(client);
      const [linked, ...rest] = recorders.map(({ peer }) => peer);
      await asks(
        client,
        asker,
        (peers) => {
          expect(peers.map(({ peer }) => peer).sort()).toEqual([...rest].sort());
        },
        [linked].filter((peer) => peer !== undefined),
      );
    });

    it('[SG7] carries signals to one member of the room, bytes and session untouched', async () => {
      const [a, b, c] = [newClient(), newClient(), newClient()];
      const [first, second, third] = [await enter(a), await enter(b), await enter(c)];
      const session = newId() as SessionId;
      const sealed = random(5000);
      const sent = sealed.slice();
      a.signal(room, second.peer, session, sealed.subarray(0));
      sealed.fill(0);
      await soon(() => expect(second.signals).toHaveLength(1));
      expect(second.signals[0]).toMatchObject({ from: first.peer, session });
      expect([...(second.signals[0]?.sealed ?? [])]).toEqual([...sent]);
      expect(third.signals).toEqual([]);
      expect(first.signals).toEqual([]);
    });

    it('[SG7] keeps the order of signals between two', async () => {
      const [a, b] = [newClient(), newClient()];
      await enter(a);
      const second = await enter(b);
      for (let i = 0; i < 50; i++) a.signal(room, second.peer, newId() as SessionId, Uint8Array.of(i));
      await soon(() => expect(second.signals).toHaveLength(50));
      expect(second.signals.map(({ sealed }) => sealed[0])).toEqual(Array.from({ length: 50 }, (_, i) => i));
    });

    it('[SG7] carries nothing to strangers, other rooms or those who left', async () => {
      const [a, b] = [newClient(), newClient()];
      await enter(a);
      const elsewhere = await enter(b, undefined, newId() as RoomId);
      const left = await enter(b);
      b.leave(room);
      await asks(a, await enter(a), (peers) => expect(peers).toEqual([]));
      for (const to of [elsewhere.peer, left.peer, newId() as PeerId])
        a.signal(room, to, newId() as SessionId, random(10));
      await while_();
      expect([...elsewhere.signals, ...left.signals]).toEqual([]);
    });

    it('[SG13] one connection serves several rooms, apart from each other', async () => {
      const [a, b] = [newClient(), newClient()];
      const other = newId() as RoomId;
      const identity = await newIdentity();
      await enter(a);
      const inOther = await enter(a, undefined, other);
      const second = await enter(b, identity);
      const secondInOther = await enter(b, await newIdentity(), other);
      expect(secondInOther.named).toEqual([inOther.peer]);
      a.signal(other, secondInOther.peer, newId() as SessionId, Uint8Array.of(1));
      await soon(() => expect(secondInOther.signals).toHaveLength(1));
      expect(second.signals).toEqual([]);
      b.leave(room);
      a.signal(other, secondInOther.peer, newId() as SessionId, Uint8Array.of(2));
      await soon(() => expect(secondInOther.signals).toHaveLength(2));
    });

    it('[SG14] comes back by itself: offline is told, then it joins again with the last announcement', async () => {
      const [a, b] = [newClient(), newClient()];
      const first = await enter(a);
      const second = await enter(b);
      a.announce(room, [summaryOf(7)]);
      await asks(b, second, (peers) => expect(peers[0]?.shares).toHaveLength(1));
      await world.setOnline(false);
      await soon(() => expect([first.states.at(-1), second.states.at(-1)]).toEqual(['offline', 'offline']));
      await world.setOnline(true);
      await soon(() => expect([first.states.at(-1), second.states.at(-1)]).toEqual(['online', 'online']));
      expect([first.answers.length, second.answers.length]).toEqual([2, 2]);
      await asks(b, second, (peers) => {
        expect(peers[0]?.peer).toBe(first.peer);
        expect(peers[0]?.shares[0]?.regions[0]).toBe(7);
      });
    }, 60_000);

    it('[SG14] what happens while offline: joins wait, announcements are kept, signals are dropped', async () => {
      const [a, b] = [newClient(), newClient()];
      const first = await enter(a);
      const second = await enter(b);
      await world.setOnline(false);
      await soon(() => expect(second.states.at(-1)).toBe('offline'));
      a.signal(room, second.peer, newId() as SessionId, Uint8Array.of(1));
      a.announce(room, [summaryOf(9)]);
      a.handout(room, []);
      const other = newId() as RoomId;
      const late = new MembershipRecorder(await newIdentity());
      b.join(other, late);
      expect(late.states).toEqual(['offline']);
      await world.setOnline(true);
      // All of them: who asks again and again for somebody still on the way back is soon one who asks too much.
      await soon(() =>
        expect([first, second, late].map(({ states }) => states.at(-1))).toEqual([
          'online',
          'online',
          'online',
        ]),
      );
      await asks(b, second, (peers) => expect(peers[0]?.shares[0]?.regions[0]).toBe(9));
      await while_();
      expect(second.signals).toEqual([]);
    }, 60_000);

    it('[SG5] whoever proves the same id later takes the place; the first is told and stays away', async () => {
      const [a, b] = [newClient(), newClient()];
      const identity = await newIdentity();
      const first = await enter(a, identity);
      const second = await enter(b, identity);
      await soon(() => expect(first.states.at(-1)).toBe('offline'));
      expect(first.refusals).toEqual(['not-joined']);
      const client = newClient();
      const third = await enter(client);
      expect(third.named).toEqual([identity.peer]);
      client.signal(room, identity.peer, newId() as SessionId, Uint8Array.of(1));
      await soon(() => expect(second.signals).toHaveLength(1));
      a.signal(room, third.peer, newId() as SessionId, Uint8Array.of(2));
      await while_();
      expect(third.signals).toEqual([]);
      expect(first.signals).toEqual([]);
      expect(second.states.at(-1)).toBe('online');
      const again = await enter(a, identity);
      await soon(() => expect(second.states.at(-1)).toBe('offline'));
      expect(again.states.at(-1)).toBe('online');
    });

    it('[SG15] after leave and after close nothing is told', async () => {
      const [a, b, c] = [newClient(), newClient(), newClient()];
      const first = await enter(a);
      const second = await enter(b);
      const third = await enter(c);
      a.leave(room);
      b.close();
      const before = [first, second].map((recorder) => JSON.stringify(recorder));
      for (const { peer } of [first, second]) c.signal(room, peer, newId() as SessionId, Uint8Array.of(1));
      await asks(c, third, (peers) => expect(peers).toEqual([]));
      b.join(room, second);
      await while_();
      expect([first, second].map((recorder) => JSON.stringify(recorder))).toEqual(before);
      await world.setOnline(false);
      await while_();
      expect([first, second].map((recorder) => JSON.stringify(recorder))).toEqual(before);
    });

    it('[OP9] a room shown to be over is left by everybody and entered by nobody, each told with the proof', async () => {
      const [a, b, c] = [newClient(), newClient(), newClient()];
      const { creator, part, id, ending } = await endedRoom(newIdentity, createWebCrypto());
      const other = await enter(b, undefined, id);
      await enter(a, creator, id);
      a.end(id, part, ending);
      await soon(() => expect(other.endings.map(toHex)).toEqual([toHex(ending)]));
      expect(other.states.at(-1)).toBe('offline');
      const late = new MembershipRecorder(await newIdentity());
      c.join(id, late);
      await soon(() => expect(late.endings.map(toHex)).toEqual([toHex(ending)]));
      await while_();
      expect([late.answers, late.refusals, other.refusals]).toEqual([[], [], []]);
    });

    it('[OP9] what could not be shown while the server was away is shown when it is back', async () => {
      const [a, b] = [newClient(), newClient()];
      const { creator, part, id, ending } = await endedRoom(newIdentity, createWebCrypto());
      await enter(a, creator, id);
      await world.setOnline(false);
      a.end(id, part, ending);
      await world.setOnline(true);
      await soon(async () => {
        const late = new MembershipRecorder(await newIdentity());
        b.join(id, late);
        await while_(100);
        expect(late.endings.map(toHex)).toEqual([toHex(ending)]);
      });
    });

    it('[SG15] leave right after join leaves nobody behind, and a client can enter again', async () => {
      const [a, b] = [newClient(), newClient()];
      const identity = await newIdentity();
      for (let i = 0; i < 5; i++) {
        a.join(room, new MembershipRecorder(identity));
        a.leave(room);
      }
      const second = await enter(b);
      await while_();
      await asks(b, second, (peers) => expect(peers).toEqual([]));
      const first = await enter(a, identity);
      expect(first.named).toEqual([second.peer]);
    });
  });
}

/** A room whose creator has signed that it is over. */
async function endedRoom(newIdentity: () => Promise<Identity>, crypto: Crypto) {
  const creator = await newIdentity();
  const part = random(16);
  const id = toBase64Url((await crypto.sha256(roomIdPreimage(part, creator.peer))).subarray(0, 16)) as RoomId;
  const { publicKey: publisherKey } = creator;
  const unsigned: UnsignedEnding = { room: id, sequence: 1, over: 'closed', endsAt: null, publisherKey };
  const signature = await crypto.sign(creator, endingSigningBytes(unsigned));
  return { creator, part, id, ending: encodeEnding({ ...unsigned, signature }) };
}
