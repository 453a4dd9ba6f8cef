/** Space needed and free, in one sentence. What the browser calls free is a guess, and said as one. */
import { formatBytes } from './format';
import { t } from './words';

interface Space {
  readonly neededBytes: number;
  readonly freeBytes: number | null;
}

export function spaceText({ neededBytes, freeBytes }: Space): string {
  const needed = formatBytes(neededBytes);
  return freeBytes === null
    ? t('room.space-more', { needed })
    : t('room.space-needed', { needed, free: formatBytes(freeBytes) });
}

/** Why a share of one's own is sent from its files, and what follows from it. */
export function fromFileText(space: Space | null): string {
  if (!space) return t('room.from-file');
  const needed = formatBytes(space.neededBytes);
  return space.freeBytes === null
    ? t('room.from-file-needed', { needed })
    : t('room.from-file-space', { needed, free: formatBytes(space.freeBytes) });
}
