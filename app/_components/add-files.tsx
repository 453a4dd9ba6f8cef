'use client';
/** "Add more files": to the room, as a share of one's own beside those that are there. */
import { takeFiles } from '../_hooks/take-files';
import { spokenMs, useCalm } from '../_hooks/use-calm';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { PasteButton } from './paste-button';
import { Pickers } from './pickers';
import styles from './room.module.css';

export function AddFiles() {
  const { t } = useWords();
  const taking = usePage((state) => state.taking);
  const said = useCalm(taking ?? 0, spokenMs);
  return (
    <section className={`panel ${styles.side ?? ''}`} aria-labelledby="add-title">
      <h2 id="add-title">{t('room.add-title')}</h2>
      <Pickers
        onPick={takeFiles}
        files={t('room.add-files')}
        folder={t('room.add-folder')}
        size="small"
        disabled={taking !== null}
      >
        <PasteButton small disabled={taking !== null} />
      </Pickers>
      <p className={`muted ${styles.small ?? ''}`} role="status">
        {taking === null ? t('room.add-or-drop') : t('room.add-reading', { count: said })}
      </p>
    </section>
  );
}
