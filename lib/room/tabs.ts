/**
 * What the tabs of one profile share, as lib/room needs it: locks that one of them holds, and a channel all of them hear. The browser's Web
 * Locks and BroadcastChannel stand behind it (lib/adapters/browser/tabs.ts). Not in lib/ports because only rooms know there are tabs.
 */
import type { Clock, RecordStore } from '../ports';

/** Gives the lock back; resolves when the next in line may have it. */
export type Release = () => Promise<void>;

export interface Locks {
  /** Asks once: undefined when another tab holds it. */
  tryAcquire(name: string): Promise<Release | undefined>;
  /** Waits its turn, first come first served; undefined when `signal` ended the wait. A tab that goes away gives up what it holds. */
  acquire(name: string, signal: AbortSignal): Promise<Release | undefined>;
}

export interface BroadcastPort {
  /** To every other port of this name, in this tab too; never to itself. Structured-cloneable values; throws for others. */
  post(message: unknown): void;
  close(): void;
}

export interface Broadcast {
  open(name: string, receive: (message: unknown) => void): BroadcastPort;
}

export interface TabEnvironment {
  readonly locks: Locks;
  readonly broadcast: Broadcast;
  readonly records: RecordStore;
  readonly clock: Clock;
}
