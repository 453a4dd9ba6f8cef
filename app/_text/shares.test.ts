import { describe, expect, it } from 'vitest';
import type { RoomId, RoomSnapshot, StoredRoom } from '../../lib/index';
import { aboutTexts, doingText } from './shares';
import './testing/words';

const stored: StoredRoom = {
  id: 'a' as RoomId,
  link: '',
  role: 'creator',
  createdAt: Date.UTC(2026, 0, 2),
  title: 'a.txt',
  fileCount: 2,
  totalBytes: 1_500_000,
  storedBytes: 0,
  stopped: false,
  complete: true,
  endsAt: null,
  over: null,
};

describe('"Your shares" in words', () => {
  it('[UI130] tells when, how much, what it takes here, and when it ends', () => {
    expect(aboutTexts(stored, undefined).slice(1)).toEqual([
      '2 files, 1.5\u00a0MB',
      'no copy in this browser',
    ]);
    expect(aboutTexts({ ...stored, role: 'guest', storedBytes: 2000 }, undefined)[0]).toMatch(/^Received /);
    const endsAt = Date.UTC(2026, 5, 1, 12);
    const options: RoomSnapshot['options'] = {
      passphrase: false,
      passphraseFixed: null,
      endsAt,
      downloads: null,
      over: null,
    };
    expect(aboutTexts(stored, { options }).at(-1)).toMatch(/^Ends .*2026/);
    expect(aboutTexts(stored, { options: { ...options, endsAt: null } })).toHaveLength(3);
  });

  it('[UI199] what nobody may have fetched yet was shared, not sent; no line ends between a number and its unit', () => {
    expect(aboutTexts(stored, undefined)[0]).toMatch(/^Shared /);
    expect(
      aboutTexts({ ...stored, storedBytes: 2000 }, undefined)
        .slice(1)
        .join(),
    ).not.toMatch(/\d [kM]?B/);
  });

  it('[UI130] tells of one that does not run when it ends, and that it is over', () => {
    const ends = { ...stored, endsAt: Date.UTC(2026, 5, 1, 12) };
    expect(aboutTexts(ends, undefined).at(-1)).toMatch(/^Ends .*2026/);
    expect(aboutTexts({ ...ends, stopped: true }, undefined).at(-1)).toMatch(/^Ends .*2026/);
    const over = { ...ends, over: 'expired' as const, stopped: true };
    expect(aboutTexts(over, undefined)).toHaveLength(3);
    expect(doingText(over, undefined)).toBe('This share has ended');
    expect(doingText(ends, undefined)).toBe('Not running');
  });
});
