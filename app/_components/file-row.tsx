'use client';
/** One file of a short list. Its name comes from a peer: plain text in <bdi>, so that right-to-left marks in it cannot rearrange the row. */
import type { FileEntry } from '../../lib/index';
import type { PictureSource } from '../_files/thumbnails';
import { useWords } from '../_hooks/use-words';
import { formatBytes } from '../_text/format';
import { shown, splitPath, typeLabel } from '../_text/names';
import fields from './fields.module.css';
import { FilePicture } from './file-picture';
import { Ring, StateText } from './file-state';
import styles from './files.module.css';
import { ViewButton, viewVerbs } from './view-button';

interface FileRowProps {
  readonly file: FileEntry;
  /** box: can be ticked · started: on its way or here · none: nothing to choose (own files, a single file, a room that rests). */
  readonly choice: 'ticked' | 'unticked' | 'started' | 'none';
  /** 0…100 once started and where known. */
  readonly percent: number | null;
  /** Where a small picture comes from; null: it is not here. */
  readonly picture: PictureSource | null;
  readonly onToggle: (index: number) => void;
  /** Shows the file in the page; null where none of the list can be. */
  readonly onView: ((file: FileEntry) => void) | null;
}

export function FileRow({ file, choice, percent, picture, onToggle, onView }: FileRowProps) {
  const path = shown(file.path);
  const { folder, name } = splitPath(path);
  const { t } = useWords();
  const content = (
    <>
      <FilePicture file={file} source={picture} />
      <span className={styles.name} title={path}>
        {folder === '' ? null : <bdi className={styles.folder}>{folder}</bdi>}
        <bdi className={styles.file}>{shown(name) || t('files.unnamed')}</bdi>
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
          {choice === 'started' ? <Ring percent={percent} /> : null}
          {content}
          {percent === null ? null : (
            <span className={styles.percent}>
              <StateText percent={percent} />
            </span>
          )}
        </div>
      )}
      {onView ? (
        <span className={styles.viewCell} data-widest={viewVerbs(t)}>
          <ViewButton file={file} onView={onView} />
        </span>
      ) : null}
    </li>
  );
}
