'use client';
/** "Add more files": to the room, as a share of one's own beside those that are there. */
import { takeFiles } from '../_hooks/manager';
import { usePage } from '../_hooks/use-shoal';
import { counted } from '../_text/format';
import { Pickers } from './pickers';
import styles from './room.module.css';

export function AddFiles() {
  const taking = usePage((state) => state.taking);
  return (
    <section className={`panel ${styles.side ?? ''}`} aria-labelledby="add-title">
      <h2 id="add-title">Add more files</h2>
      <Pickers onPick={takeFiles} files="Files" folder="Folder" size="small" disabled={taking !== null} />
      <p className={`muted ${styles.small ?? ''}`} role="status">
        {taking === null
          ? 'Or drop or paste them here. The link stays the same.'
          : `Reading ${counted(taking, 'file')}…`}
      </p>
    </section>
  );
}
