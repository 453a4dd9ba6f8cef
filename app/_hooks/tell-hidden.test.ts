import { describe, expect, it, vi } from 'vitest';
import type { RoomId, RoomSnapshot, StateDetail } from '../../lib/index';
import type { Outcome } from '../_text/install';
import { newsOf, outcomeOf, tellWhileHidden } from './tell-hidden';

// As Safari on iOS has it outside of installed apps: a worker that shows no notifications.
vi.mock('./kept-pages', () => ({ pagesWorker: () => Promise.resolve({}) }));

type Room = Pick<RoomSnapshot, 'id' | 'state' | 'detail'>;
const room = (id: string, detail: StateDetail, state: RoomSnapshot['state'] = 'transferring'): Room => ({
  id: id as RoomId,
  state,
  detail,
});

describe('telling while hidden', () => {
  it('[UI128] done, failed and waiting for the person are outcomes; what goes on by itself is none', () => {
    expect(outcomeOf(room('a', { kind: 'received' }, 'complete'))).toBe('received');
    expect(outcomeOf(room('a', { kind: 'sent' }, 'complete'))).toBe('sent');
    expect(outcomeOf(room('a', { kind: 'error' }, 'error'))).toBe('failed');
    expect(outcomeOf(room('a', { kind: 'files-needed' }, 'stalled'))).toBe('waits');
    expect(outcomeOf(room('a', { kind: 'storage-full', neededBytes: 1, freeBytes: 0 }, 'stalled'))).toBe(
      'waits',
    );
    expect(outcomeOf(room('a', { kind: 'missing', chunks: 1, lostPeers: 1 }, 'stalled'))).toBeNull();
    expect(outcomeOf(room('a', { kind: 'receiving' }))).toBeNull();
  });

  it('[UI128] what was so when the page was hidden is no news, and nothing is told twice', () => {
    const known = new Map<RoomId, Set<Outcome>>();
    const look = (...rooms: Room[]): string[] =>
      newsOf(rooms, known).map(({ room: { id }, outcome }) => `${id} ${outcome}`);
    const done = room('old', { kind: 'sent' }, 'complete');
    expect(look(done, room('new', { kind: 'receiving' }))).toEqual([]);
    expect(look(done, room('new', { kind: 'received' }, 'complete'))).toEqual(['new received']);
    expect(look(room('old', { kind: 'sending' }), room('new', { kind: 'receiving' }))).toEqual([]);
    expect(look(done, room('new', { kind: 'received' }, 'complete'))).toEqual([]);
    expect(look(done, room('new', { kind: 'error' }, 'error'))).toEqual(['new failed']);
  });

  it('[UI128] a room that comes up complete meanwhile is as it was', () => {
    const known = new Map<RoomId, Set<Outcome>>();
    expect(newsOf([room('late', { kind: 'received' }, 'complete')], known)).toEqual([]);
  });

  it('[UI184] a page that is seen again has nothing to complain of where the browser has no notifications', async () => {
    const complaint = vi.fn();
    process.on('unhandledRejection', complaint);
    let follow = (): void => undefined;
    const page = {
      visibilityState: 'hidden',
      addEventListener: (_: string, listener: () => void) => (follow = listener),
    };
    vi.stubGlobal('document', page);
    vi.stubGlobal('navigator', {});
    tellWhileHidden();
    page.visibilityState = 'visible';
    follow();
    await new Promise((resolve) => setTimeout(resolve));
    process.off('unhandledRejection', complaint);
    vi.unstubAllGlobals();
    expect(complaint).not.toHaveBeenCalled();
  });
});
