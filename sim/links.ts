/**
 * How links between nodes come about and end: offers and answers over the server, set-up of some round trips, dials that fail for NATs, links that break, a network that is cut
 * in two. Leaves out: what goes over a link (messages in world.ts, blocks in payload.ts).
 */
import type { CloseReason } from '../lib/base/errors';
import type { PeerId, SessionId } from '../lib/base/ids';
import { invariant } from '../lib/base/invariant';
import { createPrng, type Prng } from '../lib/base/prng';
import type { Effect } from '../lib/core/types';
import type { EventQueue } from './event-queue';
import { event } from './events';
import type { Network } from './network';
import type { Host, Link, Node } from './node';
import type { Tally } from './tally';
import { server, type Topology } from './topology';

export interface LinkOptions {
  readonly seed: number;
  /** Cap of one link: this many bytes per round trip. swarm.md §1.4.5: 256 KiB; Infinity: none. */
  readonly windowBytes?: number;
  /** Part of all attempts that come to nothing (NAT), drawn per pair of peers: trying again does not help. */
  readonly dialFailure?: number;
  /** Mean time after which a link breaks by itself, seconds; Infinity: never. */
  readonly linkLifeSeconds?: number;
}

const dialPatienceMs = 20_000;

export class Links {
  /** Every link and attempt that has not ended, in the order they were begun. */
  private readonly sessions = new Map<SessionId, Link>();
  private split = false;

  constructor(
    private readonly options: LinkOptions,
    private readonly host: Host,
    private readonly byId: ReadonlyMap<PeerId, Node>,
    private readonly queue: EventQueue,
    private readonly network: Network,
    private readonly topology: Topology,
    private readonly tally: Tally,
    private readonly random: Prng,
  ) {}

  connect(node: Node, { peer, session, role }: Extract<Effect, { kind: 'connect' }>): void {
    const { queue } = this;
    const other = this.byId.get(peer);
    invariant(other, 'peers name peers that are there');
    if (role === 'responder') return this.answer(node, other, session);
    const link: Link = {
      session,
      a: node,
      b: other,
      state: 'dialing',
      latency: this.topology.rtt(node.index, other.index) / 2,
      flowFromA: -1,
      flowFromB: -1,
      lastAtA: 0,
      lastAtB: 0,
      expectedByA: new Set(),
      expectedByB: new Set(),
      sendingA: new Map(),
      sendingB: new Map(),
    };
    this.sessions.set(session, link);
    node.links.set(session, link);
    queue.push(queue.now + dialPatienceMs, event.dialEnds, node.index, link);
    if (this.apart(node, other)) return;
    queue.push(queue.now + this.signalDelay(node, other), event.offered, other.index, link);
  }

  private answer(node: Node, other: Node, session: SessionId): void {
    const link = this.sessions.get(session);
    if (link?.state !== 'dialing') return;
    link.state = 'answered';
    node.links.set(session, link);
    if (!this.reachable(link.a, link.b)) return;
    // Answer over the server, then candidates, DTLS, SCTP and the handshake: 3 to 5 round trips (swarm.md §9).
    const trips = 2 + 2 * this.random.unit();
    const delay = this.signalDelay(node, other) + trips * 2 * link.latency;
    this.queue.push(this.queue.now + delay, event.open, node.index, link);
  }

  /** A knock comes after a signal's time, if it comes. */
  knock(node: Node, peer: PeerId): void {
    const other = this.byId.get(peer);
    if (!other || this.apart(node, other)) return;
    this.host.later(other, this.signalDelay(node, other), { kind: 'knocked', peer: node.id });
  }

  /** The offer is there. */
  offered(node: Node, link: Link): void {
    if (link.state !== 'dialing') return;
    this.host.feed(node, { kind: 'offered', peer: link.a.id, session: link.session });
  }

  /** The connection stands. */
  open(link: Link): void {
    if (link.state !== 'answered' || !link.a.present || !link.b.present || this.apart(link.a, link.b)) return;
    link.state = 'up';
    this.tally.linksMade++;
    const { windowBytes = 256 * 1024, linkLifeSeconds = Infinity } = this.options;
    const cap = link.latency > 0 ? windowBytes / (2 * link.latency) : Infinity;
    link.flowFromA = this.network.open(link.a.index, link.b.index, cap);
    link.flowFromB = this.network.open(link.b.index, link.a.index, cap);
    if (linkLifeSeconds < Infinity) {
      const life = -Math.log(1 - this.random.unit()) * linkLifeSeconds * 1000;
      this.queue.push(this.queue.now + life, event.linkBreaks, link.a.index, link);
    }
    this.host.feed(link.a, { kind: 'link-up', session: link.session });
    this.host.feed(link.b, { kind: 'link-up', session: link.session });
  }

  /** An attempt had time enough. */
  dialEnds(link: Link): void {
    if (link.state !== 'dialing' && link.state !== 'answered') return;
    this.tally.dialsFailed++;
    this.end(link, 'connect-failed');
  }

  end(link: Link, reason: CloseReason): void {
    if (link.state === 'ended') return;
    if (link.state === 'up') {
      this.network.close(link.flowFromA);
      this.network.close(link.flowFromB);
    }
    link.state = 'ended';
    this.sessions.delete(link.session);
    for (const node of [link.a, link.b]) {
      if (node.links.delete(link.session) && node.present)
        this.host.later(node, 0, { kind: 'link-down', session: link.session, reason });
    }
  }

  disconnect(session: SessionId, reason: CloseReason): void {
    const link = this.sessions.get(session);
    if (link) this.end(link, reason);
  }

  /** Cuts the network in two, or heals it. */
  cut(split: boolean): void {
    this.split = split;
    for (const link of [...this.sessions.values()]) if (this.apart(link.a, link.b)) this.end(link, 'silent');
  }

  /** The network is cut and the server on the other side: it is on the even one. */
  cutOff(node: Node): boolean {
    return this.split && node.index % 2 === 1;
  }

  private apart(a: Node, b: Node): boolean {
    return this.split && a.index % 2 !== b.index % 2;
  }

  /** A signal goes over the server. */
  private signalDelay(from: Node, to: Node): number {
    return (this.topology.rtt(from.index, server) + this.topology.rtt(to.index, server)) / 2;
  }

  /** Drawn once per pair: a NAT lets a pair through or it does not. */
  private reachable(a: Node, b: Node): boolean {
    const { dialFailure = 0, seed } = this.options;
    if (dialFailure === 0) return true;
    const low = Math.min(a.index, b.index);
    return createPrng(seed ^ (low * 65_537 + Math.max(a.index, b.index))).unit() >= dialFailure;
  }
}
