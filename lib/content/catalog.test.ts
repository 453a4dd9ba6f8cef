import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toBase64Url, toHex } from '../base/bytes';
import type { ShareId } from '../base/ids';
import { limits } from '../wire/messages';
import { ByteWriter } from './byte-io';
import {
  catalogAssociatedData,
  catalogNonce,
  decodeCatalog,
  encodeCatalog,
  maxPathLength,
  maxTypeLength,
  type Catalog,
  type CatalogFile,
} from './catalog';
import { anyCatalog, countedBytes, totalOf } from './testing/formats';

const shareKey = countedBytes(32);
const file = (path: string, bytes = 0, type = '', modified = 0): CatalogFile => ({
  path,
  bytes,
  type,
  modified,
});
const catalogOf = (...files: CatalogFile[]): Catalog => ({ shareKey, files });
const errorOf = (bytes: Uint8Array, total = 0) => {
  const result = decodeCatalog(bytes, total);
  return result.ok ? 'ok' : result.error;
};
/** A catalog written by hand: columns as given, then text. */
function written(options: {
  count: number;
  types?: string[];
  columns: number[][];
  text: string;
}): Uint8Array {
  const types = options.types ?? [''];
  const writer = new ByteWriter().u8(1).raw(shareKey).varint(options.count).varint(types.length);
  for (const type of types) writer.varint(Buffer.byteLength(type)).text(type);
  for (const column of options.columns) for (const value of column) writer.varint(value);
  return writer.text(options.text).finish();
}

describe('catalog', { timeout: 30_000 }, () => {
  it('[CF6] lies in memory as written down', () => {
    const catalog = catalogOf(
      file('a/b.txt', 300, 'text/plain', 1000),
      file('a/c', 2),
      file('a/cd', 1, 'text/plain', 2),
    );
    expect(toHex(encodeCatalog(catalog))).toBe(
      [
        '01' + toHex(shareKey),
        '03', // files
        '02' + '0a' + Buffer.from('text/plain').toString('hex') + '00', // types
        'ac02' + '02' + '01', // bytes
        'e807' + '00' + '02', // modified
        '00' + '01' + '00', // type of each
        '00' + '02' + '03', // units shared with the path before
        '07' + '01' + '01', // units added
        Buffer.from('a/b.txt' + 'c' + 'd').toString('hex'),
      ].join(''),
    );
    expect(decodeCatalog(encodeCatalog(catalog), 303)).toEqual({ ok: true, value: catalog });
  });

  it('[CF6] survives the round trip', () => {
    fc.assert(
      fc.property(anyCatalog, (catalog) => {
        expect(decodeCatalog(encodeCatalog(catalog), totalOf(catalog))).toEqual({ ok: true, value: catalog });
      }),
    );
  });

  it('[CF6] cuts shared beginnings between characters, not inside one', () => {
    // Both begin with the same high surrogate.
    const catalog = catalogOf(file('x😀'), file('x😁'), file('x😁y'));
    expect(decodeCatalog(encodeCatalog(catalog), 0)).toEqual({ ok: true, value: catalog });
    expect(Buffer.from(encodeCatalog(catalog)).toString()).toContain('x😀😁y');
  });

  it('[CF6] times become whole milliseconds from 1970 on, overlong types are left out', () => {
    const result = decodeCatalog(
      encodeCatalog(
        catalogOf(file('a', 0, 'x'.repeat(maxTypeLength + 1), 12.6), file('b', 0, 'y', -5_000_000)),
      ),
      0,
    );
    expect(result).toEqual({ ok: true, value: catalogOf(file('a', 0, '', 13), file('b', 0, 'y', 0)) });
  });

  it('[CF7] sizes must add up to the total of the header', () => {
    const bytes = encodeCatalog(catalogOf(file('a', 5), file('b', 7)));
    expect(errorOf(bytes, 12)).toBe('ok');
    expect(errorOf(bytes, 11)).toBe('inconsistent');
    expect(errorOf(bytes, 13)).toBe('inconsistent');
    const huge = file('a', Number.MAX_SAFE_INTEGER);
    expect(errorOf(encodeCatalog(catalogOf(huge, huge)), Number.MAX_SAFE_INTEGER)).toBe('inconsistent');
  });

  it('[CF7] the widest values fit', () => {
    const catalog = catalogOf(
      file('p'.repeat(maxPathLength), Number.MAX_SAFE_INTEGER, 't'.repeat(255), 8.64e15),
    );
    expect(decodeCatalog(encodeCatalog(catalog), Number.MAX_SAFE_INTEGER)).toEqual({
      ok: true,
      value: catalog,
    });
  });

  it.each([
    ['another version', concatBytes(Uint8Array.of(2), encodeCatalog(catalogOf(file('a'))).subarray(1))],
    ['bytes after it', concatBytes(encodeCatalog(catalogOf(file('a'))), Uint8Array.of(0x61))],
    ['an empty path', written({ count: 1, columns: [[0], [0], [0], [0], [0]], text: '' })],
    [
      'a path over the limit',
      written({ count: 1, columns: [[0], [0], [0], [0], [maxPathLength + 1]], text: 'p'.repeat(1025) }),
    ],
    ['a type that is not there', written({ count: 1, columns: [[0], [0], [1], [0], [1]], text: 'a' })],
    [
      'a type over the limit',
      written({ count: 1, types: ['t'.repeat(256)], columns: [[0], [0], [0], [0], [1]], text: 'a' }),
    ],
    [
      'more types than files',
      written({ count: 1, types: ['', 'a'], columns: [[0], [0], [0], [0], [1]], text: 'a' }),
    ],
    ['a beginning that is not there', written({ count: 1, columns: [[0], [0], [0], [1], [1]], text: 'a' })],
    ['less text than announced', written({ count: 1, columns: [[0], [0], [0], [0], [2]], text: 'a' })],
    ['more text than announced', written({ count: 1, columns: [[0], [0], [0], [0], [1]], text: 'ab' })],
    ['files without end', written({ count: 100_000, columns: [], text: 'a' })],
    [
      'more files than allowed',
      new ByteWriter()
        .u8(1)
        .raw(shareKey)
        .varint(limits.files + 1)
        .varint(1)
        .raw(new Uint8Array(2_000_000))
        .finish(),
    ],
  ])('[CF7] refuses %s', (_name, bytes) => {
    expect(errorOf(bytes)).toBe('malformed');
  });

  it('[CF7] refuses every beginning of a catalog', () => {
    const bytes = encodeCatalog(catalogOf(file('añ', 1, 'text/plain', 9), file('añ/b', 2)));
    for (let length = 0; length < bytes.length; length++)
      expect(errorOf(bytes.subarray(0, length), 3)).toBe('malformed');
  });

  it('[CF7] shared beginnings do not unfold into more than a catalog may hold', () => {
    const count = limits.files;
    const zeros = new Array<number>(count).fill(0);
    const shared = new Array<number>(count).fill(1023);
    const added = new Array<number>(count).fill(1);
    shared[0] = 0;
    added[0] = 1023;
    const bytes = written({
      count,
      columns: [zeros, zeros, zeros, shared, added],
      text: 'p'.repeat(1022 + count),
    });
    expect(bytes.length).toBeLessThan(2_000_000);
    expect(errorOf(bytes)).toBe('malformed');
  });

  it('[CF7] making one over the limits is a bug of ours', () => {
    expect(() => encodeCatalog(catalogOf(file('')))).toThrow('path');
    expect(() => encodeCatalog(catalogOf(file('p'.repeat(maxPathLength + 1))))).toThrow('path');
    expect(() => encodeCatalog(catalogOf(file('a', -1)))).toThrow('safe');
    expect(() => encodeCatalog({ shareKey, files: new Array<CatalogFile>(limits.files + 1) })).toThrow(
      'files',
    );
    expect(() => encodeCatalog({ shareKey: countedBytes(31), files: [] })).toThrow('32 bytes');
  });

  it('[CF7] 100,000 files take few bytes each', () => {
    const files = Array.from({ length: 100_000 }, (_, i) =>
      file(
        `photographs/2024/${Math.floor(i / 1000)} a summer by the lake/IMG_${String(i).padStart(6, '0')}.jpg`,
        3_000_000 + ((i * 7919) % 1_000_000),
        i % 9 === 0 ? 'image/png' : 'image/jpeg',
        1_700_000_000_000 + i * 1237,
      ),
    );
    const catalog = catalogOf(...files);
    const bytes = encodeCatalog(catalog);
    const result = decodeCatalog(bytes, totalOf(catalog));
    expect(result.ok && result.value.files.at(-1)).toEqual(files.at(-1));
    expect(bytes.length / files.length).toBeLessThan(24);
  });

  it('[CF8] nonce and associated data come from the share id', () => {
    const share = toBase64Url(countedBytes(16, 0xf0)) as ShareId;
    expect(catalogNonce(share)).toEqual(countedBytes(12, 0xf0));
    expect(Buffer.from(catalogAssociatedData(share)).toString()).toBe(`shoal catalog 1${share}`);
  });
});
