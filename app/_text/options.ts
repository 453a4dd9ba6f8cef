/** The sender's options in words that depend on what is set: why a share has ended, and what is set, in a few words beside the link. */
import type { EndingReason, RoomOptions, RoomSnapshot } from '../../lib/index';
import { t, wordsNow } from './words';

/** Of a room that is over: whose it is, and how much of it is here. */
export function endedText(
  { role, state }: Pick<RoomSnapshot, 'role' | 'state'>,
  why: EndingReason,
): { title: string; text: string } {
  const title = t('options.ended-title');
  if (role === 'creator') return { title, text: t('options.ended-creator', { why }) };
  if (state === 'complete') return { title, text: t('options.ended-complete', { why }) };
  if (state === 'stalled') return { title, text: t('options.ended-stalled', { why }) };
  return { title, text: t('options.ended-waiting', { why }) };
}

/** Nothing of a room that is over: that is told elsewhere. */
export function optionsSummary({
  passphrase,
  endsAt,
  downloads,
  over,
}: Pick<RoomOptions, 'passphrase' | 'endsAt' | 'downloads' | 'over'>): string[] {
  if (over) return [];
  const said = passphrase ? [t('options.chip-passphrase')] : [];
  if (endsAt !== null) said.push(t('options.chip-ends', { when: whenText(endsAt) }));
  if (downloads) said.push(t('options.chip-downloads', { done: downloads.done, limit: downloads.limit }));
  return said;
}

export const whenText = (at: number): string =>
  new Intl.DateTimeFormat(wordsNow().locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
