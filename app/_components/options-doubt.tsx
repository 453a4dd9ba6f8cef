'use client';
/** One wrong passphrase in 256 is not told as wrong and opens a room where nobody is (decision 014): the way back from there. */
import { KeyRound } from 'lucide-react';
import type { RoomSnapshot } from '../../lib/index';
import { retype } from '../_hooks/options';
import { useWords } from '../_hooks/use-words';
import styles from './options.module.css';

export function OptionsDoubt({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const { role, options, shares, detail } = room;
  if (role !== 'guest' || !options.passphrase || shares.length > 0 || detail.kind !== 'empty-room')
    return null;
  return (
    <section className={`panel ${styles.doubt ?? ''}`}>
      <p>{t('options.locked-doubt')}</p>
      <button type="button" className="button small" onClick={() => void retype(room.id)}>
        <KeyRound size={17} aria-hidden="true" />
        {t('options.locked-again')}
      </button>
    </section>
  );
}
