/** Helpers of the tests in this folder: ids from small numbers, summaries, configurations. */
import { toBase64Url } from '../lib/base/bytes';
import { createPrng } from '../lib/base/prng';
import type { PeerId, RoomId, SessionId, ShareId } from '../lib/base/ids';
import type { ShareSummary } from '../lib/wire/signaling';
import { readConfig, type ServerConfig } from './config';
import type { Below } from './draw-set';

function id(kind: number, n: number): string {
  const bytes = new Uint8Array(16);
  bytes[0] = kind;
  new DataView(bytes.buffer).setUint32(12, n);
  return toBase64Url(bytes);
}

export const peerId = (n: number): PeerId => id(1, n) as PeerId;
export const roomId = (n: number): RoomId => id(2, n) as RoomId;
export const shareId = (n: number): ShareId => id(3, n) as ShareId;
export const sessionId = (n: number): SessionId => id(4, n) as SessionId;

/** A summary whose first `regions` of 64 regions are held. */
export function summary(share: number, regions: number): ShareSummary {
  const bits = new Uint8Array(8);
  for (let r = 0; r < regions; r++) bits[r >> 3] = (bits[r >> 3] ?? 0) | (0x80 >> (r & 7));
  const band = regions === 64 ? 4 : Math.ceil((regions / 64) * 3);
  return { share: shareId(share), band, regions: bits };
}

/** Chance that is the same in every run. */
export function seededBelow(seed: number): Below {
  const prng = createPrng(seed);
  return (bound) => prng.below(bound);
}

/** Defaults on a free port of the loopback address, silent. */
export const testConfig = (env: Readonly<Record<string, string>> = {}): ServerConfig =>
  readConfig({ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...env });

export const silent = { warn: (): void => undefined, error: (): void => undefined };
