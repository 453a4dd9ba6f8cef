/** Sentences of what makes Shoal at home on a device: what other apps hand over, what is told while hidden. */
import { formatBytes } from './format';
import { t } from './words';

export function handedAbout(files: readonly { readonly size: number }[]): string {
  if (files.length === 0) return t('install.handed-text');
  const size = formatBytes(files.reduce((sum, file) => sum + file.size, 0));
  return t('install.handed-files', { count: files.length, size });
}

/** How a room's work ended while nobody looked. */
export type Outcome = 'received' | 'sent' | 'failed' | 'waits';

export const outcomeTitle = (outcome: Outcome): string => t(`install.outcome-${outcome}`);
export const unnamedShare = (): string => t('room.unnamed');
