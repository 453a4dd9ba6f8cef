import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ShareId } from '../../base/ids';
import { toHex } from '../../base/bytes';
import type { SaveEntry, SaveTicket } from '../../content/ticket';
import { layEntries, sealShare } from '../contracts/sealed-share';
import { createMemoryChunkStore } from '../memory/memory-stores';
import { createWebCrypto } from '../web-crypto';
import type { EntryReader } from './entry-stream';
import { zipBytes, zipLength } from './zip-stream';

const crypto = createWebCrypto();
const folder = mkdtempSync(join(tmpdir(), 'shoal-zip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ticketOf = (entries: readonly SaveEntry[], sources: SaveTicket['sources']): SaveTicket => ({
  id: 'ticket',
  name: 'all.zip',
  createdAt: 0,
  kind: 'zip',
  sources,
  entries,
});

async function written(name: string, reader: EntryReader, ticket: SaveTicket): Promise<string> {
  const path = join(folder, name);
  const file = await open(path, 'w');
  for await (const slice of zipBytes(reader, ticket)) await file.write(slice);
  await file.close();
  return path;
}

/** What another implementation reads: name, size, CRC checked by reading, SHA-256 and date of each file. */
function readBack(path: string): [name: string, size: number, sha256: string, date: number[]][] {
  const script = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([[i.filename, i.file_size, hashlib.sha256(z.read(i)).hexdigest(), list(i.date_time)] for i in z.infolist()]))`;
  const output = execFileSync('python3', ['-c', script, path], { maxBuffer: 1 << 26 });
  return JSON.parse(output.toString()) as ReturnType<typeof readBack>;
}

/** Zero bytes without a store: what is looked at is the container. */
const zeros = (
  sizes: number,
  chunkBytes = 1 << 16,
): { reader: EntryReader; sources: SaveTicket['sources'] } => {
  const geometry = { totalBytes: sizes, chunkBytes, chunkCount: Math.ceil(sizes / chunkBytes) };
  return {
    reader: {
      chunks: { get: () => Promise.resolve(new Uint8Array()) },
      crypto: {
        open: (_key, nonce) => {
          const chunk = new DataView(nonce.buffer as ArrayBuffer).getUint32(8);
          return Promise.resolve(new Uint8Array(Math.min(chunkBytes, sizes - chunk * chunkBytes)));
        },
      },
    },
    sources: [{ share: 'AAAAAAAAAAAAAAAAAAAAAA' as ShareId, geometry, key: { sealingKey: undefined } }],
  };
};

describe('a ZIP', () => {
  it('[SA7] holds folders, names in any script, dates and empty files, as unzip and Python read them', async () => {
    const files = [
      ['top.txt', 1000],
      ['empty.bin', 0],
      ['holiday/day 1/été.jpg', 70_000],
      ['holiday/日本語 😀.txt', 12],
      ['holiday/also empty', 0],
    ] as const;
    const plaintext = crypto.random(71_012);
    const chunks = createMemoryChunkStore();
    const source = await sealShare(crypto, chunks, plaintext, 4096);
    const entries = layEntries(files);
    const path = await written('small.zip', { chunks, crypto }, ticketOf(entries, [source]));
    expect(execFileSync('unzip', ['-t', path]).toString()).toContain('No errors detected');
    const read = readBack(path);
    expect(read.map(([name, size]) => [name, size])).toEqual(files);
    for (const [i, entry] of entries.entries()) {
      const hash = await crypto.sha256(plaintext.subarray(entry.start, entry.start + entry.bytes));
      expect(read[i]![2]).toBe(toHex(hash));
      const local = new Date(entry.modified);
      expect(read[i]![3]).toEqual([
        ...[local.getFullYear(), local.getMonth() + 1, local.getDate()],
        ...[local.getHours(), local.getMinutes(), local.getSeconds()],
      ]);
    }
  });

  it('[SA8] has exactly the length told before', async () => {
    const file = fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), fc.nat(200_000));
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 12 }), async (given) => {
        const entries = layEntries(
          given.map(([name, size], i) => [`${i}-${name.replaceAll('/', '')}`, size]),
        );
        const { reader, sources } = zeros(given.reduce((sum, [, size]) => sum + size, 0));
        let length = 0;
        for await (const slice of zipBytes(reader, ticketOf(entries, sources))) length += slice.length;
        expect(length).toBe(zipLength(entries));
      }),
      { numRuns: 50 },
    );
  });

  it('[SA9] of more files than the plain format counts is whole', async () => {
    const files = Array.from({ length: 70_000 }, (_, i) => [`f/${i}`, i % 1000 === 0 ? 3 : 0] as const);
    const entries = layEntries(files);
    const { reader, sources } = zeros(210);
    const path = await written('many.zip', reader, ticketOf(entries, sources));
    const file = await open(path);
    expect((await file.stat()).size).toBe(zipLength(entries));
    await file.close();
    expect(execFileSync('unzip', ['-tqq', path]).toString()).toBe('');
    expect(execFileSync('unzip', ['-Z', '-h', path]).toString()).toContain('number of entries: 70000');
    expect(readBack(path)).toHaveLength(70_000);
  }, 120_000);

  it('[SA43] of more than 4 GiB, with more files behind it than the plain format counts, is whole', async () => {
    const huge = 2 ** 32 + 5;
    const files: (readonly [string, number])[] = [
      ['before.txt', 3],
      ['größe/huge.bin', huge],
      ['größe/after.txt', 7],
    ];
    for (let i = 0; i < 65_535; i++) files.push([`e/${i}`, 0]);
    const entries = layEntries(files);
    const { reader, sources } = zeros(huge + 10, 1 << 22);
    // The file's own zero bytes are left out on the disk, as any copying tool may do.
    const path = join(folder, 'huge.zip');
    const file = await open(path, 'w');
    const nothing = Buffer.alloc(1 << 22);
    let at = 0;
    for await (const slice of zipBytes(reader, ticketOf(entries, sources))) {
      if (!nothing.subarray(0, slice.length).equals(slice)) await file.write(slice, 0, slice.length, at);
      at += slice.length;
    }
    await file.truncate(at);
    await file.close();
    expect(at).toBe(zipLength(entries));
    expect(execFileSync('unzip', ['-Z', '-h', path]).toString()).toContain(
      `number of entries: ${files.length}`,
    );
    const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    rows = [(i.filename, i.file_size, i.header_offset) for i in z.infolist()]
    print(json.dumps([len(rows), rows[:3], rows[-1], list(z.read('größe/after.txt'))]))`;
    const output = execFileSync('python3', ['-X', 'utf8', '-c', script, path]).toString();
    const [count, first, last, after] = JSON.parse(output) as [
      number,
      [string, number, number][],
      [string, number, number],
      number[],
    ];
    expect(count).toBe(files.length);
    expect(first.map(([name, size]) => [name, size])).toEqual(files.slice(0, 3));
    expect(first[2]![2]).toBeGreaterThan(2 ** 32);
    expect(last[0]).toBe('e/65534');
    expect(after).toEqual([0, 0, 0, 0, 0, 0, 0]);
  }, 300_000);

  it.each([65_534, 65_535])(
    '[SA9] of %i files is whole, on either side of the border',
    async (count) => {
      const entries = layEntries(Array.from({ length: count }, (_, i) => [`${i}`, 0] as const));
      const { reader, sources } = zeros(0);
      const path = await written(`${count}.zip`, reader, ticketOf(entries, sources));
      expect(execFileSync('unzip', ['-Z', '-h', path]).toString()).toContain(`number of entries: ${count}`);
      expect(readBack(path)).toHaveLength(count);
    },
    120_000,
  );

  it('[SA10] takes dates the format cannot hold', async () => {
    const { reader, sources } = zeros(0);
    const entries = [Number.NaN, -1, 0, 8.64e15, 1e300].map((modified, i) => ({
      ...layEntries([[`${i}`, 0]])[0]!,
      modified,
    }));
    const path = await written('dates.zip', reader, ticketOf(entries, sources));
    for (const [, , , [year]] of readBack(path)) expect([1980, 2107]).toContain(year);
  });

  it('[SA11] fails where a file fails, rather than end early', async () => {
    const chunks = createMemoryChunkStore();
    const source = await sealShare(crypto, chunks, crypto.random(1000), 100);
    await chunks.remove(source.share, [7]);
    const ticket = ticketOf(
      layEntries([
        ['a', 500],
        ['b', 500],
      ]),
      [source],
    );
    const read = async (): Promise<void> => {
      for await (const slice of zipBytes({ chunks, crypto }, ticket)) expect(slice.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({ code: 'chunk-damaged' });
  });
});
