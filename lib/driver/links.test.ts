/** What links say, take and refuse: signals, the handshake, goodbyes. The other side is played by hand (testing/lone-links.ts). */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createWebCrypto } from '../adapters/web-crypto';
import type { SessionId } from '../base/ids';
import { encodeSignal } from '../content/signal';
import type { SignalPayload } from '../ports';
import { encodeMessage } from '../wire/codec';
import { loneLinks, room, session } from './testing/lone-links';

const ping = encodeMessage({ type: 'ping' });
const offer: SignalPayload = { kind: 'offer', sdp: 'v=0' };

/** Ids and session as they stand in a signal's associated data. */
interface Envelope {
  readonly room: string;
  readonly from: string;
  readonly to: string;
  readonly session: string;
}
const associated = (to: Envelope) => Buffer.from(`shoal signal 1${to.room}${to.from}${to.to}${to.session}`);

/** Sealed with Node's own cipher: what is tested must not be what it is tested with. */
function seal(key: Uint8Array, payload: SignalPayload, envelope: Envelope): Uint8Array {
  const nonce = createWebCrypto().random(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated(envelope));
  return Buffer.concat([nonce, cipher.update(encodeSignal(payload)), cipher.final(), cipher.getAuthTag()]);
}

/** A link whose other side has proven itself; what happened until then is forgotten. */
async function linked() {
  const it = await loneLinks();
  it.opens();
  it.gets(await it.hello());
  await it.settled();
  expect([...it.links.all()]).toHaveLength(1);
  it.done.length = 0;
  return it;
}

describe('signals', () => {
  test('[SI1] a sealed signal is a nonce drawn for it and the ciphertext, bound to room, peers and session', async () => {
    const { links, self, other, signalKey, drawn, signals, settled, makes } = await loneLinks();
    links.connect(other, session, 'initiator');
    for (let i = 0; i < 8; i++) makes(offer);
    await settled();
    expect(signals).toHaveLength(8);
    const envelope = { room, from: self, to: other, session };
    const nonces = signals.map(({ to, session: of, sealed }) => {
      expect([to, of]).toEqual([other, session]);
      const [nonce, tagAt] = [sealed.subarray(0, 12), sealed.length - 16];
      const cipher = createDecipheriv('aes-256-gcm', signalKey, nonce).setAAD(associated(envelope));
      cipher.setAuthTag(sealed.subarray(tagAt));
      const plain = Buffer.concat([cipher.update(sealed.subarray(12, tagAt)), cipher.final()]);
      expect(plain).toEqual(Buffer.from(encodeSignal(offer)));
      return Buffer.from(nonce).toString('hex');
    });
    expect(new Set(nonces).size).toBe(8);
    expect(nonces).toEqual(drawn.map((bytes) => Buffer.from(bytes).toString('hex')));
  });

  test('[SI1] what is sealed so is opened, and nothing that is sealed for another room, peer or session', async () => {
    const { links, self, other, signalKey, fed, hears } = await loneLinks();
    const envelope = { room, from: other, to: self, session };
    const wrong: Partial<Envelope>[] = [
      { room: 'q'.repeat(22) },
      { from: self },
      { to: other },
      { session: 't'.repeat(22) },
      { from: self, to: other },
    ];
    for (const part of wrong) await hears(seal(signalKey, offer, { ...envelope, ...part }));
    await hears(seal(createWebCrypto().random(32), offer, envelope));
    await hears(seal(signalKey, offer, envelope), self);
    await hears(seal(signalKey, offer, envelope), other, 't'.repeat(22) as SessionId);
    expect([fed, links.refusedSignals]).toEqual([[], 8]);
    await hears(seal(signalKey, offer, envelope));
    expect([fed, links.refusedSignals]).toEqual([[{ kind: 'offered', peer: other, session }], 8]);
  });

  test('[SI4] a knock is told to the engine and starts no session, on neither side', async () => {
    const { links, self, other, signalKey, signals, fed, done, opens, settled, hears } = await loneLinks();
    links.knock(other, session);
    await settled();
    expect(signals.map(({ to }) => to)).toEqual([other]);
    const knock = seal(signalKey, { kind: 'knock' }, { room, from: other, to: self, session });
    await hears(knock);
    expect(fed).toEqual([{ kind: 'knocked', peer: other }]);
    expect(done).toEqual([]);
    // None was started, so none can be given up.
    links.disconnect(session, 'superseded');
    expect(done).toEqual([]);
    opens();
    await settled();
    done.length = 0;
    await hears(knock);
    expect(done).toEqual([]);
  });
});

describe('the handshake', () => {
  test('[HS2] a link on which no hello comes ends as silent, which is no reason to cool off', async () => {
    const { opens, due, done, settled } = await loneLinks();
    opens();
    await settled();
    expect(due.map(({ at }) => at)).toEqual([15_000]);
    done.length = 0;
    due[0]?.run();
    expect(done).toEqual(['close silent']);
  });

  test('[HS3] control frames that come while the proof is checked wait behind it, in order; blocks before it are dropped', async () => {
    const { opens, hello, gets, getsBlock, holdProofs, settled, fed, messages, blocks, done } =
      await loneLinks();
    const release = holdProofs();
    opens();
    getsBlock(new Uint8Array(100));
    gets(await hello());
    await settled();
    const tags = Array.from({ length: 4_096 }, (_, tag) => tag);
    for (const tag of tags) gets(encodeMessage({ type: 'cancel', tag }));
    getsBlock(new Uint8Array(100));
    await settled();
    expect([messages, fed]).toEqual([[], []]);
    await release();
    expect(fed).toEqual([{ kind: 'link-up', session }]);
    expect(messages.map((message) => message.type === 'cancel' && message.tag)).toEqual(tags);
    expect([blocks, done]).toEqual([[], ['connect initiator', 'hello']]);
    getsBlock(new Uint8Array(100));
    expect(blocks).toHaveLength(1);
  });

  test('[HS3] a link on which more control frames come before its proof is checked ends, and none of them counts', async () => {
    const { opens, hello, gets, holdProofs, settled, fed, messages, done } = await loneLinks();
    const release = holdProofs();
    opens();
    gets(await hello());
    await settled();
    for (let i = 0; i < 4_096; i++) gets(ping);
    expect(done).toEqual(['connect initiator', 'hello']);
    gets(ping);
    expect(done.slice(2)).toEqual(['close protocol']);
    await release();
    expect(messages).toEqual([]);
    expect(fed).toEqual([{ kind: 'link-down', session, reason: 'protocol' }]);
  });

  test('[HS3] frames that wait behind a proof that does not hold are dropped with the link', async () => {
    const { opens, hello, gets, settled, messages, done } = await loneLinks();
    opens();
    const forged = (await hello()).slice();
    const signatureAt = Buffer.from(forged).indexOf('signature');
    forged[signatureAt + 20]! ^= 1;
    gets(forged);
    gets(ping);
    await settled();
    expect(done.slice(2)).toEqual(['close handshake-failed']);
    expect(messages).toEqual([]);
  });
});

describe('goodbyes', () => {
  test.each(['superseded', 'bad-chunk', 'silent', 'useless', 'malformed'] as const)(
    '[HS5] a link that is given up as %s is told so before it is closed',
    async (reason) => {
      const { links, done } = await linked();
      links.disconnect(session, reason);
      expect(done).toEqual([`bye ${reason}`, `close ${reason}`]);
    },
  );

  test('[HS5] so is one that breaks a rule, and everybody when we leave', async () => {
    const malformed = await linked();
    malformed.gets(Uint8Array.of(0));
    expect(malformed.done).toEqual(['bye malformed', 'close malformed']);
    const again = await linked();
    again.gets(await again.hello());
    expect(again.done).toEqual(['bye protocol', 'close protocol']);
    const left = await linked();
    left.links.close();
    expect(left.done).toEqual(['bye left', 'close left']);
  });

  test('[HS5] a link that is given up before our hello left is told nothing, for nothing comes before that', async () => {
    const { opens, links, done, settled } = await loneLinks();
    opens();
    links.disconnect(session, 'superseded');
    await settled();
    expect(done.slice(0, 2)).toEqual(['connect initiator', 'close superseded']);
    expect(done.join()).not.toContain('bye');
  });

  test('[HS5] a link whose channel was closed already is told nothing', async () => {
    const { links, ends, done, fed } = await linked();
    ends('oversized');
    expect(fed.at(-1)).toEqual({ kind: 'link-down', session, reason: 'oversized' });
    links.disconnect(session, 'oversized');
    expect(done).toEqual([]);
  });

  test('[HS5] whoever gets a bye closes the link as left, whatever the reason, and does not answer', async () => {
    const { gets, done, messages, fed, settled } = await linked();
    gets(encodeMessage({ type: 'bye', reason: 'bad-chunk' }));
    expect(done).toEqual(['close left']);
    await settled();
    expect(fed.at(-1)).toEqual({ kind: 'link-down', session, reason: 'left' });
    expect(messages).toEqual([]);
  });
});
