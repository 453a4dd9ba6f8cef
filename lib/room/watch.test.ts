/** Watching in whole rooms: real engine, driver, codec and cryptography over memory adapters; the test stands in the player's place. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chunksOf } from '../content/layout';
import type { WatchTicket } from '../content/ticket';
import { readWatchMessage, watchChannel, watchVersion } from '../content/watch';
import { createWebCrypto } from '../adapters/web-crypto';
import type { RoomController } from './controller';
import { bytesOf, digest, Party, picked, type Profile } from './testing/party';
import { decodeEntry } from './testing/read-back';

const listed = (room: RoomController) => () =>
  room.snapshot().shares.some(({ fileCount }) => fileCount !== null);
const prepared = (room: RoomController) => () =>
  room
    .snapshot()
    .shares.every((share) => share.preparedBytes === null && share.chunksHave === share.chunksTotal);
const shareOf = (room: RoomController) => room.snapshot().shares[0]!.id;

/** Says that it reads `at`, and hears what is kept. */
function reader(profile: Profile, ticket: WatchTicket) {
  const [{ share, geometry }] = ticket.sources;
  const [{ start, bytes }] = ticket.entries;
  const [first, count] = chunksOf(geometry, start, start + bytes);
  const kept = new Set<number>();
  const port = profile.tabs.tab().broadcast.open(watchChannel, (data) => {
    const message = readWatchMessage(data);
    if (message?.kind === 'kept') kept.add(message.chunk);
  });
  const at = (chunk: number): void => {
    const until = first + count;
    port.post({ v: watchVersion, kind: 'reading', watch: ticket.id, reader: 'r', share, at: chunk, until });
  };
  return { first, count, kept, at };
}

describe('watching', () => {
  let party: Party;
  beforeEach(() => {
    party = new Party();
  });
  afterEach(() => party.close());

  test('[RM70] a file nobody chose is chosen by watching it, and no other; what is read is kept, and told', async () => {
    const film = picked('film.mp4', 3_000_000);
    const sender = await party.profile().create([picked('big.bin', 5_000_000), film]);
    const profile = party.profile();
    const guest = await profile.open(sender.snapshot().link);
    await party.until(listed(guest));
    const files = await guest.files(shareOf(guest));
    expect(files.map(({ display }) => display)).toEqual([undefined, 'video']);

    const ticket = await guest.watch(shareOf(guest), 1);
    expect(guest.snapshot().shares[0]).toMatchObject({ chosen: [1] });
    expect(guest.snapshot().savePending).toBe(false);
    const { at, first, count, kept } = reader(profile, ticket);
    at(first);
    await party.until(() => guest.snapshot().state === 'complete');
    expect(guest.snapshot().savePending).toBe(false);
    expect(kept.has(first)).toBe(true);
    expect([...kept].every((chunk) => chunk >= first && chunk < first + count)).toBe(true);
    const read = await decodeEntry({ ...ticket, kind: 'file' }, profile.stores.chunks, createWebCrypto());
    expect(digest(read)).toBe(digest(await bytesOf(film)));

    await guest.unwatch(ticket.id);
    expect(await profile.stores.records.get('tickets', ticket.id)).toBeUndefined();
  });

  test('[RM70] one’s own file is watched from what is stored, and nothing is chosen', async () => {
    const profile = party.profile();
    const room = await profile.create([picked('song.mp3', 600_000)]);
    const ticket = await room.watch(shareOf(room), 0);
    await party.until(prepared(room));
    expect(ticket.entries[0]).toMatchObject({ path: 'song.mp3', start: 0, bytes: 600_000 });
    expect(room.snapshot().shares[0]).toMatchObject({ chosen: null });
    expect(
      await decodeEntry({ ...ticket, kind: 'file' }, profile.stores.chunks, createWebCrypto()),
    ).toHaveLength(600_000);
  });

  test.each([
    ['what the page does not show', 'page.html', undefined],
    ['what is not stored here', 'film.mp4', 1000],
  ])('[RM70] %s is refused', async (_what, path, quotaBytes) => {
    const profile = party.profile();
    profile.quotaBytes = quotaBytes;
    const room = await profile.create([picked(path, 600_000)]);
    await party.until(prepared(room));
    await expect(room.watch(shareOf(room), 0)).rejects.toMatchObject({ code: 'watch-failed' });
    await expect(room.watch(shareOf(room), 7)).rejects.toMatchObject({ code: 'watch-failed' });
    expect(await profile.stores.records.list('tickets')).toEqual([]);
  });

  test('[RM70] without space watching is refused before anything is fetched', async () => {
    const sender = await party.profile().create([picked('film.mp4', 600_000)]);
    const profile = party.profile();
    profile.quotaBytes = 1000;
    const guest = await profile.open(sender.snapshot().link);
    await party.until(listed(guest));
    await expect(guest.watch(shareOf(guest), 0)).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(guest.snapshot().shares[0]).toMatchObject({ chosen: null });
    expect(await profile.stores.records.list('tickets')).toEqual([]);
  });
});
