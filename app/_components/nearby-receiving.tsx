'use client';
/** The receiver's side of a conversation: who asks, the pictures to show them, and yes or no once the link is here. */
import type { Incoming } from '../../lib/index';
import { nearbyNow, takeHanded } from '../_hooks/nearby';
import { useWords } from '../_hooks/use-words';
import { Marks } from './marks';
import styles from './nearby.module.css';

interface ReceivingProps {
  readonly incoming: Incoming;
  readonly name: string;
  readonly onTaken: () => void;
}

export function Receiving({ incoming: { step, marks }, name, onTaken }: ReceivingProps) {
  const { t } = useWords();
  const offered = step === 'offered';
  const take = (): void => {
    if (takeHanded()) onTaken();
  };
  return (
    <div className={styles.talk} data-testid="receiving" data-step={step}>
      <div role="status">
        <h3>{t(offered ? 'nearby.offered' : 'nearby.asks', { name })}</h3>
      </div>
      <Marks marks={marks} />
      <p className="muted">{t(offered ? 'nearby.offered-text' : 'nearby.asks-text')}</p>
      <div className={styles.buttons}>
        {offered ? (
          <button type="button" className="button primary" onClick={take}>
            {t('nearby.accept')}
          </button>
        ) : null}
        <button type="button" className="button" onClick={() => nearbyNow()?.decline(false)}>
          {t('nearby.decline')}
        </button>
        <button type="button" className="button bare" onClick={() => nearbyNow()?.decline(true)}>
          {t('nearby.block')}
        </button>
      </div>
    </div>
  );
}
