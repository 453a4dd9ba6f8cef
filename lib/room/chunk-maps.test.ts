/** The map of chunks in whole rooms: real engine, driver and codec over memory adapters. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoomController } from './controller';
import { Party, picked } from './testing/party';

const whole = (room: RoomController) => () => {
  const shares = room.snapshot().shares;
  return shares.length > 0 && shares.every((share) => share.chunksHave === share.chunksTotal);
};
const shareOf = (room: RoomController) => room.snapshot().shares[0]!.id;

describe('the map of chunks of a room', () => {
  let party: Party;
  beforeEach(() => {
    party = new Party();
  });
  afterEach(() => party.close());

  test('[UI101] a share and some of its files are shown as self and linked peers hold them, within bounds', async () => {
    const sender = await party.profile().create([picked('a.bin', 1_000_000), picked('b.bin', 1_500_000)]);
    await party.until(whole(sender));
    const share = shareOf(sender);
    const alone = await sender.chunkMap({ share, cells: 4096, files: [1, 0, 7], fileCells: 2 });
    expect(alone.whole.chunks).toBe(10);
    expect([...alone.whole.have]).toEqual(Array(10).fill(255));
    expect([...alone.whole.copies]).toEqual(Array(10).fill(0));
    // b.bin begins inside chunk 3, which both files touch.
    expect(alone.files.map(({ chunks, have }) => [chunks, have.length])).toEqual([
      [7, 2],
      [4, 2],
      [0, 0],
    ]);

    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => guest.snapshot().shares[0]?.fileCount === 2);
    const before = await guest.chunkMap({ share, cells: 10, files: [], fileCells: 1 });
    expect([...before.whole.have]).toEqual(Array(10).fill(0));
    expect(before.members).toBe(2);
    await guest.download([{ share, files: [0] }], { save: false });
    await party.until(() => guest.snapshot().state === 'complete');
    const after = await guest.chunkMap({ share, cells: 1e9, files: [0, 1], fileCells: NaN });
    expect([...after.whole.have]).toEqual([255, 255, 255, 255, 0, 0, 0, 0, 0, 0]);
    expect([...(after.files[0]?.have ?? [])]).toEqual([255]);
    const some = after.files[1]?.have[0] ?? 0;
    expect(some > 0 && some < 255).toBe(true);
    await party.until(() => sender.snapshot().peers[0]?.completeness === 0.4);
    const { whole: seen } = await sender.chunkMap({ share, cells: 10, files: [], fileCells: 1 });
    expect([...seen.copies]).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });

  test('[UI100] peers of one process are near, and self has an id that the others see', async () => {
    const sender = await party.profile().create([picked('a.bin', 100)]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => guest.snapshot().peers.length === 1 && sender.snapshot().peers.length === 1);
    expect(guest.snapshot().peers[0]).toMatchObject({ near: true, id: sender.snapshot().self });
    expect(sender.snapshot().peers[0]?.id).toBe(guest.snapshot().self);
  });
});
