'use client';
/** The quieter ways in, under the big one: a link somebody sent, and people nearby. What is entered is read in _hooks/entered.ts. */
import { useId, useRef, useState, type SubmitEvent } from 'react';
import { readEntered } from '../_hooks/entered';
import { fail } from '../_hooks/engine';
import { openPasted, staying } from '../_hooks/manager';
import { useWords } from '../_hooks/use-words';
import { errorText } from '../_text/errors';
import styles from './doors.module.css';
import fields from './fields.module.css';
import { laterWords } from './later';
import { NearbyDoor } from './nearby-door';

export function HomeDoors() {
  const { t } = useWords();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<{ readonly title?: string; readonly text: string } | null>(null);
  const open = async (): Promise<void> => {
    const here = staying();
    const [entered] = await Promise.all([readEntered(field.current?.value ?? ''), laterWords()]);
    if (!here()) return;
    setWrong(null);
    if (entered.kind === 'link') openPasted(`#${entered.key}`);
    else if (entered.kind === 'elsewhere') setWrong({ text: t('doors.elsewhere', { host: entered.host }) });
    else if (entered.kind === 'wrong') setWrong(errorText(entered.code));
    if (entered.kind !== 'link') field.current?.focus();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    open().catch(() => fail({ code: 'server-unreachable' }));
  };
  return (
    <div className={styles.doors}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <label htmlFor={id}>{t('doors.have-link')}</label>
        <div className={styles.entry}>
          <input
            id={id}
            ref={field}
            className={fields.text}
            type="text"
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder={t('doors.paste-it')}
            aria-invalid={wrong !== null}
            aria-describedby={wrong === null ? undefined : `${id}-wrong`}
            onInput={() => setWrong(null)}
          />
          <button type="submit" className="button">
            {t('doors.open')}
          </button>
        </div>
      </form>
      <NearbyDoor />
      {wrong === null ? null : (
        <p id={`${id}-wrong`} className={styles.wrong} role="alert">
          {wrong.title === undefined ? null : <strong>{wrong.title}</strong>} {wrong.text}
        </p>
      )}
    </div>
  );
}
