/**
 * Starts the hostile peer (lib/testing/hostile-peer.ts) in a browser: its code, bundled here, is put into a page of the app's server,
 * so that storage, WebRTC and the server's Origin check are the real ones. Driven through `hostile` in that page.
 */
import { build } from 'esbuild';
import type { Peer } from './peer';
import type { TestServer } from './server';

/** The page's side, as far as specs use it; they import nothing of the app. */
export interface Hostile {
  readonly rubbishKinds: readonly string[];
  obtain(link: string): Promise<void>;
  serve(link: string, manner: 'corrupt' | 'silent'): Promise<void>;
  asked(): number;
  flood(
    link: string,
    kind: string,
  ): Promise<{ readonly end: 'cut' | 'ignored'; readonly bye?: string | null }>;
  leave(): Promise<void>;
}
declare const hostile: Hostile;

let bundling: Promise<string> | undefined;

const bundle = (): Promise<string> =>
  (bundling ??= build({
    entryPoints: ['lib/testing/hostile-peer.ts'],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? ''));

export class HostilePeer {
  private constructor(private readonly peer: Peer) {}

  static async start(peer: Peer, server: TestServer): Promise<HostilePeer> {
    const script = await bundle();
    await peer.page.route('**/hostile.js', (route) =>
      route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: script }),
    );
    // A page the server itself sends, for to one that is made up here Chromium denies the loopback network; and one without the app.
    await peer.page.goto(`${server.url}/healthz`);
    await peer.page.addScriptTag({ url: '/hostile.js' });
    return new HostilePeer(peer);
  }

  /** Becomes a complete guest, the honest way, and leaves. */
  obtain(link: string): Promise<void> {
    return this.peer.page.evaluate((link) => hostile.obtain(link), link);
  }

  serve(link: string, manner: 'corrupt' | 'silent'): Promise<void> {
    return this.peer.page.evaluate(([link, manner]) => hostile.serve(link, manner), [link, manner] as const);
  }

  asked(): Promise<number> {
    return this.peer.page.evaluate(() => hostile.asked());
  }

  kinds(): Promise<readonly string[]> {
    return this.peer.page.evaluate(() => hostile.rubbishKinds);
  }

  /** 'ignored', 'cut', or 'cut: reason' when the other side said why. */
  async flood(link: string, kind: string): Promise<string> {
    const { end, bye } = await this.peer.page.evaluate(([link, kind]) => hostile.flood(link, kind), [
      link,
      kind,
    ] as const);
    return bye ? `${end}: ${bye}` : end;
  }
}
