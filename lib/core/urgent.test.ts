/** What is being played comes first, and what that costs the others: whole engines in virtual time. */
import { describe, expect, test } from 'vitest';
import { Swarm, type SwarmOptions } from './testing/swarm';

const hour = 3_600_000;
const ahead = 16;

/** Node 1 plays from its place on as fast as chunks come: the window is always pressing, which is the worst for the others. */
class Viewer {
  readonly arrived: number[] = [];
  private facts = 0;
  private place = 0;

  constructor(readonly swarm: Swarm) {
    this.seek(0);
  }

  get node() {
    return this.swarm.nodes[1]!;
  }

  seek(chunk: number): void {
    this.place = chunk;
    const windows = [{ from: chunk, to: chunk + ahead }];
    this.swarm.feed(this.node, { kind: 'urgent', share: this.swarm.share, windows });
  }

  look(): void {
    const before = this.facts;
    for (; this.facts < this.node.facts.length; this.facts++) {
      const fact = this.node.facts[this.facts];
      if (fact?.kind === 'chunk-got') this.arrived.push(fact.chunk);
    }
    if (this.facts === before) return;
    const have = this.swarm.have(this.node);
    let next = this.place;
    while (next < have.length - 1 && have.has(next)) next++;
    if (next !== this.place) this.seek(next);
  }

  /** How many chunks had come when all of these were there. */
  takenFor(from: number, count: number): number {
    const places = Array.from({ length: count }, (_, i) => this.arrived.indexOf(from + i));
    return places.includes(-1) ? Infinity : Math.max(...places) + 1;
  }
}

function run(options: SwarmOptions, watch: boolean, until?: (viewer: Viewer) => boolean) {
  const swarm = new Swarm(options);
  swarm.introduce();
  const viewer = watch ? new Viewer(swarm) : undefined;
  const receivers = swarm.nodes.slice(1);
  swarm.run(hour, () => {
    viewer?.look();
    if (viewer && until?.(viewer)) return true;
    return receivers.every(({ completeAt }) => completeAt !== null);
  });
  const last = Math.max(...receivers.map(({ completeAt }) => completeAt ?? Infinity));
  const copies = swarm.nodes[0]!.bytesSent / swarm.geometry.totalBytes;
  return { swarm, viewer, last, copies };
}

describe('what is being played', () => {
  test.each([1, 2, 3])('[TX31] arrives first and in order (seed %i)', (seed) => {
    const { viewer } = run({ peers: 9, chunks: 200, seed, uplink: 5e5 }, true);
    // Rarest first would have needed nearly all of the 200.
    expect(viewer!.takenFor(0, ahead)).toBeLessThan(3 * ahead);
    const opening = viewer!.arrived.filter((chunk) => chunk < ahead);
    const overtaken = opening.filter((chunk, at) => opening.slice(0, at).some((other) => other > chunk));
    expect(overtaken.length).toBeLessThan(ahead / 2);
  });

  test('[TX31] from a lone super-seed: every chunk in order, none before its turn', () => {
    const { viewer } = run({ peers: 2, chunks: 60, seed: 4, uplink: 5e5 }, true);
    expect(viewer!.arrived.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, chunk) => chunk));
  });

  test.each([5, 6, 7])(
    '[TX32] a seek re-aims: what is played next comes next, long before what lies between (seed %i)',
    (seed) => {
      let soughtAt = 0;
      const { viewer } = run({ peers: 5, chunks: 200, seed, uplink: 5e5 }, true, (viewer) => {
        if (soughtAt === 0 && viewer.arrived.length >= 20) {
          soughtAt = viewer.arrived.length;
          viewer.seek(160);
        }
        return false;
      });
      // Only the publisher has these yet, and its uplink is shared with three others: a quarter of what comes.
      expect(viewer!.takenFor(160, 4) - soughtAt).toBeLessThan(2 * ahead);
      expect(viewer!.takenFor(160, ahead) - soughtAt).toBeLessThan(5.5 * ahead);
      expect(viewer!.takenFor(60, 60)).toBeGreaterThan(viewer!.takenFor(160, ahead));
    },
  );

  test('[TX33] without a window, and with an empty one, a run is the run it was', () => {
    const trace = (windows: boolean) => {
      const swarm = new Swarm({ peers: 6, chunks: 60, seed: 3 });
      if (windows)
        for (const node of swarm.nodes)
          swarm.feed(node, { kind: 'urgent', share: swarm.share, windows: [{ from: 5, to: 5 }] });
      swarm.introduce();
      swarm.run(hour, () => swarm.nodes.slice(1).every(({ completeAt }) => completeAt !== null));
      return swarm.trace;
    };
    expect(trace(true)).toBe(trace(false));
  });

  test.each([1, 2, 3])('[TX36] one viewer among eight costs the others little (seed %i)', (seed) => {
    const options = { peers: 9, chunks: 200, seed, uplink: 5e5 };
    const plain = run(options, false);
    const watched = run(options, true);
    expect(watched.last / plain.last).toBeLessThan(1.05);
    expect(watched.copies - plain.copies).toBeLessThan(0.06);
  });
});
