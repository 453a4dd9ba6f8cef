/**
 * What the parts of a room's driver share: ports, keys, the table of shares, and the way to the engine. Each part does one kind of IO
 * and reports by `feed`; none calls another but through this.
 */
import type { PeerId, RoomId, ShareId } from '../base/ids';
import type { Engine } from '../core/engine';
import type { Input } from '../core/types';
import type {
  Bytes,
  ChunkStore,
  Clock,
  Crypto,
  FileHandles,
  Identity,
  Log,
  RecordStore,
  SealingKey,
  TrackerClient,
  Transport,
} from '../ports';
import type { ShareEntry } from './share-entry';

/** The outer world one room runs in. */
export interface RoomPorts {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly chunks: ChunkStore;
  readonly records: RecordStore;
  readonly files: FileHandles;
  readonly tracker: TrackerClient;
  readonly createTransport: () => Transport;
  readonly log: Log;
}

/** All that follows from the link (design §4). */
export interface RoomKeys {
  readonly room: RoomId;
  readonly creator: PeerId;
  readonly secret: Bytes;
  /** What hashes to the room's id with the creator's id; shown to the tracker only when the room is over. */
  readonly part: Bytes;
  readonly signal: SealingKey;
  readonly catalog: SealingKey;
}

export interface DriverContext {
  readonly ports: RoomPorts;
  readonly keys: RoomKeys;
  readonly identity: Identity;
  readonly engine: Engine;
  readonly shares: ReadonlyMap<ShareId, ShareEntry>;
  /** Gives the engine an input; effects are carried out before the next input is taken. */
  feed(input: Input): void;
  /** Something a person sees has changed; urgent: a state, not just a number. */
  changed(urgent: boolean): void;
  /** The peer id of a public key (design §4). */
  peerOf(publicKey: Uint8Array): Promise<PeerId>;
  /** The share's publisher was caught lying: the share is in error for good, nothing more of it is asked for. */
  distrust(entry: ShareEntry): void;
  /** Bytes of a verified chunk that waits to be written. */
  waits(share: ShareId, chunk: number): Bytes | undefined;
  /** Chunks thought held are not there any more: they are fetched again. */
  lose(entry: ShareEntry, chunks: readonly number[]): void;
  /** What a publisher has to fetch of its own share may have changed. */
  wantOwn(entry: ShareEntry): void;
  /** A promise nobody awaits: a failure is a bug or a dying platform and is written to the log. */
  background(what: string, work: Promise<unknown>): void;
}
