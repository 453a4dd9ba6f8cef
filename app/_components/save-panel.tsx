'use client';
/** Everything chosen is here: where it is being saved or was, and the ways to save it once more. Always there, also after a reload. */
import { FileDown, FolderDown, Save, X } from 'lucide-react';
import type { FileEntry, RoomSnapshot } from '../../lib/index';
import { command } from '../_hooks/engine';
import { save, saveAs, saveToFolder } from '../_hooks/save';
import type { SavePlace, Saving } from '../_hooks/store';
import { usePage } from '../_hooks/use-shoal';
import { shown } from '../_text/names';
import { ProgressBar } from './progress-bar';
import styles from './room.module.css';

interface SavePanelProps {
  readonly room: RoomSnapshot;
  /** When it is one file. */
  readonly only: FileEntry | undefined;
}

export function SavePanel({ room, only }: SavePanelProps) {
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
        {saving
          ? now(saving)
          : savePending
            ? 'They are kept in this browser, ready to be saved.'
            : done(place)}
      </p>
      {typeof saving?.percent === 'number' ? (
        <ProgressBar label="Writing" percent={saving.percent} calm={false} />
      ) : null}
      <div className="row">
        {stop ? (
          <button type="button" className="button" onClick={stop}>
            <X size={18} aria-hidden="true" />
            Stop
          </button>
        ) : null}
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() => void command((shoal) => save(shoal, id))}
        >
          <Save size={18} aria-hidden="true" />
          {savePending ? 'Save' : 'Save again'}
        </button>
        {file && name !== undefined ? (
          <button
            type="button"
            className="button"
            disabled={busy}
            onClick={() => void command((shoal) => saveAs(shoal, id, name))}
          >
            <FileDown size={18} aria-hidden="true" />
            Save as…
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
            Save to folder…
          </button>
        ) : null}
      </div>
    </div>
  );
}

function now({ place: { kind, name } }: Saving): string {
  if (kind === 'downloads') return 'Saving through your browser’s downloads…';
  return name === '' ? 'Writing into the folder you choose…' : `Writing “${shown(name)}”…`;
}

/** After a reload nobody remembers where. */
function done(place: SavePlace | undefined): string {
  if (!place) return 'Saved on this device.';
  if (place.kind === 'downloads') return 'Saved through your browser’s downloads.';
  if (place.kind === 'file') return 'Saved into the file you chose.';
  return place.name === ''
    ? 'Saved into the folder you chose.'
    : `Saved into the folder “${shown(place.name)}”.`;
}
