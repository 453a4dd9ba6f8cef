/**
 * The mirror's side of commands: sends each to whichever tab leads the room, waits for the answer, and sends it again when another tab takes
 * the lead, so that a command outlives the tab that was to run it. At least once, not exactly once: when a leader dies between doing and
 * answering, its successor does it again, which for every command but `add` is the same as once.
 */
import { ShoalError } from '../base/errors';
import type { Clock } from '../ports';
import {
  asShoalError,
  isEnd,
  mirrorVersion,
  type MirrorMessage,
  type Outcome,
  type RoomCommand,
} from './mirror-messages';

/** A leader says "taken" within milliseconds unless its tab is frozen or its code is too old to understand. */
export const leaderPatienceMs = 10_000;

interface Pending {
  readonly call: RoomCommand;
  readonly settle: (outcome: Outcome) => void;
  cancelTimer: () => void;
}

export class LeaderCalls {
  private readonly pending = new Map<string, Pending>();

  constructor(
    private readonly post: (message: MirrorMessage) => void,
    private readonly clock: Clock,
  ) {}

  /** Rejects with the leader's ShoalError, or 'room-open-elsewhere' when no leader takes it in time. */
  send(call: RoomCommand): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = crypto.randomUUID();
      const settle = (outcome: Outcome): void => {
        this.drop(id);
        if (outcome.ok) resolve(outcome.value);
        else reject(new ShoalError(outcome.code, outcome.detail));
      };
      const pending: Pending = { call, settle, cancelTimer: () => undefined };
      this.pending.set(id, pending);
      this.dispatch(id, pending);
    });
  }

  receive(message: Extract<MirrorMessage, { kind: 'taken' | 'answer' }>): void {
    const pending = this.pending.get(message.id);
    if (!pending) return;
    if (message.kind === 'taken') pending.cancelTimer();
    else pending.settle(message.outcome);
  }

  /** Another tab leads now: it knows of none of these. */
  resend(): void {
    for (const [id, pending] of this.pending) this.dispatch(id, pending);
  }

  /** This tab leads now: runs what is open here. */
  runHere(run: (call: RoomCommand) => Promise<Outcome>): void {
    for (const { call, settle, cancelTimer } of [...this.pending.values()]) {
      cancelTimer();
      void run(call).then(settle);
    }
  }

  /** The room was ended: who asked for that has what it wanted. */
  ended(): void {
    for (const { call, settle } of [...this.pending.values()])
      if (isEnd(call)) settle({ ok: true, value: undefined });
  }

  fail(error: ShoalError): void {
    for (const { settle } of [...this.pending.values()])
      settle({ ok: false, code: error.code, detail: error.detail });
  }

  private dispatch(id: string, pending: Pending): void {
    pending.cancelTimer();
    pending.cancelTimer = this.clock.at(this.clock.now() + leaderPatienceMs, () => {
      pending.settle({ ok: false, code: 'room-open-elsewhere', detail: 'no answer' });
    });
    try {
      this.post({ v: mirrorVersion, kind: 'command', id, call: pending.call });
    } catch (error) {
      const { code, detail } = asShoalError(error);
      pending.settle({ ok: false, code, detail });
    }
  }

  private drop(id: string): void {
    this.pending.get(id)?.cancelTimer();
    this.pending.delete(id);
  }
}
