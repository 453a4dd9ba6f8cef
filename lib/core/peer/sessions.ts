/**
 * Who self is linked to and who it tries: candidates from the tracker, attempts with back-off, the small-id-dials rule (design §5), limits,
 * cool-off after misbehaviour, and the heartbeat that finds half-open links. PROTOCOL.md PE.
 * Glare cannot happen: of two peers only the smaller id dials; the larger one knocks.
 */
import { toBase64Url } from '../../base/bytes';
import type { CloseReason } from '../../base/errors';
import { idBytes, type PeerId, type SessionId } from '../../base/ids';
import type { Prng } from '../../base/prng';
import type { EngineConfig } from '../config';
import type { Effect } from '../types';

type Session = {
  readonly id: SessionId;
  readonly peer: PeerId;
  up: boolean;
  pingedAt: number;
};

/** What is remembered of a peer between links. */
interface Acquaintance {
  readonly peer: PeerId;
  failures: number;
  /** Not tried before this time. */
  retryAt: number;
  /** Not linked with before this time, whoever dials. */
  coolUntil: number;
  /** Said goodbye: not tried until the tracker names it again. */
  left: boolean;
  /** When we last knocked; 0: never or answered. */
  knockedAt: number;
  /** It knocked while self was dialing it: dialed anew when there is no link by this time; 0: it did not. */
  doubtAt: number;
}

/** Reasons after which a peer must wait. */
const misconduct: ReadonlySet<CloseReason> = new Set([
  'bad-chunk',
  'bad-segment',
  'bad-header',
  'malformed',
  'oversized',
  'protocol',
  'broken-promise',
  'handshake-failed',
]);

/** Acquaintances remembered at most; the tracker can name them again. */
const memory = 2_000;

export class Sessions {
  private readonly sessions = new Map<SessionId, Session>();
  private readonly people = new Map<PeerId, Acquaintance>();
  /** How many of these have a `knockedAt`, and a `doubtAt`: mostly nobody, and then nobody is looked for. */
  private knocks = 0;
  private doubts = 0;
  private handoutAt = 0;
  private online = false;
  /** Links that are no use, as last told; when others may be looked for in their place, and the pause after that. */
  private useless: ReadonlySet<SessionId> = new Set();
  private searchAt = 0;
  private searchPauseMs: number;
  private usefulBefore = 0;

  constructor(
    private readonly self: PeerId,
    private readonly config: EngineConfig,
    private readonly random: Prng,
    private readonly emit: (effect: Effect) => void,
  ) {
    this.searchPauseMs = config.searchMinMs;
  }

  peerOf(session: SessionId): PeerId | undefined {
    return this.sessions.get(session)?.peer;
  }

  isUp(session: SessionId): boolean {
    return this.sessions.get(session)?.up ?? false;
  }

  /**
   * Back online: what failed before says nothing about the peers. Offers and knocks were lost, and often it was self's own network that was
   * away, so everybody is tried at once instead of after delays that have doubled meanwhile (PROTOCOL PE8). Cooling off stays.
   */
  trackerState(online: boolean, now: number): void {
    const back = online && !this.online;
    this.online = online;
    if (!back) return;
    this.handoutAt = now + this.config.handoutAloneMs;
    for (const person of this.people.values()) {
      person.failures = person.retryAt = 0;
      this.knock(person, 0);
    }
    this.dial(now);
  }

  candidates(peers: readonly PeerId[], now: number): void {
    for (const peer of peers) {
      if (peer === this.self) continue;
      const known = this.people.get(peer);
      if (known) known.left = false;
      else this.meet(peer);
    }
    this.dial(now);
  }

  knocked(peer: PeerId, now: number): void {
    if (peer <= this.self) return;
    const person = this.meet(peer);
    if (person.coolUntil > now) return;
    if (this.attemptsAt(peer).length > 0) {
      // Offer and knock crossed; or the offer went to a connection of the peer's that is no more, and then no link comes of it.
      if (person.doubtAt === 0) this.doubt(person, now + this.config.doubtMs);
      return;
    }
    if (!this.hasRoom()) return;
    // It would not knock if it had a link: ours to it, if any, is dead, and the new one will supersede it.
    person.left = false;
    this.connect(peer, now);
  }

  offered(peer: PeerId, session: SessionId, now: number): void {
    if (peer >= this.self || this.sessions.has(session)) return;
    const person = this.meet(peer);
    if (person.coolUntil > now || !this.hasRoom()) return;
    for (const other of this.attemptsAt(peer))
      this.emit({ kind: 'disconnect', session: other.id, reason: 'superseded' });
    this.knock(person, 0);
    this.sessions.set(session, { id: session, peer, up: false, pingedAt: now });
    this.emit({ kind: 'connect', peer, session, role: 'responder' });
  }

  /** Answers the peer, or undefined for a session nobody knows. */
  linkUp(id: SessionId, now: number): PeerId | undefined {
    const session = this.sessions.get(id);
    if (!session || session.up) return undefined;
    session.up = true;
    session.pingedAt = now;
    const person = this.meet(session.peer);
    person.failures = 0;
    this.knock(person, 0);
    this.doubt(person, 0);
    person.left = false;
    for (const other of [...this.sessions.values()]) {
      if (other !== session && other.peer === session.peer) {
        this.emit({ kind: 'disconnect', session: other.id, reason: 'superseded' });
      }
    }
    this.emit({ kind: 'report', fact: { kind: 'peer-linked', peer: session.peer, session: id } });
    return session.peer;
  }

  linkDown(id: SessionId, reason: CloseReason, now: number): void {
    const session = this.sessions.get(id);
    if (!session) return;
    this.sessions.delete(id);
    const person = this.meet(session.peer);
    this.emit({
      kind: 'report',
      fact: { kind: 'peer-lost', peer: session.peer, session: id, reason, wasUp: session.up },
    });
    if (reason === 'left') person.left = true;
    if (reason === 'useless') person.retryAt = now + this.config.restMs;
    if (misconduct.has(reason)) person.coolUntil = now + this.config.coolOffMs;
    if (reason !== 'useless') this.backOff(person, now);
    // The room may have moved on: ask for others soon.
    this.handoutAt = Math.min(this.handoutAt, now + this.config.handoutAloneMs);
    this.dial(now);
  }

  /**
   * `useless`: links over which nothing of use can be had or given. They count as none, and make room where there is none. `heardAt`: when something came over a
   * link last.
   */
  housekeep(now: number, useless: ReadonlySet<SessionId>, heardAt: (id: SessionId) => number): void {
    this.useless = useless;
    for (const session of [...this.sessions.values()]) {
      if (!session.up) continue;
      const silence = now - heardAt(session.id);
      if (silence > this.config.deadAfterMs) {
        this.emit({ kind: 'disconnect', session: session.id, reason: 'silent' });
      } else if (silence > this.config.pingAfterMs && now - session.pingedAt > this.config.pingAfterMs) {
        session.pingedAt = now;
        this.emit({ kind: 'send', session: session.id, message: { type: 'ping' } });
      }
    }
    if (this.knocks > 0 || this.doubts > 0) this.housekeepPeople(now);
    this.askForPeers(now);
    this.dial(now);
  }

  private housekeepPeople(now: number): void {
    for (const person of this.people.values()) {
      if (person.knockedAt > 0 && now - person.knockedAt > this.config.knockPatienceMs) {
        this.knock(person, 0);
        this.backOff(person, now);
      }
      if (person.doubtAt > 0 && now >= person.doubtAt) this.redial(person, now);
    }
  }

  /** Every place is taken, but by links of no use, and it is time to look for others again. */
  private searches(now: number): boolean {
    return this.useless.size > 0 && now >= this.searchAt;
  }

  /** Looked for others: next time later, unless what was found last time was of use. */
  private searched(useful: number, now: number): void {
    const { searchMinMs, searchMaxMs } = this.config;
    this.searchPauseMs =
      useful > this.usefulBefore ? searchMinMs : Math.min(searchMaxMs, this.searchPauseMs * 2);
    this.usefulBefore = useful;
    this.searchAt = now + this.searchPauseMs;
  }

  /** A place for one more link; one of no use gives up its own. */
  private hasRoom(): boolean {
    if (this.sessions.size < this.config.maxLinks) return true;
    for (const id of this.useless) {
      if (!this.isUp(id)) continue;
      this.useless = new Set([...this.useless].filter((other) => other !== id));
      this.emit({ kind: 'disconnect', session: id, reason: 'useless' });
      return true;
    }
    return false;
  }

  private askForPeers(now: number): void {
    if (!this.online || now < this.handoutAt) return;
    const linked = this.linkedPeers();
    if (linked.length >= this.config.targetLinks && !this.searches(now)) return;
    this.handoutAt = now + (linked.length === 0 ? this.config.handoutAloneMs : this.config.handoutMs);
    this.emit({ kind: 'handout', linked });
  }

  private linkedPeers(): PeerId[] {
    return [...this.sessions.values()].filter((session) => session.up).map((session) => session.peer);
  }

  private dial(now: number): void {
    // An offer or a knock made now would go nowhere, and cost its time-out.
    if (!this.online) return;
    const { parallelDials, targetLinks } = this.config;
    let dialing = this.knocks;
    let links = 0;
    let useful = 0;
    for (const session of this.sessions.values()) {
      if (!session.up) dialing++;
      else {
        links++;
        if (!this.useless.has(session.id)) useful++;
      }
    }
    const searching = links + dialing >= targetLinks && useful + dialing < targetLinks && this.searches(now);
    if (searching) this.searched(useful, now);
    const counted = searching ? useful : links;
    for (const person of this.people.values()) {
      if (dialing >= parallelDials || counted + dialing >= targetLinks) return;
      if (person.left || person.retryAt > now || person.coolUntil > now || person.knockedAt > 0) continue;
      if (this.hasSession(person.peer)) continue;
      if (this.self < person.peer) {
        if (!this.hasRoom()) return;
        this.connect(person.peer, now);
      } else {
        this.knock(person, now);
        this.emit({ kind: 'knock', peer: person.peer, session: this.newSession() });
      }
      dialing++;
    }
  }

  private redial(person: Acquaintance, now: number): void {
    this.doubt(person, 0);
    const lost = this.attemptsAt(person.peer);
    for (const { id } of lost) this.emit({ kind: 'disconnect', session: id, reason: 'superseded' });
    if (lost.length > 0) this.connect(person.peer, now);
  }

  private connect(peer: PeerId, now: number): void {
    const id = this.newSession();
    this.sessions.set(id, { id, peer, up: false, pingedAt: now });
    this.emit({ kind: 'connect', peer, session: id, role: 'initiator' });
  }

  /** Notes when a peer was knocked at; 0: not, or it answered. */
  private knock(person: Acquaintance, at: number): void {
    this.knocks += Number(at > 0) - Number(person.knockedAt > 0);
    person.knockedAt = at;
  }

  private doubt(person: Acquaintance, at: number): void {
    this.doubts += Number(at > 0) - Number(person.doubtAt > 0);
    person.doubtAt = at;
  }

  private backOff(person: Acquaintance, now: number): void {
    const { retryMinMs, retryMaxMs } = this.config;
    const ceiling = Math.min(retryMaxMs, retryMinMs * 2 ** person.failures);
    person.failures = Math.min(person.failures + 1, 16);
    person.retryAt = now + ceiling / 2 + (this.random.unit() * ceiling) / 2;
  }

  private meet(peer: PeerId): Acquaintance {
    const known = this.people.get(peer);
    if (known) return known;
    if (this.people.size >= memory) {
      for (const [id, person] of this.people) {
        if (this.hasSession(id) || person.coolUntil > 0) continue;
        this.knock(person, 0);
        this.doubt(person, 0);
        this.people.delete(id);
        break;
      }
    }
    const person: Acquaintance = {
      peer,
      failures: 0,
      retryAt: 0,
      coolUntil: 0,
      left: false,
      knockedAt: 0,
      doubtAt: 0,
    };
    this.people.set(peer, person);
    return person;
  }

  private attemptsAt(peer: PeerId): Session[] {
    return [...this.sessions.values()].filter((session) => session.peer === peer && !session.up);
  }

  private hasSession(peer: PeerId): boolean {
    for (const session of this.sessions.values()) if (session.peer === peer) return true;
    return false;
  }

  private newSession(): SessionId {
    const bytes = new Uint8Array(idBytes);
    for (let i = 0; i < idBytes; i++) bytes[i] = this.random.below(256);
    return toBase64Url(bytes) as SessionId;
  }
}
