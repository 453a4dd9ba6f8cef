/** One check: its state as an icon with a word for screen readers, its name, and the sentence that says cause and next step. */
import { Check as Tick, CircleDashed, LoaderCircle, Minus, TriangleAlert } from 'lucide-react';
import type { Check } from '../../lib/index';
import { checkText, checkTitles, stateWords } from '../_text/diagnosis';
import styles from './diagnosis.module.css';

const icons = {
  waiting: CircleDashed,
  running: LoaderCircle,
  fine: Tick,
  bad: TriangleAlert,
  unset: Minus,
  skipped: CircleDashed,
} as const;

export function CheckRow({ check }: { readonly check: Check }) {
  const { id, state } = check;
  const Icon = icons[state];
  const told = state !== 'waiting' && state !== 'running';
  return (
    <li
      className={styles.check}
      data-testid="check"
      data-check={id}
      data-state={state}
      data-finding={check.finding}
    >
      <span className={styles.mark}>
        <Icon size={18} aria-hidden="true" />
      </span>
      <p className={styles.name}>
        {checkTitles[id]}
        <span className={styles.word}>{stateWords[state]}</span>
      </p>
      {told ? <p className={styles.text}>{checkText(check)}</p> : null}
    </li>
  );
}
