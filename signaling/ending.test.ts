import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { concatBytes, toBase64Url } from '../lib/base/bytes';
import type { RoomId } from '../lib/base/ids';
import {
  clockSkewMs,
  encodeEnding,
  endingSigningBytes,
  roomIdPreimage,
  type Ending,
} from '../lib/wire/ending';
import { createWorld, Identity, soon, withRates } from './test-world';
import { endsRoom } from './proof';

const { serve, connect, member, end } = createWorld();
afterEach(end);

const part = new Uint8Array(16).fill(5);
const roomOf = (creator: Identity, secretPart = part): RoomId =>
  toBase64Url(
    createHash('sha256').update(roomIdPreimage(secretPart, creator.peer)).digest().subarray(0, 16),
  ) as RoomId;

/** What `signer` signs about the room of `creator`. */
function shown(creator: Identity, change: Partial<Ending> = {}, signer = creator) {
  const room = change.room ?? roomOf(creator);
  const publisherKey = new Uint8Array(signer.publicKey);
  const unsigned = { room, sequence: 1, over: 'closed' as const, endsAt: null, publisherKey, ...change };
  const signature = new Uint8Array(signer.sign(endingSigningBytes(unsigned)));
  return { room: roomOf(creator), part, ending: encodeEnding({ ...unsigned, signature }) };
}

describe('end', () => {
  it('[OP9] puts everybody out with the proof, and turns whoever comes later away with it', async () => {
    await serve();
    const creator = new Identity();
    const room = roomOf(creator);
    const { client } = await member(room);
    const outsider = await connect();
    const { ending } = shown(creator);
    expect(await outsider.ask('end', shown(creator))).toEqual({ ok: true });
    await soon(() => expect(client.told('ended')).toHaveLength(1));
    expect(new Uint8Array((client.told('ended')[0] as { ending: Uint8Array }).ending)).toEqual(ending);
    expect(await client.ask('handout', { room, linked: [] })).toEqual({ ok: false, code: 'not-joined' });
    const refused = await outsider.join(new Identity(), room);
    expect(refused).toMatchObject({ ok: false, code: 'room-ended' });
    expect(new Uint8Array((refused as unknown as { ending: Uint8Array }).ending)).toEqual(ending);
    // Once more changes nothing and tells nobody again.
    expect(await outsider.ask('end', shown(creator))).toEqual({ ok: true });
    expect(client.told('ended')).toHaveLength(1);
  });

  it('[OP9] a forged one ends nothing: another’s key, another room, a broken signature, a wrong part', async () => {
    await serve();
    const [creator, stranger] = [new Identity(), new Identity()];
    const room = roomOf(creator);
    const { client } = await member(room);
    const good = shown(creator);
    const broken = good.ending.slice();
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    const elsewhere = roomOf(creator, new Uint8Array(16).fill(6));
    for (const forged of [
      shown(creator, {}, stranger),
      { ...shown(stranger), room },
      { ...good, ending: broken },
      { ...good, part: new Uint8Array(16) },
      { ...good, room: elsewhere },
      shown(creator, { room: elsewhere }),
      // A room of the first links: its id is no hash of anybody's.
      { ...good, room: toBase64Url(part) as RoomId },
    ])
      expect(await client.ask('end', forged)).toEqual({ ok: false, code: 'bad-proof' });
    for (const bad of [
      { ...good, ending: good.ending.subarray(1) },
      { ...good, part: part.subarray(1) },
      { room },
    ])
      expect(await client.ask('end', bad)).toEqual({ ok: false, code: 'malformed' });
    expect(await client.ask('handout', { room, linked: [] })).toMatchObject({ ok: true, members: 1 });
  });

  it('[OP7] a time that has not come ends nothing, give or take what clocks differ', async () => {
    const creator = new Identity();
    const timed = shown(creator, { over: null, endsAt: 10_000_000 });
    expect(await endsRoom(timed, 10_000_000 - clockSkewMs - 1)).toBe(false);
    expect(await endsRoom(timed, 10_000_000 - clockSkewMs)).toBe(true);
    expect(await endsRoom(shown(creator, { over: null }), 5e15)).toBe(false);
    expect(await endsRoom({ ...timed, ending: concatBytes(timed.ending, part) }, 5e15)).toBe(false);
  });

  it('[SG10] ends are limited', async () => {
    await serve({}, withRates({ end: { points: 1, seconds: 60 } }));
    const client = await connect();
    expect(await client.ask('end', shown(new Identity()))).toEqual({ ok: true });
    expect(await client.ask('end', shown(new Identity()))).toMatchObject({ ok: false, code: 'rate-limited' });
  });
});
