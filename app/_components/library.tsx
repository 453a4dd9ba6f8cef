'use client';
/** "Your shares" on the home page: the newest few rooms this browser keeps and what they do; all of them are on /shares. */
import { Pause, Play, Trash2 } from 'lucide-react';
import { useEffect, useState, type MouseEvent } from 'react';
import type { StoredRoom } from '../../lib/index';
import { command } from '../_hooks/engine';
import { goToRoom, goToShares } from '../_hooks/manager';
import { sharesShown } from '../_hooks/shares-awaited';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { formatBytes, formatWhen } from '../_text/format';
import { shown } from '../_text/names';
import { doingText, overOf } from '../_text/shares';
import { ConfirmDelete } from './confirm-delete';
import styles from './home.module.css';

const none: readonly StoredRoom[] = [];
/** Guess: what a person has just done, and the page stays the drop page. */
const newest = 3;

export function Library() {
  const { t } = useWords();
  const library = usePage(({ engine }) => engine?.library ?? none);
  const [deleting, setDeleting] = useState<StoredRoom | null>(null);
  useEffect(sharesShown, []);
  if (library.length === 0) return null;
  return (
    <section className={styles.library} aria-labelledby="your-shares">
      <div className={styles.libraryHead}>
        <h2 id="your-shares">{t('library.title')}</h2>
        <a href="/shares" className={styles.about} onClick={seeAll}>
          {t('shares.see-all', { count: library.length })}
        </a>
      </div>
      <ul className="panel">
        {library.slice(0, newest).map((room) => (
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
          {doingText(stored, open)} ·{' '}
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
        {overOf(stored, open) ? null : <ToggleRunning stored={stored} name={name} />}
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

function seeAll(event: MouseEvent): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault(); // a reload would break off transfers
  goToShares();
}
