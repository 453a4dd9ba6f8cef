/** The names of the peers of a room, and of self (_text/peer-names). The same object while the same peers are there. */
import { useMemo } from 'react';
import type { PeerId, RoomSnapshot } from '../../lib/index';
import { peerNames } from '../_text/peer-names';

export function usePeerNames({
  self,
  peers,
}: Pick<RoomSnapshot, 'self' | 'peers'>): ReadonlyMap<PeerId, string> {
  const ids = [...(self === null ? [] : [self]), ...peers.map(({ id }) => id)].join(' ');
  return useMemo(() => peerNames(ids === '' ? [] : (ids.split(' ') as PeerId[])), [ids]);
}
