/** Rules [UI158]–[UI159]: a file's bytes and percents for the page to show, in whole rooms over memory adapters. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoomController } from './controller';
import { bytesOf, digest, Party, picked } from './testing/party';

const listed = (room: RoomController) => () =>
  room.snapshot().shares.some(({ fileCount }) => fileCount !== null);
const prepared = (room: RoomController) => () =>
  room
    .snapshot()
    .shares.every((share) => share.preparedBytes === null && share.chunksHave === share.chunksTotal);
const shareOf = (room: RoomController) => room.snapshot().shares[0]!.id;
const plenty = 64 * 1024 * 1024;

describe('fileBytes', () => {
  let party: Party;
  beforeEach(() => {
    party = new Party();
  });
  afterEach(() => party.close());

  test('[UI158] a file that is here is answered whole, another and one over the bound not at all, and nothing is fetched', async () => {
    const files = [picked('a.bin', 700_001), picked('b.png', 300_007), picked('c.bin', 900_000)];
    const sender = await party.profile().create(files);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(listed(guest));
    const share = shareOf(guest);
    expect(await guest.fileBytes(share, 1, plenty)).toBeNull();
    expect(guest.snapshot().shares[0]).toMatchObject({ chosen: null, chunksHave: 0 });

    await guest.download([{ share, files: [1] }], { save: false });
    await party.until(() => guest.snapshot().state === 'complete');
    const read = await guest.fileBytes(share, 1, plenty);
    expect(read && digest(read)).toBe(digest(await bytesOf(files[1]!)));
    expect(await guest.fileBytes(share, 1, 300_006)).toBeNull();
    expect(await guest.fileBytes(share, 2, plenty)).toBeNull();
    expect(await guest.fileBytes(share, 3, plenty)).toBeNull();
  });

  test('[UI158] one’s own file is read as it lies there, and from what is stored once it is not at hand any more', async () => {
    const file = picked('a.png', 600_000);
    const profile = party.profile();
    const room = await profile.create([picked('b.bin', 10), file]);
    const whole = digest(await bytesOf(file));
    const early = await room.fileBytes(shareOf(room), 1, plenty);
    expect(early && digest(early)).toBe(whole);
    await party.until(prepared(room));
    const { link } = room.snapshot();
    await room.close();
    const again = await profile.open(link);
    const later = await again.fileBytes(shareOf(again), 1, plenty);
    expect(later && digest(later)).toBe(whole);
  });

  test('[UI158] a chunk that was damaged on disk gives no bytes', async () => {
    const profile = party.profile();
    const room = await profile.create([picked('a.png', 600_000)]);
    await party.until(prepared(room));
    const { link } = room.snapshot();
    await room.close();
    for (const kept of profile.chunks.values()) kept.get(1)![100]! ^= 1;
    const again = await profile.open(link);
    expect(await again.fileBytes(shareOf(again), 0, plenty)).toBeNull();
  });

  test('[UI159] percents are 100 for what is here whole and for empty files, 0 for what was not chosen', async () => {
    const sender = await party
      .profile()
      .create([picked('a.bin', 800_000), picked('empty', 0), picked('c.bin', 2_000_000)]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(listed(guest));
    const share = shareOf(guest);
    await guest.download([{ share, files: [0] }], { save: false });
    await party.until(() => guest.snapshot().state === 'complete');
    const [a, empty, c] = await guest.filePercents(share);
    expect([a, empty]).toEqual([100, 100]);
    // It shares at most its first chunk with what was fetched.
    expect(c).toBeLessThanOrEqual(15);
    expect(guest.snapshot().shares[0]!.filePercent).toEqual([a, empty, c]);
    await party.until(prepared(sender));
    expect([...(await sender.filePercents(shareOf(sender)))]).toEqual([100, 100, 100]);
  });
});
