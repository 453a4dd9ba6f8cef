/**
 * Where the scenes are played: a server and a gate for each scene, people of one browser with contexts of their own, and what they share.
 * Decides how people are brought up and sent home again. One process with many contexts: a browser each would take minutes.
 */
import { chromium, type Browser, type BrowserContextOptions } from '@playwright/test';
import { rm } from 'node:fs/promises';
import { chromiumFlags, chromiumPath } from '../../scripts/chromium.mjs';
import { scratch } from '../support/files';
import { openGate, type Gate } from '../support/gate';
import { Peer } from '../support/peer';
import { startServer, type TestServer } from '../support/server';
import type { Camera, TakeOptions } from './camera';
import { looks } from './looks';
import type { State } from './states';

/** A host that is not this machine's own by name, so plain http is not secure there. */
export const insecureHost = 'shoal.example';

export interface Studio {
  readonly server: TestServer;
  /** The address people open: through the gate. */
  readonly url: string;
  readonly gate: Gate;
  /** For files of the scene. */
  readonly folder: string;
  readonly person: (options?: BrowserContextOptions) => Promise<Peer>;
  readonly take: (peer: Peer, state: State, options?: TakeOptions) => Promise<void>;
}

export type Scene = (studio: Studio) => Promise<void>;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    args: [...chromiumFlags, `--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`],
  });

export async function play(scene: Scene, browser: Browser, camera: Camera): Promise<void> {
  const folder = await scratch();
  const server = await startServer();
  const gate = await openGate(server.port);
  const people: Peer[] = [];
  try {
    await scene({
      server,
      url: gate.url,
      gate,
      folder,
      async person(options = {}) {
        const context = await browser.newContext({
          viewport: looks[0]?.viewport ?? null,
          reducedMotion: 'reduce',
          locale: 'en-GB',
          ...options,
        });
        // What runs this command names functions by a helper, which those for the page would look for there.
        await context.addInitScript('globalThis.__name = (named) => named');
        const peer = new Peer(context, await context.newPage(), folder);
        people.push(peer);
        return peer;
      },
      take: (peer, state, options) => camera.take(peer, state, options),
    });
  } finally {
    for (const person of people) await person.close().catch(() => undefined);
    await gate.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
