/** Rule [UI143]: what a search finds and points at. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shown } from '../_text/names';
import { fold, foldedPaths, hits, matching, narrows, wordsOf } from './search';
import { atOnce } from './slices';
import { anyFiles, entries } from './testing';

const found = (query: string, ...paths: string[]): string[] => {
  const marks = atOnce(matching(atOnce(foldedPaths(entries(...paths))), wordsOf(query)));
  return paths.filter((_, i) => marks[i] === 1);
};

describe('matching', () => {
  it.each([
    ['HOLIDAY', 'my holiday.jpg'],
    ['uber', 'Über uns.txt'],
    ['straße', 'STRASSE.pdf'],
    ['istanbul', 'İstanbul.jpg'],
    ['οδος', 'ΟΔΟΣ.txt'],
    ['الكتاب', 'الكِتَاب.pdf'],
    ['한글', '한글.txt'],
    ['e\u0301te', 'Été.png'],
    ['jpg day', 'day 1/a.jpg'],
    ['exe', '\u202eexe.png'],
  ])('[UI143] %s finds %s', (query, path) => {
    expect(found(query, 'something else', path)).toEqual([path]);
  });

  it('[UI143] wants every word, and finds nothing for a word that is nowhere', () => {
    expect(found('day b', 'day 1/a.jpg', 'day 1/b.jpg', 'b.jpg')).toEqual(['day 1/b.jpg']);
    expect(found('nowhere', 'a', 'b')).toEqual([]);
    expect(found('か', 'かばん', 'カバン', 'さくら')).toEqual(['かばん']);
    expect(wordsOf('  A  a ')).toEqual(['a']);
    expect(wordsOf(' \u202e ')).toEqual([]);
  });

  it('[UI143] looking only within what fewer letters found gives the same answer', () => {
    fc.assert(
      fc.property(
        anyFiles(),
        fc.string({ maxLength: 4 }),
        fc.string({ maxLength: 2 }),
        (files, first, more) => {
          const paths = atOnce(foldedPaths(files));
          const [earlier, later] = [wordsOf(first), wordsOf(first + more)];
          if (!narrows(later, earlier)) return;
          const within = atOnce(matching(paths, earlier));
          expect(atOnce(matching(paths, later, within))).toEqual(atOnce(matching(paths, later)));
        },
      ),
    );
    expect(narrows(['ab'], ['a'])).toBe(true);
    expect(narrows(['a'], ['ab'])).toBe(false);
  });
});

describe('hits', () => {
  it('[UI143] points at whole letters, accents and all', () => {
    expect(hits('Über Straße', ['ub', 'ss'])).toEqual([
      { text: 'Üb', hit: true },
      { text: 'er Stra', hit: false },
      { text: 'ß', hit: true },
      { text: 'e', hit: false },
    ]);
    expect(hits('cafe\u0301s', ['fe'])).toEqual([
      { text: 'ca', hit: false },
      { text: 'fe\u0301', hit: true },
      { text: 's', hit: false },
    ]);
    expect(hits('name', [])).toEqual([{ text: 'name', hit: false }]);
    expect(hits('', ['a'])).toEqual([{ text: '', hit: false }]);
  });

  it('[UI143] leaves the text as it is, and points at something in every name whose own letters were found', () => {
    fc.assert(
      fc.property(anyFiles(12), fc.string({ minLength: 1, maxLength: 3 }), (files, query) => {
        const words = wordsOf(query);
        for (const { path } of files) {
          const name = shown(path);
          const parts = hits(name, words);
          expect(parts.map(({ text }) => text).join('')).toBe(name);
          const lit = words.filter((word) => fold(name).includes(word));
          expect(parts.some(({ hit }) => hit)).toBe(lit.length > 0);
        }
      }),
    );
  });
});
