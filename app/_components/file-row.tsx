'use client';
/** One file. Its name comes from a peer: plain text in <bdi>, so that right-to-left marks in it cannot rearrange the row. */
import { Check, File, FileArchive, FileText, Film, Image, Music, type LucideIcon } from 'lucide-react';
import type { Display, FileEntry } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import { formatBytes, formatPercent } from '../_text/format';
import { kindOf, shown, splitPath, typeLabel, type Kind } from '../_text/names';
import type { MessageId } from '../_text/words';
import fields from './fields.module.css';
import styles from './files.module.css';

const icons: Record<Kind, LucideIcon> = {
  image: Image,
  video: Film,
  audio: Music,
  text: FileText,
  archive: FileArchive,
  file: File,
};

interface FileRowProps {
  readonly file: FileEntry;
  /** box: can be ticked · started: on its way or here · none: nothing to choose (own files, a single file). */
  readonly choice: 'ticked' | 'unticked' | 'started' | 'none';
  /** 0…100 once started and where known. */
  readonly percent: number | null;
  readonly onToggle: (index: number) => void;
  /** Shows the file in the page; null where it cannot be. */
  readonly onView: ((file: FileEntry) => void) | null;
}

const verbs = {
  video: ['files.watch', 'files.watch-name'],
  audio: ['files.listen', 'files.listen-name'],
  image: ['files.view', 'files.view-name'],
  pdf: ['files.view', 'files.view-name'],
  text: ['files.view', 'files.view-name'],
} as const satisfies Record<Display, readonly [MessageId, MessageId]>;

export function FileRow({ file, choice, percent, onToggle, onView }: FileRowProps) {
  const { t } = useWords();
  const path = shown(file.path);
  const { folder, name } = splitPath(path);
  const Icon = icons[kindOf(file)];
  const content = (
    <>
      <Icon size={20} aria-hidden="true" className={styles.icon} />
      <span className={styles.name} title={path}>
        {folder === '' ? null : <bdi className={styles.folder}>{folder}</bdi>}
        <bdi className={styles.file}>{name}</bdi>
      </span>
      <span className={styles.type}>{typeLabel(file)}</span>
      <span className={styles.size}>{formatBytes(file.bytes)}</span>
    </>
  );
  return (
    <li className={styles.row} data-testid="file-row" data-name={file.path} data-percent={percent}>
      {choice === 'ticked' || choice === 'unticked' ? (
        <label className={styles.line}>
          <input
            type="checkbox"
            className={fields.check}
            checked={choice === 'ticked'}
            onChange={() => onToggle(file.index)}
          />
          {content}
        </label>
      ) : (
        <div className={styles.line}>
          {choice === 'started' ? <Started percent={percent} /> : null}
          {content}
          {percent === null ? null : (
            <span className={styles.percent}>
              {percent >= 100 ? t('files.here') : formatPercent(percent)}
            </span>
          )}
        </div>
      )}
      {onView && file.display ? (
        <button
          type="button"
          className={`button small ${styles.view ?? ''}`}
          aria-label={t(verbs[file.display][1], { name })}
          onClick={() => onView(file)}
        >
          {t(verbs[file.display][0])}
        </button>
      ) : null}
    </li>
  );
}

/** In the checkbox's place: a ring that closes, then a tick. The figure beside the size says the same in words. */
const Started = ({ percent }: { readonly percent: number | null }) =>
  percent !== null && percent < 100 ? (
    <svg viewBox="0 0 20 20" width="19" height="19" aria-hidden="true" className={styles.ring}>
      <circle cx="10" cy="10" r="8" />
      <circle
        cx="10"
        cy="10"
        r="8"
        pathLength="100"
        strokeDasharray={`${percent} 100`}
        transform="rotate(-90 10 10)"
      />
    </svg>
  ) : (
    <Check size={19} aria-hidden="true" className={percent === null ? styles.icon : styles.done} />
  );
