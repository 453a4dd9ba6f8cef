import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxTextBytes, displayTypeOf } from './displays';

test.each([
  ['film.mp4', 'video', 'video/mp4'],
  ['a/b c/Song.MP3', 'audio', 'audio/mpeg'],
  ['x.wav', 'audio', 'audio/wav'],
  ['photo.JPEG', 'image', 'image/jpeg'],
  ['paper.pdf', 'pdf', 'application/pdf'],
  ['notes.tar.txt', 'text', 'text/plain; charset=utf-8'],
  ['page.js', 'text', 'text/plain; charset=utf-8'],
])('[SA60] %s is shown as %s of type %s', (path, display, type) => {
  expect(displayTypeOf(path, 1000)).toEqual({ display, type });
});

test.each([
  'index.html',
  'a.HTM',
  'a.xhtml',
  'drawing.svg',
  'feed.xml',
  'x.xsl',
  'setup.exe',
  'a.zip',
  'noending',
  '.mp4',
  'mp4',
  'dir.mp4/file',
  'x.constructor',
  'x.__proto__',
  '',
])('[SA60] %j is not shown', (path) => {
  expect(displayTypeOf(path, 1000)).toBeUndefined();
});

test('[SA60] an empty file and long text are not shown', () => {
  expect(displayTypeOf('film.mp4', 0)).toBeUndefined();
  expect(displayTypeOf('a.txt', maxTextBytes)).toBeDefined();
  expect(displayTypeOf('a.txt', maxTextBytes + 1)).toBeUndefined();
});

test('[SA60] whatever the name, the type is one that cannot run a script', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, ending) => {
      const type = displayTypeOf(`${name}.${ending}`, 10)?.type ?? 'image/none';
      expect(type).toMatch(/^((image|audio|video)\/[a-z0-9-]+|application\/pdf|text\/plain; charset=utf-8)$/);
      expect(type).not.toMatch(/svg|xml|html/);
    }),
  );
});
