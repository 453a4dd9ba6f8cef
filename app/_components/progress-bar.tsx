'use client';
/** The one progress bar of a room. Its width is set by the style API on the client, which the content security policy allows. */
import type { CSSProperties } from 'react';
import { formatPercent } from '../_text/format';
import styles from './room.module.css';

interface ProgressBarProps {
  readonly label: string;
  /** 0…100, whole. */
  readonly percent: number;
  /** Nothing moves: drawn quieter. */
  readonly calm: boolean;
}

export const ProgressBar = ({ label, percent, calm }: ProgressBarProps) => (
  <div className={styles.progress}>
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-calm={calm}
    >
      <div className={styles.bar} style={{ '--done': percent } as CSSProperties} />
    </div>
    <span className={styles.percent} aria-hidden="true">
      {formatPercent(percent)}
    </span>
  </div>
);
