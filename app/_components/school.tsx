/**
 * The picture of Shoal: a school of fish that moves as one. Fish take colour with progress, lead fish first, so the picture tells the same
 * as the bar. Decoration for screen readers. Three layers that the compositor shifts; nothing is repainted while it moves. Where each fish
 * swims was found beforehand (scripts/school.mjs).
 */
import { memo } from 'react';
import school from './school-fish.json';
import styles from './school.module.css';

/** drift: at rest · gather: files hover over the page · swim: data flows · still: nothing can happen. */
export type Mood = 'drift' | 'gather' | 'swim' | 'still' | 'work';

const layers = [0, 1, 2] as const;

export const fishPath = 'M-11 0C-6-7.500 7-7.500 13 0 7 7.500-6 7.500-11 0l-6 4.800v-9.600z';

interface SchoolProps {
  readonly mood: Mood;
  /** 0…1 of the fish in colour. The lead fish always is, while anything can move: that is the person. */
  readonly lit?: number;
  readonly className?: string | undefined;
}

export const School = ({ mood, lit = 0, className = '' }: SchoolProps) => (
  <Fishes
    mood={mood}
    count={Math.max(mood === 'still' ? 0 : 1, Math.round(lit * school.length))}
    className={className}
  />
);

interface FishesProps {
  readonly mood: Mood;
  /** In colour. */
  readonly count: number;
  readonly className: string;
}

/** Drawn anew only when another fish takes colour, not with each number of a room. */
const Fishes = memo(function Fishes({ mood, count, className }: FishesProps) {
  return (
    <div className={`${styles.school} ${className}`} data-mood={mood} aria-hidden="true">
      {layers.map((layer) => (
        <svg key={layer} viewBox="0 0 480 210" className={styles.layer} focusable="false">
          {school.map(([x, y, size, tilt, own], i) =>
            own === layer ? (
              <path
                key={i}
                d={fishPath}
                transform={`translate(${x} ${y}) rotate(${tilt}) scale(${size})`}
                className={i < count ? styles.lit : styles.fish}
              />
            ) : null,
          )}
        </svg>
      ))}
    </div>
  );
});
