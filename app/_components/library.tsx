'use client';
/** "Your shares" on the home page: the newest few rooms this browser keeps and what they do; all of them are on /shares. */
import { Pause, Play, Trash2 } from 'lucide-react';
import { useState, type MouseEvent } from 'react';
import type { StoredRoom } from '../../lib/index';
import { command } from '../_hooks/engine';
import { goToRoom, goToShares } from '../_hooks/manager';
import { usePage } from '../_hooks/use-shoal';
import { counted, formatBytes, formatCount, formatWhen } from '../_text/format';
import { shown } from '../_text/names';
import { doingText, sharesWords } from '../_text/shares';
import { ConfirmDelete } from './confirm-delete';
import styles from './home.module.css';

const none: readonly StoredRoom[] = [];
/** Guess: what a person has just done, and the page stays the drop page. */
const newest = 3;

export function Library() {
  const library = usePage(({ engine }) => engine?.library ?? none);
  const [deleting, setDeleting] = useState<StoredRoom | null>(null);
  if (library.length === 0) return null;
  return (
    <section className={styles.library} aria-labelledby="your-shares">
      <div className={styles.libraryHead}>
        <h2 id="your-shares">Your shares</h2>
        <a href="/shares" className={styles.about} onClick={seeAll}>
          {sharesWords.seeAll} ({formatCount(library.length)})
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
  const open = usePage(({ engine }) => engine?.rooms.find(({ id }) => id === stored.id));
  const name = shown(stored.title) || 'Shared files';
  return (
    <li className={styles.item} data-testid="library-item">
      <div>
        <bdi className={styles.title} title={name}>
          {name}
        </bdi>
        <p className={styles.about}>
          {doingText(stored, open)} · {counted(stored.fileCount, 'file')}, {formatBytes(stored.totalBytes)} ·{' '}
          {formatWhen(stored.createdAt)}
        </p>
      </div>
      <div className={styles.buttons}>
        <button
          type="button"
          className="button small"
          aria-label={`Open ${name}`}
          onClick={() => goToRoom(stored)}
        >
          Open
        </button>
        <ToggleRunning stored={stored} name={name} />
        <button
          type="button"
          className="button small bare"
          aria-label={`Delete ${name}`}
          onClick={() => onDelete(stored)}
        >
          <Trash2 size={17} aria-hidden="true" />
          Delete
        </button>
      </div>
    </li>
  );
}

const ToggleRunning = ({ stored, name }: { readonly stored: StoredRoom; readonly name: string }) =>
  stored.stopped ? (
    <button
      type="button"
      className="button small bare"
      aria-label={`Resume ${name}`}
      onClick={() => void command((shoal) => shoal.resume(stored.id))}
    >
      <Play size={17} aria-hidden="true" />
      Resume
    </button>
  ) : (
    <button
      type="button"
      className="button small bare"
      aria-label={`Stop ${name}`}
      onClick={() => void command((shoal) => shoal.stop(stored.id))}
    >
      <Pause size={17} aria-hidden="true" />
      Stop
    </button>
  );

function seeAll(event: MouseEvent): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault(); // a reload would break off transfers
  goToShares();
}
