/** Readers of one profile against a recorder in the engine's place; time stands still until told otherwise. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { ShareId } from '../base/ids';
import { watchChannel, watchVersion, type WatchMessage } from '../content/watch';
import { shareId } from './testing/rooms';
import { createTestClock, settle, TestProfile, type TestClock } from './testing/tabs';
import type { BroadcastPort } from './tabs';
import { WatchWindows } from './watch-windows';

const share = shareId(1);
const chunkBytes = 1000;

let clock: TestClock;
let profile: TestProfile;
let told: [ShareId, string][];
let heard: unknown[];
let worker: BroadcastPort;
let windows: WatchWindows;

const open = (): WatchWindows =>
  new WatchWindows({
    broadcast: profile.tab().broadcast,
    clock,
    chunkBytes: (id) => (id === share ? chunkBytes : undefined),
    urgent: (id, list) => told.push([id, list.map(({ from, to }) => `${from}-${to}`).join()]),
    config: { aheadBytes: 4500, forgetMs: 30_000, readers: 2 },
  });

beforeEach(() => {
  clock = createTestClock();
  profile = new TestProfile();
  told = [];
  heard = [];
  worker = profile.tab().broadcast.open(watchChannel, (message) => heard.push(message));
  windows = open();
});

async function say(message: WatchMessage): Promise<void> {
  worker.post(message);
  await settle();
}

const reading = (
  reader: string,
  at: number,
  changes: { watch?: string; until?: number; share?: ShareId } = {},
) => say({ v: watchVersion, kind: 'reading', watch: 'w', reader, share, at, until: 100, ...changes });
const read = (reader: string, cut: boolean) => say({ v: watchVersion, kind: 'read', reader, cut });
const last = (): string | undefined => told.at(-1)?.[1];

describe('what is pressing', () => {
  test('[RM70] reaches from the reader so many bytes ahead, at most to the end of its file', async () => {
    await reading('a', 10);
    expect(last()).toBe('10-15');
    await reading('a', 11);
    expect(last()).toBe('11-16');
    await reading('a', 98);
    expect(last()).toBe('98-100');
    expect(told.every(([id]) => id === share)).toBe(true);
  });

  test('[RM70] is told when it changes, and not of shares that are not here', async () => {
    await reading('a', 10);
    await reading('a', 10);
    await reading('a', 10, { share: shareId(2) });
    expect(told).toHaveLength(1);
  });

  test('[RM71] who came last counts most; the oldest of too many goes', async () => {
    await reading('head', 0);
    await reading('tail', 95);
    expect(last()).toBe('95-100,0-5');
    await reading('head', 1);
    expect(last()).toBe('95-100,1-6');
    await reading('third', 50);
    expect(last()).toBe('50-55,95-100');
    await reading('elsewhere', 20, { watch: 'another' });
    expect(last()).toBe('20-25,50-55,95-100');
  });

  test('[RM71] a reader that was cut off goes at once; one that read its part stands until the next comes', async () => {
    await reading('a', 10);
    await read('a', false);
    expect(last()).toBe('10-15');
    await reading('b', 14);
    expect(last()).toBe('14-19');
    await read('b', true);
    expect(last()).toBe('');
  });

  test('[RM71] a reader that is not heard any more is forgotten', async () => {
    await reading('a', 10);
    await clock.advance(29_000);
    await reading('b', 20);
    expect(last()).toBe('20-25,10-15');
    await clock.advance(2_000);
    expect(last()).toBe('20-25');
    await clock.advance(30_000);
    expect(last()).toBe('');
  });

  test('[RM72] what is kept is told to whom it may concern, and nobody hears of the rest', async () => {
    windows.kept(share, 12);
    await reading('a', 10);
    for (const chunk of [9, 10, 14, 15]) windows.kept(share, chunk);
    await settle();
    expect(heard).toEqual([10, 14].map((chunk) => ({ v: watchVersion, kind: 'kept', share, chunk })));
  });

  test('[RM72] a tab that takes the lead learns of readers by what they say next', async () => {
    await reading('a', 10);
    windows.close();
    told = [];
    windows = open();
    await reading('a', 10);
    expect(last()).toBe('10-15');
    windows.kept(share, 10);
    await settle();
    expect(heard).toHaveLength(1);
  });

  test('[RM73] the end of watching drops its windows and tells readers that did not hear of it', async () => {
    await reading('a', 10);
    await reading('b', 20, { watch: 'another' });
    windows.end('w');
    await settle();
    expect(last()).toBe('20-25');
    expect(heard).toEqual([{ v: watchVersion, kind: 'closed', watch: 'w' }]);
  });

  test('[RM72] strangers on the channel change nothing', async () => {
    for (const message of [
      null,
      'reading',
      { v: 2, kind: 'reading' },
      { v: watchVersion, kind: 'reading', share },
    ])
      worker.post(message);
    await settle();
    expect(told).toEqual([]);
  });
});
