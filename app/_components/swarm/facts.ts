/** From the snapshot of a room to what the picture and the sentence say. Pure. */
import type { PeerId, RoomSnapshot } from '../../../lib/index';
import { formatRate } from '../../_text/format';
import {
  kindText,
  knownPart,
  linkKindOf,
  listed,
  movingRate,
  partText,
  type SwarmSums,
} from '../../_text/swarm';
import { t } from '../../_text/words';
import type { ScenePeer, SceneReport } from './scene';

export type Names = ReadonlyMap<PeerId, string>;

export const nameOf = (names: Names, id: PeerId): string => names.get(id) ?? '';

/** 0…1 of all chunks of a room that self holds; a room without any counts as nothing yet. */
export function ownCompleteness({ shares }: Pick<RoomSnapshot, 'shares'>): number {
  const total = shares.reduce((sum, { chunksTotal }) => sum + chunksTotal, 0);
  return total === 0 ? 0 : shares.reduce((sum, { chunksHave }) => sum + chunksHave, 0) / total;
}

/** Bytes a light stands for: the size of the room's chunks. */
export function chunkBytesOf({ shares }: Pick<RoomSnapshot, 'shares'>): number {
  const chunks = shares.reduce((sum, { chunksTotal }) => sum + chunksTotal, 0);
  return chunks === 0 ? 0 : shares.reduce((sum, { totalBytes }) => sum + totalBytes, 0) / chunks;
}

export function sceneReport(room: RoomSnapshot, names: Names, others: number, at: number): SceneReport {
  const peers = room.peers.map((peer): ScenePeer => {
    const { id, rateIn, rateOut, bytesReceived, bytesSent } = peer;
    const rate = Math.max(rateIn, rateOut);
    const part = knownPart(peer);
    const state = rate >= movingRate ? [formatRate(rate)] : part === null ? [] : [partText(part)];
    return {
      id,
      name: nameOf(names, id),
      note: listed([kindText(peer), ...state]),
      kind: linkKindOf(peer),
      completeness: part ?? 1,
      rateIn,
      rateOut,
      bytesIn: bytesReceived,
      bytesOut: bytesSent,
    };
  });
  const completeness = ownCompleteness(room);
  const chunkBytes = chunkBytesOf(room);
  return { peers, completeness, selfLabel: t('swarm.you'), others, chunkBytes, at };
}

export function sumsOfRoom({ peers, progress }: RoomSnapshot): SwarmSums {
  return {
    linked: peers.length,
    whole: peers.filter(({ completeness }) => completeness >= 1).length,
    sender: peers.some(({ isCreator }) => isCreator),
    rateIn: progress.rateIn,
    rateOut: progress.rateOut,
  };
}
