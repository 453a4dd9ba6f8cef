/** Rule [UI10]: every state has one honest sentence. */
import { describe, expect, it } from 'vitest';
import type { PeerSnapshot, RoomSnapshot, ShareSnapshot, StateDetail } from '../../lib/index';
import './testing/words';
import { stateText } from './states';

const peer = (change: Partial<PeerSnapshot>): PeerSnapshot =>
  ({ path: 'direct', rateIn: 0, rateOut: 0, ...change }) as PeerSnapshot;
const room = (detail: StateDetail, change: Partial<RoomSnapshot> = {}): RoomSnapshot =>
  ({
    detail,
    peers: [],
    shares: [{}],
    role: 'guest',
    server: 'online',
    error: null,
    ...change,
  }) as RoomSnapshot;

describe('stateText', () => {
  it('[UI10] tells what is missing and who left', () => {
    expect(stateText(room({ kind: 'missing', chunks: 42, lostPeers: 2 })).text).toBe(
      '42 parts are missing: the 2 people who had them left. It goes on by itself when one of them comes back.',
    );
    expect(stateText(room({ kind: 'missing', chunks: 1, lostPeers: 0 })).text).toBe(
      '1 part is missing: no one here has it yet. It goes on by itself.',
    );
  });

  it('[UI10] tells where bytes come from, direct or relayed', () => {
    const peers = [peer({ rateIn: 1 }), peer({ rateIn: 1, path: 'relayed' }), peer({})];
    expect(stateText(room({ kind: 'receiving' }, { peers })).text).toContain(
      'From 2 browsers, 1 of them through a relay',
    );
    const relayed = [peer({ rateOut: 1, path: 'relayed' })];
    expect(stateText(room({ kind: 'sending' }, { peers: relayed })).text).toContain(
      'To 1 browser, through a relay',
    );
  });

  it('[UI192] who took a part is not told that all is here, nor is the sender that they have everything', () => {
    const shares = (chosen: ShareSnapshot['chosen'], publisher = 'creator'): ShareSnapshot[] => [
      { publisher, chosen, fileCount: 3 } as ShareSnapshot,
    ];
    const received = (of: ShareSnapshot[]): string =>
      stateText(room({ kind: 'received' }, { shares: of })).title;
    expect(received(shares('all'))).toBe('All files are here');
    expect(received(shares([0, 1, 2]))).toBe('All files are here');
    expect(received([...shares('all'), ...shares(null, 'self')])).toBe('All files are here');
    expect(received(shares([0, 2]))).toBe('The files you chose are here');
    expect(received([...shares('all'), ...shares(null)])).toBe('The files you chose are here');
    const sent = (...parts: number[]): string =>
      stateText(room({ kind: 'sent' }, { peers: parts.map((completeness) => peer({ completeness })) })).title;
    expect(sent(1, 1)).toBe('Everyone here has everything');
    expect(sent(1, 0.4)).toBe('Everyone here has what they asked for');
  });

  it('[UI14] the title, which is spoken, is the same whatever the numbers', () => {
    const slow = room({ kind: 'receiving' }, { peers: [peer({ rateIn: 1 })] });
    const fast = room({ kind: 'receiving' }, { peers: [peer({ rateIn: 9 }), peer({ rateIn: 5 })] });
    expect(stateText(slow).text).not.toBe(stateText(fast).text);
    expect(stateText(slow).title).toBe(stateText(fast).title);
    const [some, more] = [1, 9].map((chunks) => stateText(room({ kind: 'missing', chunks, lostPeers: 1 })));
    expect(some?.title).toBe(more?.title);
  });

  it('[UI10] speaks to the creator and to a guest of an empty room differently', () => {
    const empty = { kind: 'empty-room' } as const;
    expect(stateText(room(empty, { role: 'creator' })).text).toContain('Send the link');
    expect(stateText(room(empty, { role: 'creator', shares: [] })).title).toBe('No files yet');
    expect(stateText(room(empty)).text).toContain('Leave this tab open');
  });

  it('[UI10] says so when the server is gone, and uses the error’s own words', () => {
    expect(stateText(room({ kind: 'server' }, { server: 'offline' })).title).toBe('Looking for the server');
    expect(stateText(room({ kind: 'error' }, { error: 'quota-exceeded' })).title).toBe(
      'There is not enough space',
    );
  });
});
