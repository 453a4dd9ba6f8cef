import { describe, expect, it } from 'vitest';
import { ShoalError } from './errors';
import { invariant, InvariantError, unreachable } from './invariant';
import { err, ok } from './result';

describe('invariant', () => {
  it('[BA8] a broken assumption throws what nothing else throws', () => {
    expect(() => {
      invariant(true, 'fine');
    }).not.toThrow();
    expect(() => {
      invariant(0, 'zero is no size');
    }).toThrow(new InvariantError('zero is no size'));
    expect(() => unreachable('x' as never)).toThrow(InvariantError);
  });

  it('[BA8] what a person must know is another class, with its code and cause', () => {
    const cause = new Error('disk');
    const error = new ShoalError('store-failed', 'put', { cause });
    expect(error).not.toBeInstanceOf(InvariantError);
    expect([error.name, error.code, error.message, error.cause]).toEqual([
      'ShoalError',
      'store-failed',
      'store-failed: put',
      cause,
    ]);
    expect(new ShoalError('internal').message).toBe('internal');
  });

  it('[BA8] a result is a value or a reason', () => {
    expect(ok(1)).toEqual({ ok: true, value: 1 });
    expect(err('malformed')).toEqual({ ok: false, error: 'malformed' });
  });
});
