/**
 * The shape of a fish, head to the right, 30 units long, its middle at 0,0; and that part of it, from the tail on, which stands for how much a
 * peer has. Pure points: drawing makes paths of them once.
 */

export const tail = -11;
export const head = 13;

/** Half the height of the body at x. The outline of the school on the other pages (school.tsx), as a sum of sines that has no corners. */
export const halfHeight = (x: number): number => {
  const along = Math.min(1, Math.max(0, (x - tail) / (head - tail)));
  return 5.9 * Math.sin(Math.PI * along ** 0.86) ** 0.82;
};

const steps = 14;

/** Flat [x, y, …] of the body's outline from the tail to `level` (0…1 of its length). */
export function bodyPoints(level: number): number[] {
  const end = tail + (head - tail) * Math.min(1, Math.max(0, level));
  const points: number[] = [];
  for (let i = 0; i <= steps; i += 1) {
    const x = tail + ((end - tail) * i) / steps;
    points.push(x, -halfHeight(x));
  }
  for (let i = steps; i >= 0; i -= 1) {
    const x = tail + ((end - tail) * i) / steps;
    points.push(x, halfHeight(x));
  }
  return points;
}

/** The tail fin, bent by `sway` (−1…1). */
export const finPoints = (sway: number): number[] => [
  tail + 2.5,
  0,
  tail - 5.5,
  -5 + sway * 2.2,
  tail - 3.4,
  sway * 1.6,
  tail - 5.5,
  5 + sway * 2.2,
];

/** Levels that are told apart by eye; 0 is empty and the last one full. */
export const levels = 16;

/** Never empty when there is something, never full when something lacks. */
export function levelOf(part: number): number {
  if (part <= 0) return 0;
  return part >= 1 ? levels : Math.min(levels - 1, Math.max(1, Math.round(part * levels)));
}
