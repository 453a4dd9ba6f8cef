/** Room snapshots without a room behind them: not heard from yet, stopped, failed. Leaves out the real ones (room/room-snapshot). */
import type { ShoalError } from '../base/errors';
import type { RoomSnapshot } from './api';
import type { RoomRecord } from './controller';

export const linkTo = (origin: string, linkKey: string): string => `${origin}/r#${linkKey}`;

/** What is shown of a room that this tab mirrors until its leader has spoken. */
export function placeholderSnapshot(
  known: Pick<RoomRecord, 'id' | 'linkKey' | 'role' | 'createdAt' | 'secret'>,
  origin: string,
): RoomSnapshot {
  return {
    id: known.id,
    self: null,
    link: linkTo(origin, known.linkKey),
    role: known.role,
    createdAt: known.createdAt,
    state: 'connecting',
    detail: { kind: 'server' },
    error: null,
    errorDetail: '',
    server: 'connecting',
    peers: [],
    shares: [],
    othersMayAdd: false,
    mayAdd: false,
    options: {
      passphrase: known.secret !== undefined,
      passphraseFixed: known.role === 'guest' ? 'guest' : 'met',
      endsAt: null,
      downloads: null,
      over: null,
    },
    progress: { bytesDone: 0, bytesTotal: 0, rateIn: 0, rateOut: 0, secondsLeft: null },
    totals: {
      bytesSent: 0,
      bytesReceived: 0,
      bytesReceivedRelayed: 0,
      duplicateBytes: 0,
      badChunks: 0,
    },
    storedBytes: 0,
    savePending: false,
    canSave: false,
    lostPeers: [],
  };
}

/** Nothing is known of what others hold, and closing takes nothing from anybody. */
const resting = ({ shares }: RoomSnapshot): RoomSnapshot['shares'] =>
  shares.map((share) => ({ ...share, closing: null }));

/** A room the person stopped, as last seen: nothing moves in it and nobody is linked. */
export function stoppedSnapshot(last: RoomSnapshot): RoomSnapshot {
  return {
    ...last,
    state: 'waiting',
    detail: { kind: 'stopped' },
    error: null,
    errorDetail: '',
    server: 'offline',
    peers: [],
    shares: resting(last),
    progress: { ...last.progress, rateIn: 0, rateOut: 0, secondsLeft: null },
    savePending: false,
    canSave: false,
  };
}

/** What was last seen of a room that cannot be run or reached here, and why. */
export function errorSnapshot(snapshot: RoomSnapshot, error: ShoalError): RoomSnapshot {
  return {
    ...snapshot,
    state: 'error',
    detail: { kind: 'error' },
    error: error.code,
    errorDetail: error.detail,
    peers: [],
    shares: resting(snapshot),
  };
}
