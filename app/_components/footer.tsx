'use client';
/** The last line of every page: help where nothing connects. */
import { openPanel } from '../_hooks/panel';
import { useWords } from '../_hooks/use-words';
import styles from './footer.module.css';

export function Footer() {
  const { t } = useWords();
  return (
    <footer className={styles.footer} data-below-list="">
      <button type="button" className="button small bare" onClick={() => void openPanel('diagnosis')}>
        {t('doors.trouble')}
      </button>
    </footer>
  );
}
