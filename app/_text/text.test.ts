/** Rules [UI7]–[UI9]: how numbers, names and errors read. */
import { afterEach, describe, expect, it } from 'vitest';
import de from './messages/de/all';
import { speak, t } from './words';
import { codeOf, errorCodes, errorText } from './errors';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  formatWhen,
  percentOf,
} from './format';
import './testing/words';
import { kindOf, roomTitle, shown, splitPath, typeLabel } from './names';

const file = (path: string, type = '') => ({ index: 0, path, type, bytes: 0, modified: 0 });

afterEach(() => speak('en', 'en'));

describe('format', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [9_949, '9.9 kB'],
    [9_950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [2_345_000_000, '2.3 GB'],
    [1e12, '1.0 TB'],
    [5e15, '5,000 TB'],
    [-1, '0 bytes'],
    [NaN, '0 bytes'],
  ])('[UI7] %d bytes read %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '1 sec'],
    [59, '59 sec'],
    [59.5, '1 min'],
    [3_541, '1 hr'],
    [7_800, '2 hr 10 min'],
    [200_000, '2 days'],
  ])('[UI7] %d seconds left read %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('[UI7] a trickle is no rate', () => {
    expect([formatRate(499), formatRate(12_600_000)]).toEqual(['0 kB/s', '13 MB/s']);
  });

  it('[UI7] [UI80] numbers, sizes and times follow the page’s language', () => {
    speak('de', 'de-DE', de);
    expect([formatBytes(1_230_000), formatRate(1_230_000), formatCount(1200), formatPercent(99.9)]).toEqual([
      '1,2 MB',
      '1,2 MB/s',
      '1.200',
      '99\u00a0%',
    ]);
    expect(formatDuration(7_800)).toBe('2 Std., 10 Min.');
    expect(formatWhen(Date.UTC(2026, 0, 2, 12), Date.UTC(2026, 0, 2, 13))).toMatch(/^heute, \d/);
    speak('en', 'en');
    expect([formatCount(1200), formatPercent(42)]).toEqual(['1,200', '42%']);
  });

  it('[UI7] shows 100 % only when all is there', () => {
    expect([percentOf(0, 10), percentOf(999_999, 1_000_000), percentOf(10, 10), percentOf(0, 0)]).toEqual([
      0, 99, 100, 100,
    ]);
  });
});

describe('names', () => {
  it('[UI8] names a room by what lies at its top', () => {
    expect(roomTitle(t, [])).toBe('');
    expect(roomTitle(t, [[file('a.txt')]])).toBe('\u2068a.txt\u2069');
    expect(roomTitle(t, [[file('trip/a.txt'), file('trip/b/c.txt')]])).toBe('\u2068trip\u2069');
    expect(roomTitle(t, [[file('trip/a.txt')], [file('b.txt'), file('c.txt')]])).toBe(
      '\u2068trip\u2069 and 2 more',
    );
  });

  it('[UI8] shows no control or direction characters', () => {
    expect(shown('\u202Egnp.exe\u0007\n')).toBe('gnp.exe');
    expect(shown('שלום.txt')).toBe('שלום.txt');
    // What nobody would see is told as no name, not as an empty line; what joins an emoji stays.
    for (const name of ['\u200b\u200b', '\u3164', ' \u00a0', '\u202e\u202d']) expect(shown(name)).toBe('');
    expect(shown('👩\u200d🚀.png')).toBe('👩\u200d🚀.png');
  });

  it('[UI8] splits folder and name, and labels types by ending, then by MIME type', () => {
    expect(splitPath('a/b/c.txt')).toEqual({ folder: 'a/b/', name: 'c.txt' });
    expect(['a.JPG', '.env', 'a.b/readme', 'x.averylongending'].map((path) => typeLabel(file(path)))).toEqual(
      ['JPG', 'File', 'File', 'File'],
    );
    expect(typeLabel(file('photo', 'image/png'))).toBe('png');
    expect([kindOf(file('a.tar.gz')), kindOf(file('a', 'video/mp4')), kindOf(file('a.md'))]).toEqual([
      'archive',
      'video',
      'text',
    ]);
  });
});

describe('errors', () => {
  it('[UI9] gives every error a title and a full sentence of cause and next step', () => {
    for (const { title, text } of errorCodes.map(errorText)) {
      expect(title).not.toMatch(/\.$/);
      expect(text).toMatch(/\.$/);
      expect(text.length).toBeGreaterThan(40);
    }
  });

  it('[UI9] knows an error by its code and takes anything else for a fault of its own', () => {
    expect(codeOf(Object.assign(new Error('x'), { code: 'quota-exceeded' }))).toBe('quota-exceeded');
    for (const other of [undefined, null, 'text', new Error('raw'), { code: 'toString' }, { code: 'ENOENT' }])
      expect(codeOf(other)).toBe('internal');
  });
});
