/** What must hold at every moment of a run, whatever the engines do. Throws on the first breach: it would be a bug of the simulator. */
import { invariant } from '../lib/base/invariant';
import type { World } from './world';

/** Above this part of a capacity a load is an excess and not rounding. */
const slack = 1e-6;

/** No uplink and no downlink carries more than it can; no byte comes from nowhere or gets lost. */
export function checkNetwork(world: World): void {
  const { network, nodes } = world;
  for (const { index, spec } of nodes) {
    const load = network.load(index);
    invariant(load.up <= (spec.up / 1000) * (1 + slack), `uplink of ${index} within its capacity`);
    invariant(load.down <= (spec.down / 1000) * (1 + slack), `downlink of ${index} within its capacity`);
  }
  const up = nodes.reduce((sum, { index }) => sum + network.carried(index).up, 0);
  const down = nodes.reduce((sum, { index }) => sum + network.carried(index).down, 0);
  invariant(Math.abs(up - down) <= slack * Math.max(1, up), 'what left uplinks came to downlinks');
  invariant(
    network.carriedBytes + network.dropped <= network.offered * (1 + slack) + 1,
    'no more is carried and dropped than was handed in',
  );
}

/** Receivers hold what arrived, and nothing that did not. */
export function checkPayload(world: World): void {
  const { tally, nodes, publisher } = world;
  invariant(tally.neededBytes <= tally.arrivedBytes * (1 + slack), 'what is held has arrived');
  const arrived = tally.receiverBytes + tally.publisherBytes;
  invariant(tally.arrivedBytes <= arrived * (1 + slack), 'what arrived was sent');
  const held = nodes
    .filter((node) => node !== publisher && node.present && node.behaviour === 'honest')
    .reduce((sum, node) => sum + world.have(node).count, 0);
  const counted = tally.copies.reduce((sum, copies) => sum + copies, 0);
  invariant(held <= counted, 'every chunk held was counted as a copy');
}
