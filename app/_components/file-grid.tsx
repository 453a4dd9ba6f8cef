'use client';
/**
 * The rows of a long list as a treegrid, one row of which can be reached by Tab; its keys are _files/keys.ts. In a box of its own only the rows in
 * sight exist, and the one that has the focus.
 */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { FileEntry } from '../../lib/index';
import { filesIn, nameOf, type FileTree } from '../_files/file-tree';
import { actionOf, typedTo } from '../_files/keys';
import type { ListModel, ListView } from '../_files/list-model';
import { folderOfRow, type Row } from '../_files/rows';
import type { Standing } from '../_files/standing';
import type { PictureSource } from '../_files/thumbnails';
import { shown } from '../_text/names';
import { GridRow } from './grid-row';
import { BoxedRows, PlainRows, type RowsHandle } from './grid-rows';
import styles from './file-browser.module.css';

/** What is typed after a longer pause is a new word. As trees of desktops have it. */
const typingMs = 800;

interface FileGridProps {
  readonly model: ListModel;
  readonly view: ListView;
  readonly tree: FileTree;
  readonly standing: Standing;
  readonly label: string;
  /** How its keys work, for a screen reader. */
  readonly hint: string;
  readonly boxed: boolean;
  readonly own: boolean;
  /** Whether files differ in state at all. */
  readonly stated: boolean;
  readonly source: PictureSource;
  readonly onPick: (files: Iterable<number>, on: boolean) => void;
  readonly onPickShown: (on: boolean) => void;
  readonly onView: ((file: FileEntry) => void) | null;
}

export function FileGrid(props: FileGridProps) {
  const {
    model,
    view,
    tree,
    standing,
    label,
    hint,
    boxed,
    own,
    stated,
    source,
    onPick,
    onPickShown,
    onView,
  } = props;
  const { rows, open } = view;
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);
  const handle = useRef<RowsHandle>(null);
  const [active, setActive] = useState<Row | null>(null);
  const anchor = useRef<Row | null>(null);
  const goal = useRef<Row | null>(null);
  const typed = useRef({ text: '', at: 0 });
  const at = Math.max(0, active === null ? 0 : rows.indexOf(active));

  // The row to go to may not exist before this render.
  useEffect(() => {
    if (goal.current === null) return;
    const row = grid.current?.querySelector<HTMLElement>(`[data-row="${goal.current}"]`);
    if (!row) return;
    goal.current = null;
    row.focus({ preventScroll: boxed });
  });

  const filesOf = (row: Row): Iterable<number> => (row < 0 ? filesIn(tree, folderOfRow(row)) : [row]);
  const isOn = (row: Row): boolean => ['ticked', 'started'].includes(standing.place(row).choice);
  const go = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    goal.current = row;
    setActive(row);
    handle.current?.show(index);
  };
  /** Everything between two rows, as `on` says. */
  const tickRange = (from: number, to: number, on: boolean): void => {
    const between = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    onPick(new Set(between.flatMap((row) => [...filesOf(row)])), on);
  };
  const tick = (index: number, range: boolean): void => {
    const row = rows[index];
    if (row === undefined || !standing.choosable) return;
    const from = anchor.current === null ? -1 : rows.indexOf(anchor.current);
    if (range && anchor.current !== null && from >= 0) return tickRange(from, index, isOn(anchor.current));
    anchor.current = row;
    onPick(filesOf(row), !isOn(row));
  };
  const toggleFolder = (folder: number): void => model.setOpen([folder], !open.has(folder));
  const act = (row: Row): void => {
    const file = tree.files[row];
    if (row < 0) toggleFolder(folderOfRow(row));
    else if (file?.display && onView) onView(file);
    else tick(at, false);
  };
  const nameAt = (index: number): string => {
    const row = rows[index] ?? 0;
    return shown(row < 0 ? (tree.folders[folderOfRow(row)]?.name ?? '') : nameOf(tree, row));
  };
  const type = (letter: string): void => {
    const now = performance.now();
    const text = now - typed.current.at > typingMs ? letter : typed.current.text + letter;
    typed.current = { text, at: now };
    const found = typedTo(text, rows.length, at, nameAt);
    if (found >= 0) go(found);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const { target, key, shiftKey, ctrlKey, metaKey, altKey } = event;
    // Buttons and boxes inside a row have their own idea of these two.
    const inside = target instanceof HTMLElement && target.dataset.row === undefined;
    if (inside && (key === ' ' || key === 'Enter')) return;
    const action = actionOf(
      { key, shift: shiftKey, ctrl: ctrlKey || metaKey, alt: altKey },
      {
        rows,
        at,
        open,
        parentOf: (row) =>
          row < 0 ? (tree.folders[folderOfRow(row)]?.parent ?? 0) : (tree.folderOf[row] ?? 0),
        rightToLeft: grid.current !== null && getComputedStyle(grid.current).direction === 'rtl',
        page: handle.current?.page() ?? 10,
      },
    );
    const row = rows[at];
    if (!action || row === undefined) return;
    event.preventDefault();
    switch (action.kind) {
      case 'move':
        if (action.extend && standing.choosable) {
          anchor.current ??= row;
          tickRange(at, action.to, isOn(row));
        }
        return go(action.to);
      case 'open':
      case 'close':
        return model.setOpen([action.folder], action.kind === 'open');
      case 'open-beside': {
        const parent = row < 0 ? tree.folders[folderOfRow(row)]?.parent : tree.folderOf[row];
        return model.setOpen(tree.folders[parent ?? 0]?.folders ?? [], true);
      }
      case 'tick':
        return tick(at, action.range);
      case 'tick-all':
        return standing.choosable ? onPickShown(true) : undefined;
      case 'act':
        return act(row);
      case 'type':
        return type(action.letter);
    }
  };

  const rowAt = (index: number, start: number | null) => {
    const row = rows[index];
    if (row === undefined) return null;
    return (
      <GridRow
        key={row}
        row={row}
        index={index}
        start={start}
        reached={index === at}
        {...{ view, tree, own, stated, source, onView }}
        place={standing.place(row)}
        choosable={standing.choosable}
        onActive={() => setActive(row)}
        onTick={(range) => tick(index, range)}
        onFolder={toggleFolder}
      />
    );
  };
  const Rows = boxed ? BoxedRows : PlainRows;
  return (
    <>
      <p className="hidden" id={id}>
        {hint}
      </p>
      <div
        ref={grid}
        role="treegrid"
        aria-label={label}
        aria-describedby={id}
        aria-rowcount={rows.length}
        aria-multiselectable={standing.choosable || undefined}
        className={styles.grid}
        onKeyDown={onKeyDown}
      >
        <Rows ref={handle} count={rows.length} active={at} row={rowAt} />
      </div>
    </>
  );
}
