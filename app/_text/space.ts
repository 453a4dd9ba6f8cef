/** Space needed and free, in one sentence. What the browser calls free is a guess, and said as one. */
import { formatBytes } from './format';

export const spaceText = ({
  neededBytes,
  freeBytes,
}: {
  readonly neededBytes: number;
  readonly freeBytes: number | null;
}): string =>
  freeBytes === null
    ? `Needs ${formatBytes(neededBytes)} more than the browser gives.`
    : `Needs ${formatBytes(neededBytes)}; this browser has about ${formatBytes(freeBytes)} free.`;
