/**
 * The Trials port in a browser: what it is able to do, whether the server answers, whether a join is taken, whether storage keeps a record.
 * Each lets go of what it opened. PROTOCOL.md §5 (DG). Leaves out ICE (ice-trials.ts) and what an outcome means (room/diagnosis).
 */
import { toBase64Url } from '../../base/bytes';
import { idBytes, type RoomId } from '../../base/ids';
import type { Features, JoinTrial, StorageTrial, Trials } from '../../ports';
import { createSocketTracker } from '../socket-tracker';
import { createWebCrypto } from '../web-crypto';
import { gather, loopback } from './ice-trials';

/** What the TypeScript types take for granted and a browser may lack. */
type Platform = Partial<
  Pick<typeof globalThis, 'RTCPeerConnection' | 'RTCDataChannel' | 'indexedDB' | 'Worker'>
> & {
  readonly crypto?: Partial<Crypto>;
  readonly navigator: Partial<Pick<Navigator, 'locks' | 'storage' | 'serviceWorker' | 'onLine'>>;
};

export function createTrials(origin: string): Trials {
  const platform: Platform = globalThis;
  return {
    isSecure: () => globalThis.isSecureContext,
    // 'false' is certain; 'true' only says that there is some network (HTML §8.8.4).
    isOnline: () => platform.navigator.onLine !== false,
    features: () => features(platform),
    health: (signal) => health(origin, signal),
    join: (signal) => join(origin, signal),
    gather,
    loopback,
    storage: (signal) => storage(platform, signal),
  };
}

async function features(platform: Platform): Promise<Features> {
  return {
    webrtc: platform.RTCPeerConnection !== undefined && platform.RTCDataChannel !== undefined,
    storage: databaseOf(platform) !== undefined,
    serviceWorker: platform.navigator.serviceWorker !== undefined,
    worker: platform.Worker !== undefined,
    locks: platform.navigator.locks !== undefined,
    ed25519: await canSign(platform),
  };
}

/** No flag tells: making a key does. */
async function canSign({ crypto }: Platform): Promise<boolean> {
  try {
    await crypto?.subtle?.generateKey('Ed25519', false, ['sign', 'verify']);
    return crypto?.subtle !== undefined;
  } catch {
    return false;
  }
}

/** A browser that refuses site data has no `indexedDB`, or throws when it is looked at. */
function databaseOf(platform: Platform): IDBFactory | undefined {
  try {
    return platform.indexedDB;
  } catch {
    return undefined;
  }
}

async function health(origin: string, signal: AbortSignal): Promise<'ready' | 'stopping' | 'odd' | 'silent'> {
  try {
    const answer = await fetch(`${origin}/healthz`, { cache: 'no-store', redirect: 'manual', signal });
    if (answer.status === 503) return 'stopping';
    return answer.ok && isReady(await answer.json()) ? 'ready' : 'odd';
  } catch (error) {
    if (signal.aborted) throw error;
    // Something that is not JSON answered: somebody's page, not our server.
    return error instanceof SyntaxError ? 'odd' : 'silent';
  }
}

const isReady = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'ok' in body && body.ok === true;

function join(origin: string, signal: AbortSignal): Promise<JoinTrial> {
  const crypto = createWebCrypto();
  const tracker = createSocketTracker({ url: origin, crypto });
  const room = toBase64Url(crypto.random(idBytes)) as RoomId;
  return new Promise<JoinTrial>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')), { once: true });
    const start = async (): Promise<void> => {
      const identity = await crypto.createIdentity();
      if (signal.aborted) return;
      tracker.join(room, {
        identity,
        joined: ({ iceServers, icePolicy }) =>
          resolve({ outcome: 'joined', ice: { servers: iceServers, policy: icePolicy } }),
        refused: (code) => resolve({ outcome: 'refused', code }),
        // A room nobody made cannot be over: a server that says so is not to be believed about anything else either.
        ended: () => resolve({ outcome: 'refused', code: 'room-ended' }),
        handout: () => undefined,
        signal: () => undefined,
        state: (state) => {
          if (state === 'offline') resolve({ outcome: 'unconnected' });
        },
      });
    };
    start().catch(reject);
  }).finally(() => {
    tracker.close();
  });
}

/** Not named as Shoal's own databases are: their presence means that there are rooms to bring up again. */
const databaseName = 'trial-of-storage';

async function storage(platform: Platform, signal: AbortSignal): Promise<StorageTrial> {
  const manager = platform.navigator.storage;
  const [written, estimate, persisted] = await Promise.all([
    writes(databaseOf(platform), signal),
    manager?.estimate().catch(() => undefined),
    manager?.persisted().catch(() => false),
  ]);
  return {
    written,
    usedBytes: estimate?.usage ?? null,
    quotaBytes: estimate?.quota ?? null,
    persisted: persisted ?? false,
  };
}

/** Whether a record written can be read again. What is left of it is deleted. */
function writes(factory: IDBFactory | undefined, signal: AbortSignal): Promise<boolean> {
  if (!factory) return Promise.resolve(false);
  let database: IDBDatabase | undefined;
  return new Promise<boolean>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')), { once: true });
    const fail = (): void => resolve(false);
    let opening: IDBOpenDBRequest;
    try {
      opening = factory.open(databaseName);
    } catch {
      fail();
      return;
    }
    opening.onupgradeneeded = () => opening.result.createObjectStore('records');
    opening.onerror = fail;
    opening.onblocked = fail;
    opening.onsuccess = () => {
      database = opening.result;
      const transaction = database.transaction('records', 'readwrite');
      transaction.onabort = fail;
      transaction.onerror = fail;
      const records = transaction.objectStore('records');
      records.put(new Uint8Array(64 * 1024), 'record');
      const reading = records.get('record');
      transaction.oncomplete = () =>
        resolve((reading.result as Uint8Array | undefined)?.length === 64 * 1024);
    };
  }).finally(() => {
    database?.close();
    factory.deleteDatabase(databaseName);
  });
}
