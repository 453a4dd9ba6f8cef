'use client';
/** A long list of files: only the rows in sight exist. Scrolls in a box of its own, so that the rest of the page stays within reach. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactNode } from 'react';
import type { FileEntry } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import styles from './files.module.css';

interface LongListProps {
  readonly files: readonly FileEntry[];
  readonly row: (file: FileEntry) => ReactNode;
  readonly label: string;
}

const rowHeight = 52;

export function LongList({ files, row, label }: LongListProps) {
  'use no memo'; // the virtualizer is one object whose answers change; memoised, the list would stand still
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- see 'use no memo'
  const virtual = useVirtualizer({
    count: files.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const rows = virtual.getVirtualItems();
  return (
    <div
      ref={box}
      className={styles.box}
      tabIndex={0}
      role="region"
      aria-label={t('files.scrollable', { label })}
    >
      <div className={styles.tall} style={{ height: virtual.getTotalSize() }}>
        <ul className={styles.list} style={{ transform: `translateY(${rows[0]?.start ?? 0}px)` }}>
          {rows.map(({ index }) => {
            const file = files[index];
            return file ? row(file) : null;
          })}
        </ul>
      </div>
    </div>
  );
}
