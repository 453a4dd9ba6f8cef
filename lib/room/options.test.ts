/** The sender's options in whole rooms, and what a hostile peer or server makes of them. PROTOCOL.md OP. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWebCrypto } from '../adapters/web-crypto';
import { lockedLinkVersion, parseLink } from '../content/link';
import { encodeEnding, endingSigningBytes, type Ending } from '../wire/ending';
import type { RoomController, RoomRecord } from './controller';
import { deriveRoomKeys, lock, roomIdOf, unlock } from './keys';
import { bytesOf, digest, Party, picked, type Profile } from './testing/party';
import { RawPeer } from './testing/raw-peer';

const all = (room: RoomController) =>
  room.snapshot().shares.map(({ id }) => ({ share: id, files: 'all' as const }));
const state = (room: RoomController) => `${room.snapshot().state}/${room.snapshot().detail.kind}`;
const over = (room: RoomController) => room.snapshot().options.over;
const reasons = (room: RoomController) => room.snapshot().lostPeers.map(({ reason }) => reason);
const hourMs = 3_600_000;

describe('the sender’s options', { timeout: 60_000 }, () => {
  let party: Party;
  beforeEach(() => {
    party = new Party();
  });
  afterEach(() => party.close());

  const listed = (room: RoomController) =>
    party.until(() => room.snapshot().shares.some((s) => s.fileCount !== null));
  const sharing = (profile: Profile, options: Parameters<Profile['create']>[3] = {}, bytes = 300_000) =>
    profile.create([picked('a.bin', bytes)], true, [], options);
  /** Another profile that has all of it. */
  async function receiver(link: string, profile = party.profile()): Promise<RoomController> {
    const room = await profile.open(link);
    await listed(room);
    await room.download(all(room), { save: false });
    await party.until(() => room.snapshot().canSave);
    return room;
  }
  /** What `signer` says about the end of this room. */
  async function endingOf(
    room: RoomController,
    profile: Profile,
    change: Partial<Ending>,
  ): Promise<Uint8Array> {
    const crypto = createWebCrypto();
    const { identity } = profile.records.get('rooms')?.get(room.id) as RoomRecord;
    const { publicKey: publisherKey } = identity;
    const unsigned = { room: room.id, sequence: 1, over: null, endsAt: null, publisherKey, ...change };
    const signature = await crypto.sign(identity as never, endingSigningBytes(unsigned));
    return encodeEnding({ ...unsigned, signature });
  }

  test('[OP1] with the passphrase the files arrive; [OP4] a reload does not ask for it again', async () => {
    const sender = await sharing(party.profile(), { passphrase: 'três corações' });
    const { link, options } = sender.snapshot();
    expect(options).toMatchObject({ passphrase: true, passphraseFixed: null });
    const profile = party.profile();
    // Composed or decomposed, as keyboards differ.
    const guest = await profile.open(link, 'três corações'.normalize('NFD'));
    await listed(guest);
    await guest.download(all(guest), { save: false });
    await party.until(() => guest.snapshot().canSave);
    expect(digest(await profile.read(guest, 'a.bin'))).toBe(digest(await bytesOf(picked('a.bin', 300_000))));
    await guest.close();
    const again = await profile.open(link);
    expect(again.id).toBe(guest.id);
    expect(again.snapshot().canSave).toBe(true);
  });

  test('[OP2] without it the link opens nothing, and a wrong one is told as wrong and leaves nothing behind', async () => {
    const sender = await sharing(party.profile(), { passphrase: 'right' });
    const { link } = sender.snapshot();
    const profile = party.profile();
    await expect(profile.open(link)).rejects.toMatchObject({ code: 'passphrase-needed' });
    await expect(profile.open(link, '')).rejects.toMatchObject({ code: 'passphrase-needed' });
    const crypto = createWebCrypto();
    const parsed = parseLink(link);
    if (!parsed.ok) throw new Error(parsed.error);
    // One guess in 256 passes the check by chance: the first that does not is told as wrong.
    let wrong = 'wrong';
    while (await unlock(crypto, parsed.value, wrong)) wrong += '!';
    await expect(profile.open(link, wrong)).rejects.toMatchObject({ code: 'passphrase-wrong' });
    expect(profile.records.get('rooms')?.size ?? 0).toBe(0);
  });

  test('[OP3] the passphrase decides the room: its id, and every key', async () => {
    const crypto = createWebCrypto();
    const { peer } = await crypto.createIdentity();
    const { link, secret } = await lock(crypto, peer, 'right');
    expect(link.version).toBe(lockedLinkVersion);
    expect(await unlock(crypto, link, 'right')).toEqual(secret);
    const keys = await deriveRoomKeys(crypto, link, secret);
    // What the link alone gives is another room, with other keys.
    const bare = await deriveRoomKeys(crypto, link, link.secret);
    expect(bare.room).not.toBe(keys.room);
    const nonce = new Uint8Array(12);
    const sealed = await crypto.seal(keys.catalog, nonce, Uint8Array.of(1), nonce);
    expect(await crypto.open(bare.catalog, nonce, sealed, nonce)).toBeUndefined();
    // The same passphrase and secret under another creator is another room again [OP8].
    const { peer: other } = await crypto.createIdentity();
    expect(await roomIdOf(crypto, { ...link, creator: other }, secret)).not.toBe(keys.room);
  }, 60_000);

  test('[OP8] links of version 1 open the rooms they always did', async () => {
    const crypto = createWebCrypto();
    const { peer: creator } = await crypto.createIdentity();
    const secret = new Uint8Array(16).fill(3);
    const part = await crypto.derive(secret, 'shoal room id', 16);
    const id = await roomIdOf(crypto, { version: 1, secret, creator }, secret);
    expect(Buffer.from(part).toString('base64url')).toBe(id);
    expect(await roomIdOf(crypto, { version: 2, secret, creator }, secret)).not.toBe(id);
  });

  test('[OP10] an ended room sends goodbye to all, keeps what is here, and is not joined again', async () => {
    const senders = party.profile();
    const sender = await sharing(senders);
    const { link } = sender.snapshot();
    const guests = party.profile();
    const guest = await receiver(link, guests);
    const waiting = await party.profile().open(link);
    await listed(waiting);
    await sender.setOptions({ over: true });
    await party.until(() => [sender, guest, waiting].every((room) => over(room) === 'closed'));
    await party.until(() => [sender, guest, waiting].every((room) => room.snapshot().peers.length === 0));
    expect([sender, guest, waiting].map(state)).toEqual(['waiting/ended', 'complete/ended', 'waiting/ended']);
    expect(guest.snapshot().canSave).toBe(true);
    await expect(sender.add([picked('b.bin', 10)])).rejects.toMatchObject({ code: 'room-ended' });
    await expect(sender.setOptions({ endsAt: null })).rejects.toMatchObject({ code: 'room-ended' });
    // Somebody new hears of it from the server, with the creator's own word.
    const late = await party.profile().open(link);
    await party.until(() => over(late) === 'closed');
    // And whoever was here knows it after a reload, with the server away.
    await guest.close();
    party.hub.setOnline(false);
    const again = await guests.open(link);
    expect([over(again), state(again)]).toEqual(['closed', 'complete/ended']);
    expect(digest(await guests.read(again, 'a.bin'))).toBe(digest(await bytesOf(picked('a.bin', 300_000))));
  });

  test('[OP10] a download under way is cut off and says so', async () => {
    const sender = await sharing(party.profile(), {}, 6_000_000);
    const guest = await party.profile().open(sender.snapshot().link);
    await listed(guest);
    await guest.download(all(guest), { save: false });
    await party.until(() => (guest.snapshot().shares[0]?.chunksHave ?? 0) > 0);
    await sender.setOptions({ over: true });
    await party.until(() => over(guest) === 'closed');
    expect(state(guest)).toBe('stalled/ended');
  });

  test('[OP11] the room ends after as many downloads as allowed, each person counted once', async () => {
    const sender = await sharing(party.profile(), { downloads: 2 });
    const { link } = sender.snapshot();
    const first = party.profile();
    const guest = await receiver(link, first);
    await party.until(() => sender.snapshot().options.downloads?.done === 1);
    expect(over(sender)).toBeNull();
    await guest.close();
    await receiver(link, first); // comes back: the same person
    await party.until(() => sender.snapshot().peers.length === 1);
    expect(sender.snapshot().options.downloads).toEqual({ done: 1, limit: 2 });
    const second = await receiver(link);
    await party.until(() => over(sender) === 'downloads' && over(second) === 'downloads');
    expect(sender.snapshot().options.downloads).toEqual({ done: 2, limit: 2 });
    expect(state(second)).toBe('complete/ended');
  });

  test('[OP11] a reload forgets no download, and a limit that is reached when it is set ends the room', async () => {
    const senders = party.profile();
    const sender = await sharing(senders, { downloads: 5 });
    const { link } = sender.snapshot();
    await receiver(link);
    await party.until(() => sender.snapshot().options.downloads?.done === 1);
    await sender.close();
    const again = await senders.open(link);
    expect(again.snapshot().options.downloads).toEqual({ done: 1, limit: 5 });
    await again.setOptions({ downloads: 1 });
    await party.until(() => over(again) === 'downloads');
  });

  test('[OP7] a room whose time comes ends everywhere, whatever the others’ clocks say', async () => {
    const senders = party.profile();
    const sender = await sharing(senders, { endsAt: Date.now() + hourMs });
    const { link } = sender.snapshot();
    const guest = await party.profile().open(link);
    await party.until(() => guest.snapshot().options.endsAt !== null);
    expect([over(sender), over(guest)]).toEqual([null, null]);
    // Within what clocks may differ only the creator, who named the minute, takes it for over, and says so to all.
    await sender.setOptions({ endsAt: Date.now() + 1_000 });
    await party.until(() => over(guest) === 'expired');
    expect(over(sender)).toBe('expired');
  });

  test('[OP7] while the creator is away its time is obeyed by each clock, two minutes late', async () => {
    const sender = await sharing(party.profile(), { endsAt: Date.now() + hourMs });
    const { link } = sender.snapshot();
    const guests = party.profile();
    const guest = await receiver(link, guests);
    await party.until(() => guest.snapshot().options.endsAt !== null);
    await sender.close();
    await guest.close();
    party.wallSkewMs = hourMs + 60_000;
    const early = await guests.open(link);
    expect(over(early)).toBeNull();
    await early.close();
    party.wallSkewMs = hourMs + 130_000;
    const again = await guests.open(link);
    expect([over(again), state(again)]).toEqual(['expired', 'complete/ended']);
  });

  test('[OP6] an older word of the creator’s, shown again, changes nothing', async () => {
    const senders = party.profile();
    const sender = await sharing(senders, { endsAt: Date.now() + hourMs });
    const old = await endingOf(sender, senders, { sequence: 1, endsAt: Date.now() + 9 * hourMs });
    const soonest = Date.now() + 2 * hourMs;
    await sender.setOptions({ endsAt: soonest });
    const peer = await RawPeer.join(party, sender.snapshot().link);
    await peer.linked();
    await party.until(() => peer.received.some(({ type }) => type === 'ending'));
    peer.say({ type: 'ending', ending: old });
    peer.say({ type: 'ping' });
    await party.until(() => peer.received.some(({ type }) => type === 'pong'));
    expect(sender.snapshot().options.endsAt).toBe(soonest);
    expect(sender.snapshot().peers).toHaveLength(1);
  });

  test.each([
    [
      'by another key than the creator’s',
      (crypto: ReturnType<typeof createWebCrypto>, e: Ending) => sign(crypto, e),
    ],
    [
      'with a signature that does not hold',
      (_: unknown, e: Ending) => encodeEnding({ ...e, signature: new Uint8Array(64) }),
    ],
    ['for another room', (_: unknown, e: Ending) => encodeEnding({ ...e, room: 'A'.repeat(22) as never })],
    ['that does not decode', (_: unknown, e: Ending) => encodeEnding(e).fill(9, 0, 1)],
  ])('[OP6] an end %s ends the link and not the room', async (_name, forge) => {
    const senders = party.profile();
    const sender = await sharing(senders);
    const peer = await RawPeer.join(party, sender.snapshot().link);
    await peer.linked();
    const { identity } = senders.records.get('rooms')?.get(sender.id) as RoomRecord;
    const ending: Ending = {
      ...{ room: sender.id, sequence: 9, over: 'closed', endsAt: null },
      ...{ publisherKey: identity.publicKey, signature: new Uint8Array(64).fill(1) },
    };
    peer.say({ type: 'ending', ending: await forge(createWebCrypto(), ending) });
    await party.until(() => reasons(sender).includes('bad-header'));
    expect(over(sender)).toBeNull();
  });

  test('[OP9] a server that says a room is over without the creator’s word is not believed', async () => {
    const senders = party.profile();
    const sender = await sharing(senders);
    const { link } = sender.snapshot();
    const guest = await party.profile().open(link);
    await listed(guest);
    const crypto = createWebCrypto();
    const forged = await sign(crypto, { ...(await blank(sender)), over: 'closed' });
    // Anybody may show the memory tracker anything, as a server that lies would.
    party.hub.client().end(sender.id, new Uint8Array(16), forged);
    await party.until(() => guest.snapshot().server === 'offline');
    expect([over(guest), over(sender)]).toEqual([null, null]);
    await guest.download(all(guest), { save: false }); // the link they have stands
    await party.until(() => guest.snapshot().canSave);
  });

  test('[OP12] a passphrase can be set while nobody came and the files are at hand', async () => {
    const senders = party.profile();
    const sender = await sharing(senders, { downloads: 3, endsAt: 4e12 });
    const sources = await sender.sources();
    expect(sources).toMatchObject({ othersMayAdd: true, downloads: 3, endsAt: 4e12 });
    expect(sources.shares.map(({ files }) => files.map(({ path, file }) => [path, file.size]))).toEqual([
      [['a.bin', 300_000]],
    ]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => sender.snapshot().options.passphraseFixed === 'met');
    await expect(sender.sources()).rejects.toMatchObject({ code: 'passphrase-late' });
    await expect(guest.sources()).rejects.toMatchObject({ code: 'passphrase-late' });
    await guest.close();
    await sender.close();
    const again = await senders.open(sender.snapshot().link);
    expect(again.snapshot().options.passphraseFixed).toBe('met');
  });
});

/** Signed by somebody else, who says so. */
async function sign(
  crypto: ReturnType<typeof createWebCrypto>,
  ending: Ending,
): Promise<Uint8Array<ArrayBuffer>> {
  const stranger = await crypto.createIdentity();
  const unsigned = { ...ending, publisherKey: stranger.publicKey };
  return encodeEnding({ ...unsigned, signature: await crypto.sign(stranger, endingSigningBytes(unsigned)) });
}

const blank = (room: RoomController): Promise<Ending> =>
  Promise.resolve({
    ...{ room: room.id, sequence: 1, over: null, endsAt: null },
    ...{ publisherKey: new Uint8Array(32), signature: new Uint8Array(64) },
  });
