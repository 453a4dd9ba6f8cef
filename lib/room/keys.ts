/**
 * From a link key, and a passphrase where it needs one, to everything that follows from them (design §4): room id, signal key, catalog key.
 * One place, so all peers agree. Decision 014 says why a passphrase is mixed in here and what its check in the link gives away.
 */
import { concatBytes, toBase64Url } from '../base/bytes';
import { idBytes, type PeerId, type RoomId } from '../base/ids';
import { lockedLinkVersion, needsPassphrase, purposes, secretBytes, type LinkKey } from '../content/link';
import type { RoomKeys } from '../driver/context';
import type { Bytes, Crypto } from '../ports';
import { roomIdPreimage, roomPartBytes } from '../wire/ending';

/** What opens a room: the link's own secret, or what a passphrase made of it. */
export type RoomSecret = Bytes;

/** What the tracker is shown with an ending, and the room's id, which is bound to the creator except in the first links. */
async function partOf(crypto: Crypto, secret: RoomSecret): Promise<Bytes> {
  return crypto.derive(secret, purposes.roomId, roomPartBytes);
}

export async function roomIdOf(crypto: Crypto, link: LinkKey, secret: RoomSecret): Promise<RoomId> {
  const part = await partOf(crypto, secret);
  if (link.version === 1) return toBase64Url(part) as RoomId;
  return toBase64Url(
    (await crypto.sha256(roomIdPreimage(part, link.creator))).subarray(0, idBytes),
  ) as RoomId;
}

export async function deriveRoomKeys(crypto: Crypto, link: LinkKey, secret: RoomSecret): Promise<RoomKeys> {
  const [room, part, signal, catalog] = await Promise.all([
    roomIdOf(crypto, link, secret),
    partOf(crypto, secret),
    crypto.derive(secret, purposes.signalKey, 32).then((raw) => crypto.importKey(raw)),
    crypto.derive(secret, purposes.catalogKey, 32).then((raw) => crypto.importKey(raw)),
  ]);
  return { room, part, creator: link.creator, secret, signal, catalog };
}

/** A link that a passphrase belongs to, and the room's secret. Takes about a second by design. */
export async function lock(
  crypto: Crypto,
  creator: PeerId,
  passphrase: string,
): Promise<{ readonly link: LinkKey; readonly secret: RoomSecret }> {
  const linkSecret = crypto.random(secretBytes);
  const { secret, check } = await mix(crypto, linkSecret, passphrase);
  return { link: { version: lockedLinkVersion, secret: linkSecret, creator, check }, secret };
}

/** The room's secret; undefined: another passphrase than the room's. One wrong one in 256 is not told, and opens a room where nobody is. */
export async function unlock(
  crypto: Crypto,
  link: LinkKey,
  passphrase: string,
): Promise<RoomSecret | undefined> {
  if (!needsPassphrase(link)) return link.secret;
  const { secret, check } = await mix(crypto, link.secret, passphrase);
  return check === link.check ? secret : undefined;
}

/** Both halves are needed for either: who has the link alone has to stretch each guess, who has the passphrase alone has nothing. */
async function mix(
  crypto: Crypto,
  linkSecret: Bytes,
  passphrase: string,
): Promise<{ readonly secret: RoomSecret; readonly check: number }> {
  const salt = await crypto.derive(linkSecret, purposes.passphraseSalt, 16);
  const both = concatBytes(linkSecret, await crypto.stretch(passphrase, salt));
  const [secret, check] = await Promise.all([
    crypto.derive(both, purposes.passphraseSecret, secretBytes),
    crypto.derive(both, purposes.passphraseCheck, 1),
  ]);
  return { secret, check: check[0] ?? 0 };
}
