/** The page that service-worker.test.ts drives: makes shares and tickets in IndexedDB and saves them as the app does. Never shipped. */
import { toHex } from '../../base/bytes';
import { ShoalError } from '../../base/errors';
import type { SaveTicket, WatchTicket } from '../../content/ticket';
import { readWatchMessage, watchChannel, watchVersion } from '../../content/watch';
import { createIdbChunkStore, createIdbRecordStore } from '../browser/idb-stores';
import { createSaver } from '../browser/saver';
import { openStage } from '../browser/stage';
import { layEntries, sealShare } from '../contracts/sealed-share';
import { createWebCrypto } from '../web-crypto';

const crypto = createWebCrypto();
const chunks = createIdbChunkStore();
const records = createIdbRecordStore();
const saver = createSaver(records);
let leaving = 0;
/** Chunks taken out of the store, to come back later. */
const absent = new Map<number, () => Promise<void>>();
const room = new BroadcastChannel(watchChannel);
const readAt: number[] = [];
room.onmessage = ({ data }: MessageEvent<unknown>) => {
  const message = readWatchMessage(data);
  if (message?.kind === 'reading') readAt.push(message.at);
};

const testPage = {
  /** Makes a share of random bytes and a ticket for its files; answers each file's SHA-256. */
  async fill(options: {
    id: string;
    name: string;
    kind: SaveTicket['kind'];
    files: [path: string, bytes: number][];
    chunkBytes: number;
    missing?: number;
    createdAt?: number;
  }): Promise<Record<string, string>> {
    const entries = layEntries(options.files);
    const plaintext = crypto.random(entries.reduce((sum, entry) => sum + entry.bytes, 0));
    const source = await sealShare(crypto, chunks, plaintext, options.chunkBytes);
    if (options.missing !== undefined) await chunks.remove(source.share, [options.missing]);
    const { id, name, kind, createdAt = Date.now() } = options;
    const ticket: SaveTicket = { id, name, kind, createdAt, sources: [source], entries };
    await records.put('tickets', [[id, ticket]]);
    const hashes: Record<string, string> = {};
    for (const { path, start, bytes } of entries)
      hashes[path] = toHex(await crypto.sha256(plaintext.subarray(start, start + bytes)));
    return hashes;
  },

  /** 'done', or the error's code and detail. */
  async save(id: string, name: string): Promise<string> {
    try {
      await saver.save(id, name);
      return 'done';
    } catch (error) {
      return error instanceof ShoalError ? error.message : String(error);
    }
  },

  /** A share of one file of which these chunks are not here yet, and a ticket to watch it. Answers its SHA-256. */
  async watchable(
    id: string,
    name: string,
    bytes: number,
    chunkBytes: number,
    missing: number[],
  ): Promise<string> {
    const plaintext = crypto.random(bytes);
    const source = await sealShare(crypto, chunks, plaintext, chunkBytes);
    for (const chunk of missing) {
      const sealed = await chunks.get(source.share, chunk);
      if (!sealed) throw new Error('no such chunk');
      absent.set(chunk, async () => {
        await chunks.put(source.share, [{ chunk, bytes: sealed }]);
        room.postMessage({ v: watchVersion, kind: 'kept', share: source.share, chunk });
      });
    }
    await chunks.remove(source.share, missing);
    const [entry] = layEntries([[name, bytes]]);
    if (!entry) throw new Error('no entry');
    const ticket: WatchTicket = {
      id,
      name,
      createdAt: Date.now(),
      kind: 'watch',
      sources: [source],
      entries: [entry],
    };
    await records.put('tickets', [[id, ticket]]);
    return toHex(await crypto.sha256(plaintext));
  },

  async arrive(chunk: number): Promise<void> {
    await absent.get(chunk)?.();
  },

  /** Chunks at which readers said they are, in order. */
  readAt: (): number[] => readAt,

  /** Reads a file in the stage by open ranges, as players do. Answers its SHA-256, and how long each part was. */
  async readInStage(id: string, name: string): Promise<{ hash: string; parts: number[] }> {
    const { stage, source, close } = await openStage(id, name);
    const frame = document.createElement('iframe');
    frame.src = stage;
    const loaded = new Promise((resolve) => (frame.onload = resolve));
    document.body.append(frame);
    await loaded;
    const parts: Uint8Array[] = [];
    let at = 0;
    for (let size = 1; at < size;) {
      const response = await frame.contentWindow?.fetch(source, { headers: { Range: `bytes=${at}-` } });
      if (response?.status !== 206) throw new Error(`status ${response?.status ?? 'none'}`);
      size = Number(response.headers.get('Content-Range')?.split('/')[1]);
      const part = new Uint8Array(await response.arrayBuffer());
      parts.push(part);
      at += part.length;
    }
    close();
    frame.remove();
    const hash = toHex(
      await crypto.sha256(new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer())),
    );
    return { hash, parts: parts.map(({ length }) => length) };
  },

  /** As a page does that finds the save still pending: a ticket of its own for the same files. */
  async follow(id: string): Promise<boolean> {
    const ticket = (await records.get('tickets', id)) as SaveTicket;
    return saver.follow({ ...ticket, id: `${id}, once more` });
  },

  unheard: async (id: string): Promise<boolean> =>
    ((await records.get('tickets', id)) as SaveTicket).unheard === true,

  /** A ticket for a file nobody has, of this many bytes. */
  async saveLarge(bytes: number): Promise<string> {
    const source = await sealShare(crypto, chunks, crypto.random(1), 1 << 20);
    const ticket: SaveTicket = {
      id: 'large',
      name: 'large',
      kind: 'file',
      createdAt: Date.now(),
      sources: [{ ...source, geometry: { ...source.geometry, totalBytes: bytes } }],
      entries: layEntries([['large', bytes]]),
    };
    await records.put('tickets', [['large', ticket]]);
    return testPage.save('large', 'large');
  },

  /** As an app does that is in the midst of sending. */
  askBeforeLeaving(): void {
    window.addEventListener('beforeunload', (event) => {
      leaving++;
      event.preventDefault();
    });
  },

  leavingAsked: (): number => leaving,

  tickets: async (): Promise<string[]> => (await records.list('tickets')).map(([id]) => id),

  /** How the chunk store answers a batch that the disk has no room for: error, and the keys kept. */
  async overfill(bytes: number): Promise<{ code: string; kept: number[] }> {
    const share = (await sealShare(crypto, chunks, crypto.random(10), 10)).share;
    const batch = [1, 2, 3, 4].map((chunk) => ({ chunk, bytes: crypto.random(bytes / 4) }));
    let code = 'none';
    try {
      await chunks.put(share, batch);
    } catch (error) {
      code = error instanceof ShoalError ? error.code : String(error);
    }
    const kept = await chunks.keys(share);
    await chunks.drop(share);
    return { code, kept };
  },
};

export type TestPage = typeof testPage;
(globalThis as unknown as { testPage: TestPage }).testPage = testPage;
