/**
 * Composition root of everything that runs without a page: ports, room factory, host. The worker and, where there is none, the page call
 * this with their end of the connection courier, so nothing is wired twice.
 */
import { createLocks, createBroadcast } from './adapters/browser/tabs';
import { createTransportHub } from './adapters/browser/channel-transport';
import type { ChannelCourier } from './adapters/browser/courier';
import { createFileHandles } from './adapters/browser/file-handles';
import { createIdbChunkStore, createIdbRecordStore } from './adapters/browser/idb-stores';
import { createRecentLog } from './adapters/browser/log';
import { createClock } from './adapters/clock';
import { createSocketTracker } from './adapters/socket-tracker';
import { createWebCrypto } from './adapters/web-crypto';
import type { Log } from './ports';
import { createHost } from './room/host';
import type { ShoalHost } from './room/host-api';
import { createRoomFactory } from './room/room';

export interface EngineOptions {
  /** Of the page: links point there, and the tracker listens there. */
  readonly origin: string;
  readonly courier: ChannelCourier;
}

/** Throws ShoalError 'insecure-context' where the platform hides WebCrypto. */
export function startEngine({ origin, courier }: EngineOptions): ShoalHost {
  const crypto = createWebCrypto();
  const clock = createClock();
  const log = createRecentLog(() => clock.now());
  recordUncaught(log);
  const chunks = createIdbChunkStore();
  const records = createIdbRecordStore();
  const hub = createTransportHub(courier);
  const tracker = createSocketTracker({ url: origin, crypto });
  const createTransport = () => hub.transport();
  const broadcast = createBroadcast();
  return createHost({
    factory: createRoomFactory({
      ...{ clock, crypto, chunks, records, tracker, createTransport, log, broadcast },
      files: createFileHandles(),
    }),
    records,
    chunks,
    clock,
    log,
    origin,
    locks: createLocks(navigator.locks),
    broadcast,
    persisted: () => navigator.storage.persisted(),
    // No feature flag tells whether Ed25519 is there: making a key does ('browser-unsupported').
    check: async () => {
      await crypto.createIdentity();
    },
    left: () => {
      tracker.close();
    },
  });
}

/** A bug of ours stops only what it broke, but diagnostics must show it. The name and no message: that may hold a file's name. */
function recordUncaught(log: Log): void {
  const write = (error: unknown): void => {
    log.write('uncaught', { name: error instanceof Error ? error.name : typeof error });
  };
  addEventListener('error', (event) => {
    write(event.error);
  });
  addEventListener('unhandledrejection', (event) => {
    write(event.reason);
  });
}
