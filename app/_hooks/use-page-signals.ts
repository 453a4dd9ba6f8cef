/** What the browser shows around the page: progress in the title, and a question before closing while it would take something from somebody. */
import { useEffect } from 'react';
import type { RoomSnapshot } from '../../lib/index';
import { formatPercent, percentOf } from '../_text/format';
import { othersPart } from '../_text/swarm';
import type { Translate } from '../_text/words';
import type { Place } from './store';
import { usePage } from './use-shoal';
import { useWords } from './use-words';

const isBusy = ({ state }: RoomSnapshot): boolean => state === 'transferring' || state === 'hashing';

/** Something of one's own would break off, or others would be left without what only this tab has (PROTOCOL.md CL8). */
export const asksBeforeClosing = ({ state, detail, shares }: RoomSnapshot): boolean =>
  state === 'hashing' || detail.kind === 'receiving' || shares.some(({ closing }) => closing?.asks ?? false);

/** "42 %" of the room shown, else of the first busy one: of what comes, or for who only sends of what the others have. */
export function titleOf(t: Translate, rooms: readonly RoomSnapshot[], place: Place): string {
  const here = place.kind === 'room' ? rooms.find(({ id }) => id === place.id) : undefined;
  const room = here ?? rooms.find(isBusy);
  const resting =
    here !== undefined
      ? t(`frame.title-${here.role}`)
      : t(place.kind === 'shares' ? 'frame.title-shares' : 'frame.title');
  if (!room || room.detail.kind === 'collecting') return resting;
  if (room.detail.kind === 'sending')
    return t('frame.title-percent', { percent: formatPercent(percentOf(othersPart(room.peers), 1)) });
  const { bytesDone, bytesTotal } = room.progress;
  if (isBusy(room) || room.state === 'stalled')
    return t('frame.title-percent', { percent: formatPercent(percentOf(bytesDone, bytesTotal)) });
  return room.detail.kind === 'received' ? t('frame.title-done') : resting;
}

/** What the browser shows as the page's name; rendered as <title>, since React owns that element. */
export function usePageTitle(): string {
  const { t } = useWords();
  return usePage(({ engine, place }) => titleOf(t, engine?.rooms ?? [], place));
}

export function usePageSignals(): void {
  const asks = usePage(
    ({ engine, saving }) => saving.size > 0 || (engine?.rooms.some(asksBeforeClosing) ?? false),
  );
  useEffect(() => {
    if (!asks) return;
    const ask = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => {
      removeEventListener('beforeunload', ask);
    };
  }, [asks]);
}
