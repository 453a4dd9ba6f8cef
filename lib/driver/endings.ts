/**
 * How a room ends (PROTOCOL.md OP): the creator's signed word for it is kept, checked, passed on, waited for and obeyed. When the room is over
 * this peer says goodbye to everybody, leaves the tracker and shows it why; what is here stays here. Leaves out who wants a room to end, and
 * the counting of downloads (download-count.ts).
 */
import type { SessionId } from '../base/ids';
import {
  clockSkewMs,
  decodeEnding,
  encodeEnding,
  endedBy,
  endingSigningBytes,
  endingSupersedes,
  type Ending,
  type EndingReason,
} from '../wire/ending';
import type { Bytes } from '../ports';
import type { DriverContext } from './context';
import type { Link, Links } from './links';

/** A computer that sleeps may stop the clock that timers follow: the calendar is looked at this often at the latest. */
const lookMs = 10 * 60_000;
/** So far ahead of ours the server's clock may be for its word to count on when a time has come: one that lies could end rooms early. */
const serverAheadMs = 24 * 60 * 60_000;

export interface EndingEvents {
  /** To be kept with the room. */
  changed(encoded: Bytes): Promise<void>;
  /** Once: nothing is sent or fetched any more. */
  over(): void;
}

export class Endings {
  ending: Ending | null = null;
  /** Why the room is over; null: it is not. */
  over: EndingReason | null = null;
  private cancelTimer: (() => void) | undefined;
  /** The server told us: it need not be told. */
  private serverKnows = false;
  /** Checking is asynchronous; one after the other keeps an older one from overtaking a newer one. */
  private checking = Promise.resolve();

  constructor(
    private readonly context: DriverContext,
    private readonly links: Links,
    private readonly events: EndingEvents,
  ) {}

  private get isCreator(): boolean {
    return this.context.identity.peer === this.context.keys.creator;
  }

  /** As kept from earlier, before the room starts. */
  restore(encoded: Uint8Array): void {
    const decoded = decodeEnding(encoded);
    if (decoded.ok) this.ending = decoded.value;
    // The creator is yet to say so without a time (finish).
    if (!this.isCreator || this.ending?.over) this.over = this.held();
  }

  /** After the restore. False: the room is over and must not be joined. */
  start(): boolean {
    if (this.over) {
      if (this.isCreator) this.tellServer();
      return false;
    }
    this.look();
    return true;
  }

  close(): void {
    this.cancelTimer?.();
  }

  linkUp(session: SessionId): void {
    if (!this.look()) this.tell(session);
  }

  /** Signs a new word; only the creator's counts. `over`: for good. */
  async set(change: Pick<Ending, 'over' | 'endsAt'>): Promise<void> {
    if (this.over) return;
    const { identity, keys, ports } = this.context;
    const { room } = keys;
    const sequence = (this.ending?.sequence ?? 0) + 1;
    const unsigned = { ...change, room, sequence, publisherKey: identity.publicKey };
    const signature = await ports.crypto.sign(identity, endingSigningBytes(unsigned));
    await this.keep({ ...unsigned, signature });
  }

  /** From a peer: what does not hold ends its link. */
  message(link: Link, encoded: Uint8Array): void {
    this.checked(async () => {
      if (!(await this.take(encoded)))
        this.context.feed({ kind: 'link-breach', session: link.session, reason: 'bad-header' });
    });
  }

  /** From the server. What does not hold is not obeyed: then it has merely turned us away. */
  fromServer(encoded: Uint8Array): void {
    this.checked(async () => {
      this.serverKnows = true;
      const holds = await this.take(encoded);
      // Our own clock may be behind the server's: the creator's word holds, and nobody else will be found.
      const late = endedBy(this.ending, this.context.ports.clock.wall(), -serverAheadMs);
      if (holds && !this.look() && late) this.finish(late);
      if (!this.over) this.context.ports.log.write('ending-refused');
    });
  }

  private checked(work: () => Promise<void>): void {
    this.checking = this.checking.then(work).catch(() => this.context.ports.log.write('ending-failed'));
  }

  private async take(encoded: Uint8Array): Promise<boolean> {
    const decoded = decodeEnding(encoded);
    if (!decoded.ok || decoded.value.room !== this.context.keys.room) return false;
    const ending = decoded.value;
    if (!endingSupersedes(ending, this.ending ?? undefined)) return true;
    const { crypto } = this.context.ports;
    if ((await this.context.peerOf(ending.publisherKey)) !== this.context.keys.creator) return false;
    if (!(await crypto.verify(ending.publisherKey, endingSigningBytes(ending), ending.signature)))
      return false;
    await this.keep(ending);
    return true;
  }

  private async keep(ending: Ending): Promise<void> {
    this.ending = ending;
    for (const link of this.links.all()) this.tell(link.session);
    this.look();
    await this.events.changed(encodeEnding(ending));
  }

  private tell(session: SessionId): void {
    if (this.ending) this.links.send(session, { type: 'ending', ending: encodeEnding(this.ending) });
  }

  /** The creator means the minute it named; others allow for a clock of theirs that is ahead of it. */
  private held(): EndingReason | null {
    const slack = this.isCreator ? 0 : clockSkewMs;
    return endedBy(this.ending, this.context.ports.clock.wall(), slack);
  }

  /** True when the room is over now. Else it is looked at again when it may be. */
  private look(): boolean {
    if (this.over) return true;
    const over = this.held();
    if (over) {
      this.finish(over);
      return true;
    }
    this.cancelTimer?.();
    const { endsAt } = this.ending ?? { endsAt: null };
    if (endsAt === null) return false;
    const { clock } = this.context.ports;
    const left = endsAt + (this.isCreator ? 0 : clockSkewMs) - clock.wall();
    this.cancelTimer = clock.at(clock.now() + Math.min(Math.max(left, 0), lookMs), () => void this.look());
    return false;
  }

  private finish(over: EndingReason): void {
    if (this.over) return;
    // Where the creator's time has come it says so without a time: no clock of others is asked then.
    if (this.isCreator && this.ending?.over === null) {
      this.context.background('ending', this.set({ over, endsAt: this.ending.endsAt }));
      return;
    }
    this.over = over;
    this.cancelTimer?.();
    this.context.ports.log.write('room-ended', { over });
    this.tellServer();
    this.events.over();
  }

  private tellServer(): void {
    const { keys, ports } = this.context;
    if (this.ending && !this.serverKnows) ports.tracker.end(keys.room, keys.part, encodeEnding(this.ending));
    else ports.tracker.leave(keys.room);
  }
}
