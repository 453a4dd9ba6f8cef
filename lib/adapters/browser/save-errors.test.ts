import { describe, expect, it } from 'vitest';
import { ShoalError } from '../../base/errors';
import { writeError } from './save-errors';

describe('what the platform refuses while writing', () => {
  it.each([
    ['QuotaExceededError', 'save-disk-full'],
    ['NotAllowedError', 'save-permission'],
    ['SecurityError', 'save-permission'],
    ['NoModificationAllowedError', 'save-locked'],
    ['InvalidModificationError', 'save-locked'],
    ['InvalidStateError', 'save-locked'],
    ['NotReadableError', 'save-locked'],
    ['NotFoundError', 'save-folder-gone'],
    ['TypeMismatchError', 'save-folder-gone'],
    ['AbortError', 'save-blocked'],
    ['UnknownError', 'save-failed'],
  ])('[SA38] %s is %s', (name, code) => {
    const cause = new DOMException('/home/ada/secret.txt', name);
    const error = writeError(cause);
    expect(error).toMatchObject({ code, detail: name, cause });
    expect(error.message).not.toContain('secret');
  });

  it('[SA38] goes by the name alone: the newer class of its own, and errors of other realms', () => {
    class QuotaExceededError extends Error {
      override name = 'QuotaExceededError';
    }
    expect(writeError(new QuotaExceededError()).code).toBe('save-disk-full');
    expect(writeError({ name: 'NotAllowedError' }).code).toBe('save-permission');
  });

  it('[SA38] keeps a code that is known, and gives one to whatever was thrown', () => {
    const known = new ShoalError('chunk-damaged');
    expect(writeError(known)).toBe(known);
    for (const thrown of [undefined, null, 'x', { name: 7 }, new TypeError('x')])
      expect(writeError(thrown).code).toBe('save-failed');
  });
});
