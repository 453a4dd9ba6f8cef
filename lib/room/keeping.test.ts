/** Never start over: full disks, storage that goes away, files found again. Whole rooms in one process over memory adapters. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoomController } from './controller';
import { bytesOf, digest, Party, picked, type Profile } from './testing/party';

const chunkBytes = 256 * 1024;
const all = (room: RoomController) =>
  room
    .snapshot()
    .shares.filter((share) => share.publisher !== 'self')
    .map((share) => ({ share: share.id, files: 'all' as const }));
const listed = (room: RoomController) => () =>
  room.snapshot().shares.some((share) => share.fileCount !== null);
const complete = (room: RoomController) => () => room.snapshot().state === 'complete';
const share = (room: RoomController) => room.snapshot().shares[0]!;
const prepared = (room: RoomController) => () =>
  share(room).preparedBytes === null && share(room).chunksHave === share(room).chunksTotal;
const keptOf = ({ chunks }: Profile) => [...chunks.values()].reduce((sum, kept) => sum + kept.size, 0);

let party: Party;
beforeEach(() => {
  party = new Party();
});
afterEach(() => party.close());

/** A prepared share of one file and somebody who listed it. */
async function pair(bytes: number) {
  const file = picked('a.bin', bytes);
  const [senderProfile, guestProfile] = [party.profile(), party.profile()];
  const sender = await senderProfile.create([file]);
  await party.until(prepared(sender));
  const guest = await guestProfile.open(sender.snapshot().link);
  await party.until(listed(guest));
  const arrived = async () =>
    expect(digest(await guestProfile.read(guest, 'a.bin'))).toBe(digest(await bytesOf(file)));
  return { file, sender, senderProfile, guest, guestProfile, arrived };
}

describe('a full disk', () => {
  test('[RM58] [RS19] [RX7] pauses receiving with what is lacking, loses nothing and goes on when space was made', async () => {
    const { guest, guestProfile, arrived } = await pair(8_000_000);
    guestProfile.quotaBytes = 9 * chunkBytes;
    await guest.download(all(guest), { save: false, anyway: true });
    await party.until(() => guest.snapshot().detail.kind === 'storage-full');
    const { state, detail, error } = guest.snapshot();
    expect({ state, error }).toEqual({ state: 'stalled', error: null });
    // What is told free is so only as far as a write of 8 MiB did not fit.
    const lacking = detail as Extract<typeof detail, { kind: 'storage-full' }>;
    expect(lacking.freeBytes).toBeLessThan(lacking.neededBytes);
    guestProfile.quotaBytes = undefined;
    await guest.retry();
    await party.until(complete(guest));
    const { bytesReceived, duplicateBytes } = guest.snapshot().totals;
    expect({ bytesReceived, duplicateBytes }).toEqual({
      bytesReceived: 8_000_000 + 31 * 16,
      duplicateBytes: 0,
    });
    await arrived();
  });

  test('[RX7] goes on by itself too, and until then what is here is served', async () => {
    const { sender, senderProfile, guest, guestProfile, arrived } = await pair(2_000_000);
    guestProfile.quotaBytes = 0;
    await guest.download(all(guest), { save: false, anyway: true });
    await party.until(() => guest.snapshot().detail.kind === 'storage-full');
    const { chunksHave } = share(guest);
    expect([chunksHave > 0, keptOf(guestProfile)]).toEqual([true, 0]);
    const { link } = sender.snapshot();
    await sender.close();
    const late = await party.profile().open(link);
    await party.until(listed(late));
    await late.download(all(late), { save: false });
    await party.until(() => share(late).chunksHave >= chunksHave);
    guestProfile.quotaBytes = undefined;
    await senderProfile.open(link);
    await party.until(() => complete(guest)() && complete(late)());
    await arrived();
  });

  test('[RX7] a ticket is refused with the store’s reason while chunks cannot be kept, and closing does not wait', async () => {
    const { guest, guestProfile } = await pair(1_000_000);
    guestProfile.quotaBytes = 0;
    await guest.download(all(guest), { save: true, anyway: true });
    await party.until(() => guest.snapshot().detail.kind === 'storage-full');
    expect(guest.snapshot().savePending).toBe(false);
    await expect(guest.ticket(all(guest))).rejects.toMatchObject({ code: 'quota-exceeded' });
    await guest.close();
  });

  test('[RM84] a room closes and is deleted although nothing can be written', async () => {
    const { guest, guestProfile } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    guestProfile.refusedPuts = Infinity;
    await party.until(complete(guest));
    await guest.close();
    await guestProfile.factory().erase(guest.id);
    expect([keptOf(guestProfile), guestProfile.records.get('rooms')?.size]).toEqual([0, 0]);
  });

  test('[RM28] is told before the transfer with both numbers; whoever wants it all the same may', async () => {
    const { guest, guestProfile } = await pair(3_000_000);
    guestProfile.quotaBytes = 500_000;
    const refused = guest.download(all(guest), { save: false });
    await expect(refused).rejects.toMatchObject({
      code: 'quota-exceeded',
      detail: `needs ${12 * chunkBytes}, free 500000`,
    });
    expect(share(guest).chosen).toBeNull();
  });

  test('[RM27] a publisher without space says what a copy takes, and keeps one when asked after space was made', async () => {
    const profile = party.profile();
    profile.quotaBytes = 1_000_000;
    const file = picked('a.bin', 3_000_000);
    const sender = await profile.create([file]);
    await party.until(prepared(sender));
    expect(share(sender)).toMatchObject({
      fromFile: true,
      space: { neededBytes: 3_000_000, freeBytes: 1_000_000 },
    });
    expect(keptOf(profile)).toBe(0);
    profile.quotaBytes = undefined;
    await sender.keepCopy(share(sender).id);
    await party.until(() => keptOf(profile) === 12);
    const { link } = sender.snapshot();
    await sender.close();
    expect(share(await profile.open(link))).toMatchObject({
      filesNeeded: false,
      fromFile: false,
      space: null,
    });
  });
});

describe('storage that goes away', () => {
  test('[RM59] [RX8] what was taken and is not in memory is fetched again; who has it is not blamed', async () => {
    const { guest, guestProfile, arrived } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    await guest.close();
    const again = await guestProfile.open(guest.snapshot().link);
    const [id, kept] = [...guestProfile.chunks][0]!;
    kept.clear();
    guestProfile.loseChunks(id);
    await party.until(() => keptOf(guestProfile) === 12 && again.snapshot().state === 'complete');
    expect(again.snapshot().totals.bytesReceived).toBeGreaterThan(2_900_000);
    expect(again.snapshot().lostPeers).toEqual([]);
    await arrived();
  });

  test('[RX8] what is still in memory is written again and not fetched', async () => {
    const { guest, guestProfile, arrived } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    const { bytesReceived } = guest.snapshot().totals;
    const [id, kept] = [...guestProfile.chunks][0]!;
    kept.clear();
    guestProfile.loseChunks(id);
    await party.until(() => keptOf(guestProfile) === 12);
    expect(guest.snapshot().totals.bytesReceived).toBe(bytesReceived);
    await arrived();
  });

  test('[RM59] records that were taken are written again', async () => {
    const { guest, guestProfile } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    for (const collection of ['rooms', 'shares', 'segments'] as const) {
      guestProfile.records.get(collection)!.clear();
      guestProfile.loseRecords(collection);
    }
    const written = () => guestProfile.records.get('segments')!.size === 1;
    await party.until(written);
    await guest.close();
    const again = await guestProfile.open(guest.snapshot().link);
    expect(again.snapshot()).toMatchObject({ state: 'complete', totals: { bytesReceived: 0 } });
  });

  test('[RM59] records that were taken and cannot be written at first are written when they can be', async () => {
    const { guest, guestProfile } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    const collections = ['rooms', 'shares', 'segments'] as const;
    guestProfile.refusedPuts = 5;
    for (const collection of collections) {
      guestProfile.records.get(collection)!.clear();
      guestProfile.loseRecords(collection);
    }
    await party.until(() => collections.every((name) => guestProfile.records.get(name)!.size === 1));
    expect(guestProfile.events.filter((event) => event.startsWith('rewrite-failed'))).toHaveLength(5);
    await guest.close();
    const again = await guestProfile.open(guest.snapshot().link);
    expect(again.snapshot()).toMatchObject({ state: 'complete', totals: { bytesReceived: 0 } });
  });

  test('[RM60] [RX9] chunks whose room was forgotten count again once their hashes came; damaged ones are fetched', async () => {
    const { guest, guestProfile, arrived } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    await guest.close();
    guestProfile.records.clear();
    const [kept] = guestProfile.chunks.values();
    kept!.set(4, new Uint8Array(kept!.get(4)!.length));
    const again = await guestProfile.open(guest.snapshot().link);
    await party.until(listed(again));
    await again.download(all(again), { save: false });
    await party.until(complete(again));
    await party.until(() => keptOf(guestProfile) === 12);
    expect(again.snapshot().totals.bytesReceived).toBeLessThan(3 * chunkBytes);
    await arrived();
  });

  test('[RM60] [ST28] chunks no room remembers are dropped when space lacks, and not before', async () => {
    const { guest, guestProfile } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    await guest.close();
    guestProfile.records.clear();
    const next = await party.profile().create([picked('b.bin', 2_000_000)]);
    await party.until(prepared(next));
    guestProfile.quotaBytes = 4_000_000;
    const later = await guestProfile.open(next.snapshot().link);
    await party.until(listed(later));
    expect(guestProfile.chunks.size).toBe(1);
    await later.download(all(later), { save: false });
    await party.until(complete(later));
    await party.until(() => keptOf(guestProfile) === 8);
  });

  test('[RM61] what a save finds damaged is fetched again and then pending to be saved', async () => {
    const { guest, guestProfile, arrived } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    await guest.close();
    const again = await guestProfile.open(guest.snapshot().link);
    const [kept] = guestProfile.chunks.values();
    kept!.delete(2);
    await expect(again.ticket(all(again))).rejects.toMatchObject({ code: 'chunk-damaged' });
    await party.until(complete(again));
    kept!.set(7, new Uint8Array(kept!.get(7)!.length));
    await again.repair(all(again));
    await party.until(() => again.snapshot().savePending);
    await arrived();
  });

  test('[RM61] what a save finds gone and memory still has is written again, not fetched, and then pending to be saved', async () => {
    const { guest, guestProfile, arrived } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    const { bytesReceived } = guest.snapshot().totals;
    const [kept] = guestProfile.chunks.values();
    await guest.repair(all(guest));
    expect(guest.snapshot().savePending).toBe(false);
    kept!.delete(2);
    await guest.repair(all(guest));
    await party.until(() => guest.snapshot().savePending && keptOf(guestProfile) === 12);
    expect(guest.snapshot().totals.bytesReceived).toBe(bytesReceived);
    await arrived();
  });

  test('[RM62] a publisher whose chunks were taken makes them again from its files, without a word to anyone', async () => {
    const { sender, senderProfile, guest, arrived } = await pair(3_000_000);
    const [id, kept] = [...senderProfile.chunks][0]!;
    kept.clear();
    senderProfile.loseChunks(id);
    await party.until(() => keptOf(senderProfile) === 12);
    expect(share(sender)).toMatchObject({ chunksHave: 12, filesNeeded: false });
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    await arrived();
  });

  test('[RM63] one without files gets them back from who has them, and serves them on', async () => {
    const { sender, senderProfile, guest } = await pair(3_000_000);
    await guest.download(all(guest), { save: false });
    await party.until(complete(guest));
    await sender.close();
    const [kept] = senderProfile.chunks.values();
    for (const chunk of [0, 3, 4, 5]) kept!.delete(chunk);
    const again = await senderProfile.open(sender.snapshot().link);
    await party.until(() => share(again).chunksHave === 12 && keptOf(senderProfile) === 12);
    expect(share(again).filesNeeded).toBe(false);
    expect(again.snapshot().totals.bytesReceived).toBe(4 * (chunkBytes + 16));
    await guest.close();
    const late = await party.profile().open(sender.snapshot().link);
    await party.until(listed(late));
    await late.download(all(late), { save: false });
    await party.until(complete(late));
  });
});

describe('a sender’s files after a reload', () => {
  const handles = [{ path: 'a.bin', handle: 'a handle' }];
  const touched = (file: File, bytes: BlobPart = file) =>
    new File([bytes], file.name, { type: file.type, lastModified: file.lastModified + 5_000 });

  /** A share served from its file, closed again. */
  async function fromFile(file = picked('a.bin', 3_000_000)) {
    const profile = party.profile();
    profile.quotaBytes = 1_000_000;
    profile.disk.files.set('a.bin', file.file);
    const before = await profile.create([file], true, handles);
    await party.until(prepared(before));
    await before.close();
    const serves = async () => {
      const guestProfile = party.profile();
      const guest = await guestProfile.open(before.snapshot().link);
      await party.until(listed(guest));
      await guest.download(all(guest), { save: false });
      await party.until(complete(guest));
      expect(digest(await guestProfile.read(guest, 'a.bin'))).toBe(digest(await bytesOf(file)));
    };
    return { file, profile, link: before.snapshot().link, serves };
  }

  test('[RM64] are found again by their handles without a click, where reading is allowed', async () => {
    const { profile, link, serves } = await fromFile();
    const after = await profile.open(link);
    expect(share(after)).toMatchObject({ filesNeeded: false, filesAsk: false, chunksHave: 12, error: null });
    await serves();
  });

  test('[RM65] [RS9] else by one click; a refusal changes nothing', async () => {
    const { profile, link, serves } = await fromFile();
    profile.disk.readable = false;
    const after = await profile.open(link);
    expect(after.snapshot()).toMatchObject({ state: 'stalled', detail: { kind: 'files-needed' } });
    expect(share(after)).toMatchObject({ filesNeeded: true, filesAsk: true });
    await expect(after.reopen(share(after).id)).rejects.toMatchObject({ code: 'files-needed' });
    profile.disk.readable = true;
    await after.reopen(share(after).id);
    await party.until(prepared(after));
    expect(share(after)).toMatchObject({ filesNeeded: false, filesAsk: false });
    await serves();
  });

  test('[RM66] that changed or went away are told, and the share stays what it was', async () => {
    const { file, profile, link } = await fromFile();
    profile.disk.files.set('a.bin', touched(file.file, new Uint8Array(3_000_000)));
    const changed = await profile.open(link);
    await party.until(() => changed.snapshot().error === 'file-changed');
    expect(share(changed).filesNeeded).toBe(true);
    await changed.close();
    profile.disk.files.delete('a.bin');
    const gone = await profile.open(link);
    await party.until(() => gone.snapshot().error === 'file-unreadable');
    await gone.reattach(share(gone).id, [file]);
    await party.until(prepared(gone));
    expect(gone.snapshot().error).toBeNull();
  });

  test('[RM66] that were only touched are compared with every signed hash and go on', async () => {
    const { file, profile, link, serves } = await fromFile();
    profile.disk.files.set('a.bin', touched(file.file));
    const after = await profile.open(link);
    await party.until(prepared(after));
    expect(share(after)).toMatchObject({ filesNeeded: false, error: null });
    await serves();
  });

  test('[RM33] chosen again, the wrong ones are refused with which file differs and how, and no name', async () => {
    const profile = party.profile();
    const files = [picked('d/a.bin', 600_000), picked('d/b.bin', 700_000)];
    profile.quotaBytes = 0;
    const before = await profile.create(files);
    await party.until(prepared(before));
    await before.close();
    const after = await profile.open(before.snapshot().link);
    const { id } = share(after);
    const [a, b] = files as [(typeof files)[0], (typeof files)[0]];
    const other = new File([new Uint8Array(700_000)], 'b.bin', { lastModified: b.file.lastModified });
    const choose = (...chosen: typeof files) => after.reattach(id, chosen);
    await expect(choose(a)).rejects.toMatchObject({ code: 'files-differ', detail: 'missing:1' });
    await expect(choose(a, picked('d/b.bin', 5))).rejects.toMatchObject({ detail: 'size:1' });
    await expect(choose(a, { path: 'd/b.bin', file: other })).rejects.toMatchObject({ detail: 'content:1' });
    expect(share(after).filesNeeded).toBe(true);
    expect(profile.events.join()).not.toContain('.bin');
    await choose({ ...a, path: 'a.bin' }, { ...b, path: 'b.bin' });
    await party.until(prepared(after));
  });

  test('[RM67] preparing goes on where it stopped, and never seals other bytes under an index used before', async () => {
    const profile = party.profile();
    const file = picked('a.bin', 40 * chunkBytes);
    // The disk stops answering after the first transaction's worth of chunks.
    const { size, lastModified, type } = file.file;
    const slice = (start: number, end: number) =>
      start < 32 * chunkBytes
        ? file.file.slice(start, end)
        : { arrayBuffer: () => new Promise<ArrayBuffer>(() => undefined) };
    const halting = { size, lastModified, type, slice } as unknown as File;
    const before = await profile.create([{ path: 'a.bin', file: halting }], true, handles);
    await party.until(() => share(before).chunksHave === 32);
    await before.close();
    const { link } = before.snapshot();
    const interrupted = await profile.open(link);
    expect(share(interrupted).filesNeeded).toBe(true);
    // Of what was never signed nothing tells whether it is the same: a file touched since is refused.
    await expect(
      interrupted.reattach(share(interrupted).id, [{ path: 'a.bin', file: touched(file.file) }]),
    ).rejects.toMatchObject({ code: 'files-differ', detail: 'touched:0' });
    await interrupted.close();
    // A chunk sealed and stored, but not signed, when the browser died.
    const [kept] = profile.chunks.values();
    kept!.set(39, new Uint8Array(chunkBytes + 16));
    profile.disk.files.set('a.bin', file.file);
    const after = await profile.open(link);
    await party.until(() => after.snapshot().error === 'file-changed');
    await after.close();
    kept!.delete(39);
    const last = await profile.open(link);
    await party.until(prepared(last));
    expect(last.snapshot().error).toBeNull();
  });
});
