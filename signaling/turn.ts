/**
 * ICE servers for one join: STUN as configured, TURN with credentials that end by themselves (coturn `use-auth-secret`;
 * draft-uberti-behave-turn-rest-00: username = "<unix expiry>:<id>", password = base64(HMAC-SHA1(secret, username))).
 * By default there are none, so that no third party hears of anybody. Leaves out: running coturn.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { toBase64Url } from '../lib/base/bytes';
import type { IceServer } from '../lib/wire/signaling';

export interface IceConfig {
  readonly stunUrls: readonly string[];
  readonly turn: TurnConfig | undefined;
  readonly policy: 'all' | 'relay';
}
export interface TurnConfig {
  readonly urls: readonly string[];
  /** coturn's static-auth-secret. */
  readonly secret: string;
  readonly ttlSeconds: number;
}

/** The part of a join's acknowledgement that tells how to connect. */
export interface IceGrant {
  iceServers: IceServer[];
  icePolicy: 'all' | 'relay';
  iceTtlMs: number | null;
}

/** The username is random: the TURN server need not learn which joins are one person. `now`: milliseconds since 1970. */
export function iceGrant(config: IceConfig, now: number, id: string = toBase64Url(randomBytes(9))): IceGrant {
  const iceServers: IceServer[] = [];
  if (config.stunUrls.length > 0) iceServers.push({ urls: [...config.stunUrls] });
  if (config.turn) {
    const username = `${Math.floor(now / 1000) + config.turn.ttlSeconds}:${id}`;
    iceServers.push({
      urls: [...config.turn.urls],
      username,
      credential: turnPassword(config.turn.secret, username),
    });
  }
  return {
    iceServers,
    icePolicy: config.policy,
    iceTtlMs: config.turn ? config.turn.ttlSeconds * 1000 : null,
  };
}

/** base64(HMAC-SHA1(secret, username)). SHA-1 is what coturn checks; as HMAC it still holds. */
export const turnPassword = (secret: string, username: string): string =>
  createHmac('sha1', secret).update(username).digest('base64');
