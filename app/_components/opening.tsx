'use client';
/** While a link is being opened, and what the server renders for /r. Has the shape of the room's first card, so nothing jumps. */
import { useWords } from '../_hooks/use-words';
import { School } from './school';
import styles from './room.module.css';

export function Opening() {
  const { t } = useWords();
  return (
    <section className={`panel ${styles.opening ?? ''}`} aria-busy="true">
      <School mood="swim" className={styles.school} />
      <h1>{t('frame.opening')}</h1>
      <p className="muted" data-testid="status" data-state="connecting">
        {t('frame.opening-text')}
      </p>
    </section>
  );
}
