'use client';
/** Asks before a share is deleted: the one step that cannot be undone. A native dialog brings focus trap, Escape and inert page. */
import { useEffect, useRef } from 'react';
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
      <h2 id="delete-title">Delete this share?</h2>
      <p>
        <bdi className={styles.name}>{shown(title) || 'Shared files'}</bdi>
      </p>
      <p className="muted">
        {bytes > 0 ? `${formatBytes(bytes)} stored by Shoal in this browser are deleted. ` : ''}
        The files on your disk are not touched. Others keep what they have.
      </p>
      <div className={styles.buttons}>
        <button type="button" className="button" autoFocus onClick={() => dialog.current?.close()}>
          Keep it
        </button>
        <button type="button" className="button primary" data-testid="confirm-delete" onClick={confirm}>
          Delete
        </button>
      </div>
    </dialog>
  );
}
