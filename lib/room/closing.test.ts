/** Closing, in whole rooms: real engine, driver and cryptography. The rule itself: core/transfer/safe-to-close.test.ts. PROTOCOL.md CL. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { concatBytes } from '../base/bytes';
import { createWebCrypto } from '../adapters/web-crypto';
import type { MessageOf } from '../wire/messages';
import type { RoomController } from './controller';
import { Party, picked, type Profile } from './testing/party';
import { RawPeer } from './testing/raw-peer';

const closing = (room: RoomController) => {
  const found = room.snapshot().shares[0]?.closing;
  if (!found) throw new Error('nothing is known of closing');
  return found;
};
const prepared = (room: RoomController) => () =>
  room.snapshot().shares.every((share) => share.chunksHave === share.chunksTotal);

describe('closing a room', () => {
  let party: Party;
  beforeEach(() => {
    party = new Party();
  });
  afterEach(() => party.close());

  const guest = async (link: string, wants = true): Promise<[RoomController, Profile]> => {
    const profile = party.profile();
    const room = await profile.open(link);
    await party.until(() => room.snapshot().shares.some(({ fileCount }) => fileCount !== null));
    const choices = room.snapshot().shares.map((share) => ({ share: share.id, files: 'all' as const }));
    if (wants) await room.download(choices, { save: false });
    return [room, profile];
  };

  test('[CL5] [CL6] [CL7] [CL8] unsafe, then everyone complete, then three copies, then fewer again', async () => {
    const sender = await party.profile().create([picked('a.bin', 2_000_000)]);
    await party.until(prepared(sender));
    expect(closing(sender)).toMatchObject({ state: 'unsafe', copies: 0, asks: true });
    const { link } = sender.snapshot();
    const [first] = await guest(link);
    await party.until(() => closing(sender).state === 'others-complete');
    expect(closing(sender)).toMatchObject({ copies: 1, onlyHere: 0, asks: false, partial: false });
    const [second] = await guest(link);
    const [third] = await guest(link);
    await party.until(() => closing(sender).state === 'safe');
    expect(closing(sender)).toMatchObject({ copies: 3, needed: 3, asks: false });
    // Those who received count the sender, and each other where they gave or got something.
    await party.until(() => closing(third).copies >= 1);
    await second.close();
    await first.close();
    // Two of three left: five are needed now, and who is here has everything.
    await party.until(() => closing(sender).copies === 1);
    expect(closing(sender)).toMatchObject({ state: 'others-complete', churning: true, needed: 5 });
    // A newcomer who wants it makes it matter again until it has it.
    const late = await RawPeer.join(party, link);
    await late.linked();
    const share = sender.snapshot().shares[0]!.id;
    late.say({ type: 'interest', share, ranges: [0, sender.snapshot().shares[0]!.chunksTotal] });
    late.say({ type: 'bitfield', share, kind: 'none', bits: new Uint8Array(0) });
    await party.until(() => closing(sender).state === 'unsafe' && closing(sender).asks);
  });

  test('[CL2] [CL9] a sender who comes back audits who finished without it, and believes no liar', async () => {
    const profile = party.profile();
    const before = await profile.create([picked('a.bin', 2_000_000)]);
    await party.until(prepared(before));
    const { link } = before.snapshot();
    const [, guestProfile] = await guest(link);
    await party.until(() => closing(before).copies === 1);
    await before.close();
    const sender = await profile.open(link);
    await party.until(() => sender.snapshot().peers.length === 1 && closing(sender).unknown === 0);
    expect(closing(sender)).toMatchObject({ state: 'unsafe', copies: 0, asks: false });
    await party.until(() => closing(sender).state === 'others-complete', 20_000);
    expect(closing(sender).copies).toBe(1);

    const liar = await RawPeer.join(party, link);
    await liar.linked();
    const { id: share, chunksTotal } = sender.snapshot().shares[0]!;
    liar.say({ type: 'interest', share, ranges: [0, chunksTotal] });
    liar.say({ type: 'bitfield', share, kind: 'all', bits: new Uint8Array(0) });
    const audits = () =>
      liar.received.filter((message): message is MessageOf<'audit'> => message.type === 'audit');
    await party.until(() => audits().length > 0, 20_000);
    const [audit] = audits();
    liar.say({ type: 'audited', share, chunk: audit!.chunk, digest: new Uint8Array(32).fill(1) });
    await party.until(() => profile.events.some((event) => event.startsWith('audit-failed')));
    expect(closing(sender).copies).toBe(1);

    // What an honest peer answers: the hash of the nonce and the chunk as it lies in the store.
    const nonce = new Uint8Array(16).fill(3);
    liar.say({ type: 'audit', share, chunk: 2, nonce });
    const answers = () =>
      liar.received.filter((message): message is MessageOf<'audited'> => message.type === 'audited');
    await party.until(() => answers().length > 0);
    const stored = guestProfile.chunks.get(share)?.get(2);
    expect(answers()[0]).toMatchObject({
      chunk: 2,
      digest: await createWebCrypto().sha256(concatBytes(nonce, stored!)),
    });
  }, 60_000);
});
