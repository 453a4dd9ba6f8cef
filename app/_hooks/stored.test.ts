/** Rule [UI130]: a stopped room is saved from "Your shares". The engine is a stand-in that tells what was asked of it, in order. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomSnapshot, Shoal, StoredRoom } from '../../lib/index';
import { initialState, update } from './store';
import { saveFromShares } from './stored';

const id = 'room' as StoredRoom['id'];
const stored = { id, stopped: true } as StoredRoom;
const share = { id: 'share', publisher: 'creator', chosen: 'all' };
const room = { id, shares: [share], progress: { bytesTotal: 1 } } as unknown as RoomSnapshot;

/** `end` ends the save that runs. */
function engineOf(): { readonly shoal: Shoal; readonly asked: string[]; readonly end: () => void } {
  const asked: string[] = [];
  let end = (): void => undefined;
  const note = (what: string) => (): Promise<void> => {
    asked.push(what);
    return Promise.resolve();
  };
  const shoal = {
    getSnapshot: () => ({ rooms: [room] }),
    resume: note('resume'),
    stop: note('stop'),
    save: async () => {
      asked.push('save');
      await new Promise<void>((resolve) => (end = resolve));
      asked.push('saved');
    },
  };
  return { shoal: shoal as unknown as Shoal, asked, end: () => end() };
}

describe('saveFromShares', () => {
  beforeEach(() => vi.stubGlobal('location', { pathname: '/shares', hash: '', search: '' }));
  afterEach(() => {
    update(initialState);
    vi.unstubAllGlobals();
  });

  it('[UI181] a second click neither saves again nor stops the room under the first one', async () => {
    const { shoal, asked, end } = engineOf();
    const first = saveFromShares(shoal, stored);
    const second = saveFromShares(shoal, stored);
    await vi.waitFor(() => expect(asked).toContain('save'));
    await second;
    expect(asked).toEqual(['resume', 'save']);
    end();
    await first;
    expect(asked).toEqual(['resume', 'save', 'saved', 'stop']);
  });

  it('[UI181] a room that the person opened meanwhile is not stopped when it is saved', async () => {
    const { shoal, asked, end } = engineOf();
    const saving = saveFromShares(shoal, stored);
    await vi.waitFor(() => expect(asked).toContain('save'));
    update({ place: { kind: 'room', id } });
    end();
    await saving;
    expect(asked).toEqual(['resume', 'save', 'saved']);
  });
});
