'use client';
/** What the colours of a map of pieces mean. */
import { useWords } from '../../_hooks/use-words';
import styles from './swarm.module.css';

const states = ['here', 'arriving', 'missing', 'nowhere', 'copies'] as const;

export function MapLegend() {
  const { t } = useWords();
  return (
    <ul className={styles.legend}>
      {states.map((state) => (
        <li key={state}>
          <span className={styles.cell} data-state={state} aria-hidden="true" />
          {t(`swarm.cell-${state}`)}
        </li>
      ))}
    </ul>
  );
}
