/** Rules [UI5]–[UI6]: what the checkboxes mean and what Download starts. */
import { describe, expect, it } from 'vitest';
import type { FileEntry, ShareId, ShareSnapshot } from '../../lib/index';
import {
  onlyStarted,
  pickFiles,
  pickedOf,
  startedChoices,
  toggleAll,
  toggleFile,
  wishOf,
  type FileLists,
  type Picks,
} from './selection';

type Share = Pick<ShareSnapshot, 'id' | 'publisher' | 'chosen' | 'fileCount' | 'totalBytes'>;

const id = 'share' as ShareId;
const share = (change: Partial<Share> = {}): Share => ({
  id,
  publisher: 'creator',
  chosen: null,
  fileCount: 3,
  totalBytes: 111,
  ...change,
});
const files = [1, 10, 100].map((bytes, index): FileEntry => ({
  index,
  bytes,
  path: `${index}`,
  type: '',
  modified: 0,
}));
const lists: FileLists = new Map([[id, files]]);
const none: Picks = new Map();

describe('wishOf', () => {
  it('[UI5] wants everything of a share nobody chose from yet', () => {
    expect(wishOf([share()], none, lists)).toEqual({
      choices: [{ share: id, files: 'all' }],
      files: 3,
      bytes: 111,
      everything: true,
    });
  });

  it('[UI5] wants what is ticked, and all again once the last box is ticked', () => {
    const some = toggleFile(share(), none, 1);
    expect(wishOf([share()], some, lists)).toMatchObject({
      choices: [{ share: id, files: [0, 2] }],
      files: 2,
      bytes: 101,
    });
    expect(pickedOf(share(), toggleFile(share(), some, 1))).toBe('all');
  });

  it('[UI5] wants nothing when nothing is ticked', () => {
    expect(wishOf([share()], toggleAll(share(), none, false), lists)).toMatchObject({
      choices: [],
      files: 0,
    });
  });

  it('[UI6] asks for started files together with new ones, and counts only the new', () => {
    const started = share({ chosen: [0] });
    expect(wishOf([started], none, lists).files).toBe(0);
    expect(wishOf([started], toggleFile(started, none, 2), lists)).toMatchObject({
      choices: [{ share: id, files: [0, 2] }],
      files: 1,
      bytes: 100,
    });
    expect(wishOf([started], toggleAll(started, none, true), lists)).toMatchObject({
      choices: [{ share: id, files: 'all' }],
      files: 2,
      bytes: 110,
    });
  });

  it('[UI6] never asks for own shares, for unknown lists, or for what was chosen whole', () => {
    const shares = [share({ publisher: 'self' }), share({ fileCount: null }), share({ chosen: 'all' })];
    expect(wishOf(shares, none, lists).choices).toEqual([]);
  });
});

describe('pickFiles', () => {
  it('[UI145] ticks and unticks many at once, and all again once nothing is left out', () => {
    const one = pickFiles(share(), none, [0, 2], false);
    expect(pickedOf(share(), one)).toEqual(new Set([1]));
    expect(pickedOf(share(), pickFiles(share(), one, [0, 2, 1], true))).toBe('all');
    expect(pickedOf(share(), pickFiles(share(), none, [], false))).toBe('all');
  });

  it('[UI145] [UI6] leaves what was started ticked', () => {
    const started = share({ chosen: [0] });
    const all = pickFiles(started, none, [0, 1, 2], true);
    expect(pickedOf(started, all)).toBe('all');
    expect(pickedOf(started, pickFiles(started, all, [0, 1, 2], false))).toEqual(new Set([0]));
  });
});

describe('onlyStarted', () => {
  it('[UI6] is the one file that was started, and nothing when there are more, or no list yet', () => {
    const [first, second] = lists.get(id) ?? [];
    expect(onlyStarted([share({ chosen: [1] }), share()], lists)).toBe(second);
    expect(onlyStarted([share({ chosen: 'all', fileCount: 1 })], new Map([[id, [first!]]]))).toBe(first);
    expect(onlyStarted([share({ chosen: 'all' })], lists)).toBeUndefined();
    expect(onlyStarted([share({ chosen: [0] }), share({ chosen: [1] })], lists)).toBeUndefined();
    expect(onlyStarted([share({ chosen: [0] })], new Map())).toBeUndefined();
    expect(onlyStarted([share({ publisher: 'self', chosen: 'all' })], lists)).toBeUndefined();
  });
});

describe('startedChoices', () => {
  it('[UI6] saves what was started and nothing else', () => {
    const shares = [
      share({ chosen: [2] }),
      share({ chosen: [] }),
      share(),
      share({ publisher: 'self', chosen: 'all' }),
    ];
    expect(startedChoices(shares)).toEqual([{ share: id, files: [2] }]);
  });
});
