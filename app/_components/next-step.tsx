'use client';
/** What the person can do now in a room: download, save, choose the files again.  */
import { Download, FolderDown, RotateCw, Save } from 'lucide-react';
import type { RoomSnapshot, ShareSnapshot } from '../../lib/index';
import { save, saveToFolder } from '../_hooks/auto-save';
import { command } from '../_hooks/engine';
import { reattach } from '../_hooks/manager';
import { startedChoices, type Wish } from '../_hooks/selection';
import { usePage } from '../_hooks/use-shoal';
import { counted, formatBytes } from '../_text/format';
import { Pickers } from './pickers';
import styles from './room.module.css';

interface NextStepProps {
  readonly room: RoomSnapshot;
  readonly wish: Wish;
}

export function NextStep({ room, wish }: NextStepProps) {
  const needed = room.shares.filter(({ filesNeeded }) => filesNeeded);
  return (
    <>
      {needed.map((share) => (
        <FilesAgain key={share.id} room={room} share={share} />
      ))}
      {room.shares.some(({ fromFile }) => fromFile) ? (
        <p className={styles.note}>
          There is too little space to keep a copy here. Once this tab is closed, the files must be chosen
          again.
        </p>
      ) : null}
      <DownloadButton room={room} wish={wish} />
      {room.state === 'error' || room.shares.some(({ error }) => error !== null) ? (
        <Again room={room} />
      ) : null}
      {room.state === 'complete' && room.detail.kind === 'received' ? <SaveAgain room={room} /> : null}
    </>
  );
}

function DownloadButton({ room, wish }: NextStepProps) {
  const open = room.shares.filter(
    ({ publisher, fileCount, chosen }) => publisher !== 'self' && fileCount !== null && chosen !== 'all',
  );
  const untouched = open.some(({ chosen }) => chosen === null);
  // When all that was listed has been chosen once, the button comes back only with a new tick.
  if (room.detail.kind === 'stopped' || open.length === 0 || (!untouched && wish.files === 0)) return null;
  const start = (): void => {
    void command((shoal) => shoal.download(room.id, wish.choices, { save: true }));
  };
  return (
    <button
      type="button"
      className={`button primary big ${styles.download ?? ''}`}
      data-testid="download"
      disabled={wish.files === 0}
      onClick={start}
    >
      <Download size={22} aria-hidden="true" />
      {downloadLabel(room, wish)}
    </button>
  );
}

function downloadLabel({ shares }: RoomSnapshot, wish: Wish): string {
  if (wish.files === 0) return 'Choose files to download';
  const more = shares.some(({ publisher, chosen }) => publisher !== 'self' && chosen !== null);
  const what = more
    ? counted(wish.files, 'more file')
    : wish.everything && wish.files > 1
      ? 'all'
      : counted(wish.files, 'file');
  return `Download ${what} (${formatBytes(wish.bytes)})`;
}

/** After an error: asks for the same files again, or opens the room again where none were asked for. */
function Again({ room }: { readonly room: RoomSnapshot }) {
  const started = startedChoices(room.shares);
  const again = (): void => {
    void command((shoal) =>
      started.length > 0 ? shoal.download(room.id, started, { save: true }) : shoal.resume(room.id),
    );
  };
  return (
    <div className="row">
      <button type="button" className="button" onClick={again}>
        <RotateCw size={18} aria-hidden="true" />
        {started.length > 0 ? 'Download again' : 'Try again'}
      </button>
    </div>
  );
}

function SaveAgain({ room }: { readonly room: RoomSnapshot }) {
  const saving = usePage((state) => state.saving.has(room.id));
  const saved = !room.savePending;
  const folder = usePage((state) => state.canSaveToFolder);
  const said = saving
    ? 'Saving through your browser’s downloads…'
    : saved
      ? 'Saved through your browser’s downloads.'
      : 'They are kept in this browser, ready to be saved.';
  return (
    <div className={styles.save}>
      <p role="status">{said}</p>
      <div className="row">
        <button
          type="button"
          className="button"
          disabled={saving}
          onClick={() => void command((shoal) => save(shoal, room.id))}
        >
          <Save size={18} aria-hidden="true" />
          {saved ? 'Save again' : 'Save'}
        </button>
        {folder ? (
          <button
            type="button"
            className="button"
            disabled={saving}
            onClick={() => void command((shoal) => saveToFolder(shoal, room.id))}
          >
            <FolderDown size={18} aria-hidden="true" />
            Save to folder…
          </button>
        ) : null}
      </div>
    </div>
  );
}

function FilesAgain({ room, share }: { readonly room: RoomSnapshot; readonly share: ShareSnapshot }) {
  const busy = usePage((state) => state.taking !== null);
  return (
    <div className={styles.save} role="group" aria-label="Choose the files again">
      <p>
        Choose the same {share.fileCount === null ? 'files' : counted(share.fileCount, 'file')} again to go on
        sharing.
      </p>
      <Pickers
        onPick={(collect) => reattach(room.id, share.id, collect)}
        files="Choose the files again"
        folder="Choose the folder again"
        testPrefix="reattach-"
        primary
        disabled={busy}
      />
    </div>
  );
}
