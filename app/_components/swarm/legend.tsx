'use client';
/** What lines and lights of the picture mean; only kinds of links that are there. */
import type { RoomSnapshot } from '../../../lib/index';
import { linkKindOf, type LinkKind } from '../../_text/swarm';
import { useWords } from '../../_hooks/use-words';
import styles from './swarm.module.css';

const order: readonly LinkKind[] = ['near', 'direct', 'relayed', 'unknown'];

export function Legend({ room: { peers } }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const there = new Set(peers.map(linkKindOf));
  if (there.size === 0) return null;
  return (
    <ul className={styles.legend}>
      {order
        .filter((kind) => there.has(kind))
        .map((kind) => (
          <li key={kind}>
            <span className={styles.line} data-kind={kind} aria-hidden="true" />
            {t(`swarm.kind-${kind}`)}
          </li>
        ))}
      <li>
        <span className={styles.light} data-way="in" aria-hidden="true" />
        {t('swarm.way-in')}
      </li>
      <li>
        <span className={styles.light} data-way="out" aria-hidden="true" />
        {t('swarm.way-out')}
      </li>
    </ul>
  );
}
