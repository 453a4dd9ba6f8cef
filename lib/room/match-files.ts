/**
 * Which of the files chosen again stands for which of a share. By path; by name where single files were chosen that came from a folder; and one
 * file alone for the only one, whatever its name is now. Contents are compared later (driver/reattach.ts).
 */
import { ShoalError } from '../base/errors';
import type { CatalogFile } from '../content/catalog';
import type { PickedFile } from './api';

/** In the order of `wanted`. Rejects with 'files-differ', detail `missing:<index>` or `size:<index>`: an index, since a log must hold no name. */
export function matchFiles(wanted: readonly CatalogFile[], picked: readonly PickedFile[]): File[] {
  const byPath = new Map(picked.map(({ path, file }) => [path, file]));
  const [only] = picked;
  const alone = wanted.length === 1 && picked.length === 1 ? only?.file : undefined;
  return wanted.map(({ path, bytes }, i) => {
    const match = byPath.get(path) ?? byPath.get(path.split('/').at(-1) ?? '') ?? alone;
    if (!match) throw new ShoalError('files-differ', `missing:${i}`);
    if (match.size !== bytes) throw new ShoalError('files-differ', `size:${i}`);
    return match;
  });
}
