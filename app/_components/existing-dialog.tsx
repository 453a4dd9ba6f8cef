'use client';
/**
 * Asks before a file on the disk is replaced. A native dialog brings focus trap, Escape and inert page; Escape saves nothing. The first
 * button, which Enter presses, is the one that loses nothing.
 */
import { useEffect, useRef, useState } from 'react';
import type { ExistingAnswer } from '../../lib/index';
import type { Asking } from '../_hooks/store';
import { usePage } from '../_hooks/use-shoal';
import { counted, formatBytes } from '../_text/format';
import { shown } from '../_text/names';
import styles from './dialog.module.css';
import fields from './fields.module.css';

export function ExistingDialog() {
  const asking = usePage((state) => state.asking);
  return asking ? <Question key={asking.file.path} {...asking} /> : null;
}

function Question({ file, answer }: Asking) {
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
      <h2 id="existing-title">This file exists already</h2>
      <p>
        <bdi className={styles.name}>{shown(file.path)}</bdi>
      </p>
      <p className="muted">{sizes(file)}</p>
      {file.more > 0 ? (
        <label className={styles.option}>
          <input
            type="checkbox"
            className={fields.check}
            checked={forAll}
            onChange={() => setForAll(!forAll)}
          />
          Do the same for {counted(file.more, 'more file')} that {file.more === 1 ? 'exists' : 'exist'}
        </label>
      ) : null}
      <div className={styles.buttons}>
        <button type="button" ref={first} className="button primary" onClick={() => choose('keep-both')}>
          Keep both
        </button>
        <button type="button" className="button" onClick={() => choose('replace')}>
          Replace
        </button>
        <button type="button" className="button" onClick={() => choose('skip')}>
          Skip
        </button>
        <button type="button" className="button bare" onClick={() => dialog.current?.close()}>
          Save nothing
        </button>
      </div>
    </dialog>
  );
}

const sizes = ({ existingBytes, newBytes }: Asking['file']): string =>
  existingBytes === newBytes
    ? `Both have ${formatBytes(newBytes)}.`
    : `The one in the folder has ${formatBytes(existingBytes)}, the new one ${formatBytes(newBytes)}.`;
