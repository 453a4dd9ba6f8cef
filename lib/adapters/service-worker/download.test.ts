import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShoalError } from '../../base/errors';
import type { SaveTicket } from '../../content/ticket';
import type { Bytes, ChunkStore } from '../../ports';
import type { EntryReader } from '../browser/entry-stream';
import { saveUrl, ticketOfPath, type SaveNews } from '../browser/save-messages';
import { layEntries, sealShare } from '../contracts/sealed-share';
import { createMemoryChunkStore } from '../memory/memory-stores';
import { createWebCrypto } from '../web-crypto';
import { downloadResponse } from './download';
import { answerRange } from './range';

const crypto = createWebCrypto();
const plaintext: Bytes = crypto.random(1000);
let chunks: ChunkStore;
let ticket: SaveTicket;

beforeAll(async () => {
  chunks = createMemoryChunkStore();
  const source = await sealShare(crypto, chunks, plaintext, 100);
  const entries = layEntries([['a.txt', 1000]]);
  ticket = { id: 'one', name: 'a.txt', createdAt: 0, kind: 'file', sources: [source], entries };
});

function answer(
  headers: Record<string, string> = {},
  of: SaveTicket = ticket,
  reader: EntryReader = { chunks, crypto },
): { response: Response; news: SaveNews[] } {
  const news: SaveNews[] = [];
  return {
    response: downloadResponse(of, new Headers(headers), reader, (message) => news.push(message)),
    news,
  };
}

const bytesOf = async (response: Response): Promise<Bytes> => new Uint8Array(await response.arrayBuffer());

describe('a download', () => {
  it('[SA12] says exactly how long it is, is an attachment and can never run on this origin', async () => {
    const { response, news } = answer();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="a.txt"; filename*=UTF-8''a.txt`,
      'content-length': '1000',
      'content-security-policy': "sandbox; default-src 'none'",
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    });
    expect(await bytesOf(response)).toEqual(plaintext);
    expect(news).toEqual([
      { kind: 'save-started', ticket: 'one' },
      { kind: 'save-done', ticket: 'one', bytes: 1000 },
    ]);
  });

  it('[SA13] keeps any name intact and within its header', () => {
    const { response } = answer({}, { ...ticket, name: `é "quoted"; (1)'*;=%\\\r\n日本.txt` });
    const header = response.headers.get('Content-Disposition');
    const encoded = '%C3%A9%20%22quoted%22%3B%20%281%29%27%2A%3B%3D%25%5C%0D%0A%E6%97%A5%E6%9C%AC.txt';
    expect(header).toBe(
      `attachment; filename="_ _quoted__ (1)${'_'.repeat(10)}.txt"; filename*=UTF-8''${encoded}`,
    );
  });

  it('[SA14] reads nothing before it is asked, and never more than two chunks ahead of what was taken', async () => {
    let asked = 0;
    const counting: EntryReader = {
      crypto,
      chunks: {
        get: (share, chunk) => {
          asked++;
          return chunks.get(share, chunk);
        },
      },
    };
    const { response, news } = answer({}, ticket, counting);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(0);
    const body = response.body!.getReader();
    for (let taken = 1; taken <= 4; taken++) {
      await body.read();
      await new Promise((resolve) => setImmediate(resolve));
      expect(asked).toBeLessThanOrEqual(taken + 2);
    }
    await body.cancel();
    expect(asked).toBeLessThanOrEqual(6);
    expect(news.at(-1)).toEqual({ kind: 'save-failed', ticket: 'one', reason: 'cancelled' });
  });

  it('[SA15] breaks off with an error at a missing chunk and tells why', async () => {
    const broken = createMemoryChunkStore();
    const source = await sealShare(crypto, broken, plaintext, 100);
    await broken.remove(source.share, [5]);
    for (const kind of ['file', 'zip'] as const) {
      const { response, news } = answer(
        {},
        { ...ticket, kind, sources: [source] },
        { chunks: broken, crypto },
      );
      await expect(response.arrayBuffer()).rejects.toThrow();
      expect(news.at(-1)).toMatchObject({ kind: 'save-failed', reason: 'chunk-damaged: chunk 5 is missing' });
    }
  });

  it('[SA50] broken off from outside it fails at once, also while it waits for a chunk, and is told once', async () => {
    const never: EntryReader = {
      crypto,
      chunks: {
        get: (share, chunk) => (chunk < 3 ? chunks.get(share, chunk) : new Promise(() => undefined)),
      },
    };
    for (const kind of ['file', 'zip'] as const) {
      const news: SaveNews[] = [];
      const running = new Set<(reason: ShoalError) => void>();
      const { body } = downloadResponse(
        { ...ticket, kind },
        new Headers(),
        never,
        (message) => news.push(message),
        (id, breakOff) => {
          expect(id).toBe('one');
          running.add(breakOff);
          return () => running.delete(breakOff);
        },
      );
      const reader = body!.getReader();
      const all = (async () => {
        while (!(await reader.read()).done);
      })();
      const failed = expect(all).rejects.toThrow('no page');
      await new Promise((resolve) => setImmediate(resolve));
      for (const breakOff of [...running, ...running]) breakOff(new ShoalError('save-failed', 'no page'));
      await failed;
      expect(news.slice(1)).toEqual([{ kind: 'save-failed', ticket: 'one', reason: 'save-failed: no page' }]);
      expect(running.size).toBe(0);
    }
  });

  it('[SA50] that ended by itself is attended no longer', async () => {
    const running = new Set<unknown>();
    const attended = (): Response =>
      downloadResponse(
        ticket,
        new Headers(),
        { chunks, crypto },
        () => undefined,
        (_, breakOff) => {
          running.add(breakOff);
          return () => running.delete(breakOff);
        },
      );
    await attended().arrayBuffer();
    expect(running.size).toBe(0);
    await attended().body?.cancel();
    expect(running.size).toBe(0);
  });

  it('[SA16] of a ZIP says exactly how long it is', async () => {
    const entries = layEntries([
      ['x/a.txt', 300],
      ['x/empty', 0],
      ['y.bin', 700],
    ]);
    const { response, news } = answer({ Range: 'bytes=0-9' }, { ...ticket, kind: 'zip', entries });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/zip');
    const bytes = await bytesOf(response);
    expect(response.headers.get('Content-Length')).toBe(String(bytes.length));
    expect(news.at(-1)).toEqual({ kind: 'save-done', ticket: 'one', bytes: bytes.length });
  });

  it('[SA17] of an empty file is empty and whole', async () => {
    const { response, news } = answer({}, { ...ticket, entries: layEntries([['none', 0]]) });
    expect(response.headers.get('Content-Length')).toBe('0');
    expect(await bytesOf(response)).toHaveLength(0);
    expect(news.at(-1)).toEqual({ kind: 'save-done', ticket: 'one', bytes: 0 });
  });

  it('[SA18] answers one range with exactly that part, and only whole downloads are news', async () => {
    const { response, news } = answer({ Range: 'bytes=150-349' });
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Range')).toBe('bytes 150-349/1000');
    expect(response.headers.get('Content-Length')).toBe('200');
    expect(await bytesOf(response)).toEqual(plaintext.slice(150, 350));
    expect(news).toEqual([]);

    const none = answer({ Range: 'bytes=1000-' }).response;
    expect(none.status).toBe(416);
    expect(none.headers.get('Content-Range')).toBe('bytes */1000');

    const versioned = answer({ Range: 'bytes=0-9', 'If-Range': '"etag"' }).response;
    expect(versioned.status).toBe(200);
  });
});

describe('ranges', () => {
  it.each([
    [null, 'whole'],
    ['bytes=0-', 0, 100],
    ['bytes=0-0', 0, 1],
    ['bytes=99-99', 99, 100],
    ['bytes=10-1000', 10, 100],
    ['bytes=-1', 99, 100],
    ['bytes=-1000', 0, 100],
    ['BYTES=5-6', 5, 7],
    ['bytes=-0', 'none'],
    ['bytes=100-', 'none'],
    ['bytes=-', 'whole'],
    ['bytes=6-5', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['items=0-1', 'whole'],
    ['bytes=a-b', 'whole'],
  ] as const)('[SA19] %j of 100 bytes', (header, start, end?: number) => {
    expect(answerRange(header, 100)).toEqual(
      typeof start === 'string' ? { kind: start } : { kind: 'part', start, end },
    );
  });

  it('[SA20] an answer always lies within the file', () => {
    const header = fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,17}-\d{0,17}$/));
    fc.assert(
      fc.property(header, fc.nat(1000), (text, size) => {
        const range = answerRange(text, size);
        if (range.kind !== 'part') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThan(range.start);
        expect(range.end).toBeLessThanOrEqual(size);
      }),
    );
  });
});

describe('addresses', () => {
  it('[SA21] lead back to their ticket, whatever its name; others lead nowhere', () => {
    for (const [id, name] of [
      ['t1', 'a/b?c#d.txt'],
      ['ü/%', '日本'],
      ['x', ''],
    ] as const)
      expect(ticketOfPath(new URL(saveUrl(id, name), 'https://host').pathname)).toBe(id);
    for (const path of ['/', '/_dl/', '/_dl/one', '/_dl//name', '/_dl/a/b/c', '/_dl/%ff/x', '/other/a/b'])
      expect(ticketOfPath(path)).toBeUndefined();
  });
});
