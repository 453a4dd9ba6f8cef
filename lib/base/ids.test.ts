import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from './bytes';
import { idBytes, isId } from './ids';

describe('ids', () => {
  it('[BA7] 16 bytes in base64url are an id', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: idBytes, maxLength: idBytes }), (bytes) => {
        const id = toBase64Url(bytes);
        expect(isId(id)).toBe(true);
        expect(fromBase64Url(id)).toEqual(bytes);
      }),
    );
  });

  it.each([
    '',
    'A'.repeat(21),
    'A'.repeat(23),
    'A'.repeat(21) + '=',
    'A'.repeat(21) + '+',
    'A'.repeat(22) + '\n',
    ' ' + 'A'.repeat(21),
    'é'.repeat(22),
    '__proto__',
  ])('[BA7] %j is none', (text) => {
    expect(isId(text)).toBe(false);
  });
});
