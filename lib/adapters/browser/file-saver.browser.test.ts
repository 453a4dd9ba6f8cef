import { beforeEach, describe, expect, it } from 'vitest';
import type { SaveTicket } from '../../content/ticket';
import type { ChunkStore } from '../../ports';
import { layEntries, sealShare } from '../contracts/sealed-share';
import { createMemoryChunkStore } from '../memory/memory-stores';
import { createWebCrypto } from '../web-crypto';
import { saveToFile } from './file-saver';
import { contents, failingFile } from './testing/folders';
import { zipLength } from './zip-stream';

const crypto = createWebCrypto();

describe('saving into a chosen file', () => {
  const plaintext = crypto.random(10_000);
  let root: FileSystemDirectoryHandle;
  let file: FileSystemFileHandle;
  let chunks: ChunkStore;
  let ticket: SaveTicket;

  beforeEach(async () => {
    const origin = await navigator.storage.getDirectory();
    const name = `file-${globalThis.crypto.randomUUID()}`;
    root = await origin.getDirectoryHandle(name, { create: true });
    file = await root.getFileHandle('chosen', { create: true }); // as the dialog leaves it
    chunks = createMemoryChunkStore();
    const source = await sealShare(crypto, chunks, plaintext, 1024);
    const entries = layEntries([['a.txt', 10_000]]);
    ticket = { id: 'one', name: 'a.txt', createdAt: 0, kind: 'file', sources: [source], entries };
    return () => origin.removeEntry(name, { recursive: true });
  });

  it('[SA44] a file as it is, several as a ZIP', async () => {
    await saveToFile(ticket, { chunks, crypto }, file);
    expect((await contents(root)).get('chosen')).toEqual(plaintext);
    const entries = layEntries([
      ['a', 4000],
      ['b/c', 6000],
    ]);
    await saveToFile({ ...ticket, kind: 'zip', entries }, { chunks, crypto }, file);
    const zip = (await contents(root)).get('chosen');
    expect(zip).toHaveLength(zipLength(entries));
    expect([...zip!.subarray(0, 4)]).toEqual([0x50, 0x4b, 3, 4]);
  });

  it('[SA44] [SA38] a failure takes the empty file of the dialog away, and saving again works', async () => {
    const full = failingFile(file, { at: 'write', error: 'QuotaExceededError' });
    await expect(saveToFile(ticket, { chunks, crypto }, full)).rejects.toMatchObject({
      code: 'save-disk-full',
    });
    expect((await contents(root)).size).toBe(0);
    const again = await root.getFileHandle('chosen', { create: true });
    await saveToFile(ticket, { chunks, crypto }, again);
    expect((await contents(root)).get('chosen')).toEqual(plaintext);
  });

  it('[SA44] [SA39] a failure leaves content alone that the dialog did not take', async () => {
    const writable = await file.createWritable();
    await writable.write('still here');
    await writable.close();
    await chunks.remove(ticket.sources[0]!.share, [3]);
    await expect(saveToFile(ticket, { chunks, crypto }, file)).rejects.toMatchObject({
      code: 'chunk-damaged',
    });
    expect(new TextDecoder().decode((await contents(root)).get('chosen'))).toBe('still here');
  });

  it('[SA40] can be stopped', async () => {
    const signal = AbortSignal.abort();
    await expect(saveToFile(ticket, { chunks, crypto }, file, { signal })).rejects.toMatchObject({
      code: 'save-cancelled',
    });
    expect((await contents(root)).size).toBe(0);
  });

  it('[SA39] a length on the disk that is not the right one is a failure', async () => {
    const lying = new Proxy(file, {
      get(target, property) {
        if (property === 'getFile') return () => Promise.resolve(new File(['short'], 'chosen'));
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    await expect(saveToFile(ticket, { chunks, crypto }, lying)).rejects.toMatchObject({
      code: 'save-failed',
      detail: '5 of 10000 bytes are on the disk',
    });
  });
});
