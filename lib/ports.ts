/**
 * The outer world as the driver sees it. Each port has adapters (browser, node, memory) and one contract suite that all of them pass.
 * Errors a person can cause or meet are ShoalError; a peer's doings are CloseReason values.
 */
import type { CloseReason } from './base/errors';
import type { NeighbourId, PeerId, RoomId, SessionId, ShareId } from './base/ids';
import type { SignalPayload } from './content/signal';
import type { AckOf, HandoutPeer, IceServer, RefusalCode, ShareSummary } from './wire/signaling';

/** Bytes over a plain (not shared) buffer: what WebCrypto, IndexedDB and data channels take. */
export type Bytes = Uint8Array<ArrayBuffer>;

// ── time ───────────────────────────────────────────────────────────────────────────────────────────────

export interface Clock {
  /** Milliseconds, monotonic, from an arbitrary origin. */
  now(): number;
  /** Calls `run` once at or soon after `time` (same origin as now()). The answer cancels it. */
  at(time: number, run: () => void): () => void;
  /** Milliseconds since 1970 as this device believes. It may be wrong, and may jump: only for times people agreed on. */
  wall(): number;
}

// ── cryptography (WebCrypto in every adapter; keys never leave it) ─────────────────────────────────────

/** An Ed25519 key pair; `privateKey` is opaque, not extractable, and storable in a RecordStore. */
export interface Identity {
  readonly peer: PeerId;
  /** 32 bytes. */
  readonly publicKey: Bytes;
  readonly privateKey: unknown;
}

/** An AES-256-GCM key, opaque and storable. */
export interface SealingKey {
  readonly sealingKey: unknown;
}

/** An X25519 key pair (RFC 7748); `secretKey` is opaque and not extractable. */
export interface Agreement {
  /** 32 bytes. */
  readonly publicKey: Bytes;
  readonly secretKey: unknown;
}

export interface Crypto {
  random(length: number): Bytes;
  sha256(bytes: Uint8Array): Promise<Bytes>;
  createIdentity(): Promise<Identity>;
  /** 64 bytes (RFC 8032). */
  sign(identity: Identity, message: Uint8Array): Promise<Bytes>;
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** HKDF-SHA-256 (RFC 5869) with an empty salt and `info` = utf8(label). */
  derive(secret: Uint8Array, label: string, length: number): Promise<Bytes>;
  createAgreement(): Promise<Agreement>;
  /** The 32 bytes both sides can make (RFC 7748 §6.1); undefined for a key nothing can be agreed with. */
  agree(own: Agreement, publicKey: Uint8Array): Promise<Bytes | undefined>;
  /** Memory-hard (scrypt, RFC 7914) stretch of a passphrase to 32 bytes; takes about a second by design. */
  stretch(passphrase: string, salt: Uint8Array): Promise<Bytes>;
  /** 32 bytes to a key that cannot be read back. */
  importKey(raw: Uint8Array): Promise<SealingKey>;
  /** AES-256-GCM; 12-byte nonce; the 16-byte tag is appended. A (key, nonce) pair must never see two plaintexts. */
  seal(key: SealingKey, nonce: Uint8Array, data: Uint8Array, associated: Uint8Array): Promise<Bytes>;
  /** undefined when the tag does not fit: wrong key, other data or tampered bytes. */
  open(
    key: SealingKey,
    nonce: Uint8Array,
    data: Uint8Array,
    associated: Uint8Array,
  ): Promise<Bytes | undefined>;
}

// ── storage ────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Sealed chunks, one record each, one database a share. Rejections are ShoalError: 'quota-exceeded' (nothing of the batch is kept),
 * 'storage-unavailable' or 'store-failed'.
 */
export interface ChunkStore {
  /** All or nothing, in one transaction with relaxed durability; resolves when it completed. Overwrites equal indexes. */
  put(share: ShareId, records: readonly { readonly chunk: number; readonly bytes: Bytes }[]): Promise<void>;
  get(share: ShareId, chunk: number): Promise<Bytes | undefined>;
  /** Indexes of all kept chunks, ascending. An unknown share has none. */
  keys(share: ShareId): Promise<number[]>;
  /** Removes some chunks (found damaged). */
  remove(share: ShareId, chunks: readonly number[]): Promise<void>;
  /** Removes a share with everything in it; fine when there is none. */
  drop(share: ShareId): Promise<void>;
  /** Shares of which anything is kept. */
  shares(): Promise<ShareId[]>;
  /** Bytes this origin uses and may use; null where the platform does not tell. */
  estimate(): Promise<{ usedBytes: number; quotaBytes: number } | null>;
  /** Asks that nothing be evicted. Answers whether that holds. */
  persist(): Promise<boolean>;
  /** The platform or another program closed or took away what is kept of this share: `keys` tells what is left. One listener. */
  watch(lost: (share: ShareId) => void): void;
}

/** Small records, grouped; each collection is a database of its own. Same errors as ChunkStore. */
export type Collection = 'rooms' | 'shares' | 'segments' | 'tickets' | 'folders';
export interface RecordStore {
  get(collection: Collection, key: string): Promise<unknown>;
  /**
   * One transaction. Values are structured-cloneable, CryptoKey and FileSystemHandle included where the platform has them. `durable`: resolves
   * when a power cut would not undo it; else when a killed process would not.
   */
  put(
    collection: Collection,
    entries: readonly (readonly [key: string, value: unknown])[],
    options?: { readonly durable: boolean },
  ): Promise<void>;
  remove(collection: Collection, keys: readonly string[]): Promise<void>;
  /** Every record whose key starts with `prefix`, by key ascending. */
  list(collection: Collection, prefix?: string): Promise<[key: string, value: unknown][]>;
  /** As ChunkStore.watch. */
  watch(lost: (collection: Collection) => void): void;
}

// ── writing where the person said ──────────────────────────────────────────────────────────────────────

/** A file that is in the chosen folder already, as the person is asked about it. */
export interface ExistingFile {
  /** As it is to be saved: safe, '/'-separated. */
  readonly path: string;
  /** Of what is there, and of what is to be saved. */
  readonly existingBytes: number;
  readonly newBytes: number;
  /** How many more of the files exist. */
  readonly more: number;
}

export interface ExistingAnswer {
  readonly what: 'replace' | 'keep-both' | 'skip';
  /** Also for the rest of them. */
  readonly forAll: boolean;
}

export interface WriteOptions {
  /** Bytes taken by the platform since the last call. */
  readonly wrote?: (bytes: number) => void;
  /** Breaks the save off with 'save-cancelled'. */
  readonly signal?: AbortSignal;
}

export interface FolderOptions extends WriteOptions {
  /** null: the person wants to save nothing after all. */
  readonly ask: (file: ExistingFile) => Promise<ExistingAnswer | null>;
}

// ── files the person chose ─────────────────────────────────────────────────────────────────────────────

/** A readable file. `File` fits. `slice(…).arrayBuffer()` rejects (NotReadableError, NotFoundError) when it changed or went away. */
export interface SourceFile {
  readonly size: number;
  readonly lastModified: number;
  readonly type: string;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A handle on a file or folder the person chose: opaque, storable in a RecordStore, outlives the page. */
export interface KeptHandle {
  /** The path inside the share of what it stands for: a file's own path, or that of the folder its files lie in. */
  readonly path: string;
  readonly handle: unknown;
}

/** Reads files through kept handles. Asking for permission takes a page and a gesture and is not done here. */
export interface FileHandles {
  /** Whether all of them may be read now without asking. */
  allowed(handles: readonly KeptHandle[]): Promise<boolean>;
  /** The files at these paths inside the share, in order. Rejects with ShoalError 'file-unreadable' when one is not there any more. */
  open(handles: readonly KeptHandle[], paths: readonly string[]): Promise<SourceFile[]>;
}

// ── connections ────────────────────────────────────────────────────────────────────────────────────────

/** What peers tell each other to connect; sealed by the driver before it leaves. */
export type { SignalPayload } from './content/signal';

export type LinkPath = 'direct' | 'relayed' | 'unknown';

/** One open connection: a control channel (ordered) and a block channel (unordered, reliable). */
export interface LinkChannel {
  /** Same bytes on both sides and bound to this very connection (hash of both DTLS fingerprints): what `hello` signs. */
  readonly binding: Uint8Array;
  /** Largest frame either channel takes. */
  readonly maxFrameBytes: number;
  /** Frames over maxFrameBytes or on a closed link are dropped; the close is told by `closed`. */
  sendControl(frame: Uint8Array): void;
  /** False: buffer is full now (the frame was still taken); wait for `drained`. */
  sendBlock(frame: Uint8Array): boolean;
  /** How bytes travel, as known now. */
  path(): LinkPath;
  /** Both ends stand in one network, as known now. Never true of a relayed link. */
  near(): boolean;
  /** Set once, in the same task in which `opened` is called; frames that came earlier are delivered then. */
  listen(handlers: LinkHandlers): void;
}
export interface LinkHandlers {
  control(frame: Uint8Array): void;
  /** The buffer belongs to the receiver from now on. */
  block(frame: Uint8Array): void;
  drained(): void;
}

/** Makes and ends connections. Sessions are chosen by the caller; signals for unknown sessions are dropped. */
export interface Transport {
  /** Starts one attempt. Ends in exactly one `opened` or `closed`; after `opened`, in exactly one `closed`. */
  connect(session: SessionId, role: 'initiator' | 'responder', ice: IceConfig): void;
  /** A signal from the other side for this session. Never throws; a hostile one ends the session. */
  signal(session: SessionId, payload: SignalPayload): void;
  /** Ends a session; `closed` follows with this reason. What was given to sendControl before is flushed if it can be. */
  close(session: SessionId, reason: CloseReason): void;
  listen(handlers: TransportHandlers): void;
}
export interface TransportHandlers {
  signal(session: SessionId, payload: SignalPayload): void;
  opened(session: SessionId, channel: LinkChannel): void;
  closed(session: SessionId, reason: CloseReason): void;
}
export interface IceConfig {
  readonly servers: readonly IceServer[];
  readonly policy: 'all' | 'relay';
}

// ── the tracker, as a client sees it ───────────────────────────────────────────────────────────────────

export type TrackerState = 'connecting' | 'online' | 'offline';

/** One connection to the server, shared by all rooms of this worker. Reconnects and rejoins by itself, with jitter. */
export interface TrackerClient {
  /** Joins now and again after each reconnect. `prove` signs the challenge. */
  join(room: RoomId, membership: TrackerMembership): void;
  leave(room: RoomId): void;
  announce(room: RoomId, shares: readonly ShareSummary[]): void;
  /** Asks for more peers; the answer comes as `handout`. */
  handout(room: RoomId, linked: readonly PeerId[]): void;
  /** Best effort, at most once: dropped while offline. */
  signal(room: RoomId, to: PeerId, session: SessionId, sealed: Uint8Array): void;
  /**
   * Leaves a room that is over and shows the server why, so that it admits nobody; once connected, if it is not now. `part`: what hashes to the
   * room's id with the creator's id.
   */
  end(room: RoomId, part: Uint8Array, ending: Uint8Array): void;
  close(): void;
}
export interface TrackerMembership {
  readonly identity: Identity;
  joined(answer: Extract<AckOf<'join'>, { ok: true }>): void;
  refused(code: RefusalCode): void;
  /** The server says that the room is over, with what its creator is said to have signed; unchecked. It is not joined again by itself. */
  ended(ending: Uint8Array): void;
  handout(peers: readonly HandoutPeer[], members: number): void;
  signal(from: PeerId, session: SessionId, sealed: Uint8Array): void;
  /** Told at once with the present state, then on each change. */
  state(state: TrackerState): void;
}

// ── people nearby ──────────────────────────────────────────────────────────────────────────────────────

/** A page of the same network that lets itself be found. The key is all that is known of it. */
export interface Neighbour {
  readonly id: NeighbourId;
  /** X25519, 32 bytes, made for one visit. */
  readonly publicKey: Uint8Array;
}

/** A connection of its own, so that nobody can tell by it which rooms the page is in. Reconnects and joins again by itself. */
export interface NearbyClient {
  /** Ends what was joined before. */
  join(publicKey: Uint8Array, handlers: NearbyHandlers): void;
  /** Hands a sealed parcel to a neighbour. False: nobody took it. Never rejects. */
  send(to: NeighbourId, session: SessionId, sealed: Uint8Array): Promise<boolean>;
  /** Nothing is told any more, and no connection is left. */
  leave(): void;
}

export interface NearbyHandlers {
  /** In the circle; who is there already. Also after each reconnect, with a new list. */
  joined(neighbours: readonly Neighbour[]): void;
  came(neighbour: Neighbour): void;
  left(neighbour: NeighbourId): void;
  parcel(from: NeighbourId, session: SessionId, sealed: Uint8Array): void;
  /** Not taken in; tried again by itself unless it is 'nearby-off'. */
  refused(code: RefusalCode): void;
  /** Somebody else showed the same key: out of the circle, and not joined again by itself. */
  replaced(): void;
  /** The connection is gone or could not be made; it comes back by itself. */
  offline(): void;
}

// ── finding out why nothing connects ───────────────────────────────────────────────────────────────────

/** What a browser may lack. */
export interface Features {
  readonly webrtc: boolean;
  readonly storage: boolean;
  readonly serviceWorker: boolean;
  readonly worker: boolean;
  readonly locks: boolean;
  readonly ed25519: boolean;
}

/** What ICE found: how many candidates of each type, and the codes of its errors (RFC 8445 §5.1; W3C WebRTC §4.8.3). */
export interface Gathered {
  readonly host: number;
  readonly reflexive: number;
  readonly relay: number;
  /** Gathering ended by itself; else time was up or what was awaited came. */
  readonly complete: boolean;
  readonly errors: readonly number[];
}

export type JoinTrial =
  | { readonly outcome: 'joined'; readonly ice: IceConfig }
  | { readonly outcome: 'refused'; readonly code: RefusalCode }
  | { readonly outcome: 'unconnected' };

export interface StorageTrial {
  readonly written: boolean;
  /** null: the platform does not tell. */
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  readonly persisted: boolean;
}

/**
 * Small trials of what Shoal needs, each by itself. None rejects for what it finds; all let go of everything they opened when they answer
 * and when `signal` aborts, with which they reject.
 */
export interface Trials {
  isSecure(): boolean;
  isOnline(): boolean;
  features(signal: AbortSignal): Promise<Features>;
  /** The server's /healthz. 'odd': something else answered, as a portal that wants a login does. */
  health(signal: AbortSignal): Promise<'ready' | 'stopping' | 'odd' | 'silent'>;
  /** Joins a room nobody knows with a key nobody keeps, and leaves it. */
  join(signal: AbortSignal): Promise<JoinTrial>;
  /** Gathers candidates until one of type `awaited` is there, gathering ends or `withinMs` is over. */
  gather(
    ice: IceConfig,
    awaited: 'reflexive' | 'relay',
    withinMs: number,
    signal: AbortSignal,
  ): Promise<Gathered>;
  /** Two connections of this page to each other, without any server. `candidates`: how many either side found. */
  loopback(
    withinMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly connected: boolean; readonly candidates: number }>;
  storage(signal: AbortSignal): Promise<StorageTrial>;
}

// ── log ────────────────────────────────────────────────────────────────────────────────────────────────

/** Reason codes and counters, never names, keys or addresses. */
export interface Log {
  write(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}
