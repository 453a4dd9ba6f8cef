/** From the person's choice of files to chunks that must be fetched, and to the ticket that saves them. Pure arithmetic over the catalog. */
import { forEachRange, rangesCount, toRanges, type Ranges } from '../base/ranges';
import { ShoalError } from '../base/errors';
import { chunksOf } from '../content/layout';
import { safeName, uniquePaths } from '../content/names';
import { displayTypeOf } from '../content/displays';
import type { SaveEntry, SaveSource, SaveTicket, WatchTicket } from '../content/ticket';
import type { Choice, ShareEntry } from '../driver/share-entry';

/** Indexes of the chosen files, all of them valid. */
export function chosenFiles(entry: ShareEntry, choice: Choice): number[] {
  const count = entry.catalog?.files.length ?? 0;
  if (choice === null) return [];
  if (choice === 'all') return Array.from({ length: count }, (_, i) => i);
  return [...new Set(choice)].filter((i) => Number.isInteger(i) && i >= 0 && i < count).sort((a, b) => a - b);
}

/** Chunks the chosen files touch. */
export function chunksOfChoice(entry: ShareEntry, choice: Choice): number[] {
  if (choice === 'all') return entry.geometry.chunkCount === 0 ? [] : [0, entry.geometry.chunkCount];
  const chunks = new Set<number>();
  for (const file of chosenFiles(entry, choice)) {
    const [first, count] = chunksOf(entry.geometry, entry.offsets[file] ?? 0, entry.offsets[file + 1] ?? 0);
    for (let i = 0; i < count; i++) chunks.add(first + i);
  }
  return toRanges(chunks);
}

/** Bytes of the chosen files. */
export function bytesOfChoice(entry: ShareEntry, choice: Choice): number {
  if (choice === 'all') return entry.geometry.totalBytes;
  return chosenFiles(entry, choice).reduce((sum, i) => sum + (entry.catalog?.files[i]?.bytes ?? 0), 0);
}

/** Bytes of chunks still missing for a choice. */
export function missingBytes(entry: ShareEntry, ranges: Ranges, has: (chunk: number) => boolean): number {
  let missing = 0;
  forEachRange(ranges, (start, count) => {
    for (let chunk = start; chunk < start + count; chunk++) if (!has(chunk)) missing++;
  });
  return Math.min(missing, rangesCount(ranges)) * entry.geometry.chunkBytes;
}

export interface Selected {
  readonly entry: ShareEntry;
  readonly choice: Choice;
}

/** One file is saved as itself, several as a ZIP named after the folder they share. 'nothing-chosen' when there is no file. */
export function ticketOf(id: string, selected: readonly Selected[], createdAt: number): SaveTicket {
  const sources: SaveSource[] = [];
  const raw: (Omit<SaveEntry, 'path'> & { path: string })[] = [];
  for (const { entry, choice } of selected) {
    if (!entry.key || !entry.catalog) continue;
    const source = sources.push({ share: entry.id, geometry: entry.geometry, key: entry.key }) - 1;
    for (const i of chosenFiles(entry, choice)) {
      const file = entry.catalog.files[i];
      if (!file) continue;
      const { path, type, modified, bytes } = file;
      raw.push({ source, path, type, modified, bytes, start: entry.offsets[i] ?? 0 });
    }
  }
  if (raw.length === 0) throw new ShoalError('nothing-chosen');
  const paths = uniquePaths(raw.map((file) => file.path));
  const entries = raw.map((file, i) => ({ ...file, path: paths[i] ?? file.path }));
  const [only] = entries;
  if (entries.length === 1 && only) {
    return {
      id,
      name: safeName(only.path.split('/').at(-1) ?? only.path),
      createdAt,
      sources,
      kind: 'file',
      entries,
    };
  }
  return { id, name: `${archiveName(paths)}.zip`, createdAt, sources, kind: 'zip', entries };
}

/** One file, to be shown while it arrives. 'watch-failed' for what the page does not show. */
export function watchTicketOf(id: string, entry: ShareEntry, file: number, createdAt: number): WatchTicket {
  const found = entry.catalog?.files[file];
  if (!found || !entry.key || !displayTypeOf(found.path, found.bytes))
    throw new ShoalError('watch-failed', 'kind');
  const { type, modified, bytes } = found;
  const name = safeName(found.path.split('/').at(-1) ?? found.path);
  const start = entry.offsets[file] ?? 0;
  return {
    id,
    name,
    createdAt,
    kind: 'watch',
    sources: [{ share: entry.id, geometry: entry.geometry, key: entry.key }],
    entries: [{ source: 0, path: name, type, modified, start, bytes }],
  };
}

/** What was chosen and one file more. */
export function choiceWith(entry: ShareEntry, file: number): Exclude<Choice, null> {
  const chosen = new Set(chosenFiles(entry, entry.chosen)).add(file);
  return chosen.size === entry.catalog?.files.length ? 'all' : [...chosen].sort((a, b) => a - b);
}

/** The top folder when all files lie in one, else a plain word. */
function archiveName(paths: readonly string[]): string {
  const tops = new Set(paths.map((path) => (path.includes('/') ? path.split('/', 1)[0] : undefined)));
  const [top] = tops;
  return tops.size === 1 && top ? safeName(top) : 'shoal-files';
}
