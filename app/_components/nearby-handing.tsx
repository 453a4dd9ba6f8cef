'use client';
/** The sender's side of a conversation: the pictures are compared before the link leaves, and how it ended. */
import type { Outgoing } from '../../lib/index';
import { nearbyNow } from '../_hooks/nearby';
import { useWords } from '../_hooks/use-words';
import { Marks } from './marks';
import styles from './nearby.module.css';

interface HandingProps {
  readonly outgoing: Outgoing;
  readonly name: string;
}

export function Handing({ outgoing: { step, marks }, name }: HandingProps) {
  const { t } = useWords();
  const comparing = step === 'compare';
  const runs = step === 'greeting' || step === 'sent';
  return (
    <div className={styles.talk} data-testid="handing" data-step={step}>
      <div role="status">
        <h3>{t(`nearby.${step}`, { name })}</h3>
      </div>
      {comparing || step === 'sent' ? <Marks marks={marks} /> : null}
      {comparing ? <p className="muted">{t('nearby.compare-text')}</p> : null}
      <div className={styles.buttons}>
        {comparing ? (
          <button type="button" className="button primary" onClick={() => void nearbyNow()?.confirm()}>
            {t('nearby.same')}
          </button>
        ) : null}
        <button type="button" className="button" onClick={() => nearbyNow()?.cancel()}>
          {t(comparing ? 'nearby.differ' : runs ? 'nearby.cancel' : 'nearby.back')}
        </button>
      </div>
    </div>
  );
}
