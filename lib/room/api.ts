/**
 * What the app may see and do: one snapshot of plain data and a handful of commands. Everything here crosses a worker border and, for a
 * second tab, a BroadcastChannel: structured-cloneable values only. Snapshots are immutable, replaced at most five times a second.
 */
import type { CloseReason, ShoalErrorCode } from '../base/errors';
import type { PeerId, RoomId, ShareId } from '../base/ids';
import type { LinkPath, TrackerState } from '../ports';

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
  | { readonly kind: 'receiving' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'missing'; readonly chunks: number; readonly lostPeers: number } // stalled: nobody linked has these
  | { readonly kind: 'files-needed' } // stalled: own share needs its files chosen again
  | { readonly kind: 'received' }
  | { readonly kind: 'sent' } // every linked peer has everything it wants
  | { readonly kind: 'stopped' }
  | { readonly kind: 'error' };

export interface PeerSnapshot {
  readonly id: PeerId;
  readonly agent: string;
  readonly path: LinkPath;
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
  /** Publisher: the files must be chosen again before the rest can be served. */
  readonly filesNeeded: boolean;
  readonly error: ShoalErrorCode | null;
  /** Full copies that linked peers hold together, without self: min over chunks. */
  readonly copies: number;
}

export interface RoomSnapshot {
  readonly id: RoomId;
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
}

export interface ShoalSnapshot {
  /** starting: storage and worker coming up · failed: see error. */
  readonly phase: 'starting' | 'ready' | 'failed';
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

/** The app's handle on everything. Commands reject with ShoalError. Made by createShoal() in lib/index.ts. */
export interface Shoal {
  /** For useSyncExternalStore: stable functions, cached immutable snapshots. */
  readonly subscribe: (onChange: () => void) => () => void;
  readonly getSnapshot: () => ShoalSnapshot;
  /**
   * Makes a room with one share of these files; resolves as soon as the link exists, hashing goes on. With null the files are still being
   * collected: the link is good at once, and they follow with `add`.
   */
  create(files: readonly PickedFile[] | null, options?: { readonly othersMayAdd?: boolean }): Promise<RoomId>;
  /** Opens the room behind a link (creator or guest, as this profile knows it). 'link-malformed', 'link-cut', 'link-version'. */
  open(link: string): Promise<RoomId>;
  /** Opens every own room that was not stopped, so that it seeds. */
  resumeAll(): Promise<void>;
  add(room: RoomId, files: readonly PickedFile[]): Promise<void>;
  /** The list of files of a share; [] while unknown. Cached: same array for the same filesVersion. */
  files(room: RoomId, share: ShareId): Promise<readonly FileEntry[]>;
  /** Starts the transfer of these files; `save`: the page saves them through the browser's download when complete. */
  download(room: RoomId, choices: readonly RoomChoice[], options: { readonly save: boolean }): Promise<void>;
  /** Saves what is complete of the chosen files through the service worker: one file as itself, several as a ZIP. */
  save(room: RoomId, choices: readonly RoomChoice[]): Promise<void>;
  /** Writes into a folder the person picks (File System Access); 'save-cancelled' when they close the picker. Needs a user gesture. */
  saveToFolder(room: RoomId, choices: readonly RoomChoice[]): Promise<void>;
  /** Whether saveToFolder can work here. */
  readonly canSaveToFolder: boolean;
  /** Chooses a publisher's files again after a reload that lost them. 'files-differ' when they are not the same. */
  reattach(room: RoomId, share: ShareId, files: readonly PickedFile[]): Promise<void>;
  setOthersMayAdd(room: RoomId, allowed: boolean): Promise<void>;
  /** Leaves the room but keeps its chunks; `resume` opens it again. */
  stop(room: RoomId): Promise<void>;
  resume(room: RoomId): Promise<void>;
  /** Leaves and deletes everything stored of it. */
  remove(room: RoomId): Promise<void>;
  /** From the latest snapshot; undefined for an unknown room. */
  stats(room: RoomId): RoomStats | undefined;
  /** stats, states, reasons and versions as text for a bug report; no names, keys or addresses. */
  diagnostics(room: RoomId): string;
}
