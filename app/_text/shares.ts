/** Words of "Your shares": what each room is, what space they take, whether the browser keeps it. Leaves out states (states.ts). */
import type { RoomSnapshot, ShoalSnapshot, StoredRoom } from '../../lib/index';
import { counted, formatBytes, formatWhen } from './format';
import { stateText } from './states';

export const sharesWords = {
  title: 'Your shares',
  all: 'All',
  sent: 'Sent',
  received: 'Received',
  show: 'Show',
  search: 'Search your shares',
  none: 'Nothing here yet',
  noneText: 'What you send and receive in this browser is listed here, until you delete it.',
  noneFound: 'No share by that name.',
  open: 'Open',
  stop: 'Stop',
  resume: 'Resume',
  save: 'Save',
  saving: 'Saving…',
  remove: 'Delete',
  unnamed: 'Shared files',
  seeAll: 'All your shares',
  space: 'Space',
  keep: 'Keep my shares',
  opening: 'Looking at what is stored…',
} as const;

/** What it does now, and who is there. */
export function doingText(stored: StoredRoom, open: RoomSnapshot | undefined): string {
  if (stored.stopped) return 'Stopped';
  if (!open) return stored.complete ? 'Not running' : 'Not finished';
  const people = open.peers.length > 0 ? `, ${counted(open.peers.length, 'other')} here` : '';
  return `${stateText(open).title}${people}`;
}

/** "Sent today, 14:03 · 3 files, 1.2 MB · takes 1.3 MB here" */
export function aboutText({ role, createdAt, fileCount, totalBytes, storedBytes }: StoredRoom): string {
  const what = role === 'creator' ? sharesWords.sent : sharesWords.received;
  const space = storedBytes > 0 ? `${formatBytes(storedBytes)} in this browser` : 'no copy in this browser';
  return `${what} ${formatWhen(createdAt)} · ${counted(fileCount, 'file')}, ${formatBytes(totalBytes)} · ${space}`;
}

export const usedText = (storedBytes: number, storage: NonNullable<ShoalSnapshot['storage']>): string =>
  `Your shares take ${formatBytes(storedBytes)} in this browser; it says about ${formatBytes(
    Math.max(0, storage.quotaBytes - storage.usedBytes),
  )} more would fit.`;

/** refused: the browser was asked and did not promise. */
export type Keeping = 'kept' | 'unsure' | 'refused';

export const keepingTexts: Record<Keeping, string> = {
  kept: 'The browser has promised to keep them until you delete them.',
  unsure: 'The browser may clear them when the disk gets full, or when you have not been here for long.',
  refused:
    'The browser has not promised to keep them: it decides by how you use Shoal. Install Shoal or bookmark it and ask again, and save what matters to your disk.',
};

/** For the live region after a search. */
export const foundText = (found: number): string =>
  found === 0 ? sharesWords.noneFound : counted(found, 'share');
