'use client';
/** "Your shares": every room this browser keeps, what it does now, how much space it takes. */
import { Pause, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { RoomSnapshot, StoredRoom } from '../../lib/index';
import { command } from '../_hooks/engine';
import { goToRoom } from '../_hooks/manager';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { formatBytes, formatWhen } from '../_text/format';
import { shown } from '../_text/names';
import { stateText } from '../_text/states';
import type { Translate } from '../_text/words';
import { ConfirmDelete } from './confirm-delete';
import styles from './home.module.css';

const none: readonly StoredRoom[] = [];

export function Library() {
  const { t } = useWords();
  const library = usePage(({ engine }) => engine?.library ?? none);
  const storage = usePage(({ engine }) => engine?.storage ?? null);
  const [deleting, setDeleting] = useState<StoredRoom | null>(null);
  if (library.length === 0) return null;
  return (
    <section className={styles.library} aria-labelledby="your-shares">
      <div className={styles.libraryHead}>
        <h2 id="your-shares">{t('library.title')}</h2>
        {storage ? (
          <p className={styles.about}>
            {t('library.used', {
              used: formatBytes(storage.usedBytes),
              all: formatBytes(storage.quotaBytes),
            })}
          </p>
        ) : null}
      </div>
      <ul className="panel">
        {library.map((room) => (
          <Item key={room.id} stored={room} onDelete={setDeleting} />
        ))}
      </ul>
      {deleting ? (
        <ConfirmDelete
          title={deleting.title}
          bytes={deleting.storedBytes}
          onClose={() => setDeleting(null)}
          onConfirm={() => command((shoal) => shoal.remove(deleting.id))}
        />
      ) : null}
    </section>
  );
}

interface ItemProps {
  readonly stored: StoredRoom;
  readonly onDelete: (room: StoredRoom) => void;
}

function Item({ stored, onDelete }: ItemProps) {
  const { t } = useWords();
  const open = usePage(({ engine }) => engine?.rooms.find(({ id }) => id === stored.id));
  const name = shown(stored.title) || t('room.unnamed');
  return (
    <li className={styles.item} data-testid="library-item">
      <div>
        <bdi className={styles.title} title={name}>
          {name}
        </bdi>
        <p className={styles.about}>
          {doing(t, stored, open)} ·{' '}
          {t('room.files-and-size', { count: stored.fileCount, size: formatBytes(stored.totalBytes) })} ·{' '}
          {formatWhen(stored.createdAt)}
        </p>
      </div>
      <div className={styles.buttons}>
        <button
          type="button"
          className="button small"
          aria-label={t('library.open-name', { name })}
          onClick={() => goToRoom(stored)}
        >
          {t('library.open')}
        </button>
        <ToggleRunning stored={stored} name={name} />
        <button
          type="button"
          className="button small bare"
          aria-label={t('library.delete-name', { name })}
          onClick={() => onDelete(stored)}
        >
          <Trash2 size={17} aria-hidden="true" />
          {t('dialog.delete')}
        </button>
      </div>
    </li>
  );
}

function ToggleRunning({ stored, name }: { readonly stored: StoredRoom; readonly name: string }) {
  const { t } = useWords();
  return stored.stopped ? (
    <button
      type="button"
      className="button small bare"
      aria-label={t('library.resume-name', { name })}
      onClick={() => void command((shoal) => shoal.resume(stored.id))}
    >
      <Play size={17} aria-hidden="true" />
      {t('room.resume')}
    </button>
  ) : (
    <button
      type="button"
      className="button small bare"
      aria-label={t('library.stop-name', { name })}
      onClick={() => void command((shoal) => shoal.stop(stored.id))}
    >
      <Pause size={17} aria-hidden="true" />
      {t('room.stop')}
    </button>
  );
}

function doing(t: Translate, stored: StoredRoom, open: RoomSnapshot | undefined): string {
  if (stored.stopped) return t('state.stopped');
  if (!open) return stored.complete ? t('library.not-running') : t('library.not-finished');
  const { title } = stateText(open);
  return open.peers.length > 0 ? t('library.with-others', { title, count: open.peers.length }) : title;
}
