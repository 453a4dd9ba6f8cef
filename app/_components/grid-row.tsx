'use client';
/** One row of a long list: a folder or a file. Names come from peers: plain text in <bdi>, cut off where they are too long. */
import type { CSSProperties, MouseEvent, ReactNode } from 'react';
import type { FileEntry } from '../../lib/index';
import { nameOf, type FileTree } from '../_files/file-tree';
import type { ListView } from '../_files/list-model';
import { folderOfRow, type Row } from '../_files/rows';
import type { Place } from '../_files/standing';
import { useWords } from '../_hooks/use-words';
import type { PictureSource } from '../_files/thumbnails';
import { formatBytes, formatWhen } from '../_text/format';
import { shown, splitPath, typeLabel } from '../_text/names';
import fields from './fields.module.css';
import { FilePicture } from './file-picture';
import { Ring, StateText } from './file-state';
import styles from './file-browser.module.css';
import { GridName } from './grid-name';
import { ViewButton, viewVerbs } from './view-button';

interface GridRowProps {
  readonly row: Row;
  readonly index: number;
  /** Pixels from the top of the list; null: rows follow each other. */
  readonly start: number | null;
  /** Tab comes to this row. */
  readonly reached: boolean;
  readonly view: ListView;
  readonly tree: FileTree;
  readonly place: Place;
  readonly choosable: boolean;
  readonly own: boolean;
  /** Whether files differ in state at all. */
  readonly stated: boolean;
  readonly source: PictureSource;
  readonly onActive: () => void;
  readonly onTick: (range: boolean) => void;
  readonly onFolder: (folder: number) => void;
  readonly onView: ((file: FileEntry) => void) | null;
}

/** Deeper rows are set in no further: names need the room. */
const mostSteps = 8;

export function GridRow(props: GridRowProps) {
  const {
    row,
    index,
    start,
    reached,
    view,
    tree,
    place,
    choosable,
    own,
    stated,
    source,
    onActive,
    onTick,
    onFolder,
    onView,
  } = props;
  const { t } = useWords();
  const file = row < 0 ? undefined : tree.files[row];
  const folder = row < 0 ? tree.folders[folderOfRow(row)] : undefined;
  const item = file ?? folder;
  if (!item) return null;
  const flat = view.found !== null;
  const parent = tree.folders[folder?.parent ?? tree.folderOf[row] ?? 0];
  const level = flat ? 1 : (parent?.depth ?? 0) + 1;
  const path = shown(file?.path ?? folder?.name ?? '');
  const base = folder?.name ?? (flat ? splitPath(path).name : nameOf(tree, row));
  const name = shown(base) || t('files.unnamed');
  const open = folder ? view.open.has(folder.id) : undefined;
  const started = place.choice === 'started';
  const box = !started && place.choice !== 'none';
  const ticked = place.choice === 'ticked';
  const size = formatBytes(item.bytes);
  const second = folder
    ? t('files.in-folder', { count: folder.end - folder.first })
    : view.sorting.key === 'date'
      ? formatWhen(item.modified)
      : file
        ? typeLabel(file)
        : '';
  const state: ReactNode =
    place.percent !== null ? (
      <StateText percent={place.percent} />
    ) : box && !ticked && view.sorting.key === 'state' ? (
      t('files.not-chosen')
    ) : null;
  const clicked = (event: MouseEvent): void => {
    onActive();
    if (folder) onFolder(folder.id);
    else if (box) onTick(event.shiftKey);
  };
  // Set as properties, which no rule of the CSP is about.
  const style: CSSProperties & Record<'--step', number> = {
    '--step': flat ? 0 : Math.min(level - 1, mostSteps),
    ...(start !== null && {
      position: 'absolute',
      insetInline: 0,
      top: 0,
      transform: `translateY(${start}px)`,
    }),
  };
  return (
    <div
      role="row"
      tabIndex={reached ? 0 : -1}
      aria-level={level}
      aria-rowindex={index + 1}
      aria-expanded={open}
      aria-selected={choosable ? ticked || started : undefined}
      className={flat || tree.folders.length === 1 ? `${styles.row ?? ''} ${styles.flat ?? ''}` : styles.row}
      style={style}
      data-row={row}
      data-testid={folder ? 'folder-row' : 'file-row'}
      data-name={file?.path ?? folder?.name}
      data-percent={place.percent}
      onFocus={onActive}
      onClick={clicked}
    >
      {choosable || stated ? (
        <span role="gridcell" className={styles.choice}>
          {box ? (
            <input
              type="checkbox"
              tabIndex={-1}
              className={fields.check}
              aria-label={name}
              checked={ticked}
              ref={(input) => {
                if (input) input.indeterminate = place.choice === 'mixed';
              }}
              onClick={(event) => event.stopPropagation()}
              onChange={({ nativeEvent }) =>
                onTick(nativeEvent instanceof globalThis.MouseEvent && nativeEvent.shiftKey)
              }
            />
          ) : started ? (
            <Ring percent={place.percent} />
          ) : null}
        </span>
      ) : null}
      <span role="gridcell" className={styles.name} title={path}>
        <GridName
          name={name}
          words={view.words}
          open={open}
          picture={
            file ? <FilePicture file={file} source={own || place.percent === 100 ? source : null} /> : null
          }
          within={flat ? splitPath(path).folder : ''}
          facts={[size, state]}
        />
      </span>
      <span role="gridcell" className={styles.second}>
        {second}
      </span>
      <span role="gridcell" className={styles.size}>
        {size}
      </span>
      {stated ? (
        <span
          role="gridcell"
          className={styles.state}
          data-widest={view.sorting.key === 'state' ? t('files.not-chosen') : undefined}
        >
          {state}
        </span>
      ) : null}
      {onView ? (
        <span
          role="gridcell"
          className={styles.viewCell}
          data-widest={viewVerbs(t)}
          onClick={(event) => event.stopPropagation()}
        >
          {file ? <ViewButton file={file} onView={onView} tabIndex={reached ? 0 : -1} /> : null}
        </span>
      ) : null}
    </div>
  );
}
