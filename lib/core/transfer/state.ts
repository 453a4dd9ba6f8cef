/**
 * The records the transfer machine keeps: one Share per share, one TransferLink per link, one View per link and share. Bookkeeping only:
 * what is decided with them stands in downloads.ts, uploads.ts and super-seed.ts.
 */
import { Bitfield } from '../../base/bitfield';
import type { PeerId, SessionId, ShareId } from '../../base/ids';
import type { Prng } from '../../base/prng';
import { segmentCount, segmentOf, sealedChunkBytes, type ChunkGeometry } from '../../content/layout';
import { limits } from '../../wire/messages';
import type { EngineConfig } from '../config';
import type { ChunkWindow, Effect } from '../types';
import type { Churn } from './churn';
import { Copies } from './copies';
import { Holder, Picker } from './picker';
import { RateMeter } from './rate';
import type { SuperSeed } from './super-seed';

/** A request of ours for one whole chunk. */
export interface DownloadRequest {
  readonly link: TransferLink;
  readonly tag: number;
  readonly share: Share;
  readonly chunk: number;
  readonly bytes: number;
  received: number;
  /** The peer said that it sends it, or its first block came. */
  begun: boolean;
  readonly sentAt: number;
  /** Asked although another peer has begun to send the chunk: the first to finish counts. */
  readonly rescue: boolean;
}

/** A request of a peer's for a run of blocks. */
export interface UploadRequest {
  readonly tag: number;
  readonly share: Share;
  readonly chunk: number;
  readonly firstBlock: number;
  readonly blockCount: number;
  /** Payload bytes not yet reported sent. */
  bytesLeft: number;
  /** When it came. */
  readonly since: number;
}

/** What one linked peer holds and wants of one share. */
export class View extends Holder {
  wanted: Bitfield;
  /** It knows the share (its `interest` came) and was sent our bitfield. */
  knows = false;
  /** Its bitfield came. */
  shown = false;
  /** Held by self and by it, and not told it yet: it waits for the next have, since it changes nothing the peer asks for. */
  readonly untold: number[] = [];
  /** Super-seeding: chunks revealed to it and not yet sent to it, with the time of revealing. */
  readonly revealed = new Map<number, number>();
  /** Super-seeding: chunks sent to it that it has not announced yet, with the time of sending. */
  readonly delivered = new Map<number, number>();
  /** Super-seeding: chunks given to it, or about to be; and those of them not yet seen at another peer. */
  given = 0;
  owes = 0;
  /** Chunks sent to it whole that it has not announced yet, the newest few; kept until it is credible. */
  readonly unconfirmed = new Set<number>();
  /** What it was asked to show and has not, and when it is to be asked (again); 0: not settled. */
  audit: { readonly chunk: number; readonly nonce: Uint8Array } | null = null;
  auditAt = 0;

  constructor(
    chunkCount: number,
    /** It was seen to hold what it announces (PROTOCOL CL2): its chunks are counted in `Share.copies`. */
    public credible: boolean,
  ) {
    super(new Bitfield(chunkCount));
    this.wanted = new Bitfield(chunkCount);
  }

  /** It has all it wants. */
  get satisfied(): boolean {
    return this.bits.isFull || (this.wanted.count > 0 && this.bits.covers(this.wanted));
  }
}

export class TransferLink {
  readonly views = new Map<ShareId, View>();
  /** The view looked at last: mostly there is one share, and every message looks. */
  private lastShare: ShareId | null = null;
  private lastView: View | undefined;
  up = true;
  /** When something came over it last. */
  heardAt: number;
  /** Stands among the links to be filled (Transfer.touch). */
  touched = false;

  /** The peer chokes us, since when: it serves nothing until it says otherwise. */
  choked = true;
  chokedAt: number;
  readonly requests = new Map<number, DownloadRequest>();
  /** Requested and not yet received, bytes. */
  outstanding = 0;
  /** Requests not begun yet. */
  unbegun = 0;
  nextTag = 1;
  readonly rateIn = new RateMeter();
  lastBlockAt = 0;
  snubbed = false;
  /** Requests given back to us since its last block, and until when it is not asked because of that. */
  refusals = 0;
  askAgainAt = 0;
  strikes = 0;
  bytesReceived = 0;

  /** We choke the peer. */
  choking = true;
  readonly queue: UploadRequest[] = [];
  readonly serving = new Map<number, UploadRequest>();
  servingBytes = 0;
  readonly rateOut = new RateMeter();
  bytesSent = 0;
  /** When an audit of the peer's was answered last. */
  auditedAt = -Infinity;

  constructor(
    readonly session: SessionId,
    readonly peer: PeerId,
    /** When it came up. */
    readonly since: number,
  ) {
    this.chokedAt = this.heardAt = since;
  }

  /** What the peer holds and wants of the share; undefined: it said nothing of it yet. */
  viewOf({ id }: Share): View | undefined {
    if (id !== this.lastShare) {
      const view = this.views.get(id);
      if (!view) return undefined;
      this.lastShare = id;
      this.lastView = view;
    }
    return this.lastView;
  }

  /** The same, made where there is none. */
  view(share: Share): View {
    let view = this.viewOf(share);
    if (!view) {
      const credible = this.peer === share.publisher || share.credible.has(this.peer);
      this.views.set(share.id, (view = new View(share.geometry.chunkCount, credible)));
      share.picker.join(view);
    }
    return view;
  }

  /** The share is gone. */
  forget({ id }: Share): void {
    this.views.delete(id);
    if (id === this.lastShare) this.lastShare = null;
  }
}

export class Share {
  /** Verified chunks. */
  readonly have: Bitfield;
  wanted: Bitfield;
  /** Wanted and not held. */
  missing = 0;
  readonly picker: Picker;
  /** Chunks under way: the requests for each, at different peers. */
  readonly underway = new Map<number, DownloadRequest[]>();
  /** Hashes known per segment. */
  private readonly known: Uint16Array;
  /** Segments worth asking for, and a session that must know them. */
  readonly hints = new Map<number, SessionId>();
  readonly asked = new Map<number, { readonly session: SessionId; readonly at: number }>();
  /** Held and not yet told to peers. */
  pendingHaves: number[] = [];
  superSeed: SuperSeed | null = null;
  announcedCount = -1;
  /** What is being played, most pressing first (urgent.ts). */
  urgent: readonly ChunkWindow[] = [];
  /** Chunks the publisher was asked for without having shown them, and had not. */
  readonly withheld = new Set<number>();
  /** Copies at linked peers that are credible; and who is, linked or not. */
  readonly copies: Copies;
  readonly credible = new Set<PeerId>();
  /** Self made chunks of it since this engine started, instead of finding all of them stored. */
  madeHere = false;

  constructor(
    readonly id: ShareId,
    readonly geometry: ChunkGeometry,
    readonly publisher: PeerId,
    /** Self published it. */
    readonly own: boolean,
    have: Bitfield | null,
    known: readonly number[],
    random: Prng,
  ) {
    this.have = have?.clone() ?? new Bitfield(geometry.chunkCount);
    this.wanted = new Bitfield(geometry.chunkCount);
    this.picker = new Picker(geometry.chunkCount, random);
    this.copies = new Copies(geometry.chunkCount);
    this.known = new Uint16Array(segmentCount(geometry));
    known.forEach((count, segment) => (this.known[segment] = count));
  }

  knownIn(segment: number): number {
    return this.known[segment] ?? 0;
  }

  setKnown(segment: number, count: number): void {
    this.known[segment] = count;
  }

  isKnown(chunk: number): boolean {
    return chunk % limits.chunksPerSegment < this.knownIn(segmentOf(chunk));
  }

  needs(chunk: number): boolean {
    return this.wanted.has(chunk) && !this.have.has(chunk);
  }

  /** Self holds something this peer wants and lacks. */
  canGive(view: View): boolean {
    return this.have.meets(view.wanted, view.bits);
  }

  bytesOf(chunk: number): number {
    return sealedChunkBytes(this.geometry, chunk);
  }

  /** Puts a chunk among the candidates if it may be asked for now. */
  consider(chunk: number): void {
    if (this.needs(chunk) && this.isKnown(chunk) && !this.underway.has(chunk)) this.picker.add(chunk);
  }
}

/** What the parts of the transfer machine share: the records, chance, time, and where effects go. */
export interface TransferContext {
  readonly self: PeerId;
  readonly config: EngineConfig;
  readonly random: Prng;
  readonly shares: Map<ShareId, Share>;
  readonly links: Map<SessionId, TransferLink>;
  now: number;
  /** Links served at once at present. */
  readonly parallel: number;
  readonly churn: Churn;
  emit(effect: Effect): void;
  /** This link may be able to ask for more: looked at once, when the input has been worked off. */
  touch(link: TransferLink): void;
  touchAll(): void;
}
