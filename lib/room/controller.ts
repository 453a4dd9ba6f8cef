/**
 * One room as the host (lib/room/host.ts) sees it: what a leading tab runs in full and what a second tab of the same profile mirrors.
 * Implemented by Room (lib/room/room.ts) over a driver, and by MirroredRoom over a BroadcastChannel. Commands reject with ShoalError.
 */
import type { PeerId, RoomId, ShareId } from '../base/ids';
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
import type { SaveTicket, WatchTicket } from '../content/ticket';
import type { RoomSecret } from './keys';

/** A creator's own shares as they were picked, and the options of its room. */
export interface RoomSources {
  readonly shares: readonly {
    readonly files: readonly PickedFile[];
    readonly handles: readonly KeptHandle[];
  }[];
  readonly othersMayAdd: boolean;
  readonly endsAt: number | null;
  readonly downloads: number | null;
}

export interface RoomController {
  readonly id: RoomId;
  /** Built afresh from the present state; the host decides how often. */
  snapshot(): RoomSnapshot;
  add(files: readonly PickedFile[], handles?: readonly KeptHandle[]): Promise<void>;
  files(share: ShareId): Promise<readonly FileEntry[]>;
  filePercents(share: ShareId): Promise<Bytes>;
  fileBytes(share: ShareId, file: number, maxBytes: number): Promise<Bytes | null>;
  /** 'quota-exceeded', detail `needs <bytes>, free <bytes>`, when the platform tells of too little space and `anyway` is not set. */
  download(choices: readonly RoomChoice[], options: DownloadOptions): Promise<void>;
  /** Puts a ticket for these files into the 'tickets' collection and answers it. 'nothing-chosen', 'chunk-damaged' (not complete). */
  ticket(choices: readonly RoomChoice[]): Promise<SaveTicket>;
  /** The page has saved what was pending: savePending becomes false, for good (survives a reload). */
  saved(): Promise<void>;
  /** 'files-differ', detail `<why>:<index>`; 'file-unreadable'. */
  reattach(share: ShareId, files: readonly PickedFile[], handles?: readonly KeptHandle[]): Promise<void>;
  /** Tries again what failed: writes, preparing, reading of own files. */
  retry(): Promise<void>;
  /** Keeps a copy of an own share that is served from its files. */
  keepCopy(share: ShareId): Promise<void>;
  /** Reads the stored chunks of these files; what is damaged or gone is fetched again, and then they are to be saved. */
  repair(choices: readonly RoomChoice[]): Promise<void>;
  /** Handles kept on an own share's files. */
  handles(share: ShareId): Promise<readonly KeptHandle[]>;
  /** Goes on with files whose handles the person just allowed to be read. 'files-needed', 'file-changed', 'file-unreadable'. */
  reopen(share: ShareId): Promise<void>;
  /**
   * Puts a ticket for showing this file while it arrives into 'tickets'; one of others is chosen by that, if it was not. 'watch-failed' for what
   * is not shown in the page or not stored here, 'quota-exceeded'.
   */
  watch(share: ShareId, file: number): Promise<WatchTicket>;
  /** Nobody watches by this ticket any more: it is removed. */
  unwatch(ticket: string): Promise<void>;
  chunkMap(wish: ChunkMapWish): Promise<ChunkMap>;
  setOthersMayAdd(allowed: boolean): Promise<void>;
  /** Creator only. 'room-ended' once it is over. */
  setOptions(change: OptionsChange): Promise<void>;
  /** What another room would have to be made of, to take this one's place. 'passphrase-late' where that cannot be any more. */
  sources(): Promise<RoomSources>;
  /** Says goodbye to peers and tracker, finishes writes. Nothing stored is deleted. Idempotent. */
  close(): Promise<void>;
}

/** Makes controllers; the composition root gives it ports. `changed(urgent)`: the snapshot differs; urgent: state changed, not just numbers. */
export interface RoomFactory {
  /** `files` null: they follow with `add`; until then the room is 'hashing' (collecting). */
  create(
    files: readonly PickedFile[] | null,
    options: {
      readonly origin: string;
      readonly othersMayAdd: boolean;
      readonly handles?: readonly KeptHandle[];
      readonly passphrase?: string | undefined;
      readonly endsAt?: number | null;
      readonly downloads?: number | null;
    },
    changed: (urgent: boolean) => void,
  ): Promise<RoomController>;
  /** `linkKey`: the fragment, already parsed well. Makes the stored record when this profile does not know the room. */
  open(
    linkKey: string,
    options: { readonly origin: string; readonly secret?: RoomSecret | undefined },
    changed: (urgent: boolean) => void,
  ): Promise<RoomController>;
  /**
   * What opens the room of this link: where it needs a passphrase, from this profile's record or else from the one given. 'passphrase-needed',
   * 'passphrase-wrong'.
   */
  unlock(linkKey: string, passphrase?: string): Promise<RoomSecret | undefined>;
  /** Room id of a link key, without opening it. */
  roomIdOf(linkKey: string, secret?: RoomSecret): Promise<RoomId>;
  /** Deletes all that is stored of a room that is not open. */
  erase(room: RoomId): Promise<void>;
}

/** What the 'rooms' collection keeps, under the room id. */
export interface RoomRecord {
  readonly id: RoomId;
  readonly linkKey: string;
  readonly role: 'creator' | 'guest';
  readonly createdAt: number;
  /** This profile's key pair in this room (lib/ports Identity). */
  readonly identity: {
    readonly peer: string;
    readonly publicKey: Uint8Array<ArrayBuffer>;
    readonly privateKey: unknown;
  };
  readonly title: string;
  readonly fileCount: number;
  readonly totalBytes: number;
  readonly storedBytes: number;
  readonly complete: boolean;
  readonly stopped: boolean;
  /** Encoded signed policy (lib/content/policy), when known. */
  readonly policy: Uint8Array<ArrayBuffer> | null;
  /** Chosen files are to be saved by the page when complete. */
  readonly saveWanted: boolean;
  /** What the passphrase made of the link's secret, so that it is not asked for again; absent where there is none. */
  readonly secret?: RoomSecret;
  /** Encoded signed ending (lib/wire/ending), when known. */
  readonly ending?: Uint8Array<ArrayBuffer> | null;
  /** Creator: how many downloads are allowed, and who has had one. */
  readonly downloadLimit?: number | null;
  readonly downloaders?: readonly PeerId[];
  /** Somebody has been linked with us here: the link is in use. */
  readonly met?: boolean;
}
