/** From a link key to everything that follows from it (design §4): room id, signal key, catalog key. One place, so all peers agree. */
import { toBase64Url } from '../base/bytes';
import { idBytes, type RoomId } from '../base/ids';
import { purposes, type LinkKey } from '../content/link';
import type { RoomKeys } from '../driver/context';
import type { Crypto } from '../ports';

export async function roomIdOf(crypto: Crypto, link: LinkKey): Promise<RoomId> {
  return toBase64Url(await crypto.derive(link.secret, purposes.roomId, idBytes)) as RoomId;
}

export async function deriveRoomKeys(crypto: Crypto, link: LinkKey): Promise<RoomKeys> {
  const [room, signal, catalog] = await Promise.all([
    roomIdOf(crypto, link),
    crypto.derive(link.secret, purposes.signalKey, 32).then((raw) => crypto.importKey(raw)),
    crypto.derive(link.secret, purposes.catalogKey, 32).then((raw) => crypto.importKey(raw)),
  ]);
  return { room, creator: link.creator, secret: link.secret, signal, catalog };
}
