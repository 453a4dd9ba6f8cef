import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrawSet } from './draw-set';
import { peerId, roomId, seededBelow, shareId, summary } from './testing';
import {
  announce,
  createTracker,
  defaultTrackerLimits,
  disconnect,
  end,
  join,
  leave,
  route,
  speaker,
  type Tracker,
  type TrackerLimits,
} from './tracker';

const limits: TrackerLimits = { rooms: 3, members: 8, peersPerRoom: 3, roomsPerConnection: 2, endedRooms: 2 };

function enter(tracker: Tracker, room: number, peer: number, connection: string, now = 0) {
  return join(tracker, limits, { room: roomId(room), peer: peerId(peer), connection }, now);
}

describe('tracker', () => {
  it('[TR1] holds members while their connection stands, and takes all of it away with the connection', () => {
    const tracker = createTracker();
    enter(tracker, 1, 1, 'a', 5);
    enter(tracker, 2, 2, 'a');
    enter(tracker, 1, 3, 'b');
    expect(tracker.rooms.get(roomId(1))?.members.get(peerId(1))?.joinedAt).toBe(5);
    disconnect(tracker, 'a');
    expect([...tracker.rooms.keys()]).toEqual([roomId(1)]);
    expect([...(tracker.rooms.get(roomId(1))?.members.keys() ?? [])]).toEqual([peerId(3)]);
    disconnect(tracker, 'b');
    expect(tracker).toEqual(createTracker());
  });

  it('[TR2] refuses a peer too many in a room, a room too many on the server or a connection, a member too many', () => {
    const tracker = createTracker();
    for (const n of [1, 2, 3]) expect(enter(tracker, 1, n, `c${n}`).ok).toBe(true);
    expect(enter(tracker, 1, 4, 'c4')).toEqual({ ok: false, error: 'room-full' });
    expect(enter(tracker, 2, 1, 'c1').ok).toBe(true);
    expect(enter(tracker, 3, 1, 'c1')).toEqual({ ok: false, error: 'too-many-rooms' });
    expect(enter(tracker, 3, 5, 'c5').ok).toBe(true);
    expect(enter(tracker, 4, 6, 'c6')).toEqual({ ok: false, error: 'server-full' });
    for (const [room, n] of [
      [2, 7],
      [2, 8],
      [3, 9],
    ] as const)
      expect(enter(tracker, room, n, `c${n}`).ok).toBe(true);
    expect(tracker.members).toBe(8);
    expect(enter(tracker, 3, 10, 'c10')).toEqual({ ok: false, error: 'server-full' });
  });

  it('[OP9] a room that is over puts its members out, admits nobody, and is remembered with its proof', () => {
    const tracker = createTracker();
    enter(tracker, 1, 1, 'a');
    enter(tracker, 1, 2, 'b');
    enter(tracker, 2, 1, 'a');
    const proof = Uint8Array.of(1, 2, 3);
    expect(end(tracker, limits, roomId(1), proof)).toEqual(['a', 'b']);
    proof.fill(9);
    expect(tracker.ended.get(roomId(1))).toEqual(Uint8Array.of(1, 2, 3));
    expect(speaker(tracker, roomId(1), 'a')).toBeUndefined();
    expect(enter(tracker, 1, 3, 'c')).toEqual({ ok: false, error: 'room-ended' });
    expect(enter(tracker, 1, 1, 'a')).toEqual({ ok: false, error: 'room-ended' });
    expect(enter(tracker, 2, 3, 'c').ok).toBe(true);
    // The first proof stays, whoever shows another; the oldest room is forgotten beyond the bound.
    expect(end(tracker, limits, roomId(1), Uint8Array.of(4))).toEqual([]);
    expect(tracker.ended.get(roomId(1))).toEqual(Uint8Array.of(1, 2, 3));
    end(tracker, limits, roomId(8), Uint8Array.of(8));
    end(tracker, limits, roomId(9), Uint8Array.of(9));
    expect([...tracker.ended.keys()]).toEqual([roomId(8), roomId(9)]);
    expect(enter(tracker, 1, 3, 'c').ok).toBe(true);
  });

  it('[TR3] a newer connection of the same peer takes its place, even in a full room, and keeps what it announced', () => {
    const tracker = createTracker();
    for (const n of [1, 2, 3]) enter(tracker, 1, n, `c${n}`, n);
    announce(tracker, roomId(1), 'c1', [summary(1, 64)]);
    expect(enter(tracker, 1, 1, 'new', 99)).toEqual({ ok: true, value: { replaced: 'c1' } });
    const member = tracker.rooms.get(roomId(1))?.members.get(peerId(1));
    expect(member).toMatchObject({ connection: 'new', joinedAt: 1 });
    expect(member?.shares.get(shareId(1))?.band).toBe(4);
    expect(announce(tracker, roomId(1), 'c1', [])).toBe(false);
    expect(leave(tracker, roomId(1), 'c1')).toBe(false);
    disconnect(tracker, 'c1');
    expect(speaker(tracker, roomId(1), 'new')).toBe(peerId(1));
    expect(tracker.members).toBe(3);
  });

  it('[TR3] joining again on the same connection replaces nobody', () => {
    const tracker = createTracker();
    enter(tracker, 1, 1, 'a');
    expect(enter(tracker, 1, 1, 'a')).toEqual({ ok: true, value: { replaced: undefined } });
    expect(tracker.members).toBe(1);
  });

  it('[TR4] a connection speaks for one peer in a room: proving a second id gives the first up', () => {
    const tracker = createTracker();
    enter(tracker, 1, 1, 'a');
    enter(tracker, 1, 2, 'a');
    expect([...(tracker.rooms.get(roomId(1))?.members.keys() ?? [])]).toEqual([peerId(2)]);
  });

  it('[TR5] routes between members of one room only, from the connection that speaks for the sender', () => {
    const tracker = createTracker();
    enter(tracker, 1, 1, 'a');
    enter(tracker, 1, 2, 'b');
    enter(tracker, 2, 3, 'c');
    expect(route(tracker, roomId(1), 'a', peerId(2))).toEqual({
      ok: true,
      value: { from: peerId(1), connection: 'b' },
    });
    expect(route(tracker, roomId(1), 'a', peerId(3))).toEqual({ ok: false, error: 'unknown-peer' });
    expect(route(tracker, roomId(2), 'a', peerId(3))).toEqual({ ok: false, error: 'not-joined' });
    expect(route(tracker, roomId(9), 'a', peerId(1))).toEqual({ ok: false, error: 'not-joined' });
  });

  it('[TR6] an announce replaces the one before and is copied', () => {
    const tracker = createTracker();
    enter(tracker, 1, 1, 'a');
    const first = summary(1, 64);
    expect(announce(tracker, roomId(1), 'a', [first, summary(2, 3)])).toBe(true);
    first.regions.fill(0);
    const room = tracker.rooms.get(roomId(1))!;
    expect(room.members.get(peerId(1))?.shares.get(shareId(1))?.regions[0]).toBe(255);
    expect(room.seeds.has(shareId(1))).toBe(true);
    announce(tracker, roomId(1), 'a', [summary(2, 64)]);
    expect([...room.members.get(peerId(1))!.shares.keys()]).toEqual([shareId(2)]);
    expect([...room.seeds.keys()]).toEqual([shareId(2)]);
    expect(announce(tracker, roomId(1), 'b', [])).toBe(false);
  });

  it('[TR7] its indexes agree with its members after any history', () => {
    const operation = fc.record({
      act: fc.constantFrom('join', 'leave', 'announce', 'disconnect'),
      room: fc.nat(3),
      peer: fc.nat(5),
      connection: fc.nat(4).map((n) => `c${n}`),
      shares: fc.array(fc.tuple(fc.nat(2), fc.constantFrom(0, 10, 64)), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const tracker = createTracker();
        for (const { act, room, peer, connection, shares } of operations) {
          if (act === 'join') enter(tracker, room, peer, connection);
          else if (act === 'leave') leave(tracker, roomId(room), connection);
          else if (act === 'disconnect') disconnect(tracker, connection);
          else
            announce(
              tracker,
              roomId(room),
              connection,
              shares.map(([share, regions]) => summary(share, regions)),
            );
        }
        let members = 0;
        for (const [id, room] of tracker.rooms) {
          members += room.members.size;
          expect(room.members.size).toBeGreaterThan(0);
          expect(room.members.size).toBeLessThanOrEqual(limits.peersPerRoom);
          expect(room.draw.size).toBe(room.members.size);
          expect(room.seeded.size).toBe(room.seeds.size);
          for (const [peer, member] of room.members) {
            expect(room.draw.has(peer)).toBe(true);
            expect(speaker(tracker, id, member.connection)).toBe(peer);
            for (const [share, { band }] of member.shares)
              expect(room.seeds.get(share)?.has(peer) ?? false).toBe(band === 4);
          }
          for (const [share, seeds] of room.seeds) {
            expect(room.seeded.has(share)).toBe(true);
            for (const peer of seeds.draw(99, () => 0))
              expect(room.members.get(peer)?.shares.get(share)?.band).toBe(4);
          }
        }
        expect(tracker.members).toBe(members);
        expect(members).toBeLessThanOrEqual(limits.members);
        expect([...tracker.connections.values()].reduce((sum, rooms) => sum + rooms.size, 0)).toBe(members);
        for (const rooms of tracker.connections.values())
          expect(rooms.size).toBeLessThanOrEqual(limits.roomsPerConnection);
      }),
      { numRuns: 300 },
    );
  });

  it('[TR7] defaults allow the largest swarm of the design', () => {
    expect(defaultTrackerLimits.peersPerRoom).toBe(10_000);
  });
});

describe('DrawSet', () => {
  it('[HD1] draws distinct items, each about as often as the others', () => {
    const set = new DrawSet<number>();
    for (let i = 0; i < 20; i++) set.add(i);
    set.remove(7);
    set.remove(7);
    set.add(3);
    const below = seededBelow(1);
    const counts = new Map<number, number>();
    for (let i = 0; i < 4000; i++) {
      const drawn = set.draw(5, below);
      expect(new Set(drawn).size).toBe(5);
      for (const item of drawn) counts.set(item, (counts.get(item) ?? 0) + 1);
    }
    expect(counts.has(7)).toBe(false);
    expect(counts.size).toBe(19);
    // 4000 · 5 / 19 = 1053 expected, standard deviation 28.
    for (const count of counts.values()) expect(Math.abs(count - 1053)).toBeLessThan(140);
    expect(new Set(set.draw(100, below)).size).toBe(19);
  });
});
