import { describe, expect, it } from 'vitest';
import type { PeerSnapshot, RoomSnapshot, StateDetail } from '../../lib/index';
import { troubleOf } from './trouble';

const peer = {} as PeerSnapshot;
const room = (
  kind: Exclude<StateDetail['kind'], 'missing' | 'storage-full' | 'ended'>,
  more: Partial<RoomSnapshot> = {},
) => ({ detail: { kind }, server: 'online' as const, peers: [], role: 'guest' as const, ...more });

describe('when "Find out why" is offered', () => {
  it('[DG15] not on a share that waits for its first receiver, nor where connections do not matter', () => {
    expect(troubleOf(room('empty-room', { role: 'creator' }))).toBeNull();
    expect(troubleOf(room('preparing', { role: 'creator' }))).toBeNull();
    for (const over of ['received', 'stopped'] as const)
      expect(troubleOf(room(over, { server: 'offline' }))).toBeNull();
    expect(troubleOf({ ...room('ready'), detail: { kind: 'ended', why: 'closed' } })).toBeNull();
    expect(troubleOf(room('ready', { peers: [peer] }))).toBeNull();
  });

  it('[DG15] at once where something is wrong', () => {
    expect(troubleOf(room('empty-room', { role: 'creator', server: 'offline' }))).toBe('wrong');
    expect(troubleOf(room('server', { server: 'offline' }))).toBe('wrong');
    expect(troubleOf(room('error'))).toBe('wrong');
    const detail: StateDetail = { kind: 'missing', chunks: 3, lostPeers: 1 };
    expect(troubleOf({ ...room('ready', { peers: [peer] }), detail })).toBe('wrong');
  });

  it('[DG15] later where it lasts: a connection that does not come, nobody there who has the files', () => {
    for (const kind of ['server', 'peers', 'catalog', 'empty-room', 'ready'] as const)
      expect(troubleOf(room(kind, { server: kind === 'server' ? 'connecting' : 'online' }))).toBe('slow');
    expect(troubleOf(room('peers', { role: 'creator' }))).toBe('slow');
  });
});
