import { describe, expect, it } from 'vitest';
import type { RoomSnapshot, ShareSnapshot, StateDetail } from '../../lib/index';
import '../_text/testing/words';
import { t } from '../_text/words';
import type { Place } from './store';
import { asksBeforeClosing, titleOf } from './use-page-signals';

const room = (
  state: RoomSnapshot['state'],
  detail: StateDetail,
  bytesDone = 0,
  more: Partial<RoomSnapshot> = {},
): RoomSnapshot =>
  ({
    id: 'room',
    role: 'guest',
    state,
    detail,
    shares: [],
    progress: { bytesDone, bytesTotal: 200 },
    ...more,
  }) as never;
const here = { kind: 'room', id: 'room' } as Place;
const home: Place = { kind: 'home' };
const asking = (asks: boolean): Partial<RoomSnapshot> => ({
  shares: [{ closing: { asks } } as ShareSnapshot],
});

describe('what the browser shows around the page', () => {
  it('[UI14] the title shows the percent of the room in view, else of the first that works', () => {
    const receiving = room('transferring', { kind: 'receiving' }, 84);
    expect(titleOf(t, [receiving], here)).toMatch(/42.?%/);
    expect(titleOf(t, [room('waiting', { kind: 'ready' }), receiving], home)).toMatch(/42.?%/);
    expect(titleOf(t, [room('stalled', { kind: 'missing', chunks: 1, lostPeers: 0 }, 100)], here)).toMatch(
      /50.?%/,
    );
    expect(titleOf(t, [room('complete', { kind: 'received' }, 200)], here)).not.toMatch(/%|^Shoal/);
    const peers = [{ completeness: 0.5 }, { completeness: 0.25 }] as unknown as RoomSnapshot['peers'];
    expect(titleOf(t, [room('transferring', { kind: 'sending' }, 84, { peers })], here)).toMatch(/37.?%/);
    // Tabs and history tell the views apart.
    const resting = room('waiting', { kind: 'ready' });
    const titles = [
      titleOf(t, [resting], here),
      titleOf(t, [{ ...resting, role: 'creator' }], here),
      titleOf(t, [resting], { kind: 'shares' }),
      titleOf(t, [resting], home),
    ];
    expect(new Set(titles).size).toBe(4);
    expect(titleOf(t, [], home)).toMatch(/^Shoal/);
  });

  it('[UI14] leaving is questioned while files are prepared or received, and where others would be left without', () => {
    expect(asksBeforeClosing(room('hashing', { kind: 'preparing' }))).toBe(true);
    expect(asksBeforeClosing(room('transferring', { kind: 'receiving' }))).toBe(true);
    expect(asksBeforeClosing(room('waiting', { kind: 'empty-room' }, 0, asking(true)))).toBe(true);
    expect(asksBeforeClosing(room('transferring', { kind: 'sending' }, 0, asking(false)))).toBe(false);
    expect(asksBeforeClosing(room('complete', { kind: 'received' }))).toBe(false);
    expect(asksBeforeClosing(room('stalled', { kind: 'missing', chunks: 1, lostPeers: 1 }))).toBe(false);
  });
});
