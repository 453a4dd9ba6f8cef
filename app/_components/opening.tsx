'use client';
/**
 * While a link is being opened, and what the server renders for /r. Has the shape of the room's first card, so nothing jumps. Says so when the
 * server, which brings the parts that open it, is away.
 */
import { useServerAway } from '../_hooks/server-away';
import { useWords } from '../_hooks/use-words';
import { School } from './school';
import styles from './room.module.css';

export function Opening() {
  const { t } = useWords();
  const away = useServerAway();
  return (
    <section className={`panel ${styles.opening ?? ''}`} aria-busy="true" data-awaiting="">
      <School mood="swim" className={styles.school} />
      <h1>{t(away ? 'frame.opening-away' : 'frame.opening')}</h1>
      <p className="muted" role="status" data-testid="status" data-state="connecting">
        {t(away ? 'frame.opening-away-text' : 'frame.opening-text')}
      </p>
    </section>
  );
}
