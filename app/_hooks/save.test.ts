/** Rule [UI185]: what a save takes off the page. The engine is a stand-in whose saves end as they are told to. */
import { afterEach, expect, it } from 'vitest';
import type { RoomId, RoomSnapshot, Shoal } from '../../lib/index';
import { saveComplete } from './save';
import { getState, initialState, update } from './store';

const id = 'room' as RoomId;
const room = { id, shares: [], progress: { bytesTotal: 1 }, savePending: false } as unknown as RoomSnapshot;
const shoalThat = (saves: () => Promise<void>): Shoal =>
  ({ getSnapshot: () => ({ rooms: [room] }), saveWhenComplete: saves }) as unknown as Shoal;
const away = shoalThat(() =>
  Promise.reject(Object.assign(new Error('away'), { code: 'server-unreachable' })),
);
const fine = shoalThat(() => Promise.resolve());

afterEach(() => update(initialState));

it('[UI185] a save that begins by itself leaves what was told of something else, and takes back what its last try told', async () => {
  const other = { code: 'file-unreadable' } as const;
  update({ notice: other });
  await saveComplete(fine, id, false);
  expect(getState().notice).toBe(other);

  await saveComplete(away, id, false);
  expect(getState().notice?.code).toBe('server-unreachable');
  await saveComplete(fine, id, false);
  expect(getState().notice).toBeNull();

  update({ notice: other });
  await saveComplete(fine, id, true);
  expect(getState().notice).toBeNull();
});
