/**
 * The engine's contract with its hosts (the driver in real time, the simulator in virtual time): what goes in, what comes out, all plain
 * data. The comment on each member is that contract. Payload never enters: blocks and chunks are named, hosts move the bytes.
 */
import type { Bitfield } from '../base/bitfield';
import type { CloseReason } from '../base/errors';
import type { PeerId, SessionId, ShareId } from '../base/ids';
import type { Ranges } from '../base/ranges';
import type { ChunkGeometry } from '../content/layout';
import type { MessageOf, PeerMessage } from '../wire/messages';

/** Messages the engine itself handles; the rest (hello, shares, catalogs, endings) are the driver's. */
export type EngineMessage = Exclude<
  PeerMessage,
  { type: 'hello' | 'shares' | 'catalogRequest' | 'catalogPart' | 'ending' | 'bye' }
>;

export type Input =
  /** The time asked for by `wake` has come (or any later time). */
  | { readonly kind: 'tick' }
  /** The tracker named these peers. Naming one again lifts the mark that it had said goodbye. */
  | { readonly kind: 'candidates'; readonly peers: readonly PeerId[] }
  /** The tracker is reachable (again), or not. Offline: no knocks, no handouts are asked for. */
  | { readonly kind: 'tracker'; readonly online: boolean }
  /** A peer with a larger id asks to be dialed. */
  | { readonly kind: 'knocked'; readonly peer: PeerId }
  /** The first offer of a session that peer started. Answered by `connect` as responder, or by nothing. */
  | { readonly kind: 'offered'; readonly peer: PeerId; readonly session: SessionId }
  /** The connection stands and the peer proved its id. */
  | { readonly kind: 'link-up'; readonly session: SessionId }
  /** The attempt or the link ended, for whichever side's reason. Once per session. */
  | { readonly kind: 'link-down'; readonly session: SessionId; readonly reason: CloseReason }
  | { readonly kind: 'message'; readonly session: SessionId; readonly message: EngineMessage }
  /** The host saw this peer break a rule (a frame that does not decode, bytes nobody asked for). */
  | { readonly kind: 'link-breach'; readonly session: SessionId; readonly reason: CloseReason }
  /** A share enters: known header. `have`: chunks kept from earlier; `known`: chunk hashes known per segment. */
  | {
      readonly kind: 'share-added';
      readonly share: ShareId;
      readonly geometry: ChunkGeometry;
      readonly have: Bitfield | null;
      readonly known: readonly number[];
      /** Who published it: when that is self, super-seeding applies. */
      readonly publisher: PeerId;
    }
  | { readonly kind: 'share-removed'; readonly share: ShareId }
  /** Which chunks self wants, all of them each time; chunks already held may be among them. */
  | { readonly kind: 'wanted'; readonly share: ShareId; readonly ranges: Ranges }
  /**
   * What a person is about to see or hear: windows of chunks, the most pressing first; all of them each time, [] when nobody watches any
   * more. Only chunks that are wanted count. Windows are short (some megabytes): each decision looks through them.
   */
  | { readonly kind: 'urgent'; readonly share: ShareId; readonly windows: readonly ChunkWindow[] }
  /** Hashes 0…known−1 of the segment are signed by the publisher. `session`: who sent them; null: self made them. */
  | {
      readonly kind: 'segment-known';
      readonly share: ShareId;
      readonly segment: number;
      readonly known: number;
      readonly session: SessionId | null;
    }
  /** What came for this segment was not signed as it must be. */
  | {
      readonly kind: 'segment-bad';
      readonly share: ShareId;
      readonly segment: number;
      readonly session: SessionId;
    }
  /** Self hashed, signed and can serve this chunk. */
  | { readonly kind: 'chunk-published'; readonly share: ShareId; readonly chunk: number }
  /** A chunk from an earlier session was found in the store, or made again, and its hash is the signed one. Others may hold it too. */
  | { readonly kind: 'chunk-restored'; readonly share: ShareId; readonly chunk: number }
  /** A block frame of one of our requests arrived: `bytes` of payload, not seen before. Frames with unknown tags never get here. */
  | {
      readonly kind: 'block-received';
      readonly session: SessionId;
      readonly tag: number;
      readonly bytes: number;
    }
  /** The chunk of this request is whole and its hash is the signed one / is not. Answers `verify`. */
  | { readonly kind: 'chunk-verified'; readonly session: SessionId; readonly tag: number }
  | { readonly kind: 'chunk-bad'; readonly session: SessionId; readonly tag: number }
  /** The write of a verified chunk completed; or it will never be kept (`kept` false: storage failed), and self cannot serve it. */
  | {
      readonly kind: 'chunk-settled';
      readonly share: ShareId;
      readonly chunk: number;
      readonly kept: boolean;
    }
  /** Chunks thought held cannot be read or fail their hash. They count as missing from now on. */
  | { readonly kind: 'chunks-lost'; readonly share: ShareId; readonly ranges: Ranges }
  /** Payload bytes of a served request were handed to the link; `done`: that was its last block. */
  | {
      readonly kind: 'block-sent';
      readonly session: SessionId;
      readonly tag: number;
      readonly bytes: number;
      readonly done: boolean;
    }
  /** The chunk to be served could not be read. */
  | { readonly kind: 'serve-failed'; readonly session: SessionId; readonly tag: number }
  /** What came for `check-audit` is the hash it must be. */
  | { readonly kind: 'audit-passed'; readonly session: SessionId; readonly share: ShareId }
  /** No new requests (storage full or the person paused) / go on. */
  | { readonly kind: 'receiving'; readonly paused: boolean };

/** Chunks from … to − 1. */
export interface ChunkWindow {
  readonly from: number;
  readonly to: number;
}

export type Effect =
  /** Start an attempt. Answered by `link-up` or `link-down`. */
  | {
      readonly kind: 'connect';
      readonly peer: PeerId;
      readonly session: SessionId;
      readonly role: 'initiator' | 'responder';
    }
  /** Ask a peer with a smaller id to dial us. */
  | { readonly kind: 'knock'; readonly peer: PeerId; readonly session: SessionId }
  /** End the session; `link-down` follows. */
  | { readonly kind: 'disconnect'; readonly session: SessionId; readonly reason: CloseReason }
  | { readonly kind: 'send'; readonly session: SessionId; readonly message: EngineMessage }
  /** Make room for the chunk this request will bring (before its `send`). Ends with `verify` or `discard`. */
  | {
      readonly kind: 'expect';
      readonly session: SessionId;
      readonly tag: number;
      readonly share: ShareId;
      readonly chunk: number;
    }
  /** All blocks are here: compare the chunk's hash, store it when it fits. Answered by chunk-verified or chunk-bad, later chunk-settled. */
  | {
      readonly kind: 'verify';
      readonly session: SessionId;
      readonly tag: number;
      readonly share: ShareId;
      readonly chunk: number;
    }
  /** Forget what arrived for this request; frames that still come are duplicates. */
  | { readonly kind: 'discard'; readonly session: SessionId; readonly tag: number }
  /** Send these blocks, each as one frame with this tag. Answered by block-sent…, or serve-failed. */
  | {
      readonly kind: 'serve';
      readonly session: SessionId;
      readonly tag: number;
      readonly share: ShareId;
      readonly chunk: number;
      readonly firstBlock: number;
      readonly blockCount: number;
    }
  /** Stop serving as soon as may be; no answer follows for this tag any more. */
  | { readonly kind: 'unserve'; readonly session: SessionId; readonly tag: number }
  /** Check the signature over own prefix and these hashes. Answered by segment-known or segment-bad. */
  | { readonly kind: 'check-segment'; readonly session: SessionId; readonly message: MessageOf<'segment'> }
  /** Answer with what is known of the segment from `from` on (perhaps nothing). */
  | {
      readonly kind: 'send-segment';
      readonly session: SessionId;
      readonly share: ShareId;
      readonly segment: number;
      readonly from: number;
    }
  /** Send the SHA-256 of nonce ‖ sealed chunk in `audited`, if the chunk can be read. */
  | {
      readonly kind: 'answer-audit';
      readonly session: SessionId;
      readonly share: ShareId;
      readonly chunk: number;
      readonly nonce: Uint8Array;
    }
  /** Compare `digest` with the SHA-256 of nonce ‖ own sealed chunk. Answered by audit-passed, or by nothing. */
  | {
      readonly kind: 'check-audit';
      readonly session: SessionId;
      readonly share: ShareId;
      readonly chunk: number;
      readonly nonce: Uint8Array;
      readonly digest: Uint8Array;
    }
  /** Tell the tracker how much self holds. */
  | { readonly kind: 'announce'; readonly shares: readonly ShareHolding[] }
  /** Ask the tracker for peers other than these. */
  | { readonly kind: 'handout'; readonly linked: readonly PeerId[] }
  /** Call handle({ kind: 'tick' }) at this time, once; replaces an earlier wake. */
  | { readonly kind: 'wake'; readonly at: number }
  /** A fact for the log and the snapshot. */
  | { readonly kind: 'report'; readonly fact: Fact };

/** Band 0 (nothing) … 4 (everything) and which 64ths are held whole: what the tracker may know (design §6). */
export interface ShareHolding {
  readonly share: ShareId;
  readonly band: number;
  readonly regions: Uint8Array;
}

export type Fact =
  | { readonly kind: 'peer-linked'; readonly peer: PeerId; readonly session: SessionId }
  | {
      readonly kind: 'peer-lost';
      readonly peer: PeerId;
      readonly session: SessionId;
      readonly reason: CloseReason;
      readonly wasUp: boolean;
    }
  | { readonly kind: 'chunk-got'; readonly share: ShareId; readonly chunk: number }
  /** Every wanted chunk of the share is verified. */
  | { readonly kind: 'share-complete'; readonly share: ShareId }
  | { readonly kind: 'bad-chunk'; readonly peer: PeerId; readonly share: ShareId; readonly chunk: number }
  | { readonly kind: 'snubbed'; readonly peer: PeerId };
