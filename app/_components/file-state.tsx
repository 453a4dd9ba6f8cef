'use client';
/** How far a file or folder is: a ring that closes and then a tick, where a checkbox would be; and the same in words. */
import { Check } from 'lucide-react';
import { useWords } from '../_hooks/use-words';
import { formatPercent } from '../_text/format';
import styles from './files.module.css';

/** `percent` 0…100; null: nobody knows. */
export const Ring = ({ percent }: { readonly percent: number | null }) =>
  percent !== null && percent < 100 ? (
    <svg viewBox="0 0 20 20" width="19" height="19" aria-hidden="true" className={styles.ring}>
      <circle cx="10" cy="10" r="8" />
      <circle
        cx="10"
        cy="10"
        r="8"
        pathLength="100"
        strokeDasharray={`${percent} 100`}
        transform="rotate(-90 10 10)"
      />
    </svg>
  ) : (
    <Check size={19} aria-hidden="true" className={percent === null ? styles.icon : styles.done} />
  );

/** Of what was started. */
export function StateText({ percent }: { readonly percent: number }) {
  const { t } = useWords();
  if (percent >= 100) return t('files.here');
  return percent > 0 ? formatPercent(percent) : t('files.waiting');
}
