/**
 * The fluid ideal: how Kumar & Ross ("Peer-Assisted File Distribution: The Minimum Distribution Time", HotWeb 2006) reach their bound, run
 * on the network. The sender gives receiver i bytes of its own at rate s_i, which i passes on to all others as they come, and, where the
 * receivers' uplinks are the bottleneck, the same bytes to everybody at rate s_0 from what its uplink has left. Everybody then gets
 * s_0 + Σs_i, which is the least of the sender's uplink, the narrowest downlink and the mean of all uplinks.
 * All flows run at their caps and some ports are exactly full, so a simulator that runs it slower loses capacity somewhere.
 * Left out: latency (0), downlinks of different widths.
 */
import { invariant } from '../../lib/base/invariant';
import type { KumarRossCase } from '../bounds';
import { EventQueue } from '../event-queue';
import { flowEvent, Network } from '../network';

export interface Split {
  /** s_i: what the sender gives receiver i alone and i passes on to all others. The unit is that of the uplinks. */
  readonly relayed: readonly number[];
  /** s_0: what the sender gives everybody itself. */
  readonly direct: number;
  /** What everybody gets in all. */
  readonly total: number;
}

/** The rates that reach the bound, in the unit of the capacities. At least one receiver. */
export function idealSplit({ senderUp, ups, minDown }: Omit<KumarRossCase, 'bytes'>): Split {
  const others = ups.length - 1;
  invariant(others >= 0, 'a receiver');
  const sum = ups.reduce((total, up) => total + up, 0);
  const mean = (senderUp + sum) / ups.length;
  const total = Math.min(senderUp, minDown, mean);
  // Where a downlink is narrower than what the uplinks could do, all of them run slower by one factor.
  const part = total / Math.min(senderUp, mean);
  if (others === 0) return { relayed: [total], direct: 0, total };
  // The receivers could pass on more than the sender can bring out: each takes its share of that.
  if (senderUp <= mean) return { relayed: ups.map((up) => (part * senderUp * up) / sum), direct: 0, total };
  // They could not: each passes on all it can, the sender has some to spare.
  const direct = (part * (senderUp - sum / others)) / ups.length;
  return { relayed: ups.map((up) => (part * up) / others), direct, total };
}

/**
 * Seconds until the last receiver has the last byte. What is passed on goes in `pieces` pieces, each only when it has come; that costs
 * 1/pieces of the bound, and a flow for each pair of receivers.
 */
export function runKumarRoss(ideal: KumarRossCase, pieces: number): number {
  const { bytes, senderUp, ups, minDown } = ideal;
  const { relayed, direct, total } = idealSplit(ideal);
  const queue = new EventQueue();
  const network = new Network(queue);
  const sender = network.addNode(senderUp / 1000, 0);
  const receivers = ups.map((up) => network.addNode(up / 1000, minDown / 1000));
  /** What each flow from the sender makes its receiver do with every piece. */
  const passOn = new Map<number, () => void>();
  receivers.forEach((receiver, i) => {
    const rate = relayed[i] ?? 0;
    if (direct > 0)
      network.send(network.open(sender, receiver, direct / 1000), (bytes * direct) / total, undefined);
    if (rate === 0) return;
    const piece = (bytes * rate) / total / pieces;
    const flow = network.open(sender, receiver, rate / 1000);
    const onward = receivers
      .filter((other) => other !== receiver)
      .map((other) => network.open(receiver, other, rate / 1000));
    passOn.set(flow, () => {
      for (const next of onward) network.send(next, piece, undefined);
    });
    for (let sent = 0; sent < pieces; sent++) network.send(flow, piece, undefined);
  });
  network.onSent = (flow) => passOn.get(flow)?.();
  while (queue.take()) if (queue.kind === flowEvent) network.fire(queue.index);
  return queue.now / 1000;
}
