'use client';
/** The files of a room, share by share: names and sizes before anything is downloaded, boxes to choose, how far each is. A few stand in a plain list. */
import { useId, useMemo } from 'react';
import type { FileEntry, RoomSnapshot, ShareId, ShareSnapshot } from '../../lib/index';
import {
  isStarted,
  pickedAtFirst,
  pickFiles,
  toggleAll,
  toggleFile,
  type FileLists as Lists,
  type Picked,
  type Picks,
} from '../_hooks/selection';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { formatBytes } from '../_text/format';
import { CheckAll } from './check-all';
import { FileRow } from './file-row';
import styles from './files.module.css';
import { later } from './later';

/** More than a glance takes in: search, order and folders are worth their place. Guess. */
const plainFiles = 5;

const FileBrowser = later(async () => (await import('./file-browser')).FileBrowser);

interface FileListsProps {
  readonly room: RoomSnapshot;
  readonly lists: Lists;
  readonly picks: Picks;
  readonly onPicks: (picks: Picks) => void;
  readonly onView: (share: ShareId, file: FileEntry) => void;
}

export function FileLists({ room, lists, picks, onPicks, onView }: FileListsProps) {
  const canWatch = usePage((state) => state.canWatch);
  const viewable = ({ publisher, fromFile, chunksHave }: ShareSnapshot): boolean => {
    if (!canWatch || room.detail.kind === 'stopped') return false;
    if (publisher === 'self') return !fromFile; // there is nothing to be read from
    return room.options.over === null || chunksHave > 0; // nothing arrives any more
  };
  return room.shares
    .filter(({ fileCount }) => fileCount !== null)
    .map((share) => (
      <ShareFiles
        key={share.id}
        room={room}
        share={share}
        files={lists.get(share.id) ?? []}
        picks={picks}
        onPicks={onPicks}
        onView={viewable(share) ? (file) => onView(share.id, file) : null}
      />
    ));
}

interface ShareFilesProps {
  readonly room: RoomSnapshot;
  readonly share: ShareSnapshot;
  readonly files: readonly FileEntry[];
  readonly picks: Picks;
  readonly onPicks: (picks: Picks) => void;
  readonly onView: ((file: FileEntry) => void) | null;
}

function ShareFiles({ room, share, files, picks, onPicks, onView }: ShareFilesProps) {
  const { t } = useWords();
  const id = useId();
  const ticked = picks.get(share.id);
  // The same object as long as nothing changed: what follows from it for 100,000 files is worked out once.
  const picked = useMemo(() => ticked ?? pickedAtFirst(share.chosen), [ticked, share.chosen]);
  // What is ticked in a room that rests would not come.
  const rests = room.detail.kind === 'stopped' || room.options.over !== null;
  const choosable = !rests && share.publisher !== 'self' && share.chosen !== 'all' && files.length > 1;
  const heading = t(headingOf(share, room));
  // Only the first is waited for: beside a list that joins others everything stays in sight.
  const reading = <div className={styles.reading} data-awaiting={room.shares.length === 1 || undefined} />;
  return (
    <section className={`panel ${styles.panel ?? ''}`} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id}>{heading}</h2>
        <p className="muted">
          {t('room.files-and-size', { count: share.fileCount ?? 0, size: formatBytes(share.totalBytes) })}
        </p>
      </div>
      {files.length > plainFiles ? (
        <FileBrowser
          room={room}
          share={share}
          files={files}
          label={heading}
          reading={reading}
          meanwhile={reading}
          picked={picked}
          choosable={choosable}
          onPick={(these, on) => onPicks(pickFiles(share, picks, these, on))}
          onPickAll={(on) => onPicks(toggleAll(share, picks, on))}
          onView={onView}
        />
      ) : (
        <>
          {choosable ? (
            <CheckAll
              ticked={picked === 'all' ? 'all' : picked.size > 0 ? 'some' : 'none'}
              onTick={(on) => onPicks(toggleAll(share, picks, on))}
            >
              {t('files.all')}
            </CheckAll>
          ) : null}
          <PlainList
            {...{ room, share, files, picked, choosable, onView }}
            onToggle={(index) => onPicks(toggleFile(share, picks, index))}
          />
        </>
      )}
    </section>
  );
}

function headingOf({ publisher }: ShareSnapshot, { shares }: RoomSnapshot) {
  if (shares.length === 1) return 'files.title';
  if (publisher === 'self') return 'files.yours';
  return publisher === 'creator' ? 'files.of-creator' : 'files.of-someone';
}

interface PlainListProps extends Omit<ShareFilesProps, 'picks' | 'onPicks'> {
  readonly picked: Picked;
  readonly choosable: boolean;
  readonly onToggle: (index: number) => void;
}

function PlainList({ room, share, files, picked, choosable, onToggle, onView }: PlainListProps) {
  const own = share.publisher === 'self';
  const viewable = files.some(({ display }) => display);
  const choiceOf = ({ index }: FileEntry) => {
    if (own) return 'none';
    if (isStarted(share, index)) return 'started';
    if (!choosable) return 'none';
    return picked === 'all' || picked.has(index) ? 'ticked' : 'unticked';
  };
  return (
    <ul className={styles.list}>
      {files.map((file) => {
        const choice = choiceOf(file);
        const percent = choice === 'started' ? (share.filePercent?.[file.index] ?? null) : null;
        return (
          <FileRow
            key={file.index}
            file={file}
            choice={choice}
            percent={percent}
            picture={own || percent === 100 ? { room: room.id, share: share.id } : null}
            onToggle={onToggle}
            onView={viewable ? onView : null}
          />
        );
      })}
    </ul>
  );
}
