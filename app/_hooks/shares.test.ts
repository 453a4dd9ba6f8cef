import { describe, expect, it } from 'vitest';
import type { ShareId } from '../../lib/index';
import { storedChoices } from './selection';
import { isListed } from './shares';
import { canSave } from './stored';

describe('"Your shares"', () => {
  it('[UI130] is searched by words in any order, whatever case and accents, and by who made it', () => {
    const photos = { role: 'creator' as const, title: 'Été à la mer.zip, IMG 2041.jpg' };
    expect(isListed(photos, 'all', '')).toBe(true);
    expect(isListed(photos, 'sent', 'MER ete')).toBe(true);
    expect(isListed(photos, 'sent', 'mer winter')).toBe(false);
    expect(isListed(photos, 'received', '')).toBe(false);
    expect(isListed({ ...photos, role: 'guest' }, 'received', '2041')).toBe(true);
  });

  it('[UI130] saves what is whole in storage: fetched files, and own ones that are not only where they were chosen', () => {
    const own = {
      id: 'own' as ShareId,
      publisher: 'self' as const,
      chosen: 'all' as const,
      chunksHave: 4,
      chunksTotal: 4,
      preparedBytes: null,
      fromFile: false,
      filesNeeded: false,
    };
    const theirs = { ...own, id: 'theirs' as ShareId, publisher: 'creator' as const, chosen: [1, 2] };
    expect(storedChoices([own, theirs])).toEqual([
      { share: 'own', files: 'all' },
      { share: 'theirs', files: [1, 2] },
    ]);
    for (const lacking of [
      { fromFile: true },
      { filesNeeded: true },
      { preparedBytes: 3 },
      { chunksHave: 3 },
    ])
      expect(storedChoices([{ ...own, ...lacking }])).toEqual([]);
    expect(storedChoices([{ ...theirs, chosen: null }])).toEqual([]);
  });

  it('[UI130] offers to save only what has a copy here', () => {
    expect(canSave({ complete: true, storedBytes: 10 })).toBe(true);
    expect(canSave({ complete: true, storedBytes: 0 })).toBe(false);
    expect(canSave({ complete: false, storedBytes: 10 })).toBe(false);
  });
});
