/** Sentences of "Your shares": what each room does and takes, and what they take together. Leaves out states (states.ts). */
import type { EndingReason, RoomSnapshot, ShoalSnapshot, StoredRoom } from '../../lib/index';
import { formatBytes, formatWhen, unbroken } from './format';
import { optionsSummary } from './options';
import { stateText } from './states';
import { t } from './words';

/** Why it is over, whether it runs here or not; null: it is not. */
export const overOf = (
  { over }: Pick<StoredRoom, 'over'>,
  open: Pick<RoomSnapshot, 'options'> | undefined,
): EndingReason | null => open?.options.over ?? over;

/** What it does now, and who is there. */
export function doingText(stored: StoredRoom, open: RoomSnapshot | undefined): string {
  if (overOf(stored, open)) return t('options.ended-title');
  if (stored.stopped) return t('state.stopped');
  if (!open) return stored.complete ? t('library.not-running') : t('library.not-finished');
  const { title } = stateText(open);
  return open.peers.length > 0 ? t('library.with-others', { title, count: open.peers.length }) : title;
}

/** Facts in a row: when, how much, what it takes here, when it ends; while it runs also what else its sender set. */
export function aboutTexts(
  stored: StoredRoom,
  open: Pick<RoomSnapshot, 'options'> | undefined,
): readonly string[] {
  const { role, createdAt, fileCount, totalBytes, storedBytes } = stored;
  const when = formatWhen(createdAt);
  return [
    role === 'creator' ? t('shares.sent-when', { when }) : t('shares.received-when', { when }),
    t('room.files-and-size', { count: fileCount, size: unbroken(formatBytes(totalBytes)) }),
    // Of empty files there is nothing to copy.
    ...(storedBytes > 0
      ? [t('shares.in-browser', { size: unbroken(formatBytes(storedBytes)) })]
      : totalBytes > 0
        ? [t('shares.no-copy')]
        : []),
    ...optionsSummary({
      passphrase: open?.options.passphrase ?? false,
      endsAt: open?.options.endsAt ?? stored.endsAt,
      downloads: open?.options.downloads ?? null,
      over: overOf(stored, open),
    }),
  ];
}

export const usedText = (storedBytes: number, storage: NonNullable<ShoalSnapshot['storage']>): string =>
  t('shares.used', {
    size: formatBytes(storedBytes),
    free: formatBytes(Math.max(0, storage.quotaBytes - storage.usedBytes)),
  });

/** kept: the browser promised · unsure: it was not asked in this visit · refused: it was asked and did not promise. */
export type Keeping = 'kept' | 'unsure' | 'refused';
