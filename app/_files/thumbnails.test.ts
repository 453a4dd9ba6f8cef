/** Rule [UI146]: which small pictures are made, when, and how many are kept. */
import { describe, expect, it } from 'vitest';
import { Thumbnails, type Picture } from './thumbnails';

/** A PNG's first bytes: 1 × 1. */
const image = (): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1,
  ]);
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

interface Drawn extends Picture {
  readonly name: number;
}

function world(kept = 3) {
  const closed: number[] = [];
  const log: string[] = [];
  let painted = 0;
  const paints: (() => void)[] = [];
  const thumbnails = new Thumbnails<Drawn>({
    kept,
    paint: (bytes) =>
      new Promise((resolve, reject) => {
        const name = painted++;
        if (bytes.length > 24) return reject(new Error('does not decode'));
        paints.push(() => resolve({ name, close: () => closed.push(name) }));
      }),
  });
  const want = (key: string, read: () => Uint8Array<ArrayBuffer> | null = image) =>
    thumbnails.want({
      key,
      read: () => {
        log.push(`read ${key}`);
        return Promise.resolve(read());
      },
      done: (bitmap) => log.push(`${key} ${bitmap ? 'drawn' : 'none'}`),
    });
  const paintAll = async (): Promise<void> => {
    await settled();
    for (let paint = paints.shift(); paint; paint = paints.shift()) {
      paint();
      await settled();
    }
  };
  return { thumbnails, want, paintAll, log, closed };
}

describe('Thumbnails', () => {
  it('[UI146] reads two at a time, in the order asked for', async () => {
    const { want, paintAll, log } = world();
    for (const key of ['a', 'b', 'c']) want(key);
    await settled();
    expect(log).toEqual(['read a', 'read b']);
    await paintAll();
    expect(log).toEqual(['read a', 'read b', 'a drawn', 'read c', 'b drawn', 'c drawn']);
  });

  it('[UI146] never begins what scrolled away, and tells nobody of what was under way', async () => {
    const { want, paintAll, log } = world();
    const leave = ['a', 'b', 'c', 'd'].map((key) => want(key));
    await settled();
    leave[2]!();
    leave[0]!();
    await paintAll();
    expect(log).toEqual(['read a', 'read b', 'read d', 'b drawn', 'd drawn']);
  });

  it('[UI146] draws nothing twice, and asks again for what was not here', async () => {
    const { want, paintAll, log } = world();
    want('a');
    want('b', () => null);
    await paintAll();
    want('a');
    want('b');
    expect(log.slice(-2)).toEqual(['a drawn', 'read b']);
    await paintAll();
    expect(log.at(-1)).toBe('b drawn');
  });

  it('[UI146] remembers what is no picture, or does not decode', async () => {
    const { want, paintAll, log } = world();
    want('svg', () => new TextEncoder().encode('<svg/>'));
    want('broken', () => Uint8Array.from([...image(), 0]));
    await paintAll();
    want('svg');
    want('broken');
    expect(log.filter((line) => line.startsWith('read'))).toEqual(['read svg', 'read broken']);
    expect(log.filter((line) => line.endsWith('none'))).toHaveLength(4);
  });

  it('[UI146] keeps so many, gives up the ones not seen for longest, and closes them', async () => {
    const { thumbnails, want, paintAll, closed } = world(2);
    for (const key of ['a', 'b']) {
      want(key);
      await paintAll();
    }
    expect(thumbnails.known('a')).toMatchObject({ name: 0 });
    want('c');
    await paintAll();
    expect(closed).toEqual([1]);
    expect(thumbnails.known('b')).toBeUndefined();
    expect(thumbnails.known('a')).toBeDefined();
  });
});
