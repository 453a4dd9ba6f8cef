/** Whole rooms in one process: real engine, driver, codec and cryptography over memory adapters. PROTOCOL.md RM, SH, RS. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoomController } from './controller';
import { bytesOf, digest, Party, picked } from './testing/party';

const all = (room: RoomController) =>
  room
    .snapshot()
    .shares.filter((share) => share.publisher !== 'self')
    .map((share) => ({ share: share.id, files: 'all' as const }));
const listed =
  (room: RoomController, count = 1) =>
  () =>
    room.snapshot().shares.filter((share) => share.fileCount !== null).length >= count;
const complete = (room: RoomController) => () => room.snapshot().state === 'complete';
const prepared = (room: RoomController) => () =>
  room
    .snapshot()
    .shares.every((share) => share.preparedBytes === null && share.chunksHave === share.chunksTotal);

describe('room', () => {
  let party: Party;
  beforeEach(() => {
    party = new Party();
  });
  afterEach(() => party.close());

  test('[RM20] a guest gets the sender’s files, byte for byte', async () => {
    const file = picked('holiday/day 1/a.bin', 3_000_001);
    const sender = await party.profile().create([file, picked('holiday/empty', 0)]);
    const guestProfile = party.profile();
    const guest = await guestProfile.open(sender.snapshot().link);
    await party.until(listed(guest));
    expect(
      (await guest.files(guest.snapshot().shares[0]!.id)).map(({ path, bytes }) => [path, bytes]),
    ).toEqual([
      ['holiday/day 1/a.bin', 3_000_001],
      ['holiday/empty', 0],
    ]);
    await guest.download(all(guest), { save: true });
    await party.until(complete(guest));
    expect(digest(await guestProfile.read(guest, file.path))).toBe(digest(await bytesOf(file)));
    expect(guest.snapshot().savePending).toBe(true);
    await guest.saved();
    expect(guest.snapshot().savePending).toBe(false);
    expect(guest.snapshot().totals.duplicateBytes).toBe(0);
  });

  test('[RM74] a room is good before its files are known: who came meanwhile gets them when they are added', async () => {
    const file = picked('late.bin', 300_000);
    const profile = party.profile();
    const sender = await profile.create(null);
    expect(sender.snapshot()).toMatchObject({ state: 'hashing', detail: { kind: 'collecting' }, shares: [] }); // [RS21]
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => guest.snapshot().peers.length === 1);
    await sender.add([file]);
    await party.until(listed(guest));
    await party.until(prepared(sender));
    expect(sender.snapshot().state).not.toBe('hashing');
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
  });

  test('[RM74] files that are refused end the collecting', async () => {
    const sender = await party.profile().create(null);
    await expect(sender.add([])).rejects.toMatchObject({ code: 'nothing-to-share' });
    expect(sender.snapshot().detail.kind).not.toBe('collecting');
  });

  test('[RX6] no timer takes part in a transfer: with all of them stopped it runs to its end', async () => {
    const file = picked('big.bin', 12_000_000);
    const sender = await party.profile().create([file]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => prepared(sender)() && listed(guest)());
    party.timersStopped = true;
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    expect(digest(await party.profiles[1]!.read(guest, 'big.bin'))).toBe(digest(await bytesOf(file)));
  });

  test('[RM21] three guests at once get it whole', async () => {
    const file = picked('big.bin', 12_000_000);
    const sender = await party.profile().create([file]);
    await party.until(prepared(sender));
    const profiles = [party.profile(), party.profile(), party.profile()];
    const guests = await Promise.all(profiles.map((profile) => profile.open(sender.snapshot().link)));
    await party.until(() => guests.every((guest) => listed(guest)() && guest.snapshot().peers.length === 3));
    await Promise.all(guests.map((guest) => guest.download(all(guest), { save: false })));
    await party.until(() => guests.every((guest) => complete(guest)()));
    for (const [i, guest] of guests.entries()) {
      expect(digest(await profiles[i]!.read(guest, 'big.bin'))).toBe(digest(await bytesOf(file)));
    }
  });

  test('[RM22] the sender may go once a guest is complete: later guests are served by it', async () => {
    const file = picked('a.bin', 2_000_000);
    const sender = await party.profile().create([file]);
    const first = await party.profile().open(sender.snapshot().link);
    await party.until(listed(first));
    await first.download(all(first), { save: false });
    await party.until(complete(first));
    const { link } = sender.snapshot();
    await sender.close();
    const lateProfile = party.profile();
    const late = await lateProfile.open(link);
    await party.until(listed(late));
    await late.download(all(late), { save: false });
    await party.until(complete(late));
    expect(digest(await lateProfile.read(late, 'a.bin'))).toBe(digest(await bytesOf(file)));
  });

  test('[RM23] a reload in the middle keeps what was verified and fetches none of it again', async () => {
    const file = picked('a.bin', 6_000_000);
    const sender = await party.profile().create([file]);
    const profile = party.profile();
    const before = await profile.open(sender.snapshot().link);
    await party.until(listed(before));
    await before.download(all(before), { save: false });
    await party.until(() => before.snapshot().shares[0]!.chunksHave > 5);
    await before.close();
    const kept = [...profile.chunks.values()].reduce((sum, chunks) => sum + chunks.size, 0);
    expect(kept).toBeGreaterThan(0);
    const after = await profile.open(sender.snapshot().link);
    await party.until(complete(after));
    const total = after.snapshot().shares[0]!.chunksTotal;
    expect(after.snapshot().totals.bytesReceived).toBeLessThanOrEqual((total - kept) * (256 * 1024 + 16));
    expect(digest(await profile.read(after, 'a.bin'))).toBe(digest(await bytesOf(file)));
  });

  test('[RM24] a sender that reloads seeds what it had prepared', async () => {
    const profile = party.profile();
    const file = picked('a.bin', 2_000_000);
    const before = await profile.create([file]);
    await party.until(prepared(before));
    const { link } = before.snapshot();
    await before.close();
    const after = await profile.open(link);
    expect(after.snapshot().role).toBe('creator');
    expect(after.snapshot().shares[0]!.filesNeeded).toBe(false);
    const guest = await party.profile().open(link);
    await party.until(listed(guest));
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
  });

  test('[RM25] guests may add files of their own, until the creator says no', async () => {
    const sender = await party.profile().create([picked('one', 1000)]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(listed(guest));
    await guest.add([picked('two', 2000)]);
    await party.until(listed(sender, 2));
    expect(sender.snapshot().shares.map((share) => share.publisher)).toEqual(['self', 'other']);
    await sender.setOthersMayAdd(false);
    await party.until(() => !guest.snapshot().mayAdd);
    await expect(guest.add([picked('three', 3)])).rejects.toMatchObject({ code: 'adding-not-allowed' });
  });

  test('[RM26] choosing some files fetches the chunks they touch and no more', async () => {
    const sender = await party
      .profile()
      .create([picked('a', 1_000_000), picked('b', 1_000_000), picked('c', 1_000_000)]);
    const profile = party.profile();
    const guest = await profile.open(sender.snapshot().link);
    await party.until(listed(guest));
    const [share] = guest.snapshot().shares;
    await guest.download([{ share: share!.id, files: [1] }], { save: false });
    await party.until(complete(guest));
    expect(guest.snapshot().shares[0]!.chunksHave).toBeLessThanOrEqual(5);
    expect(digest(await profile.read(guest, 'b'))).toBe(digest(await bytesOf(picked('b', 1_000_000))));
    await expect(guest.ticket([{ share: share!.id, files: 'all' }])).rejects.toMatchObject({
      code: 'chunk-damaged',
    });
  });

  test('[RM27] without space for a copy the sender serves from the file', async () => {
    const profile = party.profile();
    profile.quotaBytes = 1_000_000;
    const file = picked('a.bin', 3_000_000);
    const sender = await profile.create([file]);
    const guestProfile = party.profile();
    const guest = await guestProfile.open(sender.snapshot().link);
    await party.until(listed(guest));
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    expect(sender.snapshot().shares[0]!.fromFile).toBe(true);
    expect(digest(await guestProfile.read(guest, 'a.bin'))).toBe(digest(await bytesOf(file)));
  });

  test('[RM28] a guest without space is told before the transfer, and nothing is lost', async () => {
    const sender = await party.profile().create([picked('a.bin', 3_000_000)]);
    const profile = party.profile();
    profile.quotaBytes = 500_000;
    const guest = await profile.open(sender.snapshot().link);
    await party.until(listed(guest));
    await expect(guest.download(all(guest), { save: false })).rejects.toMatchObject({
      code: 'quota-exceeded',
    });
  });

  test('[RM29] [RX5] a damaged stored chunk is not served: it is found, dropped and fetched again', async () => {
    const sender = await party.profile().create([picked('a.bin', 1_000_000)]);
    const profile = party.profile();
    const guest = await profile.open(sender.snapshot().link);
    await party.until(listed(guest));
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    await guest.close();
    const [chunks] = profile.chunks.values();
    chunks!.set(1, new Uint8Array(chunks!.get(1)!.length));
    const again = await profile.open(sender.snapshot().link);
    const third = await party.profile().open(sender.snapshot().link);
    await party.until(listed(third));
    await third.download(all(third), { save: false });
    await party.until(complete(third));
    expect(third.snapshot().totals.badChunks).toBe(0);
    await party.until(complete(again));
  });

  test('[RM81] what is chosen can be saved while other shares come and own files are prepared', async () => {
    const sender = await party.profile().create([picked('a.bin', 1_000_000)]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(listed(guest));
    expect(guest.snapshot().canSave).toBe(false);
    await guest.download(all(guest), { save: false });
    expect(guest.snapshot().canSave).toBe(false);
    await party.until(complete(guest));
    expect(guest.snapshot().canSave).toBe(true);
    await guest.add([picked('mine.bin', 9_000_000)]);
    await sender.add([picked('more.bin', 500_000)]);
    await party.until(listed(guest, 3));
    expect(guest.snapshot().canSave).toBe(true);
    expect((await guest.ticket(all(guest).slice(0, 1))).name).toBe('a.bin');
  });

  test('[SH4] who adds more shares than a room holds is told', async () => {
    const sender = await party.profile().create([picked('0.txt', 1)]);
    for (let i = 1; i < 256; i++) await sender.add([picked(`${i}.txt`, 1)]);
    await expect(sender.add([picked('one-too-many.txt', 1)])).rejects.toMatchObject({
      code: 'too-many-shares',
    });
    expect(sender.snapshot().shares).toHaveLength(256);
  });

  test('[RM85] what was just chosen is never taken for complete before it is here', async () => {
    const sender = await party.profile().create([picked('a.bin', 600_000), picked('b.bin', 600_000)]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => prepared(sender)() && listed(guest)());
    const [share] = guest.snapshot().shares;
    /** Whether it looked complete while what is chosen, `bytes`, was not all here. */
    const flashed = async (files: readonly number[], bytes: number): Promise<boolean> => {
      const asked = new AbortController();
      let wrong = false;
      const asking = guest.download([{ share: share!.id, files }], { save: true });
      void asking.finally(() => asked.abort());
      while (!asked.signal.aborted) {
        await Promise.resolve();
        const { state, canSave, progress } = guest.snapshot();
        const chosen = progress.bytesTotal === bytes && progress.bytesDone < bytes;
        wrong ||=
          (state === 'complete' || canSave) && (chosen || guest.snapshot().shares[0]!.chunksHave === 0);
      }
      await asking;
      return wrong;
    };
    expect(await flashed([0], 600_000)).toBe(false);
    await party.until(complete(guest));
    expect(await flashed([0, 1], 1_200_000)).toBe(false);
    await party.until(complete(guest));
  });

  test('[RM30] an empty share and a share of only empty files are complete at once', async () => {
    const sender = await party.profile().create([picked('empty', 0), picked('d/empty', 0)]);
    const profile = party.profile();
    const guest = await profile.open(sender.snapshot().link);
    await party.until(listed(guest));
    await guest.download(all(guest), { save: true });
    await party.until(complete(guest));
    expect(await profile.read(guest, 'd/empty')).toEqual(new Uint8Array(0));
  });

  test('[RM31] running transfers go on while the tracker is away', async () => {
    const sender = await party.profile().create([picked('a.bin', 4_000_000)]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(listed(guest));
    party.hub.setOnline(false);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    expect(guest.snapshot().server).not.toBe('online');
  });

  test('[RM32] links that break are made anew and the transfer ends well', async () => {
    const sender = await party.profile().create([picked('a.bin', 6_000_000)]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(listed(guest));
    await guest.download(all(guest), { save: false });
    await party.until(() => guest.snapshot().shares[0]!.chunksHave > 3);
    party.network.cutAll();
    await party.until(complete(guest));
    expect(guest.snapshot().lostPeers.length).toBeGreaterThan(0);
  });

  test('[RM33] files chosen again must be the same; others are refused and nothing changes', async () => {
    const profile = party.profile();
    profile.quotaBytes = 1_000_000;
    const file = picked('a.bin', 3_000_000);
    const before = await profile.create([file]);
    await party.until(() => before.snapshot().shares[0]!.preparedBytes === null);
    const { link } = before.snapshot();
    await before.close();
    const after = await profile.open(link);
    const [share] = after.snapshot().shares;
    expect(share!.filesNeeded).toBe(true);
    expect(after.snapshot().state).toBe('stalled');
    await expect(after.reattach(share!.id, [picked('a.bin', 3_000_000, 99)])).rejects.toMatchObject({
      code: 'files-differ',
    });
    await after.reattach(share!.id, [file]);
    const guestProfile = party.profile();
    const guest = await guestProfile.open(link);
    await party.until(listed(guest));
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    expect(digest(await guestProfile.read(guest, 'a.bin'))).toBe(digest(await bytesOf(file)));
  });
});
