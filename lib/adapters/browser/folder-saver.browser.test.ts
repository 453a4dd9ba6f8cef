import { beforeEach, describe, expect, it } from 'vitest';
import type { SaveTicket } from '../../content/ticket';
import type { ChunkStore } from '../../ports';
import { layEntries, sealShare } from '../contracts/sealed-share';
import { createMemoryChunkStore } from '../memory/memory-stores';
import { createWebCrypto } from '../web-crypto';
import { saveToFolder } from './folder-saver';

const crypto = createWebCrypto();

/** Every file below `folder` as path and bytes, folders without files left out. */
async function contents(folder: FileSystemDirectoryHandle, prefix = ''): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const [name, handle] of folder as unknown as AsyncIterable<[string, FileSystemHandle]>) {
    if (handle.kind === 'file') {
      const file = await (handle as FileSystemFileHandle).getFile();
      found.set(prefix + name, new Uint8Array(await file.arrayBuffer()));
    } else {
      const inner = await contents(handle as FileSystemDirectoryHandle, `${prefix}${name}/`);
      for (const [path, bytes] of inner) found.set(path, bytes);
    }
  }
  return found;
}

describe('saving into a folder', () => {
  const plaintext = crypto.random(10_000);
  let root: FileSystemDirectoryHandle;
  let chunks: ChunkStore;
  let ticket: SaveTicket;

  beforeEach(async () => {
    const origin = await navigator.storage.getDirectory();
    const name = `folder-${globalThis.crypto.randomUUID()}`;
    root = await origin.getDirectoryHandle(name, { create: true });
    chunks = createMemoryChunkStore();
    const source = await sealShare(crypto, chunks, plaintext, 1024);
    const entries = layEntries([
      ['a.txt', 3000],
      ['deep/er/b.bin', 7000],
      ['deep/empty', 0],
    ]);
    ticket = { id: 'one', name: 'x', createdAt: 0, kind: 'zip', sources: [source], entries };
    return () => origin.removeEntry(name, { recursive: true });
  });

  it('[SA22] writes each file to its place', async () => {
    await saveToFolder(ticket, chunks, crypto, root);
    const found = await contents(root);
    expect([...found.keys()].sort()).toEqual(['a.txt', 'deep/empty', 'deep/er/b.bin']);
    expect(found.get('a.txt')).toEqual(plaintext.slice(0, 3000));
    expect(found.get('deep/er/b.bin')).toEqual(plaintext.slice(3000));
    expect(found.get('deep/empty')).toHaveLength(0);
  });

  it('[SA23] overwrites nothing: names that are there are numbered', async () => {
    await saveToFolder(ticket, chunks, crypto, root);
    await saveToFolder({ ...ticket, entries: layEntries([['a.txt', 10]]) }, chunks, crypto, root);
    await saveToFolder({ ...ticket, entries: layEntries([['deep', 20]]) }, chunks, crypto, root);
    await saveToFolder({ ...ticket, entries: layEntries([['a.txt/c', 30]]) }, chunks, crypto, root);
    const found = await contents(root);
    expect(found.get('a.txt')).toHaveLength(3000);
    expect(found.get('a (2).txt')).toHaveLength(10);
    expect(found.get('deep (2)')).toHaveLength(20);
    expect(found.get('a (3).txt/c')).toHaveLength(30);
  });

  it('[SA24] a damaged chunk leaves no part of its file, and files before it stay', async () => {
    await chunks.remove(ticket.sources[0]!.share, [8]);
    await expect(saveToFolder(ticket, chunks, crypto, root)).rejects.toMatchObject({ code: 'chunk-damaged' });
    expect([...(await contents(root)).keys()]).toEqual(['a.txt']);
  });

  it('[SA25] says by code that nobody picked a folder', async () => {
    const page = globalThis as { showDirectoryPicker?: unknown };
    const real = page.showDirectoryPicker;
    try {
      page.showDirectoryPicker = () => Promise.reject(new DOMException('closed', 'AbortError'));
      await expect(saveToFolder(ticket, chunks, crypto)).rejects.toMatchObject({ code: 'save-cancelled' });
      page.showDirectoryPicker = undefined;
      await expect(saveToFolder(ticket, chunks, crypto)).rejects.toMatchObject({
        code: 'browser-unsupported',
      });
    } finally {
      page.showDirectoryPicker = real;
    }
  });
});
