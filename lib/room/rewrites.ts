/**
 * Records the platform took away while a room runs, written again until that succeeds. Decides when: at once, and after a failure 1 s later,
 * doubling to a minute, as long as the room is open: a platform that clears a site refuses writes for a moment, a full disk for longer.
 * PROTOCOL.md RM59. Leaves out what is written (room.ts).
 */
import { ShoalError } from '../base/errors';
import { writeRetryMs } from '../driver/chunk-writer';
import type { Clock, Collection, Log } from '../ports';

export interface Rewritten {
  readonly isClosed: boolean;
  /** Writes all records of the collection again that belong to it. */
  recordsTaken(collection: Collection): Promise<void>;
}

export class Rewrites {
  /** Collections some write of which is under way or waits, by room: another loss of them is covered by the one after it. */
  private readonly owed = new Map<Rewritten, Map<Collection, { again: boolean }>>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Never rejects; comes back by itself until the records are written or the room is closed. */
  owe(room: Rewritten, collection: Collection): void {
    const owed = this.owed.get(room) ?? new Map<Collection, { again: boolean }>();
    this.owed.set(room, owed);
    const running = owed.get(collection);
    if (running) running.again = true;
    else void this.write(room, collection, owed, 0);
  }

  private async write(
    room: Rewritten,
    collection: Collection,
    owed: Map<Collection, { again: boolean }>,
    failures: number,
  ): Promise<void> {
    const course = { again: false };
    owed.set(collection, course);
    try {
      if (!room.isClosed) await room.recordsTaken(collection);
    } catch (error) {
      this.log.write('rewrite-failed', { code: error instanceof ShoalError ? error.code : 'internal' });
      this.clock.at(
        this.clock.now() + writeRetryMs(failures),
        () => void this.write(room, collection, owed, failures + 1),
      );
      return;
    }
    owed.delete(collection);
    // Taken again while it was being written: that write may have gone with it.
    if (course.again) this.owe(room, collection);
    else if (owed.size === 0) this.owed.delete(room);
  }
}
