import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../lib/base/bytes';
import type { NeighbourId } from '../lib/base/ids';
import { signalingLimits } from '../lib/wire/signaling';
import { createNearbyBook, deliver, enter, exit, type NearbyBook } from './nearby';
import { networkOf } from './network';
import { createWorld, soon, withRates } from './test-world';
import { sessionId } from './testing';

const key = (n: number): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => (i < 2 ? (n >> (8 * i)) & 0xff : 3));
const id = (n: number): NeighbourId =>
  toBase64Url(Uint8Array.from({ length: 16 }, (_, i) => (i < 2 ? (n >> (8 * i)) & 0xff : 5))) as NeighbourId;
const put = (book: NearbyBook, n: number, network = 'n', publicKey = key(n)) =>
  enter(book, { network, connection: `c${n}`, publicKey, neighbour: id(n) });

describe('the book of who is nearby', () => {
  it('[NB5] keeps networks apart', () => {
    const book = createNearbyBook();
    put(book, 1, 'a');
    put(book, 2, 'b');
    expect(put(book, 3, 'a')).toMatchObject({ ok: true, value: { others: [{ neighbour: id(1) }] } });
    expect(deliver(book, 'c1', id(2))).toEqual({ ok: false, error: 'unknown-peer' });
    expect(deliver(book, 'c1', id(3))).toEqual({ ok: true, value: { from: id(1), connection: 'c3' } });
    expect(deliver(book, 'c1', id(1))).toEqual({ ok: false, error: 'unknown-peer' });
    expect(deliver(book, 'stranger', id(1))).toEqual({ ok: false, error: 'not-joined' });
  });

  it('[NB8] a circle is bounded; another is not touched by it, and a place that is left is free', () => {
    const book = createNearbyBook();
    for (let n = 0; n < signalingLimits.neighbours; n++) expect(put(book, n).ok).toBe(true);
    expect(put(book, 99)).toEqual({ ok: false, error: 'nearby-full' });
    expect(put(book, 98, 'elsewhere').ok).toBe(true);
    exit(book, 'c0');
    expect(put(book, 99).ok).toBe(true);
    // The same page's next connection is no newcomer, even in a full circle.
    expect(put(book, 100, 'n', key(99))).toMatchObject({
      ok: true,
      value: { replaced: { connection: 'c99' } },
    });
  });

  it('[NB2] keeps nothing of anybody after any history', () => {
    const step = fc.record({
      what: fc.constantFrom('enter', 'exit', 'again'),
      who: fc.nat(9),
      network: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const book = createNearbyBook();
        let made = 0;
        for (const { what, who, network } of steps) {
          const connection = `c${who}`;
          if (what === 'exit' || book.places.has(connection)) exit(book, connection);
          if (what !== 'exit')
            enter(book, {
              network,
              connection,
              publicKey: key(what === 'again' ? 0 : who),
              neighbour: id(++made),
            });
          const standing = [...book.circles.values()].flatMap((circle) => [...circle.values()]);
          expect(standing.map(({ connection: one }) => one).sort()).toEqual([...book.places.keys()].sort());
          for (const circle of book.circles.values()) {
            expect(circle.size).toBeGreaterThan(0);
            const keys = [...circle.values()].map(({ publicKey }) => toBase64Url(publicKey));
            expect(new Set(keys).size).toBe(keys.length);
          }
        }
        for (const connection of [...book.places.keys()]) exit(book, connection);
        expect(book.circles.size + book.places.size).toBe(0);
      }),
    );
  });
});

describe('what counts as one network', () => {
  const from = (address: string, headers: Record<string, string> = {}, proxies = 0) =>
    networkOf(headers, address, proxies);

  it('[NB5] an IPv4 address, or the /64 of an IPv6 one', () => {
    expect(from('198.51.100.1')).toBe('198.51.100.1');
    expect(from('::ffff:198.51.100.1')).toBe('198.51.100.1');
    expect(from('2001:db8:1:2::1')).toBe(from('2001:db8:1:2:8::9'));
    expect(from('2001:db8:1:2::1')).not.toBe(from('2001:db8:1:3::1'));
    expect(from('100.64.0.1')).not.toBe(from('100.64.0.2'));
  });

  it('[NB5] all private addresses are the server’s own network', () => {
    const own = from('127.0.0.1');
    for (const address of [
      '10.1.2.3',
      '192.168.1.9',
      '172.31.0.1',
      '169.254.1.1',
      '::1',
      '::ffff:192.168.0.2',
      'fd00::1',
      'fe80::1%eth0',
    ])
      expect(from(address), address).toBe(own);
    expect(from('172.32.0.1')).toBe('172.32.0.1');
  });

  it('[NB6] nobody’s where a proxy stands in between that is not trusted or says nothing', () => {
    expect(from('127.0.0.1', { 'x-forwarded-for': '198.51.100.1' })).toBeUndefined();
    expect(from('198.51.100.9', { forwarded: 'for=198.51.100.1' })).toBeUndefined();
    expect(from('127.0.0.1', { 'x-forwarded-for': '198.51.100.1' }, 1)).toBe('198.51.100.1');
    expect(from('127.0.0.1', { 'x-forwarded-for': '1.1.1.1, 198.51.100.1' }, 1)).toBe('198.51.100.1');
    expect(from('127.0.0.1', { 'x-forwarded-for': 'unknown' }, 1)).toBeUndefined();
    expect(from('127.0.0.1', {}, 1)).toBeUndefined();
    expect(networkOf({}, undefined, 0)).toBeUndefined();
  });
});

describe('over sockets', () => {
  const { serve, connect, end } = createWorld();
  afterEach(end);

  it('[NB2] a connection that breaks is gone from the circle at once', async () => {
    await serve();
    const [a, b] = [await connect(), await connect()];
    await a.ask('nearby', { publicKey: key(1) });
    await b.ask('nearby', { publicKey: key(2) });
    await soon(() => expect(a.told('neighbourCame')).toHaveLength(1));
    b.socket.disconnect();
    await soon(() => expect(a.told('neighbourLeft')).toHaveLength(1));
    expect(await a.ask('nearbyLeave', {})).toEqual({ ok: true });
    expect(await a.ask('nearbyLeave', {})).toEqual({ ok: false, code: 'not-joined' });
  });

  it('[NB9] parcels are bounded and limited per connection and address, and nothing malformed is taken', async () => {
    await serve({}, withRates({ parcel: { points: 2, seconds: 60 } }));
    const [a, b] = [await connect(), await connect()];
    await a.ask('nearby', { publicKey: key(1) });
    const { neighbours } = (await b.ask('nearby', { publicKey: key(2) })) as unknown as {
      neighbours: { neighbour: NeighbourId }[];
    };
    const to = neighbours[0]?.neighbour;
    const parcel = (bytes: number) =>
      b.ask('parcel', { to, session: sessionId(1), sealed: new Uint8Array(bytes) });
    expect(await parcel(signalingLimits.parcelBytes + 1)).toMatchObject({ code: 'malformed' });
    expect(await b.ask('nearby', { publicKey: new Uint8Array(31) })).toMatchObject({ code: 'malformed' });
    expect(await b.ask('nearby', { publicKey: key(2), name: 'me' })).toMatchObject({ code: 'malformed' });
    expect(await parcel(signalingLimits.parcelBytes)).toEqual({ ok: true });
    expect(await parcel(1)).toEqual({ ok: true });
    expect(await parcel(1)).toMatchObject({ code: 'rate-limited' });
    await soon(() => expect(a.told('parcel')).toHaveLength(2));
  });
});
