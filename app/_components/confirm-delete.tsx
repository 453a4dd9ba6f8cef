'use client';
/** Asks before a share is deleted: the one step that cannot be undone. A native dialog brings focus trap, Escape and inert page. */
import { useEffect, useRef } from 'react';
import { useWords } from '../_hooks/use-words';
import { formatBytes } from '../_text/format';
import { shown } from '../_text/names';
import styles from './dialog.module.css';

interface ConfirmDeleteProps {
  readonly title: string;
  readonly bytes: number;
  readonly onConfirm: () => unknown;
  readonly onClose: () => void;
}

export function ConfirmDelete({ title, bytes, onConfirm, onClose }: ConfirmDeleteProps) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
  }, []);
  const confirm = (): void => {
    dialog.current?.close();
    void onConfirm();
  };
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="delete-title" onClose={onClose}>
      <h2 id="delete-title">{t('dialog.delete-title')}</h2>
      <p>
        <bdi className={styles.name}>{shown(title) || t('room.unnamed')}</bdi>
      </p>
      <p className="muted">
        {bytes > 0 ? t('dialog.delete-stored-text', { size: formatBytes(bytes) }) : t('dialog.delete-text')}
      </p>
      <div className={styles.buttons}>
        <button type="button" className="button" autoFocus onClick={() => dialog.current?.close()}>
          {t('dialog.keep-it')}
        </button>
        <button type="button" className="button primary" data-testid="confirm-delete" onClick={confirm}>
          {t('dialog.delete')}
        </button>
      </div>
    </dialog>
  );
}
