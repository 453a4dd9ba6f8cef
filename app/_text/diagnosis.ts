/**
 * What finding out why nothing connects says: a name for each check, and for each finding the cause and the next step, as a helpful friend
 * would put it. A new Finding does not compile before it has its words in messages/.
 */
import type { Check, Summary } from '../../lib/index';
import { formatBytes } from './format';
import type { StateText } from './states';
import { t } from './words';

export function summaryText(summary: Summary): StateText {
  if (summary.kind === 'cause')
    return { title: t(`diagnosis.cause-${summary.check}`), text: t(`diagnosis.${summary.finding}`) };
  return {
    title: t(`diagnosis.summary-${summary.kind}`),
    text: t(`diagnosis.summary-${summary.kind}-text`),
  };
}

/** With how much storage is free, where the browser tells. */
export function checkText({ finding, facts }: Check): string {
  const { usedBytes, quotaBytes } = facts;
  const text = t(`diagnosis.${finding}`);
  if (finding !== 'storage-ok' && finding !== 'storage-low') return text;
  if (typeof usedBytes !== 'number' || typeof quotaBytes !== 'number') return text;
  return t('diagnosis.free', { text, size: formatBytes(Math.max(0, quotaBytes - usedBytes)) });
}
