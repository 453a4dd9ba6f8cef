'use client';
/** The files of a room, share by share: name, size and type before anything is downloaded, boxes to choose, percent while it runs. */
import { lazy, Suspense, useId } from 'react';
import type { FileEntry, RoomSnapshot, ShareId, ShareSnapshot } from '../../lib/index';
import {
  isStarted,
  pickedOf,
  toggleAll,
  toggleFile,
  type FileLists as Lists,
  type Picked,
  type Picks,
} from '../_hooks/selection';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { formatBytes } from '../_text/format';
import type { Translate } from '../_text/words';
import fields from './fields.module.css';
import { FileRow } from './file-row';
import styles from './files.module.css';

/** Only long lists need it, and it brings a package with it. */
const LongList = lazy(async () => ({ default: (await import('./long-list')).LongList }));

/** Guess: as many rows as a phone lays out without a pause. */
const plainRows = 200;

interface FileListsProps {
  readonly room: RoomSnapshot;
  readonly lists: Lists;
  readonly picks: Picks;
  readonly onPicks: (picks: Picks) => void;
  readonly onView: (share: ShareId, file: FileEntry) => void;
}

export function FileLists({ room, lists, picks, onPicks, onView }: FileListsProps) {
  const { t } = useWords();
  const canWatch = usePage((state) => state.canWatch);
  // Of a stopped room nothing arrives; one's own files that are not stored have nothing to be read from.
  const viewable = ({ publisher, fromFile }: ShareSnapshot): boolean =>
    canWatch && room.detail.kind !== 'stopped' && !(publisher === 'self' && fromFile);
  return room.shares
    .filter(({ fileCount }) => fileCount !== null)
    .map((share) => (
      <ShareFiles
        key={share.id}
        share={share}
        files={lists.get(share.id) ?? []}
        picked={pickedOf(share, picks)}
        heading={headingOf(t, share, room)}
        onToggle={(index) => onPicks(toggleFile(share, picks, index))}
        onToggleAll={(on) => onPicks(toggleAll(share, picks, on))}
        onView={viewable(share) ? (file) => onView(share.id, file) : null}
      />
    ));
}

function headingOf(t: Translate, { publisher }: ShareSnapshot, { shares }: RoomSnapshot): string {
  if (shares.length === 1) return t('files.title');
  if (publisher === 'self') return t('files.yours');
  return publisher === 'creator' ? t('files.of-creator') : t('files.of-someone');
}

interface ShareFilesProps {
  readonly share: ShareSnapshot;
  readonly files: readonly FileEntry[];
  readonly picked: Picked;
  readonly heading: string;
  readonly onToggle: (index: number) => void;
  readonly onToggleAll: (on: boolean) => void;
  readonly onView: ((file: FileEntry) => void) | null;
}

function ShareFiles({ share, files, picked, heading, onToggle, onToggleAll, onView }: ShareFilesProps) {
  const { t } = useWords();
  const id = useId();
  const choosable = share.publisher !== 'self' && share.chosen !== 'all' && files.length > 1;
  const choiceOf = ({ index }: FileEntry) => {
    if (share.publisher === 'self') return 'none';
    if (isStarted(share, index)) return 'started';
    if (!choosable) return 'none';
    return picked === 'all' || picked.has(index) ? 'ticked' : 'unticked';
  };
  const row = (file: FileEntry) => {
    const choice = choiceOf(file);
    const percent = choice === 'started' ? (share.filePercent?.[file.index] ?? null) : null;
    return (
      <FileRow
        key={file.index}
        file={file}
        choice={choice}
        percent={percent}
        onToggle={onToggle}
        onView={onView}
      />
    );
  };
  return (
    <section className={`panel ${styles.panel ?? ''}`} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id}>{heading}</h2>
        <p className="muted">
          {t('room.files-and-size', {
            count: share.fileCount ?? 0,
            size: formatBytes(share.totalBytes),
          })}
        </p>
      </div>
      {choosable ? <ToggleAll picked={picked} onToggleAll={onToggleAll} /> : null}
      {files.length > plainRows ? (
        <Suspense fallback={null}>
          <LongList files={files} row={row} label={heading} />
        </Suspense>
      ) : (
        <ul className={styles.list}>{files.map((file) => row(file))}</ul>
      )}
    </section>
  );
}

interface ToggleAllProps {
  readonly picked: Picked;
  readonly onToggleAll: (on: boolean) => void;
}

function ToggleAll({ picked, onToggleAll }: ToggleAllProps) {
  const { t } = useWords();
  const all = picked === 'all';
  return (
    <label className={styles.all}>
      <input
        type="checkbox"
        className={fields.check}
        checked={all}
        // "Some" has no attribute in HTML, only a property.
        ref={(box) => {
          if (box) box.indeterminate = picked !== 'all' && picked.size > 0;
        }}
        onChange={() => onToggleAll(!all)}
      />
      {t('files.all')}
    </label>
  );
}
