/** One check: its state as an icon with a word for screen readers, its name, and the sentence that says cause and next step. */
import { Check as Tick, CircleDashed, LoaderCircle, Minus, TriangleAlert } from 'lucide-react';
import type { Check } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import { checkText } from '../_text/diagnosis';
import styles from './diagnosis.module.css';

const icons = {
  waiting: CircleDashed,
  running: LoaderCircle,
  fine: Tick,
  bad: TriangleAlert,
  unset: Minus,
  skipped: CircleDashed,
} as const;

interface CheckRowProps {
  readonly check: Check;
  /** Its sentence stands above all of them already. */
  readonly isCause: boolean;
}

export function CheckRow({ check, isCause }: CheckRowProps) {
  const { t } = useWords();
  const { id, state, finding } = check;
  const Icon = icons[state];
  const fine = state === 'fine';
  const told = state !== 'waiting' && state !== 'running' && !fine && !isCause;
  return (
    <li
      className={styles.check}
      data-testid="check"
      data-check={id}
      data-state={state}
      data-finding={finding}
    >
      <span className={styles.mark}>
        <Icon size={18} aria-hidden="true" />
      </span>
      <p className={styles.name}>
        {t(`diagnosis.check-${id}`)}
        <span className={styles.word}>
          {fine ? <span className="hidden">{t('diagnosis.state-fine')}. </span> : null}
          {fine ? checkText(check) : t(`diagnosis.state-${state}`)}
        </span>
      </p>
      {told ? <p className={styles.text}>{checkText(check)}</p> : null}
    </li>
  );
}
