/** What a room does with what others send, and which word it has for its state. A raw peer (testing/raw-peer.ts) says the other side. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodePolicy, policySigningBytes } from '../content/policy';
import { decodeHeader, encodeHeader } from '../content/header';
import { createShare } from '../driver/publisher';
import { encodeBlockFrame } from '../wire/block-frame';
import type { ShareId } from '../base/ids';
import type { RoomController } from './controller';
import { Party, picked } from './testing/party';
import { RawPeer } from './testing/raw-peer';

const all = (room: RoomController) =>
  room.snapshot().shares.map((share) => ({ share: share.id, files: 'all' as const }));
const reasons = (room: RoomController) => room.snapshot().lostPeers.map(({ reason }) => reason);
const state = (room: RoomController) => `${room.snapshot().state}/${room.snapshot().detail.kind}`;

describe('a room and what others send', () => {
  let party: Party;
  beforeEach(() => {
    party = new Party();
  });
  afterEach(() => party.close());

  const sharing = async () => party.profile().create([picked('a.bin', 600_000)]);

  test('[HS1] [HS2] [SI3] a peer that proves its id is linked, and told the shares; [SH1] headers come first', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link);
    await peer.linked();
    await party.until(() => peer.received.length > 0);
    expect(room.snapshot().peers.map(({ id }) => id)).toEqual([peer.identity.peer]);
    expect(peer.received[0]).toMatchObject({ type: 'shares' });
  });

  test('[HS2] a hello whose signature does not hold ends the link before anything is told', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link, (crypto) => ({
      ...crypto,
      sign: () => Promise.resolve(new Uint8Array(64)),
    }));
    await party.until(() => peer.ended.length > 0);
    expect(room.snapshot().peers).toEqual([]);
    expect(peer.received.filter(({ type }) => type !== 'hello')).toEqual([]);
  });

  test('[HS4] a second hello ends the link with a reason', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link);
    await peer.linked();
    peer.say({
      type: 'hello',
      version: 1,
      publicKey: peer.identity.publicKey,
      signature: new Uint8Array(64),
      agent: 'again',
    });
    await party.until(() => reasons(room).includes('protocol'));
  });

  test('[SI2] signals that do not open are dropped; the room goes on', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link, (crypto) => ({
      ...crypto,
      seal: async (key, nonce, data, associated) => (await crypto.seal(key, nonce, data, associated)).fill(7),
    }));
    const honest = await RawPeer.join(party, room.snapshot().link);
    await honest.linked();
    expect(peer.link).toBeUndefined();
  });

  test('[SH2] a header that does not decode, or is not signed by its publisher, ends the link', async () => {
    const room = await sharing();
    const rubbish = await RawPeer.join(party, room.snapshot().link);
    await rubbish.linked();
    rubbish.say({ type: 'shares', headers: [new Uint8Array(40)], policy: null });
    await party.until(() => reasons(room).includes('bad-header'));
    const forger = await RawPeer.join(party, room.snapshot().link);
    await forger.linked();
    const entry = await createShare(forger.context, [{ path: 'x', bytes: 5, type: '', modified: 0 }]);
    forger.say({
      type: 'shares',
      headers: [encodeHeader({ ...entry.header, signature: new Uint8Array(64) })],
      policy: null,
    });
    await party.until(() => reasons(room).filter((reason) => reason === 'bad-header').length === 2);
    expect(room.snapshot().shares).toHaveLength(1);
  });

  test('[SH3] a guest’s share is taken while the policy allows it, and ignored when the creator forbids', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link);
    await peer.linked();
    const offer = async () => {
      const entry = await createShare(peer.context, [{ path: 'x', bytes: 5, type: '', modified: 0 }]);
      peer.say({ type: 'shares', headers: [entry.headerBytes], policy: null });
      return entry.id;
    };
    await offer();
    await party.until(() => room.snapshot().shares.length === 2);
    await room.setOthersMayAdd(false);
    const refused = await offer();
    peer.say({ type: 'ping' });
    await party.until(() => peer.received.some(({ type }) => type === 'pong'));
    expect(room.snapshot().shares.map(({ id }) => id)).not.toContain(refused);
    expect(room.snapshot().peers).toHaveLength(1);
  });

  test('[SH5] catalog bytes that do not have the signed hash end the link', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link);
    await peer.linked();
    const entry = await createShare(peer.context, [{ path: 'x', bytes: 5, type: '', modified: 0 }]);
    peer.say({ type: 'shares', headers: [entry.headerBytes], policy: null });
    await party.until(() => peer.received.some(({ type }) => type === 'catalogRequest'));
    const bytes = new Uint8Array(entry.header.catalogBytes);
    peer.say({ type: 'catalogPart', share: entry.id, offset: 0, bytes });
    await party.until(() => reasons(room).includes('bad-header'));
  });

  test('[SH6] [RS1] a signed catalog that cannot be read, and two headers of one share, are their publisher’s lies', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link);
    await peer.linked();
    const { crypto } = peer.context.ports;
    const entry = await createShare(peer.context, [{ path: 'x', bytes: 5, type: '', modified: 0 }]);
    // Signed well, but sealed under another key.
    const other = await createShare(
      {
        ...peer.context,
        keys: { ...peer.context.keys, catalog: await crypto.importKey(new Uint8Array(32)) },
      },
      [{ path: 'x', bytes: 5, type: '', modified: 0 }],
    );
    peer.say({ type: 'shares', headers: [other.headerBytes], policy: null });
    await party.until(() => peer.received.some(({ type }) => type === 'catalogRequest'));
    peer.say({ type: 'catalogPart', share: other.id, offset: 0, bytes: other.sealedCatalog! });
    await party.until(() => room.snapshot().shares.some(({ error }) => error === 'publisher-lies'));
    expect(state(room)).toBe('error/error');
    expect(decodeHeader(entry.headerBytes).ok).toBe(true);
    expect(room.snapshot().peers).toHaveLength(1);
  });

  test('[SH7] a policy by another key than the creator’s ends the link', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link);
    await peer.linked();
    const unsigned = {
      room: peer.context.keys.room,
      sequence: 9,
      othersMayAdd: false,
      publisherKey: peer.identity.publicKey,
    };
    const signature = await peer.context.ports.crypto.sign(peer.identity, policySigningBytes(unsigned));
    peer.say({ type: 'shares', headers: [], policy: encodePolicy({ ...unsigned, signature }) });
    await party.until(() => reasons(room).includes('bad-header'));
    expect(room.snapshot().othersMayAdd).toBe(true);
  });

  test('[RX2] blocks nobody asked for are counted as duplicates, and many of them end the link', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link);
    await peer.linked();
    const frame = encodeBlockFrame(1, 0, 0, new Uint8Array(128 * 1024));
    peer.link!.channel.sendBlock(frame);
    await party.until(() => room.snapshot().totals.duplicateBytes === 128 * 1024);
    for (let i = 0; i < 40; i++) peer.link!.channel.sendBlock(frame);
    await party.until(() => reasons(room).includes('protocol'));
  });

  test('[TX2] interest is sent for each share; the other’s first one is answered with a bitfield', async () => {
    const room = await sharing();
    const peer = await RawPeer.join(party, room.snapshot().link);
    await peer.linked();
    const [share] = room.snapshot().shares;
    await party.until(() => peer.received.some(({ type }) => type === 'interest'));
    peer.say({ type: 'interest', share: share!.id, ranges: [] });
    await party.until(() => peer.received.some(({ type }) => type === 'bitfield'));
    peer.say({ type: 'interest', share: 'A'.repeat(22) as ShareId, ranges: [0, 5] });
    expect(room.snapshot().peers).toHaveLength(1);
  });
});

describe('the word for what a room is doing', () => {
  let party: Party;
  beforeEach(() => {
    party = new Party();
  });
  afterEach(() => party.close());

  test('[RS16] [RS13] [RS5] nobody there: connecting to the server while it is away, else waiting', async () => {
    const sender = await party.profile().create([picked('a', 1000)]);
    await party.until(() => state(sender) === 'waiting/empty-room');
    party.hub.setOnline(false);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => state(guest) === 'connecting/server');
  });

  test('[RS3] [RS10] [RS15] [RS8] [RS14] from preparing to everyone served', async () => {
    const sender = await party.profile().create([picked('a', 3_000_000)]);
    expect(state(sender)).toBe('hashing/preparing');
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => state(guest) === 'waiting/ready');
    await party.until(() => state(sender) === 'waiting/nobody-asks');
    await guest.download(all(guest), { save: false });
    await party.until(() => state(guest) === 'complete/received');
    await party.until(() => state(sender) === 'complete/sent');
  });

  test('[RS4] [RS6] [RS12] a sender that leaves in the middle leaves its receiver stalled, with what is missing', async () => {
    const sender = await party.profile().create([picked('a', 12_000_000)]);
    const guest = await party.profile().open(sender.snapshot().link);
    await party.until(() => state(guest) === 'waiting/ready');
    await guest.download(all(guest), { save: false });
    await party.until(() => guest.snapshot().shares[0]!.chunksHave > 0);
    expect(state(guest)).toBe('transferring/receiving');
    await party.until(() => state(sender) === 'transferring/sending');
    await sender.close();
    await party.until(() => state(guest) === 'stalled/missing');
    expect(guest.snapshot().detail).toMatchObject({ lostPeers: 1 });
  });
});
