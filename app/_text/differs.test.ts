import { describe, expect, it } from 'vitest';
import './testing/words';
import { differsOf } from './differs';
import { spaceText } from './space';

describe('files that differ', () => {
  const paths = ['d/a.txt', 'd/b.txt'];

  it('[UI16] are named by their place in the list, with how they differ', () => {
    expect(differsOf('missing:1', paths)).toMatchObject({ name: 'b.txt', meant: false });
    expect(differsOf('content:0', paths)).toMatchObject({ name: 'a.txt', meant: true });
    expect(differsOf('size:7', paths)).toMatchObject({ name: null });
  });

  it('[UI16] of an unknown kind say nothing more', () => {
    for (const detail of ['', 'nonsense', 'toString:0']) expect(differsOf(detail, paths)).toBeNull();
  });
});

describe('space', () => {
  it('[UI18] is told with both numbers, or with one where the browser does not know', () => {
    expect(spaceText({ neededBytes: 12e9, freeBytes: 8e9 })).toBe(
      'Needs 12 GB; this browser has about 8.0 GB free.',
    );
    expect(spaceText({ neededBytes: 12e9, freeBytes: null })).toBe(
      'Needs 12 GB more than the browser gives.',
    );
  });
});
