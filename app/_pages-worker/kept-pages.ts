/**
 * The app as it is kept in the browser, so that it opens at once and without a network: every page and hashed file of one build, in one cache.
 * Decides that a cache holds one whole build or nothing: each file must have the hash its build's list names, so a server that changes its
 * build in the midst of it leaves no mix. Names under /_next/static hold a hash of their content, so a page finds the files of its own build
 * whichever build is newest, as long as that build's cache is there; who may need it still is main.ts's question. PROTOCOL.md UI120 to UI123.
 */
import { keptPrefix } from './messages';

export interface Build {
  /** Of the sources, as pages know it too, then of the files: `<sources>-<files>`. */
  readonly name: string;
  /** Paths as they are asked for, with the first 22 characters of SHA-256 in base64url. */
  readonly files: readonly (readonly [path: string, hash: string])[];
}

export interface Platform {
  readonly caches: CacheStorage;
  readonly fetch: (request: Request) => Promise<Response>;
}

export interface KeptPages {
  /** Fetches and keeps the whole build. Rejects, keeping nothing, when a file does not come or is another build's. */
  install(): Promise<void>;
  /** The path under which this request's answer is kept; undefined: it is none of ours and goes to the server. */
  pathOf(url: URL, navigates: boolean): string | undefined;
  /** Out of this build, then out of older ones, then from the server. */
  answer(path: string, request: Request): Promise<Response>;
  /** Throws builds away, except this one and those in use (locks, messages.ts). */
  dropUnused(inUse: readonly string[]): Promise<void>;
}

const hashed = '/_next/static/';

/** Guess: quick enough, and a transfer that begins meanwhile keeps the line. */
const fetchesAtOnce = 4;

export function createKeptPages({ name, files }: Build, { caches, fetch }: Platform): KeptPages {
  const cacheName = `${keptPrefix}${name}`;
  const known = new Set(files.map(([path]) => path));
  const others = async (): Promise<string[]> =>
    (await caches.keys()).filter((key) => key.startsWith(keptPrefix) && key !== cacheName);

  async function keep(cache: Cache, path: string, hash: string): Promise<void> {
    // Pages are asked for anew; a hashed file that this visit has loaded comes out of the browser's own cache.
    const response = await fetch(new Request(path, path.startsWith(hashed) ? {} : { cache: 'no-cache' }));
    if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
    const bytes = await response.arrayBuffer();
    if ((await hashOf(bytes)) !== hash) throw new Error(`${path}: of another build`);
    const headers = new Headers(response.headers);
    // The body is unpacked by now, and a cache obeys Vary.
    for (const header of ['Content-Encoding', 'Content-Length', 'Vary']) headers.delete(header);
    await cache.put(path, new Response(bytes, { headers }));
  }

  return {
    async install() {
      const cache = await caches.open(cacheName);
      const left = [...files];
      const work = async (): Promise<void> => {
        for (let next = left.pop(); next; next = left.pop()) await keep(cache, ...next);
      };
      try {
        await Promise.all(Array.from({ length: fetchesAtOnce }, work));
      } catch (error) {
        left.length = 0;
        await caches.delete(cacheName);
        throw error;
      }
    },

    pathOf({ pathname }, navigates) {
      if (pathname.startsWith(hashed)) return pathname;
      const bare = navigates ? pathname.replace(/(?<=.)\/+$/, '') : pathname;
      return known.has(bare) ? bare : undefined;
    },

    async answer(path, request) {
      const own = await (await caches.open(cacheName)).match(path);
      if (own) return own;
      // A page of an older build that is still open asks for its own files: their names are in no other build.
      if (path.startsWith(hashed))
        for (const other of await others()) {
          const kept = await (await caches.open(other)).match(path);
          if (kept) return kept;
        }
      return fetch(request);
    },

    async dropUnused(inUse) {
      for (const other of await others())
        if (!inUse.some((lock) => other.startsWith(`${lock}-`))) await caches.delete(other);
    },
  };
}

async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22);
}
