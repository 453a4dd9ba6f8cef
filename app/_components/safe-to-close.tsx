'use client';
/** Whether this tab may be closed, how many copies the room holds without it, and what is still missing. Words: _text/closing.ts. */
import type { RoomSnapshot } from '../../lib/index';
import { useCalm } from '../_hooks/use-calm';
import { useWords } from '../_hooks/use-words';
import { closingText } from '../_text/closing';
import styles from './safe-to-close.module.css';

/** The title changes with the state; a swarm near the border may change it often. */
const spokenEveryMs = 10_000;

export function SafeToClose({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const closing = closingText(room);
  const spoken = useCalm(closing?.title ?? '', spokenEveryMs);
  return (
    <>
      {/* Stands before there is anything to say: a live region is heard only when it was there already. */}
      <p className="hidden" role="status">
        {spoken}
      </p>
      {closing ? (
        <div className={styles.box} data-testid="closing" data-state={closing.state}>
          <p className={styles.words}>
            <strong>{closing.title}</strong>
            <span>{closing.text}</span>
          </p>
          <div
            className={styles.track}
            role="meter"
            aria-label={t('closing.copies-without-you')}
            aria-valuemin={0}
            aria-valuemax={closing.meter.enough}
            aria-valuenow={closing.meter.copies}
            aria-valuetext={closing.meter.words}
          >
            <div
              className={styles.bar}
              style={{ transform: `scaleX(${closing.meter.copies / closing.meter.enough})` }}
            />
          </div>
          {closing.why ? <p className={styles.why}>{closing.why}</p> : null}
        </div>
      ) : null}
    </>
  );
}
