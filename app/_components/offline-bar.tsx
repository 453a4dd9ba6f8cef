'use client';
/** Says that there is no network, and what goes all the same. */
import { CloudOff } from 'lucide-react';
import { useOnline } from '../_hooks/use-online';
import { useWords } from '../_hooks/use-words';
import styles from './offline-bar.module.css';

export function OfflineBar() {
  const online = useOnline();
  const { t } = useWords();
  return (
    <div role="status" className={online ? undefined : styles.bar} data-testid="offline">
      {online ? null : (
        <>
          <CloudOff size={18} aria-hidden="true" />
          <span>{t('frame.offline')}</span>
        </>
      )}
    </div>
  );
}
