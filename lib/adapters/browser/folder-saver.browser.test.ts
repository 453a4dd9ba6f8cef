import { beforeEach, describe, expect, it } from 'vitest';
import type { SaveTicket } from '../../content/ticket';
import type { ChunkStore, ExistingAnswer, ExistingFile, FolderOptions } from '../../ports';
import { layEntries, sealShare } from '../contracts/sealed-share';
import { createMemoryChunkStore } from '../memory/memory-stores';
import { createWebCrypto } from '../web-crypto';
import type { EntryReader } from './entry-stream';
import { saveToFolder } from './folder-saver';
import { contents, failing, type Fault } from './testing/folders';

const crypto = createWebCrypto();

describe('saving into a folder', () => {
  const plaintext = crypto.random(10_000);
  let root: FileSystemDirectoryHandle;
  let chunks: ChunkStore;
  let reader: EntryReader;
  let ticket: SaveTicket;

  beforeEach(async () => {
    const origin = await navigator.storage.getDirectory();
    const name = `folder-${globalThis.crypto.randomUUID()}`;
    root = await origin.getDirectoryHandle(name, { create: true });
    chunks = createMemoryChunkStore();
    reader = { chunks, crypto };
    const source = await sealShare(crypto, chunks, plaintext, 1024);
    const entries = layEntries([
      ['a.txt', 3000],
      ['deep/er/b.bin', 7000],
      ['deep/empty', 0],
    ]);
    ticket = { id: 'one', name: 'x', createdAt: 0, kind: 'zip', sources: [source], entries };
    return () => origin.removeEntry(name, { recursive: true });
  });

  /** A person who gives these answers, one a question. */
  function person(...answers: (ExistingAnswer | null)[]): FolderOptions & { asked: ExistingFile[] } {
    const asked: ExistingFile[] = [];
    return {
      asked,
      ask: (file) => {
        asked.push(file);
        const answer = answers.shift();
        if (answer === undefined) throw new Error(`nobody expected to be asked about ${file.path}`);
        return Promise.resolve(answer);
      },
    };
  }
  const once = (what: ExistingAnswer['what']): ExistingAnswer => ({ what, forAll: false });
  const always = (what: ExistingAnswer['what']): ExistingAnswer => ({ what, forAll: true });

  const save = (
    files: readonly (readonly [path: string, bytes: number])[] | undefined,
    options: FolderOptions = person(),
    folder = root,
  ): Promise<void> =>
    saveToFolder(files ? { ...ticket, entries: layEntries(files) } : ticket, reader, folder, options);

  async function put(path: string, text: string): Promise<void> {
    const names = path.split('/');
    const name = names.pop() ?? '';
    let folder = root;
    for (const below of names) folder = await folder.getDirectoryHandle(below, { create: true });
    const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await writable.write(text);
    await writable.close();
  }
  const textAt = async (path: string): Promise<string> =>
    new TextDecoder().decode((await contents(root)).get(path));
  const names = async (): Promise<string[]> => [...(await contents(root)).keys()].sort();

  it('[SA22] writes each file to its place and tells how much', async () => {
    let written = 0;
    await save(undefined, { ...person(), wrote: (bytes) => (written += bytes) });
    const found = await contents(root);
    expect([...found.keys()].sort()).toEqual(['a.txt', 'deep/empty', 'deep/er/b.bin']);
    expect(found.get('a.txt')).toEqual(plaintext.slice(0, 3000));
    expect(found.get('deep/er/b.bin')).toEqual(plaintext.slice(3000));
    expect(found.get('deep/empty')).toHaveLength(0);
    expect(written).toBe(10_000);
  });

  it('[SA23] asks about each file that exists, with its sizes, and does as told', async () => {
    for (const name of ['a', 'b', 'c', 'd/e']) await put(name, `old ${name}`);
    const files = [
      ['a', 10],
      ['b', 20],
      ['c', 30],
      ['d/e', 40],
      ['new', 50],
    ] as const;
    const who = person(once('replace'), once('keep-both'), once('skip'), once('keep-both'));
    await save(files, who);
    expect(who.asked).toEqual([
      { path: 'a', existingBytes: 5, newBytes: 10, more: 3 },
      { path: 'b', existingBytes: 5, newBytes: 20, more: 2 },
      { path: 'c', existingBytes: 5, newBytes: 30, more: 1 },
      { path: 'd/e', existingBytes: 7, newBytes: 40, more: 0 },
    ]);
    expect(await names()).toEqual(['a', 'b', 'b (2)', 'c', 'd/e', 'd/e (2)', 'new']);
    const found = await contents(root);
    expect([found.get('a'), found.get('b (2)'), found.get('d/e (2)')].map((file) => file?.length)).toEqual([
      10, 20, 40,
    ]);
    expect([await textAt('b'), await textAt('c'), await textAt('d/e')]).toEqual([
      'old b',
      'old c',
      'old d/e',
    ]);
  });

  it.each(['replace', 'keep-both', 'skip'] as const)('[SA23] %s once for all of them', async (what) => {
    const files = [
      ['a', 10],
      ['b', 20],
      ['c', 30],
    ] as const;
    for (const [name] of files) await put(name, 'old');
    const who = person(once('skip'), always(what));
    await save(files, who);
    expect(who.asked).toHaveLength(2);
    const found = await contents(root);
    expect(found.get('a')).toHaveLength(3);
    expect(found.get('b')).toHaveLength(what === 'replace' ? 20 : 3);
    expect(found.get('c (2)')?.length).toBe(what === 'keep-both' ? 30 : undefined);
  });

  it('[SA23] what is there byte for byte is left alone without a question; one byte or one length off is asked about', async () => {
    await save(undefined);
    const before = (await (await root.getFileHandle('a.txt')).getFile()).lastModified;
    let written = 0;
    await save(undefined, { ...person(), wrote: (bytes) => (written += bytes) });
    expect(written).toBe(0);
    expect((await (await root.getFileHandle('a.txt')).getFile()).lastModified).toBe(before);
    const writable = await (await root.getFileHandle('a.txt')).createWritable({ keepExistingData: true });
    await writable.write({ type: 'write', position: 2999, data: Uint8Array.of(plaintext[2999]! ^ 1) });
    await writable.close();
    await put('deep/empty', 'x');
    const who = person(once('replace'), once('skip'));
    await save(undefined, who);
    expect(who.asked.map(({ path }) => path)).toEqual(['a.txt', 'deep/empty']);
    expect((await contents(root)).get('a.txt')).toEqual(plaintext.slice(0, 3000));
  });

  it('[SA23] writes nothing at all before every question is answered, and nothing when the person leaves', async () => {
    await put('b', 'old');
    const files = [
      ['a', 10],
      ['b', 20],
    ] as const;
    const seen: string[][] = [];
    const leaves: FolderOptions = {
      ask: async () => {
        seen.push(await names());
        return null;
      },
    };
    await expect(save(files, leaves)).rejects.toMatchObject({ code: 'save-cancelled' });
    expect(seen).toEqual([['b']]);
    expect(await names()).toEqual(['b']);
  });

  it('[SA25] a name is taken whatever its case or composition', async () => {
    await put('Été.TXT', 'old');
    await put('Holiday/x', 'old');
    const who = person(once('keep-both'));
    await save(
      [
        ['e\u0301te\u0301.txt'.normalize('NFC'), 10],
        ['holiday/y', 20],
      ],
      who,
    );
    expect(who.asked).toHaveLength(1);
    expect(await names()).toEqual(['Holiday/x', 'Holiday/y', 'Été (2).TXT', 'Été.TXT']);
  });

  it('[SA25] file and folder in each other’s way are numbered, clear of what else is saved', async () => {
    await put('way', 'a file');
    await put('folder/in', 'inside');
    await save([
      ['way/x', 10],
      ['way (2)', 20],
      ['folder', 30],
      ['folder (2)', 40],
      ['deep/way (2)', 50],
    ]);
    const found = await contents(root);
    expect(Object.fromEntries([...found].map(([path, bytes]) => [path, bytes.length]))).toEqual({
      'deep/way (2)': 50,
      'folder (2)': 40,
      'folder (3)': 30,
      'folder/in': 6,
      way: 6,
      'way (2)': 20,
      'way (3)/x': 10,
    });
  });

  it('[SA24] a damaged chunk leaves no part of its file, and files before it stay', async () => {
    const [source] = ticket.sources;
    await chunks.remove(source!.share, [8]);
    await expect(save(undefined)).rejects.toMatchObject({ code: 'chunk-damaged' });
    expect(await names()).toEqual(['a.txt']);
  });

  it('[SA39] a file that is replaced keeps its content when the new one fails', async () => {
    await put('deep/er/b.bin', 'what was there');
    await chunks.remove(ticket.sources[0]!.share, [8]);
    await expect(save(undefined, person(once('replace')))).rejects.toMatchObject({ code: 'chunk-damaged' });
    expect(await textAt('deep/er/b.bin')).toBe('what was there');
  });

  it('[SA40] stopped by the person in the middle of a file: no part of it, and a code that says so', async () => {
    const abort = new AbortController();
    const stopping: EntryReader = {
      crypto,
      chunks: {
        get: (share, chunk) => {
          if (chunk === 6) abort.abort();
          return chunks.get(share, chunk);
        },
      },
    };
    const saving = saveToFolder(ticket, stopping, root, { ...person(), signal: abort.signal });
    await expect(saving).rejects.toMatchObject({ code: 'save-cancelled' });
    expect(await names()).toEqual(['a.txt']);
  });

  const faults: [Fault, string, string][] = [
    [{ at: 'write', error: 'QuotaExceededError' }, 'save-disk-full', 'full disk'],
    [{ at: 'createWritable', error: 'NotAllowedError' }, 'save-permission', 'permission withdrawn before'],
    [{ at: 'write', error: 'NotAllowedError' }, 'save-permission', 'permission withdrawn meanwhile'],
    [{ at: 'createWritable', error: 'NoModificationAllowedError' }, 'save-locked', 'locked file'],
    [{ at: 'close', error: 'InvalidStateError' }, 'save-locked', 'open in another program'],
    [{ at: 'getFileHandle', error: 'NotFoundError', create: true }, 'save-folder-gone', 'folder deleted'],
    [
      { at: 'getDirectoryHandle', error: 'NotFoundError', create: true },
      'save-folder-gone',
      'parent deleted',
    ],
    [{ at: 'values', error: 'NotFoundError' }, 'save-folder-gone', 'chosen folder deleted'],
    [{ at: 'values', error: 'NotAllowedError' }, 'save-permission', 'chosen folder not to be read'],
    [{ at: 'close', error: 'AbortError' }, 'save-blocked', 'refused by Safe Browsing'],
    [{ at: 'write', error: 'UnknownError' }, 'save-failed', 'anything else'],
  ];
  it.each(faults)(
    '[SA38] %j is %s: %s; nothing short is left, and saving again works',
    async (fault, code) => {
      const files = [['x/big.bin', 10_000]] as const;
      await expect(save(files, person(), failing(root, fault))).rejects.toMatchObject({ code });
      expect(await names()).toEqual([]);
      await save(files);
      expect((await contents(root)).get('x/big.bin')).toEqual(plaintext);
    },
  );

  it('[SA38] a folder that was really deleted after it was chosen is said to be gone', async () => {
    const gone = await root.getDirectoryHandle('gone', { create: true });
    await root.removeEntry('gone');
    await expect(save([['a', 10]], person(), gone)).rejects.toMatchObject({ code: 'save-folder-gone' });
  });

  it('[SA38] a file another writer has locked is said to be locked', async () => {
    await put('a', 'old');
    const held = await (await root.getFileHandle('a')).createWritable({ mode: 'exclusive' } as never);
    try {
      await expect(save([['a', 10]], person(once('replace')))).rejects.toMatchObject({ code: 'save-locked' });
    } finally {
      await held.abort();
    }
    expect(await textAt('a')).toBe('old');
  });

  it('[SA45] a name the platform does not take gets one it does', async () => {
    const picky = failing(root, { at: 'getFileHandle', error: 'TypeError', names: /\.lnk$/ });
    await save([['x.lnk', 10]], person(), picky);
    expect(await names()).toEqual(['x.lnk.download']);
  });

  it('[SA46] a name taken since the folder was read is numbered', async () => {
    const late: EntryReader = {
      crypto,
      chunks: {
        get: async (share, chunk) => {
          await put('b', 'came meanwhile');
          return chunks.get(share, chunk);
        },
      },
    };
    const entries = layEntries([
      ['a', 10],
      ['b', 20],
    ]);
    await saveToFolder({ ...ticket, entries }, late, root, person());
    expect(await names()).toEqual(['a', 'b', 'b (2)']);
    expect(await textAt('b')).toBe('came meanwhile');
  });
});
