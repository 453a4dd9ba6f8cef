'use client';
/** What the person can do now in a room: download, save, choose the files again.  */
import { Download, FolderDown, RotateCw } from 'lucide-react';
import type { RoomSnapshot, ShareSnapshot } from '../../lib/index';
import { command } from '../_hooks/engine';
import { reattach } from '../_hooks/take-files';
import { onlyStarted, startedChoices, type FileLists, type Wish } from '../_hooks/selection';
import { getState, including, update, without } from '../_hooks/store';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { codeOf } from '../_text/errors';
import { formatBytes, unbroken } from '../_text/format';
import { shown } from '../_text/names';
import type { Translate } from '../_text/words';
import { Pickers } from './pickers';
import { DownloadSpace, FromFile, Retry, useLacking } from './space-note';
import styles from './room.module.css';
import { SavePanel } from './save-panel';
import { Sentence } from './words';

interface NextStepProps {
  readonly room: RoomSnapshot;
  readonly lists: FileLists;
  readonly wish: Wish;
}

export function NextStep({ room, lists, wish }: NextStepProps) {
  const needed = room.shares.filter(({ filesNeeded }) => filesNeeded);
  return (
    <>
      {needed.map((share) => (
        <FilesAgain key={share.id} room={room} share={share} />
      ))}
      {room.shares.map((share) =>
        share.fromFile && !share.filesNeeded ? <FromFile key={share.id} room={room} share={share} /> : null,
      )}
      {room.detail.kind === 'storage-full' || room.detail.kind === 'storage-failing' ? (
        <Retry room={room} />
      ) : null}
      <DownloadButton room={room} wish={wish} />
      {room.state === 'error' || room.shares.some(({ error }) => error !== null) ? (
        <Again room={room} />
      ) : null}
      {room.canSave ? <SavePanel room={room} only={onlyStarted(room.shares, lists)} /> : null}
    </>
  );
}

function DownloadButton({ room, wish }: Pick<NextStepProps, 'room' | 'wish'>) {
  const { t } = useWords();
  const lacking = useLacking(wish.bytes);
  const canPick = usePage((state) => state.canSaveToFolder);
  const folder = usePage((state) => state.folders.get(room.id));
  const open = room.shares.filter(
    ({ publisher, fileCount, chosen }) => publisher !== 'self' && fileCount !== null && chosen !== 'all',
  );
  const untouched = open.some(({ chosen }) => chosen === null);
  // When all that was listed has been chosen once, the button comes back only with a new tick.
  const rests = room.detail.kind === 'stopped' || room.detail.kind === 'ended';
  const offered = !rests && open.length > 0 && (untouched || wish.files > 0);
  return (
    <>
      {offered && lacking ? <DownloadSpace {...lacking} /> : null}
      {offered ? (
        <div className={styles.downloads}>
          <button
            type="button"
            className={`button primary big ${styles.download ?? ''}`}
            data-testid="download"
            disabled={wish.files === 0}
            onClick={() => void download(room, wish, lacking !== null)}
          >
            <Download size={22} aria-hidden="true" />
            {downloadLabel(t, room, wish, lacking !== null)}
          </button>
          {canPick ? (
            <button
              type="button"
              className="button"
              data-testid="download-to-folder"
              disabled={wish.files === 0}
              onClick={() => void downloadToFolder(room, wish, lacking !== null)}
            >
              <FolderDown size={18} aria-hidden="true" />
              {t('room.download-to-folder')}
            </button>
          ) : null}
        </div>
      ) : null}
      {folder !== undefined && !room.canSave ? (
        <p className={styles.note}>
          <Sentence id="room.goes-into-folder" elements={{ name: <bdi>{shown(folder)}</bdi> }} />
        </p>
      ) : null}
    </>
  );
}

const download = ({ id }: RoomSnapshot, { choices }: Wish, anyway: boolean): Promise<unknown> =>
  command(async (shoal) => {
    await shoal.download(id, choices, { save: true, anyway });
    update({ folders: without(getState().folders, id) });
  });

/** The picker is opened before anything else; closing it is no error. */
async function downloadToFolder({ id }: RoomSnapshot, { choices }: Wish, anyway: boolean): Promise<void> {
  await command(async (shoal) => {
    try {
      const name = await shoal.downloadToFolder(id, choices, anyway);
      update({ folders: including(getState().folders, id, name) });
    } catch (error) {
      if (codeOf(error) !== 'save-cancelled') throw error;
    }
  });
}

function downloadLabel(t: Translate, { shares }: RoomSnapshot, wish: Wish, anyway: boolean): string {
  if (wish.files === 0) return t('room.choose-to-download');
  const more = shares.some(({ publisher, chosen }) => publisher !== 'self' && chosen !== null);
  const what = more ? 'more' : wish.everything && wish.files > 1 ? 'all' : 'some';
  const values = { what, count: wish.files, size: unbroken(formatBytes(wish.bytes)) };
  return anyway ? t('room.download-anyway', values) : t('room.download', values);
}

/** After an error: asks for the same files again, or opens the room again where none were asked for. */
function Again({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const started = startedChoices(room.shares);
  const again = (): void => {
    void command((shoal) =>
      started.length > 0
        ? shoal.download(room.id, started, { save: true, anyway: true })
        : shoal.resume(room.id).then(() => shoal.retry(room.id)),
    );
  };
  return (
    <div className="row">
      <button type="button" className="button" onClick={again}>
        <RotateCw size={18} aria-hidden="true" />
        {t(started.length > 0 ? 'room.download-again' : 'room.try-again')}
      </button>
    </div>
  );
}

function FilesAgain({ room, share }: { readonly room: RoomSnapshot; readonly share: ShareSnapshot }) {
  const { t } = useWords();
  const busy = usePage((state) => state.taking !== null);
  return (
    <div className={styles.save} role="group" aria-label={t('room.files-again')}>
      {share.filesAsk ? <AllowFiles room={room} share={share} /> : null}
      <p>
        {t(share.filesAsk ? 'room.or-files-again-text' : 'room.files-again-text', {
          count: share.fileCount ?? 0,
        })}
      </p>
      <Pickers
        onPick={(collect, handles) => reattach(room.id, share.id, collect, handles)}
        files={t('room.files-again')}
        folder={t('room.folder-again')}
        testPrefix="reattach-"
        primary={!share.filesAsk}
        disabled={busy}
      />
    </div>
  );
}

/** The browser knows where the files are: one click, and a question of its own, and they are read again. */
function AllowFiles({ room, share }: { readonly room: RoomSnapshot; readonly share: ShareSnapshot }) {
  const { t } = useWords();
  return (
    <div className="row">
      <button
        type="button"
        className="button primary"
        data-testid="allow-files"
        onClick={() => void command((shoal) => shoal.allowFiles(room.id, share.id))}
      >
        <RotateCw size={18} aria-hidden="true" />
        {t('room.go-on-sharing')}
      </button>
    </div>
  );
}
