/**
 * The picture of Shoal: a school of fish that moves as one. Fish take colour with progress, lead fish first, so the picture tells the same
 * as the bar. Decoration for screen readers. Three layers that the compositor shifts; nothing is repainted while it moves.
 */
import { memo } from 'react';
import styles from './school.module.css';

/** drift: at rest · gather: files hover over the page · swim: data flows · still: nothing can happen. */
export type Mood = 'drift' | 'gather' | 'swim' | 'still' | 'work';

interface Fish {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly tilt: number;
  readonly layer: number;
}

const width = 480;
const height = 210;
const layers = [0, 1, 2] as const;

/** Half the height of the school at `along` (0 tail … 1 head): blunt in front, drawn out behind. */
const halfHeight = (along: number): number => 78 * Math.sin(Math.PI * along ** 1.5) ** 0.75;

/** The way the school swims: a slow bend, and the slope of it for the fish to follow. */
const bend = (along: number): number => 20 * Math.sin(along * 4.6 - 1.5);
const slope = (along: number): number => Math.cos(along * 4.6 - 1.5) * 11;

/** Throws fish at random and keeps those with water around them. Same on server and client: a fixed little generator, results rounded. */
function layOut(): readonly Fish[] {
  let seed = 11;
  const next = (): number => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  // The lead fish first, a little apart.
  const fish: Fish[] = [{ x: 456, y: Math.round(height / 2 + bend(1)), size: 1.2, tilt: 0, layer: 0 }];
  for (let thrown = 0; thrown < 6000; thrown += 1) {
    const along = next();
    const across = next() * 2 - 1;
    const x = Math.round(20 + along * 410);
    const y = Math.round(height / 2 + across * halfHeight(along) + bend(along));
    if (fish.some((other) => ((other.x - x) / 37) ** 2 + ((other.y - y) / 16.5) ** 2 < 1)) continue;
    fish.push({
      x,
      y,
      size: Math.round((0.78 + next() * 0.3) * 100) / 100,
      tilt: Math.round(slope(along) - across * 5 + (next() - 0.5) * 5),
      layer: fish.length % 3,
    });
  }
  return fish.sort((a, b) => b.x - a.x);
}

const school = layOut();
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
        <svg key={layer} viewBox={`0 0 ${width} ${height}`} className={styles.layer} focusable="false">
          {school.map(({ x, y, size, tilt, layer: own }, i) =>
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
