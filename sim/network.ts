/**
 * The network as fluid flows: each node has an uplink and a downlink, each flow a cap of its own, and capacity is shared max-min fairly
 * (Bertsekas & Gallager, Data Networks §6.5.2) at every moment. Rates are found by local water-filling: a port's level is the rate at which
 * its unlimited flows use up what the limited ones leave; a changed level is passed on to the ports at the flows' other ends until nothing
 * changes. At that fixed point every flow has a bottleneck, which makes the allocation the max-min fair one, and the least level settles
 * first, so it ends. Usually only uplinks bind and a change costs a handful of steps (swarm.md §9).
 * Units: bytes, milliseconds. Leaves out: latency and messages (world.ts), packets, loss, congestion control beyond the cap window/RTT.
 */
import { invariant } from '../lib/base/invariant';
import type { EventQueue } from './event-queue';

/** A flow's event in the queue; others are the world's. */
export const flowEvent = 1;

interface Transmission {
  readonly token: unknown;
  left: number;
}

interface Flow {
  readonly id: number;
  readonly up: Port;
  readonly down: Port;
  readonly cap: number;
  /** First in, first out; the head is on the wire. */
  readonly queue: Transmission[];
  active: boolean;
  rate: number;
  /** Up to when the head's progress is counted. */
  countedAt: number;
  /** When the head's last byte leaves at the present rate; Infinity: not in sight. */
  endsAt: number;
  /** The first event in the queue for this flow, never after `endsAt`; those at other times are stale. */
  eventAt: number;
  dirty: boolean;
}

interface Port {
  capacity: number;
  /** Rate of the flows that are limited here; Infinity: the port is not full. */
  level: number;
  readonly flows: Flow[];
  /** Where a node serves one at a time: a flow once for each of its transmissions whose turn has not come. */
  readonly waiting: Flow[];
  queued: boolean;
  /** Bytes that passed. */
  carried: number;
}

export interface NetworkOptions {
  /** A node serves one other at a time, in the order asked (the model of Mundinger, Weber & Weiss), instead of sharing its uplink. */
  readonly onePort?: boolean;
}

/** A level that moves by less than this part of itself has not moved: far above rounding, far below what matters. */
const tolerance = 1e-12;

export class Network {
  /** Called when the last byte of a transmission has left. The receiver has it one latency later. */
  onSent: (flow: number, token: unknown) => void = () => undefined;
  /** Bytes handed in = bytes carried + bytes dropped before they were carried + bytes still waiting. */
  offered = 0;
  carriedBytes = 0;
  dropped = 0;

  private readonly ports: Port[] = [];
  private readonly flows: (Flow | undefined)[] = [];
  private readonly freeFlows: number[] = [];
  /** Ports whose level is to be found again, flows whose rate is. Counted apart: an array emptied by its length is allocated anew. */
  private readonly work: Port[] = [];
  private workCount = 0;
  private readonly changed: Flow[] = [];
  private changedCount = 0;
  /** While set, levels wait: the sender's answer to `onSent` often undoes the change. */
  private held = false;

  constructor(
    private readonly queue: EventQueue,
    private readonly options: NetworkOptions = {},
  ) {}

  /** Capacities in bytes per millisecond. Answers the node's number: 0, 1, … */
  addNode(up: number, down: number): number {
    for (const capacity of [up, down])
      this.ports.push({ capacity, level: Infinity, flows: [], waiting: [], queued: false, carried: 0 });
    return this.ports.length / 2 - 1;
  }

  /** Opens a one-way flow of at most `cap` bytes per millisecond. Numbers of closed flows are used again. */
  open(from: number, to: number, cap = Infinity): number {
    const id = this.freeFlows.pop() ?? this.flows.length;
    this.flows[id] = {
      id,
      up: this.port(2 * from),
      down: this.port(2 * to + 1),
      cap,
      queue: [],
      active: false,
      rate: 0,
      countedAt: 0,
      endsAt: Infinity,
      eventAt: Infinity,
      dirty: false,
    };
    return id;
  }

  /** Whatever waits on it is dropped. */
  close(id: number): void {
    const flow = this.flow(id);
    this.count(flow);
    for (const { left } of flow.queue) this.dropped += left;
    flow.queue.length = 0;
    const { waiting } = flow.up;
    for (let i = waiting.length; i-- > 0;) if (waiting[i] === flow) waiting.splice(i, 1);
    if (flow.active) this.stop(flow);
    this.settle();
    this.flows[id] = undefined;
    this.freeFlows.push(id);
  }

  /** Sends bytes after what already waits on this flow. */
  send(id: number, bytes: number, token: unknown): void {
    const flow = this.flow(id);
    flow.queue.push({ token, left: bytes });
    this.offered += bytes;
    if (this.options.onePort) {
      flow.up.waiting.push(flow);
      if (flow.up.flows.length > 0) return;
      this.serve(flow.up);
    } else {
      if (flow.queue.length > 1) return;
      this.start(flow);
    }
    this.settle();
  }

  /** Takes a transmission back; what is on the wire already is lost. False: it was sent or never there. */
  cancel(id: number, token: unknown): boolean {
    const flow = this.flow(id);
    const at = flow.queue.findIndex((transmission) => transmission.token === token);
    if (at < 0) return false;
    const onWire = at === 0 && flow.active;
    if (onWire) this.count(flow);
    const [gone] = flow.queue.splice(at, 1);
    this.dropped += gone?.left ?? 0;
    if (onWire) {
      this.headGone(flow);
      this.settle();
    } else if (this.options.onePort) {
      this.loseTurn(flow, flow.active ? at - 1 : at);
    }
    return true;
  }

  /** Bytes per millisecond now. */
  rate(id: number): number {
    this.settleNow();
    return this.flow(id).rate;
  }

  /** Bytes waiting on a flow, the head's rest included. */
  waiting(id: number): number {
    const flow = this.flow(id);
    this.count(flow);
    return flow.queue.reduce((sum, { left }) => sum + left, 0);
  }

  /** Bytes that left the node so far, and that came to it. */
  carried(node: number): { readonly up: number; readonly down: number } {
    for (const side of [2 * node, 2 * node + 1]) for (const flow of this.port(side).flows) this.count(flow);
    return { up: this.port(2 * node).carried, down: this.port(2 * node + 1).carried };
  }

  /** Sum of the rates through a node's uplink and downlink, bytes per millisecond. */
  load(node: number): { readonly up: number; readonly down: number } {
    this.settleNow();
    const sum = (port: Port): number => port.flows.reduce((total, flow) => total + flow.rate, 0);
    return { up: sum(this.port(2 * node)), down: sum(this.port(2 * node + 1)) };
  }

  /** To be called for each flowEvent taken from the queue. */
  fire(id: number): void {
    const flow = this.flows[id];
    if (flow?.eventAt !== this.queue.now) return;
    flow.eventAt = Infinity;
    if (flow.endsAt > this.queue.now) return this.expect(flow);
    const head = flow.queue.shift();
    invariant(head, 'a flow whose end is due has a head');
    // All that is left, not rate × time: the sums come out whole, and an end too close to now to be told apart from it cannot come twice.
    this.carry(flow, head.left);
    flow.countedAt = this.queue.now;
    this.held = true;
    this.headGone(flow);
    this.onSent(id, head.token);
    this.settleNow();
  }

  /** The next transmission of the flow goes on the wire, or in the one-port model the node's that waited longest. */
  private headGone(flow: Flow): void {
    if (flow.queue.length > 0 && !this.options.onePort) this.plan(flow);
    else this.stop(flow);
  }

  private count(flow: Flow): void {
    const { now } = this.queue;
    const head = flow.queue[0];
    if (head && flow.active && now > flow.countedAt) {
      const bytes = Math.min(head.left, flow.rate * (now - flow.countedAt));
      head.left -= bytes;
      this.carry(flow, bytes);
    }
    flow.countedAt = now;
  }

  private carry(flow: Flow, bytes: number): void {
    flow.up.carried += bytes;
    flow.down.carried += bytes;
    this.carriedBytes += bytes;
  }

  private start(flow: Flow): void {
    flow.active = true;
    flow.countedAt = this.queue.now;
    for (const port of [flow.up, flow.down]) {
      port.flows.push(flow);
      this.revisit(port);
    }
    this.dirty(flow);
  }

  private stop(flow: Flow): void {
    flow.active = false;
    flow.rate = 0;
    flow.endsAt = Infinity;
    for (const port of [flow.up, flow.down]) {
      port.flows.splice(port.flows.indexOf(flow), 1);
      this.revisit(port);
    }
    if (this.options.onePort) this.serve(flow.up);
  }

  /** One-port model: the transmission that waited longest goes on the wire. */
  private serve(port: Port): void {
    const next = port.waiting.shift();
    if (next) this.start(next);
  }

  /** One-port model: the flow's `nth` turn among those to come falls out. */
  private loseTurn(flow: Flow, nth: number): void {
    const { waiting } = flow.up;
    let turn = waiting.indexOf(flow);
    for (let i = 0; i < nth; i++) turn = waiting.indexOf(flow, turn + 1);
    waiting.splice(turn, 1);
  }

  private revisit(port: Port): void {
    if (port.queued) return;
    port.queued = true;
    this.work[this.workCount++] = port;
  }

  private dirty(flow: Flow): void {
    if (flow.dirty) return;
    flow.dirty = true;
    this.changed[this.changedCount++] = flow;
  }

  private settle(): void {
    if (!this.held) this.settleNow();
  }

  /** Passes changed levels on until nothing changes, then plans the flows whose rate is another. */
  private settleNow(): void {
    this.held = false;
    const { work, changed } = this;
    for (let i = 0; i < this.workCount; i++) {
      invariant(i < 1_000_000, 'max-min levels settle');
      const port = work[i];
      if (!port) break;
      port.queued = false;
      const before = port.level;
      const level = this.levelOf(port);
      if (level === before || Math.abs(level - before) <= tolerance * Math.min(level, before)) continue;
      port.level = level;
      for (const flow of port.flows) {
        this.dirty(flow);
        const other = flow.up === port ? flow.down : flow.up;
        // A port with room to spare keeps it when a flow slows down.
        if (other.level === Infinity && level < before) continue;
        // Where the other end is tighter than this one was and is, nothing changes there.
        if (Math.min(before, flow.cap) >= other.level && Math.min(level, flow.cap) >= other.level) continue;
        this.revisit(other);
      }
    }
    this.workCount = 0;
    for (let i = 0; i < this.changedCount; i++) {
      const flow = changed[i];
      if (!flow) break;
      flow.dirty = false;
      if (!flow.active) continue;
      const rate = this.rateOf(flow);
      if (rate === flow.rate && flow.endsAt !== Infinity) continue;
      this.count(flow);
      flow.rate = rate;
      this.plan(flow);
    }
    this.changedCount = 0;
  }

  private rateOf(flow: Flow): number {
    return Math.min(flow.cap, flow.up.level, flow.down.level);
  }

  /**
   * Water-filling at one port: flows limited elsewhere take their limit, the others share the rest evenly. The level only rises, also where
   * rounding would have it fall between limits that are equal but for their last bit; so each turn but the last leaves fewer to share.
   */
  private levelOf(port: Port): number {
    const { flows, capacity } = port;
    let sharing = flows.length;
    let level = capacity / sharing;
    for (;;) {
      let rest = capacity;
      let unlimited = 0;
      for (const flow of flows) {
        const limit = Math.min(flow.cap, flow.up === port ? flow.down.level : flow.up.level);
        if (limit < level) rest -= limit;
        else unlimited++;
      }
      if (unlimited === 0) return Infinity;
      if (unlimited === sharing || rest / unlimited <= level) return level;
      sharing = unlimited;
      level = rest / sharing;
    }
  }

  private plan(flow: Flow): void {
    const head = flow.queue[0];
    flow.endsAt = head && flow.rate > 0 ? this.queue.now + head.left / flow.rate : Infinity;
    this.expect(flow);
  }

  /** An end put off leaves its event where it is: once that comes, it is planned anew. */
  private expect(flow: Flow): void {
    if (flow.endsAt >= flow.eventAt) return;
    flow.eventAt = flow.endsAt;
    this.queue.push(flow.endsAt, flowEvent, flow.id);
  }

  private port(index: number): Port {
    const port = this.ports[index];
    invariant(port, 'a node that was added');
    return port;
  }

  private flow(id: number): Flow {
    const flow = this.flows[id];
    invariant(flow, 'a flow that is open');
    return flow;
  }
}
