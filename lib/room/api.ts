/**
 * What the app may see and do: one snapshot of plain data and a handful of commands. Everything here crosses a worker border and, for a
 * second tab, a BroadcastChannel: structured-cloneable values only. Snapshots are immutable, replaced at most five times a second.
 */
import type { CloseReason, ShoalErrorCode } from '../base/errors';
import type { PeerId, RoomId, ShareId } from '../base/ids';
import type { Display } from '../content/displays';
import type { ChunkStrip } from '../core/transfer/chunk-map';
import type { EndingReason } from '../wire/ending';
import type { Closing } from '../core/transfer/safe-to-close';
import type { FolderOptions, KeptHandle, LinkPath, TrackerState, WriteOptions } from '../ports';

/** A file the person picked, with its path inside the share: '/'-separated, no leading slash, e.g. "holiday/day 1/a.jpg". */
export interface PickedFile {
  readonly path: string;
  readonly file: File;
}

export interface FileEntry {
  readonly index: number;
  /** As the publisher named it: hostile text, shown isolated, made safe on save. */
  readonly path: string;
  readonly bytes: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** As what the page can show it, by its name's ending; absent: not at all. */
  readonly display?: Display;
}

/** A file shown while it arrives. */
export interface Viewing {
  readonly display: Display;
  /** Address of an empty document of our own, to be framed: only elements inside it can load `source`. */
  readonly stage: string;
  /** Address of the file's bytes, with ranges for audio and video. A PDF may be framed by it directly. */
  readonly source: string;
  /** Idempotent. The window is dropped, and the addresses lead nowhere any more. */
  close(): void;
}

/**
 * The one word for what a room is doing, shown as `data-state`.
 * connecting: reaching server or first peer · waiting: nobody there, or it is the person's turn · hashing: preparing own files ·
 * transferring · stalled: something wanted is missing and nobody here has it · complete · error: see `error`.
 */
export type RoomState =
  'connecting' | 'waiting' | 'hashing' | 'transferring' | 'stalled' | 'complete' | 'error';

/** Why it is in that state, for the sentence beside it. */
export type StateDetail =
  | { readonly kind: 'server' } // connecting to the server
  | { readonly kind: 'peers' } // connecting to peers
  | { readonly kind: 'catalog' } // fetching the list of files
  | { readonly kind: 'empty-room' } // nobody else is here
  | { readonly kind: 'ready' } // files listed; the person may start
  | { readonly kind: 'nobody-asks' } // seeding, peers present, nothing asked
  | { readonly kind: 'collecting' } // hashing: own files are still being found
  | { readonly kind: 'preparing' } // hashing own files
  | { readonly kind: 'checking' } // comparing files chosen again with what was shared
  | ({ readonly kind: 'storage-full' } & SpaceLacking) // stalled: nothing can be written; what came waits in memory
  | { readonly kind: 'storage-failing' } // stalled: as above, for another reason than space
  | { readonly kind: 'receiving' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'missing'; readonly chunks: number; readonly lostPeers: number } // stalled: nobody linked has these
  | { readonly kind: 'files-needed' } // stalled: own share needs its files chosen again
  | { readonly kind: 'received' }
  | { readonly kind: 'sent' } // every linked peer has everything it wants
  | { readonly kind: 'stopped' }
  | { readonly kind: 'ended'; readonly why: EndingReason } // for good: nobody sends or receives any more
  | { readonly kind: 'error' };

/** What is needed, and what the platform says is free; null: it does not tell, or what it tells is plainly wrong. */
export interface SpaceLacking {
  readonly neededBytes: number;
  readonly freeBytes: number | null;
}

/** `anyway`: although the platform says that there is too little space; its word is a guess. */
export interface DownloadOptions {
  readonly save: boolean;
  readonly anyway?: boolean;
}

export interface PeerSnapshot {
  readonly id: PeerId;
  readonly agent: string;
  readonly path: LinkPath;
  /** Both ends stand in one network. */
  readonly near: boolean;
  /** Payload bytes since the link opened. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Payload bytes per second, smoothed over a few seconds. */
  readonly rateIn: number;
  readonly rateOut: number;
  /** 0…1 of all chunks in the room. */
  readonly completeness: number;
  readonly isCreator: boolean;
}

export interface ShareSnapshot {
  readonly id: ShareId;
  readonly publisher: 'self' | 'creator' | 'other';
  readonly totalBytes: number;
  readonly chunksTotal: number;
  /** Verified chunks, kept or about to be. */
  readonly chunksHave: number;
  /** null: catalog not here yet. */
  readonly fileCount: number | null;
  /** Grows when the file list becomes known or changes: fetch it again with files(). */
  readonly filesVersion: number;
  /** The person's choice; null: not chosen yet. Indexes into the file list. */
  readonly chosen: 'all' | readonly number[] | null;
  /** Percent done per file, for shares of at most 2,000 files; else null. */
  readonly filePercent: readonly number[] | null;
  /** Publisher: bytes prepared (encrypted, hashed, signed) of totalBytes; null when not being prepared. */
  readonly preparedBytes: number | null;
  /** Chunks are made from the file on demand: this tab must keep the file (quota too small). */
  readonly fromFile: boolean;
  /** Why: a copy takes this much. null: there is a copy, or nobody knows of too little space. */
  readonly space: SpaceLacking | null;
  /** Publisher: the files must be chosen again before the rest can be served. */
  readonly filesNeeded: boolean;
  /** They can be read again by one click, through handles kept earlier: `allowFiles`. */
  readonly filesAsk: boolean;
  readonly error: ShoalErrorCode | null;
  /** Whether the room can do without self, with the numbers behind it (PROTOCOL CL); null: nothing is known of the share, or the room rests. */
  readonly closing: Closing | null;
}

/** What the sender decided about a room. */
export interface RoomOptions {
  /** The link alone does not open it. */
  readonly passphrase: boolean;
  /** Why a passphrase cannot be set or taken away any more; null: it can. 'met': somebody came by the present link. */
  readonly passphraseFixed: 'met' | 'files' | 'guest' | null;
  /** Milliseconds since 1970; null: no such time. */
  readonly endsAt: number | null;
  /** Creator only: how many are allowed, and how many there were, as far as this profile saw. */
  readonly downloads: { readonly done: number; readonly limit: number } | null;
  /** Why it is over; null: it is not. */
  readonly over: EndingReason | null;
}

/** What is not named stays as it is. */
export interface OptionsChange {
  readonly endsAt?: number | null;
  /** 1 to 1,000. */
  readonly downloads?: number | null;
  /** Ends the room for everybody, for good. */
  readonly over?: true;
}

export interface RoomSnapshot {
  readonly id: RoomId;
  /** This profile's peer id in the room, for the name others know it by; null: not known yet. */
  readonly self: PeerId | null;
  /** The whole link to hand on. */
  readonly link: string;
  readonly role: 'creator' | 'guest';
  readonly createdAt: number;
  readonly state: RoomState;
  readonly detail: StateDetail;
  readonly error: ShoalErrorCode | null;
  readonly errorDetail: string;
  readonly server: TrackerState;
  readonly peers: readonly PeerSnapshot[];
  readonly shares: readonly ShareSnapshot[];
  readonly othersMayAdd: boolean;
  readonly options: RoomOptions;
  /** Whether self may add files now. */
  readonly mayAdd: boolean;
  readonly progress: {
    /** Of the chosen files, or for a publisher of its own preparation. */
    readonly bytesDone: number;
    readonly bytesTotal: number;
    readonly rateIn: number;
    readonly rateOut: number;
    /** null: cannot be told now. */
    readonly secondsLeft: number | null;
  };
  /** Payload bytes since this engine started. `bytesDirect + bytesRelayed + …` of received. */
  readonly totals: {
    readonly bytesSent: number;
    readonly bytesReceived: number;
    readonly bytesReceivedRelayed: number;
    readonly duplicateBytes: number;
    readonly badChunks: number;
  };
  /** Bytes this room's chunks take on disk. */
  readonly storedBytes: number;
  /** True when chosen files are complete, were asked to be saved when complete, and the page has not done so yet. */
  readonly savePending: boolean;
  /** Whether there is something chosen and all of it is here, whatever else goes on: `save` can work. */
  readonly canSave: boolean;
  /** Last links that ended, newest first, at most 20: for "who left" and diagnostics. */
  readonly lostPeers: readonly { readonly id: PeerId; readonly reason: CloseReason; readonly at: number }[];
}

/** A room of this profile, open here or not: "Your shares". */
export interface StoredRoom {
  readonly id: RoomId;
  readonly link: string;
  readonly role: 'creator' | 'guest';
  readonly createdAt: number;
  /** A few first file names, for recognition. */
  readonly title: string;
  readonly fileCount: number;
  readonly totalBytes: number;
  readonly storedBytes: number;
  /** Stopped by the person: stored, not seeding. */
  readonly stopped: boolean;
  readonly complete: boolean;
  /** As its sender said, when last heard; milliseconds since 1970. */
  readonly endsAt: number | null;
  /** Why it is over; null: it was not when this was read. */
  readonly over: EndingReason | null;
}

export interface ShoalSnapshot {
  /** starting: storage and worker coming up · failed: see error. */
  readonly phase: 'starting' | 'ready' | 'failed';
  /** 'engine-silent' in any other phase: what is shown may be old. */
  readonly error: ShoalErrorCode | null;
  readonly rooms: readonly RoomSnapshot[];
  readonly library: readonly StoredRoom[];
  readonly storage: {
    readonly usedBytes: number;
    readonly quotaBytes: number;
    readonly persisted: boolean;
  } | null;
}

export interface RoomChoice {
  readonly share: ShareId;
  readonly files: 'all' | readonly number[];
}

/** What `window.shoal.stats()` answers and "Copy diagnostics" copies. */
export interface RoomStats {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly duplicateBytes: number;
  readonly chunksHave: number;
  readonly chunksTotal: number;
  readonly badChunks: number;
  readonly peers: readonly {
    readonly id: string;
    readonly bytesSent: number;
    readonly bytesReceived: number;
    readonly path: LinkPath;
  }[];
}

/** What somebody looks at of a share. */
export interface ChunkMapWish {
  readonly share: ShareId;
  /** Cells of the whole share, at most 4,096. */
  readonly cells: number;
  /** Files to be shown by themselves, at most 64 of them, as indexes into the list. */
  readonly files: readonly number[];
  /** Cells of each, at most 1,024. */
  readonly fileCells: number;
}

/** The share as it is now. */
export interface ChunkMap {
  /** People in the room by the server's last count, self included; more than are linked in a large room. */
  readonly members: number;
  readonly whole: ChunkStrip;
  /** In the order asked for; of a file not known, a strip without chunks. */
  readonly files: readonly ChunkStrip[];
}

export interface CreateOptions {
  readonly othersMayAdd?: boolean;
  /** Needed besides the link, by everybody. Making the room takes about a second longer. */
  readonly passphrase?: string | undefined;
  /** As in OptionsChange. */
  readonly endsAt?: number | null;
  readonly downloads?: number | null;
  /** On the files or the folders they lie in, where the platform has handles: a reload then finds them again. */
  readonly handles?: readonly KeptHandle[];
}

/** The app's handle on everything. Commands reject with ShoalError. Made by createShoal() in lib/index.ts. */
export interface Shoal {
  /** For useSyncExternalStore: stable functions, cached immutable snapshots. */
  readonly subscribe: (onChange: () => void) => () => void;
  readonly getSnapshot: () => ShoalSnapshot;
  /**
   * Makes a room with one share of these files; resolves as soon as the link exists, hashing goes on. With null the files are still being
   * collected: the link is good at once, and they follow with `add`.
   */
  create(files: readonly PickedFile[] | null, options?: CreateOptions): Promise<RoomId>;
  /**
   * Opens the room behind a link (creator or guest, as this profile knows it). 'link-malformed', 'link-cut', 'link-version'; 'passphrase-needed'
   * where it takes one and this profile has not opened it before, 'passphrase-wrong'.
   */
  open(link: string, passphrase?: string): Promise<RoomId>;
  /** Opens every own room that was not stopped, so that it seeds. */
  resumeAll(): Promise<void>;
  add(room: RoomId, files: readonly PickedFile[], handles?: readonly KeptHandle[]): Promise<void>;
  /** The list of files of a share; [] while unknown. Cached: same array for the same filesVersion. */
  files(room: RoomId, share: ShareId): Promise<readonly FileEntry[]>;
  /** Percent here of each file of a share, one byte a file; empty while the list is unknown. For shares whose `filePercent` is null. */
  filePercents(room: RoomId, share: ShareId): Promise<Uint8Array<ArrayBuffer>>;
  /** All bytes of a file that is here already; null when it is not, when it is longer than `maxBytes`, or could not be read. Fetches nothing. */
  fileBytes(
    room: RoomId,
    share: ShareId,
    file: number,
    maxBytes: number,
  ): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Starts the transfer of these files; `save`: the page saves them through the browser's download when complete. */
  download(room: RoomId, choices: readonly RoomChoice[], options: DownloadOptions): Promise<void>;
  /**
   * As `download` with `save`, into a folder the person picks before anything is fetched; 'save-cancelled' when they close the picker, and
   * nothing is started. Needs a user gesture. The folder is kept for `saveWhenComplete`, also over a reload. Answers its name.
   * `anyway` as in DownloadOptions.
   */
  downloadToFolder(room: RoomId, choices: readonly RoomChoice[], anyway?: boolean): Promise<string>;
  /**
   * Saves what `savePending` stands for: into the folder chosen for it, else as `save`. A download of the same files that runs still, or
   * ended while no page was open, is not begun again. `gesture`: the browser may be asked for permission to write; without one, a lapsed
   * permission is 'save-permission'.
   */
  saveWhenComplete(
    room: RoomId,
    choices: readonly RoomChoice[],
    options: FolderOptions & {
      readonly gesture: boolean;
      /** Called with the folder's name where it goes into one. */
      readonly into?: (folder: string) => void;
    },
  ): Promise<void>;
  /** Saves what is complete of the chosen files through the service worker: one file as itself, several as a ZIP. */
  save(room: RoomId, choices: readonly RoomChoice[]): Promise<void>;
  /** Writes into a folder the person picks (File System Access); 'save-cancelled' when they close the picker. Needs a user gesture. */
  saveToFolder(room: RoomId, choices: readonly RoomChoice[], options: FolderOptions): Promise<void>;
  /** As `save`, into a file the person picks in the system's dialog, which asks before it replaces one. Needs a user gesture. */
  saveAs(
    room: RoomId,
    choices: readonly RoomChoice[],
    options: WriteOptions & { readonly name: string },
  ): Promise<void>;
  /** Whether the platform has such pickers. */
  readonly canSaveToFolder: boolean;
  readonly canSaveAs: boolean;
  /** Chooses a publisher's files again after a reload that lost them. 'files-differ', detail `<why>:<index of the file>`, when they are not the same. */
  reattach(
    room: RoomId,
    share: ShareId,
    files: readonly PickedFile[],
    handles?: readonly KeptHandle[],
  ): Promise<void>;
  /** Asks to read a publisher's files again through kept handles, and goes on. Needs a user gesture. 'files-needed' when it is refused. */
  allowFiles(room: RoomId, share: ShareId): Promise<void>;
  /** Tries again what failed: writes to a full disk, preparing, reading own files. */
  retry(room: RoomId): Promise<void>;
  /** Keeps a copy of an own share that is served from its files. */
  keepCopy(room: RoomId, share: ShareId): Promise<void>;
  /**
   * Shows one file while it arrives; its chunks are fetched in the order they are read. A file nobody chose is chosen by that. 'watch-failed'
   * where no service worker can be had or the file is none the page shows.
   */
  watch(room: RoomId, share: ShareId, file: number): Promise<Viewing>;
  /** Whether watch can work here. */
  readonly canWatch: boolean;
  /**
   * Which chunks are here, under way and held by linked peers. Costs nothing while nobody asks, and by the chunk when somebody does: ask again when
   * the answer is here, at most four times a second.
   */
  chunkMap(room: RoomId, wish: ChunkMapWish): Promise<ChunkMap>;
  setOthersMayAdd(room: RoomId, allowed: boolean): Promise<void>;
  /** When the room ends, after how many downloads, or now. Creator only. 'room-ended' once it is over. */
  setOptions(room: RoomId, change: OptionsChange): Promise<void>;
  /**
   * Makes the room anew with this passphrase (null: without one) and deletes the old one, whose link opens nothing any more. 'passphrase-late'
   * once somebody came, or while the files are not at hand. Answers the new room.
   */
  setPassphrase(room: RoomId, passphrase: string | null): Promise<RoomId>;
  /** Leaves the room but keeps its chunks; `resume` opens it again. */
  stop(room: RoomId): Promise<void>;
  resume(room: RoomId): Promise<void>;
  /** Asks the browser to keep what is stored and answers whether it promised. Some browsers ask the person: call it in a gesture. */
  persist(): Promise<boolean>;
  /** Leaves and deletes everything stored of it. */
  remove(room: RoomId): Promise<void>;
  /** From the latest snapshot; undefined for an unknown room. */
  stats(room: RoomId): RoomStats | undefined;
  /** stats, states, reasons and versions as text for a bug report; no names, keys or addresses. */
  diagnostics(room: RoomId): string;
}
