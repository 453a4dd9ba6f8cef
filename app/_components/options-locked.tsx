'use client';
/** Asks for the passphrase of the link in the address bar. A wrong one is told beside the field, which keeps what was typed. */
import { LockKeyhole } from 'lucide-react';
import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { unlock } from '../_hooks/options';
import { useWords } from '../_hooks/use-words';
import { PassphraseField } from './options-passphrase';
import styles from './options.module.css';

export function OptionsLocked() {
  const { t } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const [value, setValue] = useState('');
  const [state, setState] = useState<'asking' | 'opening' | 'wrong'>('asking');
  useEffect(() => {
    if (state === 'opening') return;
    field.current?.focus();
    if (state === 'wrong') field.current?.select();
  }, [state]);
  const open = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (value === '' || state === 'opening') return;
    setState('opening');
    const answer = await unlock(value);
    if (answer !== 'opened') setState(answer === 'wrong' ? 'wrong' : 'asking');
  };
  return (
    <section className={`panel ${styles.locked ?? ''}`} aria-labelledby="locked-title" data-testid="locked">
      <span className={styles.lock}>
        <LockKeyhole size={30} aria-hidden="true" />
      </span>
      <h1 id="locked-title">{t('options.locked-title')}</h1>
      <p className="muted">{t('options.locked-text')}</p>
      <form className={styles.form} onSubmit={(event) => void open(event)}>
        <PassphraseField
          field={field}
          value={value}
          onChange={setValue}
          error={state === 'wrong' ? t('options.locked-wrong') : ''}
        />
        <button type="submit" className="button primary big" data-testid="unlock" disabled={value === ''}>
          {t(state === 'opening' ? 'options.locked-opening' : 'options.locked-open')}
        </button>
      </form>
    </section>
  );
}
