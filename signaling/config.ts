/**
 * Environment variables to a typed configuration. Decides: names, defaults, bounds, and what a wrong value is answered with.
 * An empty variable counts as unset. Defaults that are not here stand beside what they rule (limits.ts, tracker.ts, session.ts).
 */
import * as v from 'valibot';
import { defaultRateLimits, scaleAddressLimits } from './limits';
import { defaultSessionConfig } from './session';
import type { SocketServerConfig } from './socket-server';
import type { StaticConfig } from './static';
import { defaultTrackerLimits, type TrackerLimits } from './tracker';

export interface ServerConfig {
  /** 0: any free one. */
  readonly port: number;
  /** undefined: every address of this machine. */
  readonly host: string | undefined;
  /** Where the exported app lies. */
  readonly outDir: string;
  readonly logLevel: (typeof logLevels)[number];
  readonly static: StaticConfig;
  readonly socket: Omit<SocketServerConfig, 'sharesUpgrades'>;
  readonly tracker: TrackerLimits;
}

/** Every wrong variable with cause and next step, one a line. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const whole = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
};
const flag = v.pipe(
  v.picklist(['0', '1', 'false', 'true'], 'must be 1 (yes) or 0 (no)'),
  v.transform((text) => text === '1' || text === 'true'),
);
const list = v.pipe(
  v.string(),
  v.transform((text) => text.split(/[\s,]+/).filter((item) => item !== '')),
);
/** As many as a join's acknowledgement may carry (lib/wire/signaling). */
const urls = (scheme: RegExp, example: string) =>
  v.pipe(
    list,
    v.maxLength(8, 'may name 8 addresses at most'),
    v.everyItem(
      (url) => scheme.test(url) && url.length <= 256,
      `must hold addresses like ${example}, separated by commas`,
    ),
  );
const origins = v.pipe(
  list,
  v.everyItem(
    (origin) => URL.canParse(origin) && new URL(origin).origin === origin && origin !== 'null',
    'must hold origins like https://files.example.org, without a path or a slash at the end, separated by commas',
  ),
);

const schema = v.object({
  PORT: v.optional(whole(0, 65_535), '3000'),
  HOST: v.optional(v.pipe(v.string(), v.maxLength(255, 'must be an address or a host name'))),
  OUT_DIR: v.optional(v.string(), 'out'),
  LOG_LEVEL: v.optional(v.picklist(logLevels, `must be one of ${logLevels.join(', ')}`), 'info'),
  ALLOWED_ORIGINS: v.optional(origins, ''),
  ALLOW_NO_ORIGIN: v.optional(flag, '0'),
  TRUST_PROXY: v.optional(whole(0, 10), '0'),
  HSTS: v.optional(flag, '0'),
  METRICS: v.optional(flag, '1'),
  NEARBY: v.optional(flag, '1'),
  STUN_URLS: v.optional(urls(/^stuns?:[^\s?]+$/, 'stun:stun.example.org:3478'), ''),
  TURN_URLS: v.optional(urls(/^turns?:\S+$/, 'turn:turn.example.org:3478?transport=udp'), ''),
  TURN_SECRET: v.optional(v.pipe(v.string(), v.minLength(8, 'must have at least 8 characters'))),
  // Six hours: long enough that a link made late in it still lives, short enough that a copied credential is soon worth nothing (guess).
  TURN_TTL_S: v.optional(whole(60, 86_400), '21600'),
  ICE_POLICY: v.optional(v.picklist(['all', 'relay'], 'must be "all" or "relay"'), 'all'),
  MAX_ROOMS: v.optional(whole(1, 10_000_000), String(defaultTrackerLimits.rooms)),
  MAX_PEERS: v.optional(whole(1, 10_000_000), String(defaultTrackerLimits.members)),
  MAX_PEERS_PER_ROOM: v.optional(whole(2, 1_000_000), String(defaultTrackerLimits.peersPerRoom)),
  MAX_ROOMS_PER_CONNECTION: v.optional(whole(1, 10_000), String(defaultTrackerLimits.roomsPerConnection)),
  MAX_CONNECTIONS: v.optional(whole(1, 1_000_000), String(defaultRateLimits.connections)),
  MAX_CONNECTIONS_PER_ADDRESS: v.optional(
    whole(1, 1_000_000),
    String(defaultRateLimits.connectionsPerAddress),
  ),
  ADDRESS_LIMIT_FACTOR: v.optional(whole(1, 1_000_000), '1'),
});

type Env = Readonly<Record<string, string | undefined>>;

/** Throws ConfigError, whose message is meant for a person at a terminal. */
export function readConfig(env: Env): ServerConfig {
  const set = Object.fromEntries(
    Object.keys(schema.entries).flatMap((name) => {
      const value = env[name]?.trim();
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = v.safeParse(schema, set, { abortPipeEarly: true });
  if (!parsed.success) throw new ConfigError(parsed.issues.map((issue) => explain(issue, set)).join('\n'));
  const settings = parsed.output;
  const { TURN_URLS: turnUrls, TURN_SECRET: secret } = settings;
  if (turnUrls.length > 0 && secret === undefined)
    throw new ConfigError(
      'TURN_URLS is set but TURN_SECRET is not. Set TURN_SECRET to the static-auth-secret of your TURN server, or leave out TURN_URLS.',
    );
  if (settings.ICE_POLICY === 'relay' && turnUrls.length === 0)
    throw new ConfigError(
      'ICE_POLICY is "relay" but there is no TURN server to relay through. Set TURN_URLS and TURN_SECRET, or leave out ICE_POLICY.',
    );
  return {
    port: settings.PORT,
    host: settings.HOST,
    outDir: settings.OUT_DIR,
    logLevel: settings.LOG_LEVEL,
    static: { hsts: settings.HSTS, metrics: settings.METRICS },
    socket: {
      allowedOrigins: new Set(settings.ALLOWED_ORIGINS),
      allowNoOrigin: settings.ALLOW_NO_ORIGIN,
      trustedProxies: settings.TRUST_PROXY,
      nearby: settings.NEARBY,
      rates: scaleAddressLimits(
        {
          ...defaultRateLimits,
          connections: settings.MAX_CONNECTIONS,
          connectionsPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
        },
        settings.ADDRESS_LIMIT_FACTOR,
      ),
      session: defaultSessionConfig,
      ice: {
        stunUrls: settings.STUN_URLS,
        turn:
          turnUrls.length > 0 && secret !== undefined
            ? { urls: turnUrls, secret, ttlSeconds: settings.TURN_TTL_S }
            : undefined,
        policy: settings.ICE_POLICY,
      },
      comeBackWithinMs: 5_000,
      drainMs: 1_000,
    },
    tracker: {
      rooms: settings.MAX_ROOMS,
      members: settings.MAX_PEERS,
      peersPerRoom: settings.MAX_PEERS_PER_ROOM,
      roomsPerConnection: settings.MAX_ROOMS_PER_CONNECTION,
      endedRooms: defaultTrackerLimits.endedRooms,
    },
  };
}

function explain(issue: v.BaseIssue<unknown>, set: Readonly<Record<string, string>>): string {
  const name = String(issue.path?.[0]?.key);
  // A secret must not end up in a terminal's scrollback or a log.
  const value = name === 'TURN_SECRET' ? '' : ` is "${set[name] ?? ''}" but`;
  return `${name}${value} ${issue.message}. Correct it or leave it out.`;
}
