/**
 * How many people have had what they asked for of the creator's own shares, as far as this tab sees: a linked peer counts once, when it holds
 * all it wants (it says so only of verified chunks, RX3). For a limit on downloads (PROTOCOL.md OP). What peers say is believed: one may be
 * silent about what it holds, or come again under another id.
 */
import type { PeerId } from '../base/ids';
import type { DriverContext } from './context';

export class DownloadCount {
  /** null: nothing is counted. */
  limit: number | null = null;
  private readonly done = new Set<PeerId>();

  constructor(
    private readonly context: DriverContext,
    private readonly events: {
      /** All of them so far, to be kept with the room. */
      readonly counted: (peers: readonly PeerId[]) => void;
      /** As many as the limit allows. */
      readonly reached: () => void;
    },
  ) {}

  restore(limit: number | null, done: readonly PeerId[]): void {
    this.limit = limit;
    for (const peer of done) this.done.add(peer);
  }

  get count(): number {
    return this.done.size;
  }

  /** From now on this many are allowed; those that were counted count. */
  setLimit(limit: number | null): void {
    this.limit = limit;
    this.look();
    this.start();
  }

  /** Where the page went between the last download and the end, the end comes now. */
  start(): void {
    if (this.limit !== null && this.done.size >= this.limit) this.events.reached();
  }

  /** After each input that may have changed what peers hold or want. */
  look(): void {
    if (this.limit === null) return;
    let more = false;
    for (const link of this.context.engine.transfer.links.values()) {
      if (this.done.has(link.peer) || !this.hasAll(link.views)) continue;
      this.done.add(link.peer);
      more = true;
    }
    if (!more) return;
    this.events.counted([...this.done]);
    this.start();
  }

  private hasAll(
    views: ReadonlyMap<
      string,
      {
        readonly wanted: { readonly count: number };
        readonly bits: { readonly count: number };
        readonly satisfied: boolean;
      }
    >,
  ): boolean {
    let wants = false;
    for (const entry of this.context.shares.values()) {
      const view = entry.own ? views.get(entry.id) : undefined;
      if (!view || view.wanted.count === 0) continue;
      // The cheap look first: this runs with every message.
      if (view.bits.count < view.wanted.count || !view.satisfied) return false;
      wants = true;
    }
    return wants;
  }
}
