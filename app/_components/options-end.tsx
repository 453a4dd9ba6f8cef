'use client';
/** Ending a share for good: asked once more in place, for it cannot be undone. */
import { CircleSlash } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../_hooks/use-words';
import styles from './options.module.css';

export function OptionsEnd({ onEnd }: { readonly onEnd: () => void }) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  if (!asking)
    return (
      <button
        type="button"
        className={`button small ${styles.end ?? ''}`}
        data-testid="options-end"
        onClick={() => setAsking(true)}
      >
        <CircleSlash size={17} aria-hidden="true" />
        {t('options.end-now')}
      </button>
    );
  return (
    <div
      className={styles.sure}
      role="alertdialog"
      aria-label={t('options.end-now')}
      aria-describedby="end-sure"
    >
      <p id="end-sure">{t('options.end-sure')}</p>
      <div className="row">
        <button type="button" className="button small" autoFocus onClick={() => setAsking(false)}>
          {t('options.end-no')}
        </button>
        <button type="button" className="button small primary" data-testid="options-end-yes" onClick={onEnd}>
          {t('options.end-yes')}
        </button>
      </div>
    </div>
  );
}
