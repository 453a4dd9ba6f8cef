/**
 * The leader's side of a mirrored room: publishes its snapshots to the other tabs of the profile and runs the commands they send. Silent
 * until another tab has shown up, so that the usual single tab pays nothing.
 */
import { unreachable } from '../base/invariant';
import type { Clock } from '../ports';
import { createCoalescer, type Coalescer } from './coalesce';
import type { RoomController } from './controller';
import { mirrorVersion, outcomeOf, type MirrorMessage, type RoomCommand } from './mirror-messages';

/** Commands that end the leader itself; its host runs them. */
export interface RoomAdministration {
  stop(): Promise<void>;
  remove(): Promise<void>;
}

export class RoomLeader {
  private watched = false;
  /** A mirror that hears late that this tab leads sends again what has already been taken. */
  private readonly taken = new Set<string>();
  private readonly coalescer: Coalescer;

  constructor(
    readonly real: RoomController,
    private readonly administration: RoomAdministration,
    private readonly post: (message: MirrorMessage) => void,
    clock: Clock,
  ) {
    this.coalescer = createCoalescer(clock, () => {
      this.post({ v: mirrorVersion, kind: 'snapshot', snapshot: this.real.snapshot() });
    });
  }

  changed(urgent: boolean): void {
    if (this.watched) this.coalescer.mark(urgent);
  }

  /** Tells mirrors that were waiting for a leader. */
  announce(): void {
    this.post({ v: mirrorVersion, kind: 'leads', snapshot: this.real.snapshot() });
  }

  receive(message: MirrorMessage): void {
    if (message.kind === 'ask') {
      this.watched = true;
      this.coalescer.mark(true);
    } else if (message.kind === 'command') {
      this.watched = true;
      const { id, call } = message;
      if (this.taken.has(id)) return;
      // A question asked again and again, and harmless to answer twice: not worth remembering.
      if (call.command !== 'chunkMap') this.taken.add(id);
      this.post({ v: mirrorVersion, kind: 'taken', id });
      void outcomeOf(() => runCommand(this.real, this.administration, call)).then((outcome) => {
        this.post({ v: mirrorVersion, kind: 'answer', id, outcome });
      });
    }
  }

  /** The person ended the room for all tabs. */
  end(): void {
    this.post({ v: mirrorVersion, kind: 'ended' });
  }

  /** Nothing is published from here on; answers that are under way still go out. */
  close(): void {
    this.coalescer.stop();
  }
}

export async function runCommand(
  room: RoomController,
  administration: RoomAdministration,
  call: RoomCommand,
): Promise<unknown> {
  switch (call.command) {
    case 'add':
      return room.add(...call.args);
    case 'files':
      return room.files(...call.args);
    case 'filePercents':
      return room.filePercents(...call.args);
    case 'fileBytes':
      return room.fileBytes(...call.args);
    case 'download':
      return room.download(...call.args);
    case 'ticket':
      return (await room.ticket(...call.args)).id;
    case 'saved':
      return room.saved();
    case 'watch':
      return (await room.watch(...call.args)).id;
    case 'unwatch':
      return room.unwatch(...call.args);
    case 'reattach':
      return room.reattach(...call.args);
    case 'retry':
      return room.retry();
    case 'keepCopy':
      return room.keepCopy(...call.args);
    case 'repair':
      return room.repair(...call.args);
    case 'handles':
      return room.handles(...call.args);
    case 'reopen':
      return room.reopen(...call.args);
    case 'chunkMap':
      return room.chunkMap(...call.args);
    case 'setOthersMayAdd':
      return room.setOthersMayAdd(...call.args);
    case 'setOptions':
      return room.setOptions(...call.args);
    case 'sources':
      return room.sources();
    case 'stop':
      return administration.stop();
    case 'remove':
      return administration.remove();
    default:
      return unreachable(call);
  }
}
