'use client';
/** Who has joined, as a small school that grows: one fish for each, swimming in. The words beside it say the number. */
import type { RoomSnapshot } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import { fishPath } from './school';
import styles from './share-panel.module.css';

/** More would be a line, not a school. */
const mostFish = 7;

export function Joined({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const { peers, lostPeers, options } = room;
  const count = peers.length;
  // After a reload only the room remembers that somebody was here.
  const left = lostPeers.length > 0 || options.passphraseFixed === 'met';
  return (
    <p className={styles.joined} data-testid="joined" data-count={count}>
      <span className={styles.joinedFish} aria-hidden="true">
        {count === 0 ? <Fish className={styles.nobody} /> : null}
        {peers.slice(0, mostFish).map(({ id }) => (
          <Fish key={id} className={styles.somebody} />
        ))}
      </span>
      {count > 0 ? t('room.joined', { count }) : t(left ? 'closing.nobody' : 'room.joined-nobody')}
    </p>
  );
}

const Fish = ({ className }: { readonly className: string | undefined }) => (
  <svg viewBox="-18 -10 33 20" width="26" height="16" className={className} focusable="false">
    <path d={fishPath} />
  </svg>
);
