'use client';
/** When a share ends, after how many downloads, who may add: one field each, the same before a drop and in a room. */
import { useId, useState } from 'react';
import { useWords } from '../_hooks/use-words';
import { whenText } from '../_text/options';
import type { End } from '../_hooks/draft';
import fields from './fields.module.css';
import styles from './options.module.css';

const hourMs = 3_600_000;
const spans = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs } as const;
const isSpan = (value: string): value is keyof typeof spans => Object.hasOwn(spans, value);

interface EndsFieldProps {
  readonly endsAt: number | null;
  readonly onChange: (end: End) => void;
}

export function EndsField({ endsAt, onChange }: EndsFieldProps) {
  const { t } = useWords();
  const id = useId();
  const [choosing, setChoosing] = useState(false);
  const value = choosing ? 'at' : endsAt === null ? 'never' : 'kept';
  const choose = (chosen: string): void => {
    setChoosing(chosen === 'at');
    if (chosen === 'never') onChange(null);
    else if (isSpan(chosen)) onChange({ inMs: spans[chosen] });
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{t('options.ends')}</label>
      <select
        id={id}
        className={`${fields.text ?? ''} ${styles.select ?? ''}`}
        data-testid="options-ends"
        value={value}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {endsAt === null ? null : <option value="kept">{whenText(endsAt)}</option>}
        <option value="never">{t('options.ends-never')}</option>
        <option value="hour">{t('options.ends-hour')}</option>
        <option value="day">{t('options.ends-day')}</option>
        <option value="week">{t('options.ends-week')}</option>
        <option value="at">{t('options.ends-at')}</option>
      </select>
      {choosing ? <EndsAt endsAt={endsAt} onChange={onChange} /> : null}
    </div>
  );
}

/** Taken when the field is left, or Enter is pressed: on the way there it passes through times nobody meant. */
function EndsAt({ endsAt, onChange }: EndsFieldProps) {
  const { t } = useWords();
  const id = useId();
  const [past, setPast] = useState(false);
  const take = (text: string): void => {
    if (text === '') return;
    const at = new Date(text).getTime();
    const over = !(at > Date.now());
    setPast(over);
    if (!over) onChange({ at });
  };
  return (
    <>
      <label htmlFor={id} className="hidden">
        {t('options.ends-when')}
      </label>
      <input
        id={id}
        type="datetime-local"
        className={fields.text}
        data-testid="options-ends-at"
        defaultValue={endsAt === null ? undefined : localTime(endsAt)}
        aria-invalid={past}
        aria-describedby={past ? `${id}-past` : undefined}
        onBlur={(event) => take(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take(event.currentTarget.value);
        }}
      />
      {past ? (
        <p id={`${id}-past`} className={styles.warn} role="alert">
          {t('options.ends-past')}
        </p>
      ) : null}
    </>
  );
}

/** As the field wants it: the person's own time, to the minute. */
function localTime(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

const limits = [1, 2, 3, 5, 10, 25, 100];

interface DownloadsFieldProps {
  readonly limit: number | null;
  /** As far as this profile saw; absent before there is a room. */
  readonly done?: number;
  readonly onChange: (limit: number | null) => void;
}

export function DownloadsField({ limit, done, onChange }: DownloadsFieldProps) {
  const { t } = useWords();
  const id = useId();
  const offered = limit === null || limits.includes(limit) ? limits : [limit, ...limits];
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{t('options.downloads')}</label>
      <select
        id={id}
        className={`${fields.text ?? ''} ${styles.select ?? ''}`}
        data-testid="options-downloads"
        aria-describedby={limit === null ? undefined : `${id}-hint`}
        value={limit ?? ''}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onChange(chosen === '' ? null : Number(chosen));
        }}
      >
        <option value="">{t('options.downloads-any')}</option>
        {offered.map((count) => (
          <option key={count} value={count}>
            {t('options.downloads-some', { count })}
          </option>
        ))}
      </select>
      {limit === null ? null : (
        <p id={`${id}-hint`} className={styles.hint}>
          {done === undefined ? '' : `${t('options.downloads-done', { done })} `}
          {t('options.downloads-hint')}
        </p>
      )}
    </div>
  );
}

interface AddFieldProps {
  readonly allowed: boolean;
  readonly onChange: (allowed: boolean) => void;
}

export function AddField({ allowed, onChange }: AddFieldProps) {
  const { t } = useWords();
  return (
    <label className={fields.switch}>
      <input type="checkbox" role="switch" checked={allowed} onChange={() => onChange(!allowed)} />
      {t('room.others-may-add')}
    </label>
  );
}

export function Limits() {
  const { t } = useWords();
  return <p className={styles.hint}>{t('options.limits')}</p>;
}
