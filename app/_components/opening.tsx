/** While a link is being opened, and what the server renders for /r. Has the shape of the room's first card, so nothing jumps. */
import { School } from './school';
import styles from './room.module.css';

export function Opening() {
  return (
    <section className={`panel ${styles.opening ?? ''}`} aria-busy="true">
      <School mood="swim" className={styles.school} />
      <h1>Opening the share</h1>
      <p className="muted" data-testid="status" data-state="connecting">
        Starting here; the key in the link stays in this browser.
      </p>
    </section>
  );
}
