'use client';
/** One stored room: its name leads to it, below what it does and takes, beside it the few things to do. Names come from peers: hostile. */
import { Pause, Play, Save, Trash2 } from 'lucide-react';
import type { MouseEvent } from 'react';
import type { RoomSnapshot, StoredRoom } from '../../lib/index';
import { command } from '../_hooks/engine';
import { goToRoom } from '../_hooks/manager';
import { canSave, saveFromShares } from '../_hooks/stored';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { shown } from '../_text/names';
import { aboutTexts, doingText, overOf } from '../_text/shares';
import { ProgressBar } from './progress-bar';
import styles from './shares.module.css';
import { percentOf } from '../_text/format';

interface ShareItemProps {
  readonly stored: StoredRoom;
  readonly open: RoomSnapshot | undefined;
  readonly onDelete: (room: StoredRoom) => void;
}

export function ShareItem({ stored, open, onDelete }: ShareItemProps) {
  const { t } = useWords();
  const { id, link, stopped } = stored;
  const saving = usePage((state) => state.saving.has(id));
  const name = shown(stored.title) || t('room.unnamed');
  const openRoom = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault(); // a reload would break off transfers
    goToRoom(stored);
  };
  return (
    <li className={styles.item} data-testid="share-item">
      <div className={styles.facts}>
        <a href={`/r#${link.split('#')[1] ?? ''}`} className={styles.name} title={name} onClick={openRoom}>
          <bdi>{name}</bdi>
        </a>
        <p className={styles.doing}>{doingText(stored, open)}</p>
        <p className={styles.about}>{aboutTexts(stored, open).join(' · ')}</p>
        {open && open.state === 'transferring' && open.detail.kind === 'receiving' ? (
          <ProgressBar
            label={name}
            percent={percentOf(open.progress.bytesDone, open.progress.bytesTotal)}
            calm={false}
          />
        ) : null}
      </div>
      <div className={styles.actions}>
        {canSave(stored) ? (
          <Action
            label={saving ? t('shares.saving') : t('room.save')}
            named={t('shares.save-name', { name })}
            icon={<Save size={17} aria-hidden="true" />}
            disabled={saving}
            run={() => void command((shoal) => saveFromShares(shoal, stored))}
          />
        ) : null}
        {overOf(stored, open) ? null : stopped ? (
          <Action
            label={t('room.resume')}
            named={t('library.resume-name', { name })}
            icon={<Play size={17} aria-hidden="true" />}
            run={() => void command((shoal) => shoal.resume(id))}
          />
        ) : (
          <Action
            label={t('room.stop')}
            named={t('library.stop-name', { name })}
            icon={<Pause size={17} aria-hidden="true" />}
            run={() => void command((shoal) => shoal.stop(id))}
          />
        )}
        <Action
          label={t('dialog.delete')}
          named={t('library.delete-name', { name })}
          icon={<Trash2 size={17} aria-hidden="true" />}
          run={() => onDelete(stored)}
        />
      </div>
    </li>
  );
}

interface ActionProps {
  readonly label: string;
  /** With what it is about, for who does not see the row. */
  readonly named: string;
  readonly icon: React.ReactNode;
  readonly disabled?: boolean;
  readonly run: () => void;
}

const Action = ({ label, named, icon, disabled = false, run }: ActionProps) => (
  <button type="button" className="button small bare" aria-label={named} disabled={disabled} onClick={run}>
    {icon}
    {label}
  </button>
);
