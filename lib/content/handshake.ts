/**
 * What a peer signs in `hello` to prove its id on one link, and how a share is named to the tracker. Design §4, PROTOCOL.md §3 (HS).
 * Leaves out signing and deriving, which go through the Crypto port.
 */
import { concatBytes } from '../base/bytes';
import type { PeerId, RoomId, ShareId } from '../base/ids';
import { utf8 } from './byte-io';
import { purposes } from './link';

export interface HelloClaim {
  readonly room: RoomId;
  readonly from: PeerId;
  readonly to: PeerId;
  /** Of the link (LinkChannel.binding): a proof made for one connection is worth nothing on another, so none can be passed on. */
  readonly binding: Uint8Array;
}

/** utf8('shoal hello 1') ‖ utf8(room) ‖ utf8(from) ‖ utf8(to) ‖ binding. `from` and `to` differ by side, so a proof cannot be sent back. */
export const helloSigningBytes = ({ room, from, to, binding }: HelloClaim): Uint8Array<ArrayBuffer> =>
  concatBytes(utf8('shoal hello 1'), utf8(room), utf8(from), utf8(to), binding);

/** HKDF label: the tracker's name for a share is base64url(HKDF(room secret, label, 16)), which tells the server nothing across rooms. */
export const shareTagPreimage = (share: ShareId): string => purposes.shareTag + share;
