import { afterEach, describe, expect, it } from 'vitest';
import { signalingLimits } from '../lib/wire/signaling';
import { createWorld, Identity, pause, soon } from './test-world';
import { peerId, roomId, sessionId, summary } from './testing';

const { serve, connect, member, end } = createWorld();
afterEach(end);

describe('join', () => {
  it('[SG3] each connection is challenged afresh', async () => {
    await serve();
    const [a, b] = [await connect(), await connect()];
    expect(a.nonce).toHaveLength(32);
    expect(a.nonce).not.toEqual(b.nonce);
  });

  it('[SG4] takes a proof of the peer id and answers with who is there and how to connect', async () => {
    await serve({ STUN_URLS: 'stun:stun.example.org' });
    const first = await member();
    const client = await connect();
    expect(await client.join(new Identity())).toEqual({
      ok: true,
      peers: [{ peer: first.peer, shares: [] }],
      members: 2,
      iceServers: [{ urls: ['stun:stun.example.org'] }],
      icePolicy: 'all',
      iceTtlMs: null,
    });
  });

  it('[SG4] refuses a proof made for another connection, another room, by another key, or of nothing', async () => {
    await serve();
    const [client, other] = [await connect(), await connect()];
    const [identity, someone] = [new Identity(), new Identity()];
    const good = identity.proof(client.nonce, roomId(1));
    for (const join of [
      identity.proof(other.nonce, roomId(1)),
      { ...good, room: roomId(2) },
      { ...good, publicKey: someone.publicKey },
      { ...good, signature: new Uint8Array(64) },
      { ...good, publicKey: new Uint8Array(32).fill(255) },
    ])
      expect(await client.ask('join', join)).toEqual({ ok: false, code: 'bad-proof' });
    expect(await client.ask('handout', { room: roomId(1), linked: [] })).toEqual({
      ok: false,
      code: 'not-joined',
    });
  });

  it('[SG5] a second connection with the same id takes the place of the first, which is told', async () => {
    await serve();
    const { client, identity } = await member();
    const second = await connect();
    expect(await second.join(identity)).toMatchObject({ ok: true, members: 1 });
    await soon(() => expect(client.told('replaced')).toEqual([{ room: roomId(1) }]));
    expect(await client.ask('announce', { room: roomId(1), shares: [] })).toEqual({
      ok: false,
      code: 'not-joined',
    });
    client.socket.disconnect();
    await pause(30);
    expect(await second.ask('handout', { room: roomId(1), linked: [] })).toMatchObject({
      ok: true,
      members: 1,
    });
  });

  it('[TR2] refuses a peer too many in a room, and a room too many', async () => {
    await serve({ MAX_PEERS_PER_ROOM: '2', MAX_ROOMS_PER_CONNECTION: '2', MAX_ROOMS: '2' });
    const { client } = await member();
    await member();
    const third = await connect();
    expect(await third.join(new Identity())).toEqual({ ok: false, code: 'room-full' });
    expect(await client.join(new Identity(), roomId(2))).toMatchObject({ ok: true });
    expect(await client.join(new Identity(), roomId(3))).toEqual({ ok: false, code: 'too-many-rooms' });
    expect(await third.join(new Identity(), roomId(3))).toEqual({ ok: false, code: 'server-full' });
  });

  it('[TR1] whoever disconnects is gone from all rooms', async () => {
    await serve();
    const { client } = await member();
    await client.join(new Identity(), roomId(2));
    client.socket.disconnect();
    const next = await connect();
    await soon(async () => expect(await next.join(new Identity(), roomId(2))).toMatchObject({ members: 1 }));
    expect(await next.join(new Identity())).toMatchObject({ peers: [], members: 1 });
  });

  it('[SG15] a leave right behind its join is not overtaken by it', async () => {
    await serve();
    const client = await connect();
    const [joined, left] = await Promise.all([
      client.join(new Identity()),
      client.ask('leave', { room: roomId(1) }),
    ]);
    expect([joined.ok, left.ok]).toEqual([true, true]);
    const next = await connect();
    expect(await next.join(new Identity())).toMatchObject({ members: 1 });
    expect(await client.ask('leave', { room: roomId(1) })).toEqual({ ok: false, code: 'not-joined' });
  });

  it('[TR1] a connection that ends while its proof is being checked leaves nobody behind', async () => {
    await serve();
    for (let i = 0; i < 10; i++) {
      const client = await connect();
      void client.join(new Identity()).catch(() => undefined);
      await pause(i / 5);
      client.socket.disconnect();
    }
    await pause(50);
    const next = await connect();
    expect(await next.join(new Identity())).toMatchObject({ peers: [], members: 1 });
  });
});

describe('events', () => {
  it('[SG7] hands signals to a member of the same room, with the proven sender', async () => {
    await serve();
    const [a, b] = [await member(), await member()];
    const sealed = new Uint8Array(signalingLimits.signalBytes).fill(7);
    const sent = { room: roomId(1), to: b.peer, session: sessionId(1), sealed };
    expect(await a.client.ask('signal', sent)).toEqual({ ok: true });
    await soon(() => expect(b.client.told('signal')).toHaveLength(1));
    expect(b.client.told('signal')[0]).toMatchObject({
      room: roomId(1),
      from: a.peer,
      session: sessionId(1),
    });
    expect(a.client.told('signal')).toEqual([]);
  });

  it('[SG7] hands them to nobody else: other rooms, sockets by their id, strangers', async () => {
    await serve();
    const [a, b] = [await member(), await member(roomId(2))];
    const signal = { room: roomId(1), session: sessionId(1), sealed: Uint8Array.of(1) };
    expect(await a.client.ask('signal', { ...signal, to: b.peer })).toEqual({
      ok: false,
      code: 'unknown-peer',
    });
    expect(await a.client.ask('signal', { ...signal, to: peerId(9) })).toEqual({
      ok: false,
      code: 'unknown-peer',
    });
    expect(await a.client.ask('signal', { ...signal, to: b.client.socket.id })).toEqual({
      ok: false,
      code: 'malformed',
    });
    expect(await a.client.ask('signal', { ...signal, room: roomId(2), to: b.peer })).toEqual({
      ok: false,
      code: 'not-joined',
    });
    await pause(30);
    expect(b.client.told('signal')).toEqual([]);
  });

  it('[SG1] carries the largest announce and a handout of it', async () => {
    await serve();
    const [a, b] = [await member(), await member()];
    const shares = Array.from({ length: signalingLimits.shares }, (_, i) => summary(i, i % 65));
    expect(await a.client.ask('announce', { room: roomId(1), shares })).toEqual({ ok: true });
    const answer = await b.client.ask('handout', { room: roomId(1), linked: [] });
    expect(answer.peers?.[0]).toMatchObject({ peer: a.peer });
    expect((answer.peers?.[0] as unknown as { shares: unknown[] }).shares).toHaveLength(256);
  });

  it('[HD2] leaves out who is linked', async () => {
    await serve();
    const [a, b, c] = [await member(), await member(), await member()];
    const answer = await a.client.ask('handout', { room: roomId(1), linked: [b.peer] });
    expect(answer).toEqual({ ok: true, members: 3, peers: [{ peer: c.peer, shares: [] }] });
  });

  it('[SG6] refuses what is malformed and ends a connection that keeps at it', async () => {
    await serve();
    const { client } = await member();
    const bad: [string, unknown][] = [
      ['join', undefined],
      ['join', { room: roomId(1) }],
      ['join', { room: roomId(1), publicKey: new Uint8Array(31), signature: new Uint8Array(64) }],
      ['leave', 'room'],
      ['leave', { room: '../../etc' }],
      ['leave', { room: roomId(1), more: 1 }],
      ['announce', { room: roomId(1), shares: [{ share: 'x', band: 1, regions: new Uint8Array(8) }] }],
      ['announce', { room: roomId(1), shares: [{ ...summary(1, 1), band: 5 }] }],
      ['announce', { room: roomId(1), shares: [{ ...summary(1, 1), regions: new Uint8Array(9) }] }],
      ['announce', { room: roomId(1), shares: null }],
      ['handout', { room: roomId(1), linked: [1] }],
      ['handout', { room: roomId(1), linked: Array.from({ length: 65 }, () => peerId(1)) }],
      ['signal', { room: roomId(1), to: peerId(1), session: sessionId(1), sealed: 'text' }],
      ['signal', { room: roomId(1), to: peerId(1), session: sessionId(1), sealed: new Uint8Array(0) }],
    ];
    for (const [event, payload] of bad)
      expect(await client.ask(event, payload)).toEqual({ ok: false, code: 'malformed' });
    expect(await client.ask('leave', { room: roomId(1) })).toEqual({ ok: true });
    expect(client.ended).toBeUndefined();
    for (let i = bad.length; i < 20; i++) await client.ask('leave', {});
    await soon(() => expect(client.ended).toBe('io server disconnect'));
  });

  it('[SG8] ignores events without an acknowledgement and events it does not know', async () => {
    await serve();
    const [a, b] = [await member(), await member()];
    a.client.socket.emit('leave', { room: roomId(1) });
    a.client.socket.emit('signal', {
      room: roomId(1),
      to: b.peer,
      session: sessionId(1),
      sealed: Uint8Array.of(1),
    });
    a.client.socket.emit('shutdown', { now: true });
    a.client.socket.emit('leave');
    await pause(30);
    expect(b.client.told('signal')).toEqual([]);
    expect(await a.client.ask('handout', { room: roomId(1), linked: [] })).toMatchObject({ members: 2 });
  });

  it('[SG2] ends connections that send too much at once or no packets at all', async () => {
    await serve();
    const large = await connect();
    large.socket.emit('leave', { room: new Uint8Array(signalingLimits.messageBytes) });
    await soon(() => expect(large.ended).toBeDefined());
    const text = await connect();
    (text.socket.io.engine as unknown as { write(data: string): void }).write('2["join",{}]');
    await soon(() => expect(text.ended).toBeDefined());
    const junk = await connect();
    (junk.socket.io.engine as unknown as { write(data: Uint8Array): void }).write(
      new Uint8Array([0xc1, 0xff]),
    );
    await soon(() => expect(junk.ended).toBeDefined());
    await member();
  });

  it('[SG6] no payload, however odd, brings the server down', async () => {
    await serve();
    for (const odd of [
      null,
      [],
      0,
      -1,
      'x',
      true,
      new Uint8Array(9),
      [[[[]]]],
      { constructor: 1, toString: 2 },
      { room: { room: {} } },
    ]) {
      const client = await connect();
      for (const event of ['join', 'leave', 'announce', 'handout', 'signal'])
        expect(await client.ask(event, odd)).toEqual({ ok: false, code: 'malformed' });
      client.socket.disconnect();
    }
    await member();
  });
});
