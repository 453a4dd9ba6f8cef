'use client';
/** Which rows of a list exist: all of a short one, of a long one those in sight and the one that can have the focus. */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useImperativeHandle, useRef, useState, type ReactNode, type Ref } from 'react';
import styles from './file-browser.module.css';

export interface RowsHandle {
  /** Scrolls a row into sight. */
  show(index: number): void;
  /** Rows in sight at once. */
  page(): number;
}

interface RowsProps {
  readonly ref: Ref<RowsHandle>;
  readonly count: number;
  /** Exists always. */
  readonly active: number;
  /** `start`: pixels from the top of the list; null: where it comes to stand by itself. */
  readonly row: (index: number, start: number | null) => ReactNode;
}

const pageRows = 10;

export function PlainRows({ ref, count, row }: RowsProps) {
  // Focus scrolls it into sight.
  useImperativeHandle(ref, () => ({ show: () => undefined, page: () => pageRows }), []);
  return (
    <div role="rowgroup" className={styles.rows}>
      {Array.from({ length: count }, (_, index) => row(index, null))}
    </div>
  );
}

/** As files.module.css and file-browser.module.css have it. */
const rowRem = 3.25;

export function BoxedRows({ ref, count, active, row }: RowsProps) {
  'use no memo'; // the virtualizer is one object whose answers change; memoised, the list would stand still
  const box = useRef<HTMLDivElement>(null);
  const [rowPixels] = useState(
    () => rowRem * parseFloat(getComputedStyle(document.documentElement).fontSize),
  );
  // eslint-disable-next-line react-hooks/incompatible-library -- see 'use no memo'
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowPixels,
    overscan: 8,
    rangeExtractor: (range) => {
      const seen = defaultRangeExtractor(range);
      if (active >= count || seen.includes(active)) return seen;
      return active < (seen[0] ?? 0) ? [active, ...seen] : [...seen, active];
    },
  });
  useImperativeHandle(ref, () => ({
    show: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
    page: () => Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowPixels) - 1),
  }));
  return (
    <div ref={box} role="rowgroup" className={styles.box} data-testid="file-box">
      <div className={styles.tall} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => row(index, start))}
      </div>
    </div>
  );
}
