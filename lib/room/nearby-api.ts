/** What the app sees of people nearby and may do: plain, immutable data and a handful of commands. What it does: nearby.ts. */
import type { NeighbourId } from '../base/ids';
import type { ParcelAnswer } from '../content/parcel';

/** off: not to be found. unavailable: this server cannot tell who is near. crowded: too many are there already. */
export type NearbyPhase = 'off' | 'connecting' | 'on' | 'offline' | 'crowded' | 'unavailable';

export interface NearbyPerson {
  readonly id: NeighbourId;
  /** What a name is made of: the first 16 bytes of the hash of their key, so that it stands for that key. */
  readonly seed: string;
}

/** Numbers below 32: pictures both sides see. */
export type Marks = readonly number[];

export interface Outgoing {
  readonly person: NearbyPerson;
  readonly step: 'greeting' | 'compare' | 'sent' | ParcelAnswer | 'gone';
  readonly marks: Marks;
}

/** compare: the other is comparing marks. offered: the link is here and waits for a word. */
export interface Incoming {
  readonly person: NearbyPerson;
  readonly step: 'compare' | 'offered';
  readonly marks: Marks;
}

export interface NearbySnapshot {
  readonly phase: NearbyPhase;
  /** Of the own name; '' while off. */
  readonly seed: string;
  readonly people: readonly NearbyPerson[];
  readonly outgoing: Outgoing | null;
  readonly incoming: Incoming | null;
}

export interface Nearby {
  readonly subscribe: (onChange: () => void) => () => void;
  readonly getSnapshot: () => NearbySnapshot;
  /** Lets self be found, under a name and a key made now. */
  start(): Promise<void>;
  /** Not to be found any more; whatever runs ends. */
  stop(): void;
  /** Begins to hand a link or link key to somebody; nothing of it leaves before `confirm`. Ends what was begun before. */
  offer(to: NeighbourId, link: string): Promise<void>;
  /** The person saw the same marks on the other's screen. */
  confirm(): Promise<void>;
  /** Ends what was begun, or puts its outcome away. */
  cancel(): void;
  /** Takes what was offered: a link key, as it stands in a fragment. */
  accept(): string | undefined;
  /** `block`: hear nothing more from whoever has this key. */
  decline(block: boolean): void;
}
