/**
 * Handing a link to somebody nearby: who is there, and the one conversation each way in which two people compare marks before the link is
 * sealed to the other's key. PROTOCOL.md §5 (NB). The server carries parcels and can read none; one that puts itself between shows different
 * marks to both. Leaves out the parcels' format (content/parcel), the circle (adapters) and names (app).
 */
import { equalBytes, toBase64Url } from '../base/bytes';
import { idBytes, type NeighbourId, type SessionId } from '../base/ids';
import { parseLink } from '../content/link';
import { committed, marked, marksOf, nonceBytes, type Parcel, type ParcelAnswer } from '../content/parcel';
import type { Clock, Crypto, NearbyClient, NearbyHandlers, Neighbour } from '../ports';
import { Envelopes } from './envelopes';
import type { Marks, Nearby, NearbySnapshot, Outgoing } from './nearby-api';
import { Neighbours } from './neighbours';

const off: NearbySnapshot = { phase: 'off', seed: '', people: [], outgoing: null, incoming: null };

export const nearbyLimits = {
  /** Two pages answer each other by themselves; a phone that just woke up needs a moment (guess). */
  greetingMs: 10_000,
  /** Conversations remembered, so that a parcel of one that ended begins none (guess). */
  sessions: 512,
} as const;

/** What is known of a conversation besides what is shown. */
interface Talk {
  readonly session: SessionId;
  readonly with: Neighbour;
  readonly ownNonce: Uint8Array;
  cancelTimer?: () => void;
}
interface OutTalk extends Talk {
  readonly link: string;
}
interface InTalk extends Talk {
  readonly commitment: Uint8Array;
  link?: string;
}

export interface NearbyPorts {
  readonly client: NearbyClient;
  readonly crypto: Crypto;
  readonly clock: Clock;
}

export const createNearby = (ports: NearbyPorts): Nearby => new NearbyRoom(ports);

class NearbyRoom implements Nearby, NearbyHandlers {
  private snapshot = off;
  private readonly listeners = new Set<() => void>();
  private readonly neighbours: Neighbours;
  private readonly known = new Set<SessionId>();
  private envelopes: Envelopes | undefined;
  private out: OutTalk | undefined;
  private in: InTalk | undefined;
  /** Numbers visits: what an earlier one still had under way is void. */
  private visit = 0;
  /** What came is worked off one by one, in its order. */
  private work: Promise<unknown> = Promise.resolve();

  constructor(private readonly ports: NearbyPorts) {
    this.neighbours = new Neighbours(ports.crypto);
  }

  readonly subscribe = (onChange: () => void): (() => void) => {
    const listener = (): void => onChange();
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };
  readonly getSnapshot = (): NearbySnapshot => this.snapshot;

  async start(): Promise<void> {
    if (this.snapshot.phase !== 'off') return;
    this.visit += 1;
    const mine = this.visit;
    this.show({ phase: 'connecting' });
    const own = await this.ports.crypto.createAgreement();
    const seed = await this.neighbours.seedOf(own);
    if (mine !== this.visit) return;
    this.envelopes = new Envelopes(this.ports.crypto, own);
    this.show({ seed });
    this.ports.client.join(own.publicKey, this);
  }

  stop(): void {
    this.visit += 1;
    if (this.out) void this.answer(this.out, 'cancelled');
    if (this.in) void this.answer(this.in, 'declined');
    this.forgetAll();
    this.envelopes = undefined;
    // The words above leave first.
    this.ports.client.leave();
    this.set(off);
  }

  async offer(to: NeighbourId, link: string): Promise<void> {
    const person = this.neighbours.person(to);
    const neighbour = this.neighbours.get(to);
    if (!person || !neighbour) return;
    this.cancel();
    const { crypto } = this.ports;
    const talk: OutTalk = {
      session: toBase64Url(crypto.random(idBytes)) as SessionId,
      with: neighbour,
      ownNonce: crypto.random(nonceBytes),
      link: link.slice(link.indexOf('#') + 1),
    };
    this.out = talk;
    this.known.add(talk.session);
    this.show({ outgoing: { person, step: 'greeting', marks: [] } });
    this.wait(talk, () => this.endOut(talk, 'gone'));
    const own = this.envelopes?.publicKey ?? new Uint8Array();
    const commitment = await crypto.sha256(committed(talk.ownNonce, own, neighbour.publicKey));
    if (!(await this.post(talk, { kind: 'commit', commitment }))) this.endOut(talk, 'gone');
  }

  async confirm(): Promise<void> {
    const talk = this.out;
    if (!talk || this.snapshot.outgoing?.step !== 'compare') return;
    this.show({ outgoing: { ...this.snapshot.outgoing, step: 'sent' } });
    if (!(await this.post(talk, { kind: 'link', key: talk.link }))) this.endOut(talk, 'gone');
  }

  cancel(): void {
    const talk = this.out;
    if (talk) void this.answer(talk, 'cancelled');
    talk?.cancelTimer?.();
    this.out = undefined;
    if (this.snapshot.outgoing) this.show({ outgoing: null });
  }

  accept(): string | undefined {
    const talk = this.in;
    if (talk?.link === undefined) return undefined;
    void this.answer(talk, 'accepted');
    this.endIn(talk);
    return talk.link;
  }

  decline(block: boolean): void {
    const { incoming } = this.snapshot;
    if (block && incoming) {
      this.neighbours.block(incoming.person.seed);
      this.showPeople();
    }
    const talk = this.in;
    if (!talk) return;
    void this.answer(talk, 'declined');
    this.endIn(talk);
  }

  // ── what the circle tells ───────────────────────────────────────────────────────────────────────────

  joined(neighbours: readonly Neighbour[]): void {
    this.forgetAll();
    this.show({ phase: 'on', people: [] });
    for (const neighbour of neighbours) this.came(neighbour);
  }

  came(neighbour: Neighbour): void {
    this.neighbours.add(neighbour);
    this.later(async () => {
      if (await this.neighbours.name(neighbour)) this.showPeople();
    });
  }

  left(id: NeighbourId): void {
    // After what they sent before they left.
    this.later(() => {
      this.neighbours.remove(id);
      if (this.out?.with.id === id) this.endOut(this.out, 'gone');
      if (this.in?.with.id === id) this.endIn(this.in);
      this.showPeople();
    });
  }

  parcel(from: NeighbourId, session: SessionId, sealed: Uint8Array): void {
    const mine = this.visit;
    this.later(async () => {
      const neighbour = this.neighbours.get(from);
      if (!neighbour || mine !== this.visit) return;
      // From whoever has this very key, to self, in this conversation; anything else opens to nothing.
      const parcel = await this.envelopes?.open(neighbour.publicKey, session, sealed);
      if (parcel && mine === this.visit) await this.take(neighbour, session, parcel);
    });
  }

  refused(code: string): void {
    this.show({
      phase: code === 'nearby-off' ? 'unavailable' : code === 'nearby-full' ? 'crowded' : 'offline',
    });
  }

  /** Somebody copied the key: a new one, under a new name. */
  replaced(): void {
    this.stop();
    void this.start();
  }

  offline(): void {
    this.forgetAll();
    this.show({ phase: 'offline', people: [], outgoing: this.gone() });
  }

  // ── a conversation ──────────────────────────────────────────────────────────────────────────────────

  private async take(from: Neighbour, session: SessionId, parcel: Parcel): Promise<void> {
    const out = this.out?.session === session && this.out.with.id === from.id ? this.out : undefined;
    const incoming = this.in?.session === session && this.in.with.id === from.id ? this.in : undefined;
    switch (parcel.kind) {
      case 'commit':
        if (!this.known.has(session)) await this.greeted(from, session, parcel.commitment);
        return;
      case 'nonce':
        if (out) await this.compare(out, parcel.nonce);
        return;
      case 'reveal':
        if (incoming) await this.revealed(incoming, parcel.nonce);
        return;
      case 'link':
        if (incoming) this.offered(incoming, parcel.key);
        return;
      case 'answer':
        if (out) this.endOut(out, parcel.answer);
        else if (incoming && parcel.answer === 'cancelled') this.endIn(incoming);
    }
  }

  private async greeted(from: Neighbour, session: SessionId, commitment: Uint8Array): Promise<void> {
    this.remember(session);
    const talk: InTalk = { session, with: from, ownNonce: this.ports.crypto.random(nonceBytes), commitment };
    if (this.neighbours.isBlocked(from.id)) return this.answer(talk, 'declined');
    // One at a time; the same person may begin anew.
    if (this.in && this.in.with.id !== from.id) return this.answer(talk, 'busy');
    if (this.in) this.endIn(this.in);
    this.in = talk;
    this.wait(talk, () => this.endIn(talk));
    await this.post(talk, { kind: 'nonce', nonce: talk.ownNonce });
  }

  private async compare(talk: OutTalk, nonce: Uint8Array): Promise<void> {
    if (this.snapshot.outgoing?.step !== 'greeting') return;
    const own = this.envelopes?.publicKey ?? new Uint8Array();
    const marks = await this.marks(marked(own, talk.with.publicKey, talk.ownNonce, nonce));
    const { outgoing } = this.getSnapshot();
    if (this.out !== talk || !outgoing) return;
    talk.cancelTimer?.();
    this.show({ outgoing: { ...outgoing, step: 'compare', marks } });
    if (!(await this.post(talk, { kind: 'reveal', nonce: talk.ownNonce }))) this.endOut(talk, 'gone');
  }

  private async revealed(talk: InTalk, nonce: Uint8Array): Promise<void> {
    const person = this.neighbours.person(talk.with.id);
    if (this.snapshot.incoming || !person) return;
    const own = this.envelopes?.publicKey ?? new Uint8Array();
    const promised = await this.ports.crypto.sha256(committed(nonce, talk.with.publicKey, own));
    if (!equalBytes(promised, talk.commitment)) {
      this.endIn(talk);
      return;
    }
    const marks = await this.marks(marked(talk.with.publicKey, own, nonce, talk.ownNonce));
    if (this.in !== talk) return;
    talk.cancelTimer?.();
    this.show({ incoming: { person, step: 'compare', marks } });
  }

  private offered(talk: InTalk, key: string): void {
    const { incoming } = this.snapshot;
    if (incoming?.step !== 'compare') return;
    // What does not open a room is not worth asking about.
    if (!parseLink(key).ok) {
      void this.answer(talk, 'declined');
      this.endIn(talk);
      return;
    }
    talk.link = key;
    this.show({ incoming: { ...incoming, step: 'offered' } });
  }

  private endOut(talk: OutTalk, step: ParcelAnswer | 'gone'): void {
    if (this.out !== talk) return;
    talk.cancelTimer?.();
    this.out = undefined;
    const { outgoing } = this.snapshot;
    if (outgoing) this.show({ outgoing: { ...outgoing, step } });
  }

  private endIn(talk: InTalk): void {
    if (this.in !== talk) return;
    talk.cancelTimer?.();
    this.in = undefined;
    if (this.snapshot.incoming) this.show({ incoming: null });
  }

  // ── small parts ─────────────────────────────────────────────────────────────────────────────────────

  private async post(talk: Talk, parcel: Parcel): Promise<boolean> {
    const sealed = await this.envelopes?.seal(talk.with.publicKey, talk.session, parcel);
    return sealed !== undefined && (await this.ports.client.send(talk.with.id, talk.session, sealed));
  }

  private async answer(talk: Talk, answer: ParcelAnswer): Promise<void> {
    await this.post(talk, { kind: 'answer', answer });
  }

  private wait(talk: Talk, run: () => void): void {
    const { clock } = this.ports;
    talk.cancelTimer = clock.at(clock.now() + nearbyLimits.greetingMs, run);
  }

  private remember(session: SessionId): void {
    this.known.add(session);
    const [oldest] = this.known;
    if (this.known.size > nearbyLimits.sessions && oldest !== undefined) this.known.delete(oldest);
  }

  private later(run: () => void | Promise<void>): void {
    this.work = this.work.then(run).catch(() => undefined); // one parcel must not hold up the rest
  }

  private async marks(bytes: Uint8Array): Promise<Marks> {
    return marksOf(await this.ports.crypto.sha256(bytes));
  }

  private showPeople(): void {
    this.show({ people: this.neighbours.people() });
  }

  /** The circle is left, or was lost: its names mean nothing any more. */
  private forgetAll(): void {
    this.out?.cancelTimer?.();
    this.in?.cancelTimer?.();
    this.out = undefined;
    this.in = undefined;
    this.neighbours.clear();
    if (this.snapshot.incoming) this.show({ incoming: null });
    if (this.snapshot.outgoing) this.show({ outgoing: this.gone() });
  }

  /** What ended stays as it ended. */
  private gone(): Outgoing | null {
    const { outgoing } = this.snapshot;
    const runs = outgoing && ['greeting', 'compare', 'sent'].includes(outgoing.step);
    return runs ? { ...outgoing, step: 'gone' } : outgoing;
  }

  private show(change: Partial<NearbySnapshot>): void {
    this.set({ ...this.snapshot, ...change });
  }

  private set(next: NearbySnapshot): void {
    this.snapshot = next;
    for (const listener of [...this.listeners]) listener();
  }
}
