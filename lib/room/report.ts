/**
 * What the host tells its listener, and when: one snapshot of all rooms, rebuilt only where a room changed, told only when it differs.
 * Pace: room/coalesce. Leaves out what the rooms are and do (room/host).
 */
import type { Clock, Log } from '../ports';
import type { RoomSnapshot, ShoalSnapshot } from './api';
import { createCoalescer, type Coalescer } from './coalesce';
import type { HostListener } from './host-api';
import type { SharedRoom } from './mirror';
import { reuse } from './reuse';

export interface EventLog extends Log {
  /** Events written after number `after`, oldest first; `last` is the number to ask from next time. */
  since(after: number): { readonly events: readonly string[]; readonly last: number };
}

/** A room in view. */
export interface RoomInView {
  /** undefined: stopped, shown as it was. */
  readonly room: SharedRoom | undefined;
  shown: RoomSnapshot;
  stale: boolean;
}

/** Rates fall and counters of what was sent rise without any change of state: while peers are linked a room is looked at this often. */
const lookEveryMs = 1000;

export class Reporter {
  private readonly coalescer: Coalescer;
  private listener: HostListener | undefined;
  private shown: ShoalSnapshot | undefined;
  private eventsTold = 0;
  private cancelLook: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly log: EventLog,
    /** Everything but the rooms, as it is now. */
    private readonly rest: () => Omit<ShoalSnapshot, 'rooms'>,
    private readonly rooms: () => Iterable<RoomInView>,
  ) {
    this.coalescer = createCoalescer(clock, () => this.report());
  }

  listen(listener: HostListener): void {
    this.listener = listener;
    this.shown = undefined;
    this.mark(true);
  }

  /** Something changed; urgent: a state, not just numbers. */
  mark(urgent: boolean): void {
    this.coalescer.mark(urgent);
  }

  /** Resolves when the listener has what was marked before. */
  flushNow(): Promise<void> {
    return this.coalescer.flushNow();
  }

  stop(): void {
    this.coalescer.stop();
    this.cancelLook?.();
  }

  private async report(): Promise<void> {
    if (!this.listener) return;
    const rooms = [...this.rooms()];
    for (const entry of rooms) {
      if (!entry.room || !entry.stale) continue;
      entry.stale = false;
      entry.shown = reuse(entry.shown, entry.room.snapshot());
    }
    this.lookAgainLater(rooms);
    const next = { ...this.rest(), rooms: rooms.map((entry) => entry.shown) };
    const snapshot = reuse<ShoalSnapshot>(this.shown, next);
    if (snapshot === this.shown) return;
    this.shown = snapshot;
    const { events, last } = this.log.since(this.eventsTold);
    this.eventsTold = last;
    await this.listener(snapshot, events);
  }

  private lookAgainLater(rooms: readonly RoomInView[]): void {
    const linked = rooms.filter(({ room, shown }) => room && shown.peers.length > 0);
    if (this.cancelLook || linked.length === 0) return;
    this.cancelLook = this.clock.at(this.clock.now() + lookEveryMs, () => {
      this.cancelLook = undefined;
      for (const entry of linked) {
        entry.stale = true;
        entry.room?.look();
      }
      this.mark(false);
    });
  }
}
