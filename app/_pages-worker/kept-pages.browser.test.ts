import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeptPages, type Build, type KeptPages } from './kept-pages';
import { buildLock, keptPrefix } from './messages';

/** A server with one build at a time; records what it was asked for. */
function site(): {
  files: Map<string, string>;
  asked: string[];
  fetch: (request: Request) => Promise<Response>;
} {
  const files = new Map<string, string>();
  const asked: string[] = [];
  return {
    files,
    asked,
    fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      const text = files.get(pathname);
      const headers = { 'Content-Security-Policy': "default-src 'none'", Vary: 'Accept-Encoding' };
      return Promise.resolve(
        new Response(text ?? 'missing', { status: text === undefined ? 404 : 200, headers }),
      );
    },
  };
}

async function hashOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22);
}

const buildOf = async (name: string, files: Readonly<Record<string, string>>): Promise<Build> => ({
  name,
  files: await Promise.all(
    Object.entries(files).map(async ([path, text]) => [path, await hashOf(text)] as const),
  ),
});

const first = { '/': 'home one', '/r': 'room one', '/_next/static/a1.js': 'script one' };
const second = { '/': 'home two', '/r': 'room two', '/_next/static/a2.js': 'script two' };

async function installed(name: string, files: Readonly<Record<string, string>>, server = site()) {
  for (const [path, text] of Object.entries(files)) server.files.set(path, text);
  const pages = createKeptPages(await buildOf(name, files), { caches, fetch: server.fetch });
  await pages.install();
  server.asked.length = 0;
  return { pages, server };
}

const get = async (pages: KeptPages, path: string): Promise<string> =>
  (await pages.answer(path, new Request(path))).text();
const kept = async (): Promise<string[]> =>
  (await caches.keys()).filter((name) => name.startsWith(keptPrefix)).sort();
const forget = async (): Promise<void> => {
  for (const name of await kept()) await caches.delete(name);
};

describe('pages kept in the browser', () => {
  beforeEach(forget);
  afterEach(forget);

  it('[UI120] a whole build is kept and answered without the server, with the headers it came with', async () => {
    const { pages, server } = await installed('one-x', first);
    server.files.clear();
    for (const [path, text] of Object.entries(first)) expect(await get(pages, path)).toBe(text);
    const { headers } = await pages.answer('/', new Request('/'));
    expect(headers.get('Content-Security-Policy')).toBe("default-src 'none'");
    expect(headers.has('Vary')).toBe(false);
    expect(server.asked).toEqual([]);
  });

  it('[UI120] addresses of pages are known with a slash behind them; nothing else is taken from the server', async () => {
    const { pages } = await installed('one-x', first);
    const path = (url: string, navigates: boolean) => pages.pathOf(new URL(url, location.href), navigates);
    expect(path('/?x=1', true)).toBe('/');
    expect(path('/r/', true)).toBe('/r');
    expect(path('/r/', false)).toBeUndefined();
    expect(path('/healthz', true)).toBeUndefined();
    expect(path('/_dl/ticket/a.txt', true)).toBeUndefined();
    expect(path('/socket.io/', false)).toBeUndefined();
  });

  it.each([
    ['is of another build', 'room of another build'],
    ['is missing', undefined],
  ])('[UI121] a build of which one file %s is not kept at all', async (_, text) => {
    const server = site();
    for (const [path, content] of Object.entries(first)) server.files.set(path, content);
    if (text === undefined) server.files.delete('/r');
    else server.files.set('/r', text);
    const pages = createKeptPages(await buildOf('one-x', first), { caches, fetch: server.fetch });
    await expect(pages.install()).rejects.toThrow('/r');
    expect(await kept()).toEqual([]);
  });

  it('[UI122] a new build answers with its own pages, and with the old one’s hashed files while they are kept', async () => {
    await installed('one-x', first);
    const { pages, server } = await installed('two-y', second);
    expect(await get(pages, '/')).toBe('home two');
    expect(await get(pages, '/_next/static/a1.js')).toBe('script one');
    expect(await get(pages, '/_next/static/a2.js')).toBe('script two');
    expect(server.asked).toEqual([]);
  });

  it('[UI122] builds in use stay, others go; other caches are left alone', async () => {
    await caches.open('somebody else');
    await installed('one-x', first);
    await installed('onetwo-x', first);
    const { pages } = await installed('two-y', second);
    await pages.dropUnused([buildLock('one'), buildLock('two')]);
    expect(await kept()).toEqual([`${keptPrefix}one-x`, `${keptPrefix}two-y`]);
    await pages.dropUnused([]);
    expect(await kept()).toEqual([`${keptPrefix}two-y`]);
    expect(await caches.has('somebody else')).toBe(true);
    await caches.delete('somebody else');
  });

  it('[UI122] what the browser threw away is asked of the server again', async () => {
    const { pages, server } = await installed('one-x', first);
    await forget();
    expect(await get(pages, '/r')).toBe('room one');
    expect(server.asked).toEqual(['/r']);
  });
});
