'use client';
/** One box for many files: ticked, empty, or in between. */
import type { ReactNode } from 'react';
import fields from './fields.module.css';
import styles from './files.module.css';

interface CheckAllProps {
  readonly ticked: 'all' | 'some' | 'none';
  readonly onTick: (on: boolean) => void;
  readonly children: ReactNode;
}

export function CheckAll({ ticked, onTick, children }: CheckAllProps) {
  return (
    <label className={styles.all}>
      <input
        type="checkbox"
        className={fields.check}
        checked={ticked === 'all'}
        // "Some" has no attribute in HTML, only a property.
        ref={(box) => {
          if (box) box.indeterminate = ticked === 'some';
        }}
        onChange={() => onTick(ticked !== 'all')}
      />
      {children}
    </label>
  );
}
