'use client';
/** The quieter things to do with a room: stop, delete, diagnostics. What its sender decides about it stands in its options. */
import { Pause, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { RoomSnapshot } from '../../lib/index';
import { command, engineNow } from '../_hooks/engine';
import { stats } from '../_hooks/manager';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { ConfirmDelete } from './confirm-delete';
import { CopyButton } from './copy-button';
import styles from './room.module.css';

export function RoomActions({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const title = usePage(({ engine }) => engine?.library.find(({ id }) => id === room.id)?.title ?? '');
  const { id, detail, storedBytes } = room;
  const stopped = detail.kind === 'stopped';
  return (
    <section className={`panel ${styles.side ?? ''}`} aria-labelledby="actions-title">
      <h2 id="actions-title">{t('room.actions-title')}</h2>
      <div className="row">
        {detail.kind === 'ended' ? null : stopped ? (
          <button
            type="button"
            className="button small"
            onClick={() => void command((shoal) => shoal.resume(id))}
          >
            <Play size={17} aria-hidden="true" />
            {t('room.resume')}
          </button>
        ) : (
          <button
            type="button"
            className="button small"
            onClick={() => void command((shoal) => shoal.stop(id))}
          >
            <Pause size={17} aria-hidden="true" />
            {t('room.stop')}
          </button>
        )}
        <button type="button" className="button small" onClick={() => setAsking(true)}>
          <Trash2 size={17} aria-hidden="true" />
          {t('dialog.delete')}
        </button>
        <CopyButton
          text={() => diagnosticsText(room)}
          label={t('room.copy-diagnostics')}
          className="button small"
        />
      </div>
      {asking ? (
        <ConfirmDelete
          title={title}
          bytes={storedBytes}
          onClose={() => setAsking(false)}
          onConfirm={() => command((shoal) => shoal.remove(id))}
        />
      ) : null}
    </section>
  );
}

const diagnosticsText = ({ id }: RoomSnapshot): string =>
  `${JSON.stringify(stats(), null, 2)}\n\n${engineNow()?.diagnostics(id) ?? ''}`;
