'use client';
/** Says that there is no network, and what goes all the same. */
import { CloudOff } from 'lucide-react';
import { useOnline } from '../_hooks/use-online';
import { offlineText } from '../_text/install';
import styles from './offline-bar.module.css';

export function OfflineBar() {
  const online = useOnline();
  return (
    <div role="status" className={online ? undefined : styles.bar} data-testid="offline">
      {online ? null : (
        <>
          <CloudOff size={18} aria-hidden="true" />
          <span>{offlineText}</span>
        </>
      )}
    </div>
  );
}
