/** For the tests of lists: files out of paths, and arbitrary lists as a hostile peer would send them. */
import fc from 'fast-check';
import type { FileEntry } from '../../lib/index';

export const entries = (...paths: readonly string[]): FileEntry[] =>
  paths.map((path, index) => ({ index, path, bytes: index + 1, type: '', modified: index }));

const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'A', 'Ä', '10', '9', 'x.txt') },
  fc.constantFrom('__proto__', 'constructor', 'toString', '', ' ', '.', '..', '\u202egnp.exe', '\ud800'),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('/', '')),
);

const path = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/') || 'x'),
  },
  // Deeper than any folder of a person, and longer than any name.
  fc.nat(400).map((depth) => `${'d/'.repeat(depth)}deep`),
  fc.nat(900).map((length) => `${'n'.repeat(length)}.jpg`),
);

export const anyFiles = (maxLength = 60): fc.Arbitrary<FileEntry[]> =>
  fc
    .array(
      fc.record({
        path,
        bytes: fc.nat(5000),
        modified: fc.nat(5000),
        type: fc.constantFrom('', 'image/png', 'text/plain'),
      }),
      { maxLength },
    )
    .map((files) => files.map((file, index) => ({ index, ...file })));
