/** Names for things that have none of their own: a room, by what lies at its top; a file's kind, by type and ending. Names come from peers: hostile. */
import { isolated } from './isolated';
import type { FileEntry } from '../../lib/index';
import { t, type Translate } from './words';

/** "holiday" for one folder, "a.jpg" for one file, "holiday and 3 more" for several of either; '' while nothing is known. */
export function roomTitle(t: Translate, lists: Iterable<readonly FileEntry[]>): string {
  const tops = new Set<string>();
  for (const files of lists) for (const { path } of files) tops.add(path.split('/', 1)[0] ?? path);
  const [first = ''] = tops;
  return tops.size > 1
    ? t('room.name-and-more', { name: isolated(shown(first)), count: tops.size - 1 })
    : named(first);
}

/** A name that a line of the page begins with: the line keeps the page's direction, the name its own. */
export function named(name: string): string {
  const left = shown(name);
  return left === '' ? '' : isolated(left);
}

/**
 * Control and direction characters, which make "gnp.exe" read "exe.png". Taken out of what is shown, as they are of what is saved.
 */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const deceiving = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Nothing that could be seen: blanks, marks, and letters that are drawn empty (Hangul fillers, Braille's blank). */
const unseen = /^[\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*$/u;

/** Peer-supplied text as it may be shown, to be put into <bdi>; '' for one that nobody would see. */
export function shown(text: string): string {
  const left = text.replace(deceiving, '');
  return unseen.test(left) ? '' : left;
}

export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const cut = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, cut), name: path.slice(cut) };
}

export type Kind = 'image' | 'video' | 'audio' | 'text' | 'archive' | 'file';

const archives = /^(zip|gz|tgz|bz2|xz|zst|7z|rar|tar|iso|dmg)$/;
const texts = /^(txt|md|pdf|docx?|odt|rtf|csv|json|xml|html?|[cm]?[jt]sx?|py|rs|go|java|c|h|cpp|css)$/;

export function kindOf({ path, type }: Pick<FileEntry, 'path' | 'type'>): Kind {
  const family = /^(image|video|audio)\//.exec(type)?.[1];
  if (family === 'image' || family === 'video' || family === 'audio') return family;
  const ending = endingOf(path);
  if (archives.test(ending)) return 'archive';
  return type.startsWith('text/') || texts.test(ending) ? 'text' : 'file';
}

/** What stands in the type column: the ending, as people know it, else the MIME subtype. */
export function typeLabel({ path, type }: Pick<FileEntry, 'path' | 'type'>): string {
  const ending = endingOf(path);
  if (ending !== '') return ending.toUpperCase();
  const subtype = /^[a-z]+\/([a-z0-9.+-]{1,20})$/.exec(type)?.[1];
  return subtype === undefined || subtype === 'octet-stream' ? t('files.file') : subtype;
}

/** Lower-case ending of at most 8 letters and digits; '' when there is none. */
const endingOf = (path: string): string =>
  /[^/.][^/]*\.([a-z0-9]{1,8})$/i.exec(path)?.[1]?.toLowerCase() ?? '';
