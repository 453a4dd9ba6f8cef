/** How verified chunks get to the store, which here takes each write and ends it when the test says so. */
import { describe, expect, test } from 'vitest';
import { ShoalError } from '../base/errors';
import type { ShareId } from '../base/ids';
import type { ChunkStore } from '../ports';
import { ChunkWriter } from './chunk-writer';
import type { DriverContext } from './context';
import type { ShareEntry } from './share-entry';

const share = 'a'.repeat(22) as ShareId;
const mebibyte = new Uint8Array(1024 * 1024);

interface Write {
  readonly chunks: readonly number[];
  readonly end: (error?: ShoalError) => Promise<void>;
}

function world() {
  const entry = { storedBytes: 0 } as unknown as ShareEntry;
  const writes: Write[] = [];
  let underWay = 0;
  let most = 0;
  const kept: number[] = [];
  let now = 0;
  const timers = new Map<() => void, number>();
  const at = (due: number, run: () => void) => {
    timers.set(run, due);
    return () => void timers.delete(run);
  };
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  const put: ChunkStore['put'] = (_share, records) =>
    new Promise((resolve, reject) => {
      most = Math.max(most, ++underWay);
      const end = async (error?: ShoalError): Promise<void> => {
        underWay--;
        if (error) reject(error);
        else resolve();
        await settled();
      };
      writes.push({ chunks: records.map(({ chunk }) => chunk), end });
    });
  const context = {
    ports: { chunks: { put }, clock: { now: () => now, at } },
    shares: new Map([[share, entry]]),
    feed: (input: Parameters<DriverContext['feed']>[0]) => {
      if (input.kind === 'chunk-settled' && input.kept) kept.push(input.chunk);
    },
  } as unknown as DriverContext;
  const writer = new ChunkWriter(context, () => undefined);
  const add = (first: number, count: number): void => {
    for (let chunk = first; chunk < first + count; chunk++) writer.add(share, chunk, mebibyte);
  };
  const pass = (ms: number): void => {
    now += ms;
    for (const [run, due] of [...timers]) if (due <= now && timers.delete(run)) run();
  };
  /** Compared by identity: a deep look at megabytes takes seconds. */
  const waiting = (chunks: readonly number[]) =>
    chunks.filter((one) => writer.waits(share, one) === mebibyte);
  return { writer, entry, writes, add, kept, waiting, pass, most: () => most };
}

const from = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

describe('the chunk writer', () => {
  test('[RX4] chunks are written one transaction at a time, of about 8 MiB where so much waits', async () => {
    const { writer, writes, add, most } = world();
    add(0, 20);
    void writer.idle();
    for (let i = 0; i < writes.length; i++) await writes[i]!.end();
    expect(writes.map(({ chunks }) => chunks)).toEqual([[0], from(1, 8), from(9, 8), from(17, 3)]);
    expect(most()).toBe(1);
  });

  test('[RX4] small transactions begin a quarter of a second apart, and half of a large one waits no longer', async () => {
    const { writes, add, pass } = world();
    const chunks = () => writes.map((write) => write.chunks);
    add(0, 2);
    await writes[0]!.end();
    pass(249);
    add(2, 1);
    expect(chunks()).toEqual([[0]]);
    pass(1);
    expect(chunks()).toEqual([[0], [1, 2]]);
    await writes[1]!.end();
    add(3, 3);
    expect(chunks()).toHaveLength(2);
    add(6, 1);
    expect(chunks()[2]).toEqual(from(3, 4));
    await writes[2]!.end();
    pass(250);
    add(7, 1);
    expect(chunks()[3]).toEqual([7]);
  });

  test('[RX4] nothing gathers where nothing more is asked for, nor when the room closes', async () => {
    const { writer, writes, add, pass, kept } = world();
    add(0, 2);
    await writes[0]!.end();
    writer.flush();
    expect(writes[1]!.chunks).toEqual([1]);
    await writes[1]!.end();
    add(2, 1);
    writer.end();
    const idle = writer.idle();
    await writes[2]!.end();
    await idle;
    expect(kept).toEqual([0, 1, 2]);
    pass(60_000);
    expect(writes).toHaveLength(3);
  });

  test('[RX4] a chunk counts as kept when its transaction completed, and can be had from memory until then', async () => {
    const { entry, writes, add, kept, waiting, pass } = world();
    add(0, 3);
    await writes[0]!.end();
    expect([kept, entry.storedBytes]).toEqual([[0], mebibyte.length]);
    pass(250);
    expect(writes).toHaveLength(2);
    expect(waiting([0, 1, 2])).toEqual([1, 2]);
    await writes[1]!.end();
    expect([kept, entry.storedBytes]).toEqual([[0, 1, 2], 3 * mebibyte.length]);
    expect(waiting([0, 1, 2])).toEqual([]);
  });

  test('[RX4] a transaction that failed kept nothing', async () => {
    const { writer, entry, writes, add, kept } = world();
    add(0, 2);
    await writes[0]!.end(new ShoalError('store-failed', 'test'));
    expect([kept, entry.storedBytes, writer.waitingBytes]).toEqual([[], 0, 2 * mebibyte.length]);
    void writer.retry();
    await writes[1]!.end();
    expect(writes[1]!.chunks).toEqual([0, 1]);
    expect(kept).toEqual([0, 1]);
  });
});
