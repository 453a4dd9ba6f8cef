/**
 * What a room is doing, in a title of a few words and one honest sentence. The title changes only with the state, so it can be announced to
 * screen readers; the sentence may hold numbers. Total over StateDetail by type. Words: messages/<language>/state.json.
 */
import type { RoomSnapshot, ShareSnapshot, StateDetail } from '../../lib/index';
import { errorText } from './errors';
import { formatCount } from './format';
import { endedText } from './options';
import { spaceText } from './space';
import { t } from './words';

export interface StateText {
  readonly title: string;
  readonly text: string;
}

export function stateText(room: RoomSnapshot): StateText {
  const { detail, peers } = room;
  switch (detail.kind) {
    case 'server':
      return room.server === 'offline'
        ? { title: t('state.server-offline'), text: t('state.server-offline-text') }
        : { title: t('state.connecting'), text: t('state.server-text') };
    case 'peers':
      return { title: t('state.connecting'), text: t('state.peers-text') };
    case 'catalog':
      return { title: t('state.connecting'), text: t('state.catalog-text') };
    case 'empty-room':
      return emptyRoom(room);
    case 'ready':
      return { title: t('state.ready'), text: t('state.ready-text') };
    case 'nobody-asks':
      return { title: t('state.nobody-asks'), text: t('state.nobody-asks-text', { count: peers.length }) };
    case 'collecting':
      return { title: t('state.collecting'), text: t('state.collecting-text') };
    case 'preparing':
      return { title: t('state.preparing'), text: t('state.preparing-text') };
    case 'checking':
      return { title: t('state.checking'), text: t('state.checking-text') };
    case 'storage-full':
      return {
        title: t('state.storage-full'),
        text: t('state.storage-full-text', { space: spaceText(detail) }),
      };
    case 'storage-failing':
      return { title: t('state.storage-failing'), text: t('state.storage-failing-text') };
    case 'receiving':
      return { title: t('state.receiving'), text: receiving(room) };
    case 'sending':
      return { title: t('state.sending'), text: sending(room) };
    case 'missing':
      return { title: t('state.missing'), text: missing(detail) };
    case 'files-needed':
      return { title: t('state.files-needed'), text: t('state.files-needed-text') };
    case 'received':
      return room.shares.some(hasMore)
        ? { title: t('state.received-some'), text: t('state.received-some-text') }
        : { title: t('state.received'), text: t('state.received-text') };
    case 'sent':
      return {
        title: t(
          room.peers.every(({ completeness }) => completeness === 1) ? 'state.sent' : 'state.sent-some',
        ),
        text: t('state.sent-text'),
      };
    case 'stopped':
      return { title: t('state.stopped'), text: t('state.stopped-text') };
    case 'ended':
      return endedText(room, detail.why);
    case 'error':
      return errorText(room.error ?? 'internal');
  }
}

/** Files of somebody else that were not chosen. */
const hasMore = ({ publisher, chosen, fileCount }: ShareSnapshot): boolean =>
  publisher !== 'self' && chosen !== 'all' && (chosen?.length ?? 0) < (fileCount ?? 0);

function emptyRoom({ role, shares }: RoomSnapshot): StateText {
  if (role !== 'creator') return { title: t('state.nobody-here'), text: t('state.nobody-here-text') };
  return shares.length === 0
    ? { title: t('state.no-files'), text: t('state.no-files-text') }
    : { title: t('state.waiting'), text: t('state.waiting-text') };
}

/** How many browsers, and how the bytes travel: all directly, all or some of them through a relay. */
function routes(peers: RoomSnapshot['peers']): { count: number; route: string; relayed: string } {
  const relayed = peers.filter(({ path }) => path === 'relayed').length;
  const route = relayed === 0 ? 'direct' : relayed === peers.length ? 'relayed' : 'mixed';
  return { count: peers.length, route, relayed: formatCount(relayed) };
}

function receiving({ peers }: RoomSnapshot): string {
  const { count, route, relayed } = routes(peers.filter(({ rateIn }) => rateIn > 0));
  return count === 0 ? t('state.asking') : t('state.receiving-from', { count, route, relayed });
}

function sending({ peers }: RoomSnapshot): string {
  const { count, route, relayed } = routes(peers.filter(({ rateOut }) => rateOut > 0));
  return count === 0
    ? t('state.sending-soon', { count: peers.length })
    : t('state.sending-to', { count, route, relayed });
}

function missing({ chunks, lostPeers }: Extract<StateDetail, { kind: 'missing' }>): string {
  return lostPeers === 0
    ? t('state.missing-nobody', { parts: chunks })
    : t('state.missing-left', { parts: chunks, people: lostPeers });
}
