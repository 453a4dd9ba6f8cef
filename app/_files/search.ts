/**
 * Search as people type: every word somewhere in the path, whatever its case and accents, in any order. Folding is done once for all paths, in
 * slices; a search then is a look for short strings in long ones. PROTOCOL.md UI143. Leaves out ranking: what is found keeps the order of the list.
 */
import { shown } from '../_text/names';
import type { FileEntry } from '../../lib/index';
import type { Work } from './slices';

/**
 * Marks that tell no two names apart for who searches: accents, and the vowel signs Arabic and Hebrew are mostly written without. Not those of
 * scripts where a mark is the vowel itself.
 */
const marks =
  /[\u0300-\u036f]|[\u0591-\u05bd]|[\u05bf-\u05c2]|[\u05c4-\u05c7]|\u0640|[\u064b-\u065f]|\u0670/g;
/** Letters that fold to one letter each. */
const plain = /^[ -~]*$/;

const folded = new Map<string, string>();
/** More than the letters of any language in use; a list of hostile names must not fill the memory. */
const foldedLetters = 20_000;

/** One letter at a time, so that what is found can be pointed at (`hits`). Upper case first: "ß" is "ss", and both sigmas are one. */
function foldLetter(letter: string): string {
  const known = folded.get(letter);
  if (known !== undefined) return known;
  const made = letter.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD').replace(marks, '');
  if (folded.size < foldedLetters) folded.set(letter, made);
  return made;
}

/** Text without case and accents, to be looked into and for. */
export function fold(text: string): string {
  if (plain.test(text)) return text.toLowerCase();
  let made = '';
  for (const letter of text) made += foldLetter(letter);
  return made;
}

/** What to look for: folded, each once. None: everything is found. */
export const wordsOf = (query: string): readonly string[] => [
  ...new Set(
    fold(shown(query))
      .split(/\s+/)
      .filter((word) => word !== ''),
  ),
];

const step = 256;

/** The paths as `matching` looks into them. */
export function* foldedPaths(files: readonly FileEntry[]): Work<string[]> {
  const paths: string[] = [];
  for (const [i, { path }] of files.entries()) {
    paths.push(fold(shown(path)));
    if (i % step === 0) yield;
  }
  return paths;
}

/** 1 for each path that has all words. `within`: an earlier answer for fewer or shorter words; nothing outside it is looked at. */
export function* matching(
  paths: readonly string[],
  words: readonly string[],
  within?: Uint8Array,
): Work<Uint8Array> {
  const found = new Uint8Array(paths.length);
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i] ?? '';
    if (within?.[i] !== 0 && words.every((word) => path.includes(word))) found[i] = 1;
    if (i % (4 * step) === 0) yield;
  }
  return found;
}

/** Whether everything that `words` finds was found by `earlier` too. */
export const narrows = (words: readonly string[], earlier: readonly string[]): boolean =>
  earlier.every((old) => words.some((word) => word.includes(old)));

/** A part of a text, and whether a word of the search stands there. */
export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

/** The text cut into parts, in order and complete. Words that reach over a folder's border into another part of the path are not shown. */
export function hits(text: string, words: readonly string[]): readonly Part[] {
  if (words.length === 0 || text === '') return [{ text, hit: false }];
  // For each unit of the folded text, where in `text` its letter begins and ends.
  let made = '';
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const letter of text) {
    const letters = foldLetter(letter);
    made += letters;
    for (let i = 0; i < letters.length; i++) {
      starts.push(at);
      ends.push(at + letter.length);
    }
    at += letter.length;
    // A mark that was left out belongs to the letter before it.
    if (letters === '' && ends.length > 0) ends[ends.length - 1] = at;
  }
  const lit = new Uint8Array(text.length);
  for (const word of words)
    for (let i = made.indexOf(word); i >= 0; i = made.indexOf(word, i + word.length))
      lit.fill(1, starts[i], ends[i + word.length - 1]);
  const parts: Part[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    while (to < text.length && lit[to] === lit[from]) to++;
    parts.push({ text: text.slice(from, to), hit: lit[from] === 1 });
  }
  return parts;
}
