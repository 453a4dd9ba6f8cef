'use client';
/**
 * Finding out why nothing connects: the one thing to say first, then each check with its state and a sentence. A native dialog brings focus
 * trap, Escape and the way back. Tests start when it opens and end with it. Leaves out what is tested (lib/room/diagnosis).
 */
import { RotateCw, Square, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { summaryOf } from '../../lib/index';
import { checksReport, startChecks, stopChecks, useChecks } from '../_hooks/diagnosis';
import { useWords } from '../_hooks/use-words';
import { summaryText } from '../_text/diagnosis';
import { CheckRow } from './check-row';
import { CopyButton } from './copy-button';
import styles from './diagnosis.module.css';

export function DiagnosisPanel({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { t } = useWords();
  const checks = useChecks();
  const summary = summaryOf(checks);
  const { title, text } = summaryText(summary);
  const running = summary.kind === 'running';
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    startChecks();
    return stopChecks;
  }, []);
  const mood = running ? 'running' : summary.kind === 'cause' ? 'bad' : 'fine';
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="diagnosis-title"
      data-testid="diagnosis"
      data-summary={summary.kind === 'cause' ? summary.finding : summary.kind}
      onClose={onClose}
    >
      <div className={styles.head}>
        <h2 id="diagnosis-title">{t('diagnosis.title')}</h2>
        <button type="button" className="button small bare" onClick={() => dialog.current?.close()}>
          <X size={18} aria-hidden="true" />
          <span className="hidden">{t('diagnosis.close')}</span>
        </button>
      </div>
      <div className={styles.summary} data-mood={mood} role="status">
        <strong>{title}</strong>
        <p>{text}</p>
      </div>
      <ol className={styles.checks} aria-label={t('diagnosis.steps')} tabIndex={0}>
        {checks.map((check) => (
          <CheckRow
            key={check.id}
            check={check}
            isCause={summary.kind === 'cause' && summary.check === check.id}
          />
        ))}
      </ol>
      <div className={styles.buttons}>
        <CopyButton text={checksReport} label={t('diagnosis.copy')} className="button primary" />
        {running ? (
          <button type="button" className="button" onClick={stopChecks}>
            <Square size={16} aria-hidden="true" />
            {t('diagnosis.stop')}
          </button>
        ) : (
          <button type="button" className="button" onClick={startChecks}>
            <RotateCw size={17} aria-hidden="true" />
            {t('diagnosis.again')}
          </button>
        )}
      </div>
    </dialog>
  );
}
