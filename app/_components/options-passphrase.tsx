'use client';
/** A field for a passphrase, with show and hide. Not remembered by the browser: it belongs to a link, not to a person's account. */
import { Eye, EyeOff } from 'lucide-react';
import { useId, useState, type RefObject } from 'react';
import { useWords } from '../_hooks/use-words';
import fields from './fields.module.css';
import styles from './options.module.css';

interface PassphraseFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly field?: RefObject<HTMLInputElement | null>;
  /** For who sets one: how to hand it on, and that short ones are weak. */
  readonly hint?: boolean;
  /** What was wrong with it. */
  readonly error?: string;
  readonly disabled?: boolean;
}

/** Shorter is told to be weak (a guess: four common words have some twenty characters). */
const weakLength = 16;

export function PassphraseField({
  value,
  onChange,
  field,
  hint = false,
  error = '',
  disabled = false,
}: PassphraseFieldProps) {
  const { t } = useWords();
  const id = useId();
  const [visible, setVisible] = useState(false);
  const Icon = visible ? EyeOff : Eye;
  const weak = value !== '' && value.length < weakLength;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{t('options.passphrase')}</label>
      <div className={styles.secret}>
        <input
          id={id}
          ref={field}
          type={visible ? 'text' : 'password'}
          className={fields.text}
          data-testid="passphrase"
          value={value}
          disabled={disabled}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          data-1p-ignore
          data-lpignore="true"
          aria-invalid={error !== ''}
          aria-describedby={hint || error ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <button
          type="button"
          className={styles.eye}
          aria-label={t(visible ? 'options.passphrase-hide' : 'options.passphrase-show')}
          aria-pressed={visible}
          onClick={() => setVisible(!visible)}
        >
          <Icon size={20} aria-hidden="true" />
        </button>
      </div>
      {error ? (
        <p id={`${id}-hint`} className={styles.warn} role="alert" data-testid="passphrase-error">
          {error}
        </p>
      ) : hint ? (
        <p id={`${id}-hint`} className={styles.hint}>
          {t(weak ? 'options.passphrase-weak' : 'options.passphrase-hint')}
        </p>
      ) : null}
    </div>
  );
}
