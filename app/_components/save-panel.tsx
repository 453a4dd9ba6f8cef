'use client';
/** Everything chosen is here: where it is being saved or was, and the ways to save it once more. Always there, also after a reload. */
import { FileDown, FolderDown, Save, X } from 'lucide-react';
import type { FileEntry, RoomSnapshot } from '../../lib/index';
import { command } from '../_hooks/engine';
import { save, saveAs, saveToFolder } from '../_hooks/save';
import type { SavePlace, Saving } from '../_hooks/store';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { shown } from '../_text/names';
import type { Translate } from '../_text/words';
import { ProgressBar } from './progress-bar';
import styles from './room.module.css';

interface SavePanelProps {
  readonly room: RoomSnapshot;
  /** When it is one file. */
  readonly only: FileEntry | undefined;
}

export function SavePanel({ room, only }: SavePanelProps) {
  const { t } = useWords();
  const { id, savePending } = room;
  const saving = usePage((state) => state.saving.get(id));
  const place = usePage((state) => state.saved.get(id));
  const folder = usePage((state) => state.canSaveToFolder);
  const file = usePage((state) => state.canSaveAs);
  const name = only?.path.split('/').at(-1);
  const stop = saving?.stop;
  const busy = saving !== undefined;
  return (
    <div className={styles.save} data-testid="save-panel">
      <p role="status" data-testid="save-status">
        {saving ? now(t, saving) : savePending ? t('room.ready-to-save') : done(t, place)}
      </p>
      {typeof saving?.percent === 'number' ? (
        <ProgressBar label={t('room.writing')} percent={saving.percent} calm={false} />
      ) : null}
      <div className="row">
        {stop ? (
          <button type="button" className="button" onClick={stop}>
            <X size={18} aria-hidden="true" />
            {t('room.stop')}
          </button>
        ) : null}
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() => void command((shoal) => save(shoal, id))}
        >
          <Save size={18} aria-hidden="true" />
          {t(savePending ? 'room.save' : 'room.save-again')}
        </button>
        {file && name !== undefined ? (
          <button
            type="button"
            className="button"
            disabled={busy}
            onClick={() => void command((shoal) => saveAs(shoal, id, name))}
          >
            <FileDown size={18} aria-hidden="true" />
            {t('room.save-as')}
          </button>
        ) : null}
        {folder ? (
          <button
            type="button"
            className="button"
            disabled={busy}
            onClick={() => void command((shoal) => saveToFolder(shoal, id))}
          >
            <FolderDown size={18} aria-hidden="true" />
            {t('room.save-to-folder')}
          </button>
        ) : null}
      </div>
    </div>
  );
}

function now(t: Translate, { place: { kind, name } }: Saving): string {
  if (kind === 'downloads') return t('room.saving-downloads');
  return name === '' ? t('room.writing-folder') : t('room.writing-name', { name: shown(name) });
}

/** After a reload nobody remembers where. */
function done(t: Translate, place: SavePlace | undefined): string {
  if (!place) return t('room.saved');
  if (place.kind === 'downloads') return t('room.saved-downloads');
  if (place.kind === 'file') return t('room.saved-file');
  return place.name === ''
    ? t('room.saved-folder')
    : t('room.saved-folder-name', { name: shown(place.name) });
}
