import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxNameBytes, numberedName, safeName, safePath, uniquePaths } from './names';

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
const fold = (text: string): string => text.toLowerCase();

/** Names as an attacker or an unlucky person writes them. */
const fragment = fc.constantFrom(
  ...[
    '..',
    '.',
    '/',
    '\\',
    ':',
    'con',
    'NUL',
    'COM¹',
    ' ',
    '.txt',
    '\u202e',
    '\u200d',
    '\ufe0f',
    '\u3164',
    '\u0000',
    'e\u0301',
    '\u0301',
  ],
  ...['\ud800', '😀', 'ß', 'a', 'A', ' (2)', '\u00a0', '\u2028', 'x'.repeat(190), 'ö'.repeat(120)],
);
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join('')),
);

function expectSafe(name: string): void {
  expect(name).not.toBe('');
  expect(bytesOf(name)).toBeLessThanOrEqual(maxNameBytes);
  expect(name).not.toMatch(/[\\/:*?"<>|\p{Cc}]/u);
  expect(name).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]/);
  expect(name).not.toMatch(/^\p{VS}|(?!\p{VS})\p{DI}/u);
  expect(name).not.toMatch(/[. ]$/);
  expect(name).not.toMatch(/^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i);
  expect(name).toBe(name.normalize('NFC'));
  expect(() => encodeURIComponent(name)).not.toThrow();
}

describe('one name', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['.bashrc', '.bashrc'],
    ['a/b\\c:d*e?f"g<h>i|j', 'abcdefghij'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['in\u200bvisible\ufeff.txt', 'invisible.txt'],
    ['trailing. . .', 'trailing'],
    ['  both ends \t', 'both ends'],
    ['cafe\u0301.txt', 'café.txt'],
    ['e\u200b\u0301', 'é'],
    ['line\nbreak\u0085\u2028.txt', 'linebreak.txt'],
    ['half \ud83d pair', 'half  pair'],
    ['日本語 名前.txt', '日本語 名前.txt'],
    ['a\u2065\u3164b\u{e0fff}.txt', 'ab.txt'], // found by [NM7]: places drawn as nothing that no character has yet
    ['\u2764\ufe0f.png', '\u2764\ufe0f.png'],
    [' \ufe0f a\ufe0f', 'a\ufe0f'],
  ])('[NM1] %j becomes %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  it.each(['CON', 'nul.txt', 'Com1.tar.gz', 'LPT³', 'aux .txt', 'CONIN$', 'con:'])(
    '[NM2] %j, a device on Windows, gets an underscore',
    (name) => {
      expect(safeName(name)).toBe(`_${name.replace(':', '')}`);
    },
  );

  it.each(['console.log', 'com.txt', 'com10', 'nullable', 'my con'])(
    '[NM2] %j is no device and stays',
    (name) => {
      expect(safeName(name)).toBe(name);
    },
  );

  it.each(['', '.', '..', '...', '/', '\u202e', ' . ', '\u2065', '\u3164', '\ufe0f'])(
    '[NM3] %j, of which nothing is left, is "file"',
    (name) => {
      expect(safeName(name)).toBe('file');
    },
  );

  it('[NM4] cuts long names at a whole character and keeps the extension', () => {
    expect(safeName(`${'a'.repeat(300)}.pdf`)).toBe(`${'a'.repeat(196)}.pdf`);
    expect(safeName(`${'😀'.repeat(100)}.txt`)).toBe(`${'😀'.repeat(49)}.txt`);
    expect(safeName(`a${'ö'.repeat(200)}`)).toBe(`a${'ö'.repeat(99)}`);
    const sentence = `no extension.${'b'.repeat(300)}`;
    expect(safeName(sentence)).toBe(sentence.slice(0, 200));
    expect(safeName(`${'c'.repeat(195)}. . . .${'d'.repeat(60)}`)).toBe('c'.repeat(195));
  });

  it('[NM5] whatever comes in, what goes out is safe, and safe names stay as they are', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const safe = safeName(name);
        expectSafe(safe);
        expect(safeName(safe)).toBe(safe);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('paths', () => {
  it.each([
    ['holiday/day 1/a.jpg', 'holiday/day 1/a.jpg'],
    ['/etc/passwd', 'etc/passwd'],
    ['../../.ssh/authorized_keys', '.ssh/authorized_keys'],
    ['a/../b/./c//d', 'a/b/c/d'],
    ['a/.\u200b./b', 'a/b'],
    ['C:\\Windows\\a', 'CWindowsa'],
    ['nul/com1/x', '_nul/_com1/x'],
    ['//', 'file'],
  ])('[NM6] %j becomes %j', (path, safe) => {
    expect(safePath(path)).toBe(safe);
  });

  it('[NM7] whatever comes in, the path stays below its folder and is made of safe names', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 5 }), (parts) => {
        const path = safePath(parts.join('/'));
        for (const segment of path.split('/')) expectSafe(segment);
        expect(safePath(path)).toBe(path);
        expect(new URL(encodeURI(path).replaceAll('#', '%23'), 'https://host/below/').pathname).toMatch(
          /^\/below\/./,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('lists of paths', () => {
  it('[NM8] numbers equal names before the extension, case ignored, the first keeping its own', () => {
    expect(uniquePaths(['a.txt', 'A.TXT', 'a.txt', 'b'])).toEqual(['a.txt', 'A (2).TXT', 'a (3).txt', 'b']);
    expect(uniquePaths(['a:b', 'ab', 'd/x', 'D/X'])).toEqual(['ab', 'ab (2)', 'd/x', 'D/X (2)']);
  });

  it('[NM9] leaves a name that came with a number its number', () => {
    expect(uniquePaths(['a.txt', 'a.txt', 'a (2).txt'])).toEqual(['a.txt', 'a (3).txt', 'a (2).txt']);
  });

  it('[NM10] numbers a file that has the name of a folder', () => {
    expect(uniquePaths(['a', 'a/b', 'A/b/c'])).toEqual(['a (2)', 'a/b (2)', 'A/b/c']);
  });

  it('[NM11] names stay within their length when numbered', () => {
    const long = `${'ö'.repeat(98)}.txt`;
    const [first, second] = uniquePaths([long, long]);
    expect(first).toBe(long);
    expect(second).toMatch(/^ö+ \(2\)\.txt$/);
    expect(bytesOf(second ?? '')).toBeLessThanOrEqual(maxNameBytes);
    expect(numberedName('.bashrc', 2)).toBe('.bashrc (2)');
  });

  it('[NM12] no two results meet, none is a folder of another, and a second pass changes nothing', () => {
    const paths = fc.array(
      fc.array(hostile, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(paths, (given) => {
        const unique = uniquePaths(given);
        expect(unique).toHaveLength(given.length);
        const files = new Set(unique.map(fold));
        expect(files.size).toBe(given.length);
        for (const path of unique) {
          for (const segment of path.split('/')) expectSafe(segment);
          const segments = path.split('/');
          for (let n = 1; n < segments.length; n++)
            expect(files.has(fold(segments.slice(0, n).join('/')))).toBe(false);
        }
        expect(uniquePaths(unique)).toEqual(unique);
      }),
      { numRuns: 500 },
    );
  });

  // Quadratic numbering of these takes minutes; the runner's own limit tells.
  it('[NM13] numbers 100,000 names that all clash, long ones cut alike included', () => {
    const equal = Array.from({ length: 50_000 }, () => 'photo.jpg');
    const numbers = Array.from({ length: 20_000 }, (_, i) => `photo (${i + 2}).jpg`);
    const long = Array.from(
      { length: 30_000 },
      (_, i) => `${'x'.repeat(190)}${String(i % 15_000).padStart(5, '0')}.jpg`,
    );
    const unique = uniquePaths([...equal, ...numbers, ...long]);
    expect(new Set(unique.map(fold)).size).toBe(100_000);
  }, 20_000);
});
