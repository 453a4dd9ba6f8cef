// npm run school: where the fish of app/_components/school.tsx swim. Committed: no page has to place them before it comes alive.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const height = 210;

/** Half the height of the school at `along` (0 tail … 1 head): blunt in front, drawn out behind. @param {number} along */
const halfHeight = (along) => 78 * Math.sin(Math.PI * along ** 1.5) ** 0.75;

/** The way the school swims: a slow bend. @param {number} along */
const bend = (along) => 20 * Math.sin(along * 4.6 - 1.5);
/** Of the bend, for the fish to follow. @param {number} along */
const slope = (along) => Math.cos(along * 4.6 - 1.5) * 11;

/**
 * Throws fish at random and keeps those with water around them. The same each time: a fixed little generator. Sorted: lead fish first.
 * @returns {(readonly [x: number, y: number, size: number, tilt: number, layer: number])[]} pixels, a factor, degrees
 */
export function layOut() {
  let seed = 11;
  const next = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  /** @type {(readonly [number, number, number, number, number])[]} The lead fish, a little apart. */
  const fish = [[456, Math.round(height / 2 + bend(1)), 1.2, 0, 0]];
  for (let thrown = 0; thrown < 6000; thrown += 1) {
    const along = next();
    const across = next() * 2 - 1;
    const x = Math.round(20 + along * 410);
    const y = Math.round(height / 2 + across * halfHeight(along) + bend(along));
    if (fish.some(([otherX, otherY]) => ((otherX - x) / 37) ** 2 + ((otherY - y) / 16.5) ** 2 < 1)) continue;
    const size = Math.round((0.78 + next() * 0.3) * 100) / 100;
    const tilt = Math.round(slope(along) - across * 5 + (next() - 0.5) * 5);
    fish.push([x, y, size, tilt, fish.length % 3]);
  }
  return fish.sort(([a], [b]) => b - a);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = layOut().map((fish) => `  [${fish.join(', ')}]`);
  await writeFile(
    new URL('../app/_components/school-fish.json', import.meta.url),
    `[\n${rows.join(',\n')}\n]\n`,
  );
}
