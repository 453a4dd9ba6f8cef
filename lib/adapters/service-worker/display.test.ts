/** What a player is answered while chunks still arrive: a recorder in the place of the channel, a store that fills. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { WatchTicket } from '../../content/ticket';
import { readWatchMessage, watchVersion, type WatchMessage } from '../../content/watch';
import type { Bytes, ChunkStore } from '../../ports';
import { layEntries, sealShare } from '../contracts/sealed-share';
import { createMemoryChunkStore } from '../memory/memory-stores';
import { createWebCrypto } from '../web-crypto';
import { arrivingChunks, createWatchNews, type WatchNews } from './arriving';
import { partBytes, stageResponse, displayResponse } from './display';

const crypto = createWebCrypto();
const chunkBytes = 1000;
const plaintext: Bytes = crypto.random(10_500);

/** The other end of the channel: what readers said, and a way to answer. */
class Room implements WatchNews {
  readonly said: WatchMessage[] = [];
  readonly hearers = new Set<(message: WatchMessage) => void>();

  post(message: WatchMessage): void {
    expect(readWatchMessage(structuredClone(message))).toEqual(message);
    this.said.push(message);
  }

  listen(hear: (message: WatchMessage) => void): () => void {
    this.hearers.add(hear);
    return () => void this.hearers.delete(hear);
  }

  say(message: WatchMessage): void {
    for (const hear of [...this.hearers]) hear(message);
  }

  get reading(): number[] {
    return this.said.flatMap((message) => (message.kind === 'reading' ? [message.at] : []));
  }
}

let full: ChunkStore;
let chunks: ChunkStore;
let ticket: WatchTicket;
let room: Room;

/** A share of two files of which nothing is here: song.wav is [500, 10,000), so it begins and ends inside chunks. */
beforeEach(async () => {
  full = createMemoryChunkStore();
  chunks = createMemoryChunkStore();
  room = new Room();
  const source = await sealShare(crypto, full, plaintext, chunkBytes);
  const [, entry] = layEntries([
    ['first.txt', 500],
    ['song.wav', 9_500],
  ]);
  if (!entry) throw new Error('no entry');
  ticket = { id: 'w', name: 'song.wav', createdAt: 0, kind: 'watch', sources: [source], entries: [entry] };
});

async function arrive(...indexes: number[]): Promise<void> {
  const { share } = ticket.sources[0];
  for (const chunk of indexes) {
    const bytes = await full.get(share, chunk);
    if (!bytes) throw new Error('no chunk');
    await chunks.put(share, [{ chunk, bytes }]);
  }
}

const kept = (chunk: number): void =>
  room.say({ v: watchVersion, kind: 'kept', share: ticket.sources[0].share, chunk });

const answer = (headers: Record<string, string> = {}, of = ticket): Response =>
  displayResponse(of, new Headers(headers), { chunks, crypto }, room);

const named = (path: string, type = 'text/html'): WatchTicket => ({
  ...ticket,
  entries: [{ ...ticket.entries[0], path, type }],
});

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Whether it has an outcome by now. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const over = (): void => void (pending = false);
  promise.then(over, over);
  await settle();
  return pending;
}

describe('the answer to a player', () => {
  it('[SA60] has the type of the name’s ending whatever the publisher told, and cannot run on this origin', () => {
    const headers = Object.fromEntries(answer({}, named('a.png', 'text/html')).headers);
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'content-disposition': 'inline',
      'content-length': '9500',
      'content-security-policy': "sandbox; default-src 'none'",
      'content-type': 'image/png',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each(['page.html', 'drawing.svg', 'x.xhtml', 'plain', 'app.exe'])(
    '[SA60] %s is refused, with one sentence',
    async (path) => {
      const response = answer({}, named(path, 'video/mp4'));
      expect(response.status).toBe(403);
      expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
      expect(await response.text()).toMatch(/^Files of this kind are not shown in the page\./);
      expect(room.said).toEqual([]);
    },
  );

  it('[SA61] to a range is that part of the file, byte for byte', async () => {
    await arrive(...Array(11).keys());
    const response = answer({ Range: 'bytes=700-4321' });
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Range')).toBe('bytes 700-4321/9500');
    expect(response.headers.get('Content-Length')).toBe('3622');
    expect(response.headers.get('Accept-Ranges')).toBe('bytes');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(plaintext.slice(1200, 4822));
    const beyond = answer({ Range: 'bytes=9500-' });
    expect([beyond.status, beyond.headers.get('Content-Range')]).toEqual([416, 'bytes */9500']);
  });

  it('[SA61] to an open range is a part of bounded length, told as such', () => {
    const long = { ...ticket, entries: [{ ...ticket.entries[0], bytes: 3 * partBytes }] as const };
    const response = answer({ Range: 'bytes=100-' }, long);
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Range')).toBe(`bytes 100-${partBytes + 99}/${3 * partBytes}`);
    expect(response.headers.get('Content-Length')).toBe(String(partBytes));
    expect(answer({}, long).headers.get('Content-Length')).toBe(String(3 * partBytes));
  });

  it('[SA62] comes as chunks are kept: says where it reads, waits, goes on at the news, never reads ahead of what is taken', async () => {
    const reader = answer({ Range: 'bytes=0-2999' }).body!.getReader();
    await settle();
    expect(room.said).toEqual([]);
    const first = reader.read();
    expect(await isPending(first)).toBe(true);
    expect(room.reading).toEqual([0]);
    // The window reaches to the end of the file, not of the part.
    expect(room.said[0]).toMatchObject({ kind: 'reading', watch: 'w', at: 0, until: 10 });
    kept(7);
    expect(await isPending(first)).toBe(true);
    await arrive(0);
    kept(0);
    expect((await first).value).toEqual(plaintext.slice(500, 1000));
    await expect.poll(() => room.reading).toEqual([0, 1]);
    await settle();
    expect(room.reading).toEqual([0, 1]);
    await arrive(1, 2, 3);
    kept(3);
    expect((await reader.read()).value).toEqual(plaintext.slice(1000, 2000));
    expect((await reader.read()).value).toEqual(plaintext.slice(2000, 3000));
    expect((await reader.read()).value).toEqual(plaintext.slice(3000, 3500));
    expect((await reader.read()).done).toBe(true);
    expect(room.said.at(-1)).toMatchObject({ kind: 'read', cut: false });
    expect(room.hearers.size).toBe(0);
  });

  it('[SA63] a lost word holds it up for a while and no longer, and it says again where it is', async () => {
    const { share } = ticket.sources[0];
    const options = { watch: 'w', reader: 'r', until: 10, news: room, lookAgainMs: 5 };
    const arriving = arrivingChunks(chunks, { ...options, signal: new AbortController().signal });
    const found = arriving.get(share, 4);
    expect(await isPending(found)).toBe(true);
    await arrive(4);
    expect(await found).toEqual(await full.get(share, 4));
    expect(new Set(room.reading)).toEqual(new Set([4]));
    expect(room.hearers.size).toBe(0);
  });

  it('[SA64] ends when the player goes, also while it waits', async () => {
    const reader = answer().body!.getReader();
    const read = reader.read();
    expect(await isPending(read)).toBe(true);
    await reader.cancel();
    expect((await read).done).toBe(true);
    await settle();
    expect(room.said.filter(({ kind }) => kind === 'read')).toEqual([
      { v: watchVersion, kind: 'read', reader: expect.any(String) as string, cut: true },
    ]);
    expect(room.hearers.size).toBe(0);
  });

  it('[SA64] ends when nobody watches any more, for browsers that do not say when a player goes', async () => {
    const bytes = answer().arrayBuffer();
    expect(await isPending(bytes)).toBe(true);
    room.say({ v: watchVersion, kind: 'closed', watch: 'another' });
    expect(await isPending(bytes)).toBe(true);
    room.say({ v: watchVersion, kind: 'closed', watch: 'w' });
    await expect(bytes).rejects.toThrow('save-cancelled');
    expect(room.hearers.size).toBe(0);
  });

  it('[SA62] fails at a chunk that does not open, after everything before it', async () => {
    const { share } = ticket.sources[0];
    await arrive(0, 2);
    await chunks.put(share, [{ chunk: 1, bytes: crypto.random(chunkBytes + 16) }]);
    const reader = answer().body!.getReader();
    expect((await reader.read()).value).toEqual(plaintext.slice(500, 1000));
    await expect(reader.read()).rejects.toThrow('chunk 1 does not open');
  });
});

describe('the stage', () => {
  it('[SA65] is an empty document that runs no script, loads from here only and stands in our own frames only', async () => {
    const response = stageResponse();
    expect(await response.text()).not.toMatch(/script/i);
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "media-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ]);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });
});

describe('the channel', () => {
  it('[SA63] passes on what is a message of this version and nothing else', () => {
    const target = new EventTarget();
    const news = createWatchNews(Object.assign(target, { postMessage: () => undefined }));
    const heard: WatchMessage[] = [];
    const stop = news.listen((message) => heard.push(message));
    const { share } = ticket.sources[0];
    const good: WatchMessage = { v: watchVersion, kind: 'kept', share, chunk: 3 };
    const bad = [null, 7, 'kept', { ...good, v: 2 }, { ...good, chunk: -1 }, { ...good, share: 'x' }, {}];
    for (const data of [...bad, good, { v: watchVersion, kind: 'reading', share, at: 1 }])
      target.dispatchEvent(new MessageEvent('message', { data }));
    stop();
    target.dispatchEvent(new MessageEvent('message', { data: good }));
    expect(heard).toEqual([good]);
  });
});
