'use client';
/** Asks whether what another app or page handed over shall become a share. A native dialog brings focus trap, Escape and inert page. */
import { useEffect, useRef } from 'react';
import { shareHanded } from '../_hooks/launched';
import { update } from '../_hooks/store';
import { useWords } from '../_hooks/use-words';
import type { Handed } from '../_pages-worker/messages';
import { handedAbout } from '../_text/install';
import { shown } from '../_text/names';
import styles from './dialog.module.css';

export function HandedDialog({ handed }: { readonly handed: Handed }) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shownDialog = dialog.current;
    if (shownDialog && !shownDialog.open) shownDialog.showModal();
  }, []);
  const share = (): void => {
    dialog.current?.close();
    shareHanded(handed);
  };
  const [first] = handed.files;
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="handed-title"
      onClose={() => update({ handed: null })}
    >
      <h2 id="handed-title">{t('install.handed-title')}</h2>
      {first ? (
        <p>
          <bdi className={styles.name}>{shown(first.name)}</bdi>
        </p>
      ) : null}
      <p className="muted">{handedAbout(handed.files)}</p>
      <div className={styles.buttons}>
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          {t('install.leave')}
        </button>
        <button type="button" className="button primary" autoFocus data-testid="share-handed" onClick={share}>
          {t('install.share')}
        </button>
      </div>
    </dialog>
  );
}
