/**
 * What the page asks of the host, callable across a worker border: structured-cloneable arguments and answers, promises only, and rejections
 * that are ShoalErrors. Leaves out what takes a page (room/shoal).
 */
import type { RoomId, ShareId } from '../base/ids';
import type { KeptHandle } from '../ports';
import type { SaveTicket, WatchTicket } from '../content/ticket';
import type { CreateOptions, PickedFile, RoomChoice, Shoal, ShoalSnapshot } from './api';
import type { Carried } from './carry';

/** Log events since the last report, oldest first. */
export type HostListener = (snapshot: ShoalSnapshot, events: readonly string[]) => unknown;

/** The commands of Shoal that make sense without a page. */
export interface ShoalHost extends Pick<
  Shoal,
  | 'open'
  | 'resumeAll'
  | 'files'
  | 'filePercents'
  | 'fileBytes'
  | 'download'
  | 'retry'
  | 'keepCopy'
  | 'chunkMap'
  | 'setOthersMayAdd'
  | 'setOptions'
  | 'setPassphrase'
  | 'stop'
  | 'resume'
  | 'remove'
> {
  /** One slice of files that a command is to name later (room/carry). */
  carry(name: number, slice: readonly PickedFile[]): Promise<void>;
  create(files: Carried | null, options?: CreateOptions): Promise<RoomId>;
  add(room: RoomId, files: Carried, handles?: readonly KeptHandle[]): Promise<void>;
  reattach(room: RoomId, share: ShareId, files: Carried, handles?: readonly KeptHandle[]): Promise<void>;
  /** Reports the present snapshot and then each that differs. A listener that answers a promise is waited for. One listener. */
  listen(listener: HostListener): Promise<void>;
  ticket(room: RoomId, choices: readonly RoomChoice[]): Promise<SaveTicket>;
  saved(room: RoomId): Promise<void>;
  /** See RoomController. */
  repair(room: RoomId, choices: readonly RoomChoice[]): Promise<void>;
  handles(room: RoomId, share: ShareId): Promise<readonly KeptHandle[]>;
  reopen(room: RoomId, share: ShareId): Promise<void>;
  watch(room: RoomId, share: ShareId, file: number): Promise<WatchTicket>;
  unwatch(room: RoomId, ticket: string): Promise<void>;
  /** The page asked for persistent storage, or saved something: look at the quota again. */
  refreshStorage(): Promise<void>;
  /** The page goes away: rooms say goodbye and give up their locks. Nothing stored is lost. No command works after it. */
  goodbye(): Promise<void>;
}
