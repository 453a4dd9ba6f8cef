'use client';
/**
 * People of the same network: who is there, and one conversation at a time in which a link is handed over. Nobody is seen before they choose to
 * be. A native dialog brings focus trap, Escape and the way back; closing it ends no conversation. Leaves out what is said (lib/room/nearby).
 */
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { beSeen, nearbyNow, useNearby } from '../_hooks/nearby';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { namesOf } from '../_text/nearby';
import { Handing } from './nearby-handing';
import { NearbyPeople } from './nearby-people';
import { Receiving } from './nearby-receiving';
import styles from './nearby.module.css';

export function NearbyPanel({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const now = useNearby();
  const link = usePage(({ engine, place }) =>
    place.kind === 'room' ? engine?.rooms.find(({ id }) => id === place.id)?.link : undefined,
  );
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  const close = (): void => dialog.current?.close();
  const name = namesOf(now);
  const { phase, incoming, outgoing } = now;
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="nearby-title"
      data-testid="nearby-panel"
      data-phase={phase}
      onClose={onClose}
    >
      <div className={styles.head}>
        <h2 id="nearby-title">{t('doors.nearby')}</h2>
        <button type="button" className="button small bare" onClick={close}>
          <X size={18} aria-hidden="true" />
          <span className="hidden">{t('nearby.close')}</span>
        </button>
      </div>
      {phase === 'off' ? (
        <div className={styles.intro}>
          <p>{t('nearby.off-text')}</p>
          <p className="muted">{t('nearby.off-server')}</p>
          <button type="button" className="button primary" onClick={() => void beSeen()}>
            {t('nearby.be-seen')}
          </button>
        </div>
      ) : (
        <>
          {incoming ? (
            <Receiving incoming={incoming} name={name(incoming.person.seed)} onTaken={close} />
          ) : outgoing ? (
            <Handing outgoing={outgoing} name={name(outgoing.person.seed)} />
          ) : (
            <NearbyPeople now={now} name={name} link={link} />
          )}
          <div className={styles.foot}>
            <p className="muted">{now.seed === '' ? null : t('nearby.you', { name: name(now.seed) })}</p>
            <button type="button" className="button small" onClick={() => nearbyNow()?.stop()}>
              {t('nearby.stop')}
            </button>
          </div>
        </>
      )}
    </dialog>
  );
}
