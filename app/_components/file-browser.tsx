'use client';
/** Many files of one share: a bar to search, order and choose by, and under it the tree of folders or what was found. Loaded when a share is that large. */
import { useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from 'react';
import type { FileEntry, RoomSnapshot, ShareSnapshot } from '../../lib/index';
import { ListModel } from '../_files/list-model';
import { textOrder } from '../_files/order';
import { standingOf, type Standing } from '../_files/standing';
import type { Picked } from '../_hooks/selection';
import { usePercents } from '../_hooks/use-percents';
import { useWords } from '../_hooks/use-words';
import { FileGrid } from './file-grid';
import { FileToolbar } from './file-toolbar';
import styles from './file-browser.module.css';

/** Longer lists scroll in a box of their own, so that the rest of the page stays within reach. As many rows as a phone lays out without a pause. */
const boxedFiles = 200;
/** Rows must not jump about while one reads them. */
const reorderMs = 2000;

interface FileBrowserProps {
  readonly room: RoomSnapshot;
  readonly share: ShareSnapshot;
  readonly files: readonly FileEntry[];
  readonly label: string;
  /** Shown until the list is put together. */
  readonly reading: ReactNode;
  readonly picked: Picked;
  readonly choosable: boolean;
  readonly onPick: (files: Iterable<number>, on: boolean) => void;
  readonly onPickAll: (on: boolean) => void;
  readonly onView: ((file: FileEntry) => void) | null;
}

export function FileBrowser(props: FileBrowserProps) {
  const { room, share, files, label, reading, picked, choosable, onPick, onPickAll, onView } = props;
  const { t, locale } = useWords();
  const model = useMemo(() => new ListModel(textOrder(locale)), [locale]);
  useEffect(() => {
    model.setFiles(files);
    return () => {
      model.close();
    };
  }, [model, files]);
  const view = useSyncExternalStore(model.subscribe, model.getSnapshot, model.getSnapshot);
  const percents = usePercents(room, share);
  const { tree, found } = view;
  const { publisher, chosen } = share;
  const standing = useMemo(
    () => tree && standingOf(tree, { share: { publisher, chosen }, picked, choosable, percents }),
    [tree, publisher, chosen, picked, choosable, percents],
  );
  useOrderByState(model, view.sorting.key === 'state', standing);

  if (!tree || !standing) return reading;
  const stated = publisher !== 'self' && chosen !== null;
  const pickShown = (on: boolean): void => {
    if (found)
      onPick(
        files.flatMap(({ index }) => (found[index] === 1 ? [index] : [])),
        on,
      );
    else onPickAll(on);
  };
  return (
    <>
      <FileToolbar model={model} view={view} standing={standing} byState={stated} onPickShown={pickShown} />
      {view.rows.length > 0 ? (
        <FileGrid
          model={model}
          view={view}
          tree={tree}
          standing={standing}
          label={label}
          hint={t(choosable ? 'files.keys' : 'files.keys-own')}
          boxed={files.length > boxedFiles}
          own={publisher === 'self'}
          stated={stated}
          source={{ room: room.id, share: share.id }}
          onPick={onPick}
          onPickShown={pickShown}
          onView={onView}
        />
      ) : found ? (
        <p className={`muted ${styles.none ?? ''}`}>{t('files.none-found')}</p>
      ) : null}
    </>
  );
}

/** States move all the time; the order follows them now and then. */
function useOrderByState(model: ListModel, wanted: boolean, standing: Standing | null): void {
  const latest = useRef(standing);
  useEffect(() => {
    latest.current = standing;
  }, [standing]);
  useEffect(() => {
    if (!wanted) return undefined;
    let told: Standing | null = null;
    const tell = (): void => {
      const { current } = latest;
      if (!current || current === told) return;
      told = current;
      model.setStates(current.states());
    };
    tell();
    const timer = setInterval(tell, reorderMs);
    return () => {
      clearInterval(timer);
    };
  }, [model, wanted]);
}
