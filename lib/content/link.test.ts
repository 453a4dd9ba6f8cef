import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../base/bytes';
import type { PeerId } from '../base/ids';
import {
  encodeLinkKey,
  linkKeyLength,
  linkOf,
  lockedLinkKeyLength,
  needsPassphrase,
  parseLink,
  purposes,
  type LinkKey,
} from './link';
import { anyLinkKey, countedBytes } from './testing/formats';

const example: LinkKey = {
  version: 1,
  secret: countedBytes(16, 0xf0),
  creator: toBase64Url(countedBytes(16, 0x20)) as PeerId,
};
const key = encodeLinkKey(example);
const link = `https://shoal.example/r#${key}`;
const faultOf = (text: string) => {
  const result = parseLink(text);
  return result.ok ? 'ok' : result.error;
};

describe('link', { timeout: 30_000 }, () => {
  it('[LK1] a key is version, room secret and creator in 44 characters', () => {
    expect(key).toBe('AfDx8vP09fb3-Pn6-_z9_v8gISIjJCUmJygpKissLS4v');
    expect(key).toHaveLength(linkKeyLength);
    expect(linkOf('https://shoal.example', example)).toBe(link);
  });

  it('[OP1] a link that needs a passphrase says so by its version, and ends with its check', () => {
    const locked: LinkKey = { ...example, version: 3, check: 0x5a };
    const text = encodeLinkKey(locked);
    expect(text).toBe('A_' + key.slice(2) + 'Wg');
    expect(text).toHaveLength(lockedLinkKeyLength);
    expect(parseLink(`Files: <https://shoal.example/r#${text}>.`)).toEqual({ ok: true, value: locked });
    expect(parseLink(`https://shoal.example/r#${text.slice(0, 40)}\r\n${text.slice(40)}`)).toEqual({
      ok: true,
      value: locked,
    });
    expect([example, { ...example, version: 2 as const }, locked].map(needsPassphrase)).toEqual([
      false,
      false,
      true,
    ]);
    for (const length of [4, 43, 44, 45]) expect(faultOf(`/r#${text.slice(0, length)}`)).toBe('link-cut');
    expect(faultOf(`/r#${text}A`)).toBe('link-malformed');
    // Spare bits must be zero: one value, one text.
    expect(faultOf(`/r#${text.slice(0, -1)}h`)).toBe('link-malformed');
  });

  it('[LK1] survives the round trip, alone and in a link', () => {
    fc.assert(
      fc.property(anyLinkKey, (value) => {
        expect(parseLink(encodeLinkKey(value))).toEqual({ ok: true, value });
        expect(parseLink(linkOf('http://localhost:3000', value))).toEqual({ ok: true, value });
      }),
    );
  });

  it('[LK1] making a key of the wrong size is a bug of ours', () => {
    expect(() => encodeLinkKey({ ...example, secret: countedBytes(15) })).toThrow('16 bytes');
    expect(() => encodeLinkKey({ ...example, creator: 'AAAA' as PeerId })).toThrow('16 bytes');
  });

  it.each([
    ['a link', link],
    ['a bare key', key],
    ['a fragment', `#${key}`],
    ['a path with fragment', `/r#${key}`],
    ['a slash before the fragment', `https://shoal.example/r/#${key}`],
    ['a query before the fragment', `https://shoal.example/r?utm_source=chat#${key}`],
    ['a query behind the key', `${link}?fbclid=abc`],
    ['another host and no scheme', `localhost:3000/r#${key}`],
    ['space around it', ` \t\r\n${link}\u00a0\n`],
    ['a full stop', `${link}.`],
    ['a bracket and a full stop', `(${link}).`],
    ['angle brackets', `<${link}>`],
    ['angle brackets around a key', `<${key}>`],
    ['double quotes', `"${link}"`],
    ['typographic quotes', `“${link}”,`],
    ['quotes around a key', `'${key}'`],
    ['an ellipsis', `${link}…`],
    ['bold type', `**${link}**`],
    ['italic type', `_${link}_`],
    ['a dash', `${link}-`],
    ['a Markdown link', `[files](${link})`],
    ['zero-width characters', `\u200b${link.slice(0, 40)}\u200b${link.slice(40)}\u200d\ufeff`],
    ['soft hyphens', link.replace(/AfDx/, 'Af\u00adDx')],
    ['direction marks', `\u202a${link}\u202c`],
    ['an encoded number sign', `https://shoal.example/r%23${key}`],
    ['an encoded link', encodeURIComponent(link)],
    ['a link encoded twice', encodeURIComponent(encodeURIComponent(link))],
    ['encoded key characters', link.replace('-', '%2D').replace('_', '%5f')],
    ['an encoded space', `${link}%20`],
    ['a stray percent sign', `100% of it: ${link}`],
    ['words around it', `Here are the photos: ${link} enjoy!`],
    ['words with a number sign before it', `in #general: ${link} ok`],
    ['a line break in the key', `${link.slice(0, 40)}\r\n${link.slice(40)}`],
  ])('[LK2] reads %s', (_name, text) => {
    expect(parseLink(text)).toEqual({ ok: true, value: example });
  });

  it('[LK3] every beginning of the key is a link cut off', () => {
    for (let length = 0; length < linkKeyLength; length++) {
      const cut = link.slice(0, link.length - linkKeyLength + length);
      expect(faultOf(cut)).toBe('link-cut');
      expect(faultOf(`${cut}…`)).toBe('link-cut');
      expect(faultOf(`(${cut})`)).toBe('link-cut');
      if (length > 0) expect(faultOf(key.slice(0, length))).toBe('link-cut');
    }
  });

  it.each(['https://shoal.example/r', 'https://shoal.example/r/', 'https://shoal.example/r?x=1', '#', '/r'])(
    '[LK3] %j lost its key',
    (text) => {
      expect(faultOf(text)).toBe('link-cut');
    },
  );

  it.each([
    ['version 0', 'AA' + key.slice(2)],
    ['version 4', 'BA' + key.slice(2)],
    ['version 255', '_w' + key.slice(2)],
    ['a longer key of version 4', `https://shoal.example/r#BA${key}${key}`],
  ])('[LK4] %s is told apart', (_name, text) => {
    expect(faultOf(text)).toBe('link-version');
  });

  it.each([
    ['another site', 'https://example.com/'],
    ['another site’s file', 'https://example.com/movie.mp4'],
    ['a longer key of this version', `${link}A`],
    ['two keys', `${key}${key}`],
    ['words', 'send me the files please'],
    ['a word', 'hola'],
    ['a word in quotes', '“photos”'],
    ['a number', '2026'],
    ['a key with a foreign character', link.replace('8vP0', '8v+0')],
    ['a magnet link', 'magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a'],
  ])('[LK5] %s is no link of ours', (_name, text) => {
    expect(faultOf(text)).toBe('link-malformed');
  });

  it('[LK5] takes any text, however long, in no time', () => {
    // Work that grew faster than the text would run into the test's time limit.
    for (const piece of ['%', '#', '/r#', '%25', 'A', '\n', ' ', '-', '.', '\u200b', '😀', '%E2'])
      expect(typeof faultOf(piece.repeat(400_000))).toBe('string');
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => faultOf(text).length > 0));
  });

  it('[LK6] each use of the secret has a label of its own, none the beginning of another', () => {
    expect(purposes).toEqual({
      roomId: 'shoal room id',
      signalKey: 'shoal signal key',
      catalogKey: 'shoal catalog key',
      indexKey: 'shoal index key',
      shareTag: 'shoal share tag ',
      passphraseSalt: 'shoal passphrase salt',
      passphraseSecret: 'shoal passphrase secret',
      passphraseCheck: 'shoal passphrase check',
    });
    const labels = Object.values(purposes);
    for (const a of labels) expect(labels.filter((b) => b.startsWith(a))).toEqual([a]);
  });
});
