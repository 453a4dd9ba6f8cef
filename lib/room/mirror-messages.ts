/**
 * What tabs of one profile say to each other about one room, on BroadcastChannel `shoal-room-<id>`. Same origin and same profile, so this
 * is no border of trust; it is one of versions: a tab may run older code than its neighbour, hence the number, and a stranger is ignored.
 */
import { ShoalError, type ShoalErrorCode } from '../base/errors';
import type { RoomId, ShareId } from '../base/ids';
import type { Bytes, KeptHandle } from '../ports';
import type {
  ChunkMap,
  ChunkMapWish,
  DownloadOptions,
  FileEntry,
  OptionsChange,
  PickedFile,
  RoomChoice,
  RoomSnapshot,
} from './api';
import type { RoomSources } from './controller';

/** 2: rooms have options, and snapshots show them. */
export const mirrorVersion = 2;

/** Both the lock that makes a tab the room's leader and the channel it speaks on. */
export const roomChannel = (room: RoomId): string => `shoal-room-${room}`;

/** Commands as they cross tabs. `ticket` answers the ticket's id: the ticket holds keys and lies in the store both tabs read. */
export interface RoomCommands {
  add(files: readonly PickedFile[], handles?: readonly KeptHandle[]): Promise<void>;
  files(share: ShareId): Promise<readonly FileEntry[]>;
  filePercents(share: ShareId): Promise<Bytes>;
  fileBytes(share: ShareId, file: number, maxBytes: number): Promise<Bytes | null>;
  download(choices: readonly RoomChoice[], options: DownloadOptions): Promise<void>;
  ticket(choices: readonly RoomChoice[]): Promise<string>;
  saved(): Promise<void>;
  reattach(share: ShareId, files: readonly PickedFile[], handles?: readonly KeptHandle[]): Promise<void>;
  retry(): Promise<void>;
  keepCopy(share: ShareId): Promise<void>;
  repair(choices: readonly RoomChoice[]): Promise<void>;
  handles(share: ShareId): Promise<readonly KeptHandle[]>;
  reopen(share: ShareId): Promise<void>;
  /** Answers the ticket's id, as `ticket` does. */
  watch(share: ShareId, file: number): Promise<string>;
  unwatch(ticket: string): Promise<void>;
  chunkMap(wish: ChunkMapWish): Promise<ChunkMap>;
  setOthersMayAdd(allowed: boolean): Promise<void>;
  setOptions(change: OptionsChange): Promise<void>;
  sources(): Promise<RoomSources>;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

export type RoomCommand = {
  [Name in keyof RoomCommands]: { readonly command: Name; readonly args: Parameters<RoomCommands[Name]> };
}[keyof RoomCommands];

/** Whether the room is over for all tabs after it. */
export const isEnd = ({ command }: RoomCommand): boolean => command === 'stop' || command === 'remove';

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ShoalErrorCode; readonly detail: string };

export type MirrorMessage = { readonly v: typeof mirrorVersion } & (
  | { readonly kind: 'ask' } // a mirror came and wants the present state
  | { readonly kind: 'leads'; readonly snapshot: RoomSnapshot } // a tab took the room over: what was asked of the last one, ask again
  | { readonly kind: 'snapshot'; readonly snapshot: RoomSnapshot }
  | { readonly kind: 'ended' } // the person stopped or removed the room: nobody is to take it over
  | { readonly kind: 'command'; readonly id: string; readonly call: RoomCommand }
  | { readonly kind: 'taken'; readonly id: string } // the leader is on it, however long it takes
  | { readonly kind: 'answer'; readonly id: string; readonly outcome: Outcome }
);

/** undefined for what is not a message of this version. */
export function readMirrorMessage(data: unknown): MirrorMessage | undefined {
  if (typeof data !== 'object' || data === null || !('v' in data) || !('kind' in data)) return undefined;
  return data.v === mirrorVersion ? (data as MirrorMessage) : undefined;
}

/** Anything thrown, as the one error type that crosses borders. A stranger's message may hold names or paths: only its kind is kept. */
export function asShoalError(error: unknown): ShoalError {
  if (error instanceof ShoalError) return error;
  return new ShoalError('internal', error instanceof Error ? error.name : typeof error, { cause: error });
}

export async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    const { code, detail } = asShoalError(error);
    return { ok: false, code, detail };
  }
}
