'use client';
/** Who is near, to be picked where there is a link to hand over; or why nobody can be seen. */
import type { NearbySnapshot } from '../../lib/index';
import { nearbyNow } from '../_hooks/nearby';
import { useWords } from '../_hooks/use-words';
import styles from './nearby.module.css';
import { School } from './school';

interface NearbyPeopleProps {
  readonly now: NearbySnapshot;
  readonly name: (seed: string) => string;
  /** undefined: nothing is shared yet. */
  readonly link: string | undefined;
}

export function NearbyPeople({ now: { phase, people }, name, link }: NearbyPeopleProps) {
  const { t } = useWords();
  if (phase === 'offline' || phase === 'crowded' || phase === 'unavailable')
    return (
      <p className={styles.said} role="status">
        {t(`nearby.${phase}`)}
      </p>
    );
  if (people.length === 0)
    return (
      <div className={styles.nobody} role="status">
        <School mood="swim" className={styles.school} />
        <p>{t(phase === 'on' ? 'nearby.nobody' : 'nearby.looking')}</p>
      </div>
    );
  return (
    <div className={styles.people}>
      <p className="muted">{t(link === undefined ? 'nearby.need-files' : 'nearby.pick')}</p>
      <ul aria-label={t('nearby.people')}>
        {people.map(({ id, seed }) => (
          <li key={id} data-testid="neighbour">
            {link === undefined ? (
              <span className={styles.person}>{name(seed)}</span>
            ) : (
              <button
                type="button"
                className={`button ${styles.person ?? ''}`}
                onClick={() => void nearbyNow()?.offer(id, link)}
              >
                {name(seed)}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
