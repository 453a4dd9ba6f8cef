'use client';
/** "Your shares": every room this browser keeps, what it does now, how much space it takes. */
import { Pause, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { RoomSnapshot, StoredRoom } from '../../lib/index';
import { command } from '../_hooks/engine';
import { goToRoom } from '../_hooks/manager';
import { usePage } from '../_hooks/use-shoal';
import { counted, formatBytes, formatWhen } from '../_text/format';
import { shown } from '../_text/names';
import { stateText } from '../_text/states';
import { ConfirmDelete } from './confirm-delete';
import styles from './home.module.css';

const none: readonly StoredRoom[] = [];

export function Library() {
  const library = usePage(({ engine }) => engine?.library ?? none);
  const storage = usePage(({ engine }) => engine?.storage ?? null);
  const [deleting, setDeleting] = useState<StoredRoom | null>(null);
  if (library.length === 0) return null;
  return (
    <section className={styles.library} aria-labelledby="your-shares">
      <div className={styles.libraryHead}>
        <h2 id="your-shares">Your shares</h2>
        {storage ? (
          <p className={styles.about}>
            {formatBytes(storage.usedBytes)} of {formatBytes(storage.quotaBytes)} used
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
  const open = usePage(({ engine }) => engine?.rooms.find(({ id }) => id === stored.id));
  const name = shown(stored.title) || 'Shared files';
  return (
    <li className={styles.item} data-testid="library-item">
      <div>
        <bdi className={styles.title} title={name}>
          {name}
        </bdi>
        <p className={styles.about}>
          {doing(stored, open)} · {counted(stored.fileCount, 'file')}, {formatBytes(stored.totalBytes)} ·{' '}
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

function doing(stored: StoredRoom, open: RoomSnapshot | undefined): string {
  if (stored.stopped) return 'Stopped';
  if (!open) return stored.complete ? 'Not running' : 'Not finished';
  const people = open.peers.length > 0 ? `, ${counted(open.peers.length, 'other')} here` : '';
  return `${stateText(open).title}${people}`;
}
