/** Whether something keeps a room from getting further, so that "Find out why" is worth a click: a share that waits for its first receiver is fine. */
import type { RoomSnapshot } from '../../lib/index';

/** wrong: said as soon as it is so · slow: usual for some seconds, trouble when it lasts. */
export type Trouble = 'wrong' | 'slow' | null;

/** How long a connection may take without anything being wrong. As long as the server may be away before that is an error (PROTOCOL.md RS17). */
export const patienceMs = 8_000;

export function troubleOf({
  detail,
  server,
  peers,
  role,
}: Pick<RoomSnapshot, 'detail' | 'server' | 'peers' | 'role'>): Trouble {
  switch (detail.kind) {
    case 'received':
    case 'stopped':
    case 'ended':
      return null; // whether somebody is connected does not matter any more
    case 'missing':
      return 'wrong';
    case 'server':
    case 'peers':
    case 'catalog':
      return server === 'offline' ? 'wrong' : 'slow';
    default:
      if (server === 'offline') return 'wrong';
      if (role === 'creator' || peers.length > 0) return null;
      return detail.kind === 'error' ? 'wrong' : 'slow';
  }
}
