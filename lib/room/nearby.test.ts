import { describe, expect, it, vi } from 'vitest';
import { toBase64Url } from '../base/bytes';
import type { NeighbourId, SessionId } from '../base/ids';
import { createClock } from '../adapters/clock';
import { MemoryCircle } from '../adapters/memory/memory-nearby';
import { createWebCrypto } from '../adapters/web-crypto';
import type { Agreement, Clock, NearbyHandlers, Neighbour } from '../ports';
import { Envelopes } from './envelopes';
import { createNearby, nearbyLimits } from './nearby';
import type { Nearby } from './nearby-api';

const crypto = createWebCrypto();
const link = `https://shoal.example/r#${toBase64Url(Uint8Array.of(1, ...new Uint8Array(32).fill(7)))}`;
const key = link.split('#')[1]!;
const soon = <Value>(check: () => Value): Promise<Value> =>
  vi.waitFor(check, { timeout: 30_000, interval: 2 });

async function visitor(circle: MemoryCircle, clock: Clock = createClock()): Promise<Nearby> {
  const nearby = createNearby({ client: circle.client(), crypto, clock });
  await nearby.start();
  await soon(() => expect(nearby.getSnapshot().phase).toBe('on'));
  return nearby;
}
async function pair(
  circle = new MemoryCircle(),
): Promise<{ circle: MemoryCircle; a: Nearby; b: Nearby; toB: NeighbourId }> {
  const a = await visitor(circle);
  const b = await visitor(circle);
  await soon(() => expect(a.getSnapshot().people).toHaveLength(1));
  await soon(() => expect(b.getSnapshot().people).toHaveLength(1));
  return { circle, a, b, toB: a.getSnapshot().people[0]!.id };
}
const out = (nearby: Nearby) => nearby.getSnapshot().outgoing;
const incoming = (nearby: Nearby) => nearby.getSnapshot().incoming;
async function comparing(a: Nearby, b: Nearby, to: NeighbourId): Promise<void> {
  await a.offer(to, link);
  await soon(() => expect([out(a)?.step, incoming(b)?.step]).toEqual(['compare', 'compare']));
}

describe('handing a link to somebody nearby', () => {
  it('[NB12] both see the same name for a key, and the same marks; the link leaves when the sender says so and comes when the receiver does', async () => {
    const { circle, a, b, toB } = await pair();
    const carried: Uint8Array[] = [];
    circle.carry = (_from, _to, sealed) => (carried.push(sealed.slice()), sealed);
    expect(a.getSnapshot().people[0]!.seed).toBe(b.getSnapshot().seed);
    await comparing(a, b, toB);
    expect(out(a)!.marks).toHaveLength(4);
    expect(incoming(b)!.marks).toEqual(out(a)!.marks);
    expect(b.accept()).toBeUndefined();
    await a.confirm();
    await soon(() => expect(incoming(b)?.step).toBe('offered'));
    expect(out(a)?.step).toBe('sent');
    expect(b.accept()).toBe(key);
    await soon(() => expect(out(a)?.step).toBe('accepted'));
    expect(incoming(b)).toBeNull();
    a.cancel();
    expect(out(a)).toBeNull();
    const seen = carried.map((bytes) => String.fromCharCode(...bytes)).join('');
    expect(seen).not.toContain(key);
  });

  it('[NB13] declined is told; blocked is not seen any more and cannot ask again', async () => {
    const { a, b, toB } = await pair();
    await comparing(a, b, toB);
    b.decline(false);
    await soon(() => expect(out(a)?.step).toBe('declined'));
    await comparing(a, b, toB);
    await a.confirm();
    await soon(() => expect(incoming(b)?.step).toBe('offered'));
    b.decline(true);
    await soon(() => expect(out(a)?.step).toBe('declined'));
    await a.offer(toB, link);
    await soon(() => expect(out(a)?.step).toBe('declined'));
    expect(incoming(b)).toBeNull();
    await soon(() => expect(b.getSnapshot().people).toEqual([]));
  });

  it('[NB13] one conversation at a time: a third is told busy, a cancelled one is gone', async () => {
    const { circle, a, b, toB } = await pair();
    const c = await visitor(circle);
    await soon(() => expect(c.getSnapshot().people).toHaveLength(2));
    await comparing(a, b, toB);
    const seedOfB = b.getSnapshot().seed;
    await c.offer(c.getSnapshot().people.find(({ seed }) => seed === seedOfB)!.id, link);
    await soon(() => expect(out(c)?.step).toBe('busy'));
    a.cancel();
    await soon(() => expect(incoming(b)).toBeNull());
  });

  it('[NB2] who stops, leaves or loses the server is gone, and so is what ran', async () => {
    const { a, b, toB } = await pair();
    await comparing(a, b, toB);
    b.stop();
    expect(b.getSnapshot()).toMatchObject({ phase: 'off', seed: '', people: [], incoming: null });
    await soon(() => expect(a.getSnapshot().people).toEqual([]));
    await soon(() => expect(['declined', 'gone']).toContain(out(a)?.step));
    const again = await pair();
    await comparing(again.a, again.b, again.toB);
    (again.a as unknown as NearbyHandlers).offline();
    expect(again.a.getSnapshot()).toMatchObject({ phase: 'offline', people: [], outgoing: { step: 'gone' } });
  });

  it('[NB14] a server that puts keys of its own between two people shows them different marks', async () => {
    const circle = new MemoryCircle();
    // Two circles and a server with a page in each, which passes on what it can.
    const [left, right] = [circle, new MemoryCircle()];
    const a = await visitor(left);
    const b = await visitor(right);
    const evilA = await Middle.enter(left);
    const evilB = await Middle.enter(right);
    Middle.join(evilA, evilB);
    await soon(() => expect(a.getSnapshot().people).toHaveLength(1));
    await a.offer(a.getSnapshot().people[0]!.id, link);
    await soon(() => expect(out(a)?.step).toBe('compare'));
    // It cannot pass the commitment on as it is: it is over A's key. B ends it at the reveal, and is never asked.
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(incoming(b)).toBeNull();
    // Nor with a commitment of its own, but then it knows nothing of what A will show.
    evilB.forge = true;
    await a.offer(a.getSnapshot().people[0]!.id, link);
    await soon(() => expect(incoming(b)?.step).toBe('compare'));
    await soon(() => expect(out(a)?.step).toBe('compare'));
    expect(incoming(b)!.marks).not.toEqual(out(a)!.marks);
  });

  it('[NB15] parcels that are changed, replayed, turned around or of another conversation are as if they had not come', async () => {
    const { circle, a, b, toB } = await pair();
    const carried: { to: Neighbour; sealed: Uint8Array }[] = [];
    circle.carry = (_from, to, sealed) => {
      carried.push({ to, sealed: sealed.slice() });
      return sealed;
    };
    await comparing(a, b, toB);
    const [commit] = carried;
    const session = 'BBBBBBBBBBBBBBBBBBBBBB' as SessionId;
    const server = b as unknown as NearbyHandlers;
    const fromA = b.getSnapshot().people[0]!.id;
    b.decline(false);
    await soon(() => expect(out(a)?.step).toBe('declined'));
    server.parcel(fromA, session, commit!.sealed); // bound to its conversation
    server.parcel(fromA, session, Uint8Array.of(1, 2, 3));
    const flipped = commit!.sealed.slice();
    flipped[20]! ^= 1;
    server.parcel(fromA, session, flipped);
    (a as unknown as NearbyHandlers).parcel(toB, session, commit!.sealed); // its own, sent back
    for (const { sealed } of carried) server.parcel(fromA, session, sealed);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(incoming(b)).toBeNull();
    expect(b.accept()).toBeUndefined();
  });

  it('[NB16] who does not answer is gone after a while', async () => {
    let fire: (() => void) | undefined;
    let waitMs = 0;
    const held: Clock = {
      now: () => 0,
      wall: () => 0,
      at: (time, run) => ((waitMs = time), (fire = run), () => undefined),
    };
    const circle = new MemoryCircle();
    const a = await visitor(circle, held);
    await visitor(circle);
    await soon(() => expect(a.getSnapshot().people).toHaveLength(1));
    circle.carry = () => undefined;
    await a.offer(a.getSnapshot().people[0]!.id, link);
    expect(out(a)?.step).toBe('greeting');
    expect(waitMs).toBe(nearbyLimits.greetingMs);
    fire?.();
    expect(out(a)?.step).toBe('gone');
  });

  it('[NB4] a copied key is given up: a new one, under a new name', async () => {
    const { b } = await pair();
    const before = b.getSnapshot().seed;
    (b as unknown as NearbyHandlers).replaced();
    await soon(() => expect(b.getSnapshot().phase).toBe('on'));
    expect(b.getSnapshot().seed).not.toBe(before);
  });

  it('[NB12] what is no link is not offered to anybody', async () => {
    const { a, b, toB } = await pair();
    await a.offer(toB, 'https://evil.example/#no-key');
    await soon(() => expect(out(a)?.step).toBe('compare'));
    await a.confirm();
    await soon(() => expect(out(a)?.step).toBe('declined'));
    expect(incoming(b)).toBeNull();
  });
});

/** A hostile server's page: opens what comes to its own key and seals it anew for the other side. */
class Middle {
  forge = false;
  private peer: Neighbour | undefined;
  private readonly envelopes: Envelopes;
  private readonly client;
  private nonce = crypto.random(16);

  private constructor(
    private readonly own: Agreement,
    circle: MemoryCircle,
  ) {
    this.envelopes = new Envelopes(crypto, own);
    this.client = circle.client();
  }

  static async enter(circle: MemoryCircle): Promise<Middle> {
    return new Middle(await crypto.createAgreement(), circle);
  }

  static join(a: Middle, b: Middle): void {
    for (const [self, other] of [
      [a, b],
      [b, a],
    ] as const)
      self.client.join(self.own.publicKey, {
        joined: (people) => (self.peer = people[0]),
        came: (one) => (self.peer ??= one),
        left: () => undefined,
        refused: () => undefined,
        replaced: () => undefined,
        offline: () => undefined,
        parcel: (from, session, sealed) => void self.pass(other, from, session, sealed),
      });
  }

  private async pass(
    other: Middle,
    _from: NeighbourId,
    session: SessionId,
    sealed: Uint8Array,
  ): Promise<void> {
    const parcel = await this.envelopes.open(this.peer!.publicKey, session, sealed);
    if (!parcel || !other.peer) return;
    let passed = parcel;
    if (other.forge && parcel.kind === 'commit') {
      const { committed } = await import('../content/parcel');
      const commitment = await crypto.sha256(
        committed(other.nonce, other.own.publicKey, other.peer.publicKey),
      );
      passed = { kind: 'commit', commitment };
    } else if (other.forge && parcel.kind === 'reveal') passed = { kind: 'reveal', nonce: other.nonce };
    const again = await other.envelopes.seal(other.peer.publicKey, session, passed);
    if (again) await other.client.send(other.peer.id, session, again);
  }
}
