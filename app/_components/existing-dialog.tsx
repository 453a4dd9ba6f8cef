'use client';
/**
 * Asks before a file on the disk is replaced. A native dialog brings focus trap, Escape and inert page; Escape saves nothing. The first
 * button, which Enter presses, is the one that loses nothing.
 */
import { useEffect, useRef, useState } from 'react';
import type { ExistingAnswer } from '../../lib/index';
import type { Asking } from '../_hooks/store';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { formatBytes } from '../_text/format';
import { shown } from '../_text/names';
import type { Translate } from '../_text/words';
import styles from './dialog.module.css';
import fields from './fields.module.css';

export function ExistingDialog() {
  const asking = usePage((state) => state.asking);
  return asking ? <Question key={asking.file.path} {...asking} /> : null;
}

function Question({ file, answer }: Asking) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const given = useRef<ExistingAnswer | null>(null);
  const first = useRef<HTMLButtonElement>(null);
  const [forAll, setForAll] = useState(false);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    first.current?.focus(); // a dialog takes the first control, which may be the box above
  }, []);
  const choose = (what: ExistingAnswer['what']): void => {
    given.current = { what, forAll };
    dialog.current?.close();
  };
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="existing-title"
      data-testid="existing-file"
      onClose={() => answer(given.current)}
    >
      <h2 id="existing-title">{t('dialog.exists-title')}</h2>
      <p>
        <bdi className={styles.name}>{shown(file.path)}</bdi>
      </p>
      <p className="muted">{sizes(t, file)}</p>
      {file.more > 0 ? (
        <label className={styles.option}>
          <input
            type="checkbox"
            className={fields.check}
            checked={forAll}
            onChange={() => setForAll(!forAll)}
          />
          {t('dialog.exists-for-all', { count: file.more })}
        </label>
      ) : null}
      <div className={styles.buttons}>
        <button type="button" ref={first} className="button primary" onClick={() => choose('keep-both')}>
          {t('dialog.keep-both')}
        </button>
        <button type="button" className="button" onClick={() => choose('replace')}>
          {t('dialog.replace')}
        </button>
        <button type="button" className="button" onClick={() => choose('skip')}>
          {t('dialog.skip')}
        </button>
        <button type="button" className="button bare" onClick={() => dialog.current?.close()}>
          {t('dialog.save-nothing')}
        </button>
      </div>
    </dialog>
  );
}

const sizes = (t: Translate, { existingBytes, newBytes }: Asking['file']): string =>
  existingBytes === newBytes
    ? t('dialog.exists-same-size', { size: formatBytes(newBytes) })
    : t('dialog.exists-sizes', { old: formatBytes(existingBytes), new: formatBytes(newBytes) });
