'use client';
/** The frame of the options: a native dialog, which brings focus trap, Escape and inert page; Enter in a field and Done close it. */
import { useEffect, useRef, type ReactNode, type RefObject, type SubmitEvent } from 'react';
import { createPortal } from 'react-dom';
import { useWords } from '../_hooks/use-words';
import dialogs from './dialog.module.css';
import styles from './options.module.css';

interface OptionsDialogProps {
  readonly lead?: string;
  /** Takes the focus. */
  readonly first?: RefObject<HTMLInputElement | null>;
  readonly onClose: () => void;
  /** Something typed that still has to be set; it closes the dialog when it is. null: nothing. */
  readonly onDone?: (() => void) | null;
  readonly children: ReactNode;
}

export function OptionsDialog({ lead, first, onClose, onDone = null, children }: OptionsDialogProps) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    // A phone's keyboard would cover the half of what is to be read.
    if (matchMedia('(pointer: fine)').matches) first?.current?.focus();
  }, [first]);
  const done = (event: SubmitEvent): void => {
    event.preventDefault();
    if (onDone) onDone();
    else dialog.current?.close();
  };
  // Out of the panel whose button opened it, whose headings and buttons look otherwise.
  return createPortal(
    <dialog
      ref={dialog}
      className={`${dialogs.dialog ?? ''} ${styles.dialog ?? ''}`}
      aria-labelledby="options-title"
      data-testid="options-dialog"
      onClose={onClose}
    >
      <h2 id="options-title">{t('options.title')}</h2>
      {lead ? <p className="muted">{lead}</p> : null}
      <form className={styles.form} onSubmit={done}>
        {children}
        <div className={styles.foot}>
          <button type="submit" className="button primary" data-testid="options-done">
            {t('options.done')}
          </button>
        </div>
      </form>
    </dialog>,
    document.body,
  );
}
