/** Words of what makes Shoal at home on a device: installing it, being offline, what other apps hand over, messages while hidden. */
import { counted, formatBytes } from './format';

export const offlineText =
  'You are offline. What is stored here can still be opened, viewed and saved; the rest goes on when you are back.';

export const installWords = {
  title: 'Shoal as an app',
  text: 'Installed, it opens in a window of its own, also offline, and other apps can share files with it.',
  button: 'Install Shoal',
} as const;

export const handedWords = {
  title: 'Share this with a link?',
  text: 'Another app or page passes it on to Shoal. Nobody gets it before you hand the link on.',
  share: 'Make a link',
  leave: 'Leave it',
} as const;

export function handedAbout(files: readonly { readonly size: number }[], text: string): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const parts = files.length > 0 ? [`${counted(files.length, 'file')}, ${formatBytes(bytes)}`] : [];
  return [...parts, ...(text === '' ? [] : ['some text'])].join(' and ');
}

export const tellButton = 'Tell me when it is done';

/** How a room's work ended while nobody looked. */
export type Outcome = 'received' | 'sent' | 'failed' | 'waits';

export const outcomeTitles: Record<Outcome, string> = {
  received: 'Your files are here',
  sent: 'Everyone has the files',
  failed: 'Something went wrong',
  waits: 'Shoal waits for you',
};

export const unnamedShare = 'Shared files';
