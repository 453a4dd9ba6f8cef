import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config';

const fault = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  return '';
};

describe('configuration', () => {
  it('[SV1] works without any variable: port 3000, every address, no third party', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ port: 3000, host: undefined, outDir: 'out', logLevel: 'info' });
    expect(config.socket).toMatchObject({ allowNoOrigin: false, trustedProxies: 0 });
    expect(config.socket.ice).toEqual({ stunUrls: [], turn: undefined, policy: 'all' });
    expect(config.static).toEqual({ hsts: false, metrics: true });
  });

  it('[SV1] an empty variable is an unset one', () => {
    expect(readConfig({ PORT: '', TURN_URLS: ' ', HOST: '' })).toEqual(readConfig({}));
  });

  it('[SV1] reads every variable', () => {
    const config = readConfig({
      PORT: '8080',
      HOST: '127.0.0.1',
      ALLOWED_ORIGINS: 'https://a.example, https://b.example:8443',
      TRUST_PROXY: '2',
      HSTS: 'true',
      METRICS: '0',
      STUN_URLS: 'stun:s.example:3478',
      TURN_URLS: 'turn:t.example:3478?transport=udp turns:t.example:443?transport=tcp',
      TURN_SECRET: 'a long secret',
      TURN_TTL_S: '600',
      ICE_POLICY: 'relay',
      MAX_ROOMS: '5',
      MAX_PEERS_PER_ROOM: '6',
      MAX_CONNECTIONS_PER_ADDRESS: '7',
      ADDRESS_LIMIT_FACTOR: '10',
    });
    expect([...config.socket.allowedOrigins]).toEqual(['https://a.example', 'https://b.example:8443']);
    expect(config.socket.trustedProxies).toBe(2);
    expect(config.socket.ice.turn).toEqual({
      urls: ['turn:t.example:3478?transport=udp', 'turns:t.example:443?transport=tcp'],
      secret: 'a long secret',
      ttlSeconds: 600,
    });
    expect(config.tracker).toMatchObject({ rooms: 5, peersPerRoom: 6 });
    expect(config.socket.rates.connectionsPerAddress).toBe(70);
    expect(config.socket.rates.perAddress.join.points).toBe(
      10 * readConfig({}).socket.rates.perAddress.join.points,
    );
    expect(config.socket.rates.perConnection).toEqual(readConfig({}).socket.rates.perConnection);
  });

  it.each([
    [
      { PORT: 'web' },
      'PORT is "web" but must be a whole number from 0 to 65535. Correct it or leave it out.',
    ],
    [{ PORT: '70000' }, 'PORT is "70000" but must be'],
    [{ PORT: '1e3' }, 'PORT is "1e3" but must be'],
    [{ HSTS: 'yes' }, 'HSTS is "yes" but must be 1 (yes) or 0 (no).'],
    [{ ALLOWED_ORIGINS: 'https://a.example/' }, 'without a path or a slash at the end'],
    [{ ALLOWED_ORIGINS: '*' }, 'ALLOWED_ORIGINS is "*" but must hold origins like'],
    [{ STUN_URLS: 'http://a' }, 'STUN_URLS is "http://a" but must hold addresses like stun:'],
    [{ TURN_URLS: 'turn:a' }, 'TURN_URLS is set but TURN_SECRET is not.'],
    [{ ICE_POLICY: 'relay' }, 'no TURN server to relay through'],
    [{ ICE_POLICY: 'none' }, 'ICE_POLICY is "none" but must be "all" or "relay".'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud" but must be one of trace,'],
  ])('[SV1] says what is wrong with %o and what to do', (env, message) => {
    expect(fault(env as Record<string, string>)).toContain(message);
  });

  it('[SV1] names every wrong variable at once and never shows a secret', () => {
    const message = fault({ PORT: 'x', HSTS: 'y', TURN_SECRET: 'short' });
    expect(message.split('\n')).toHaveLength(3);
    expect(message).toContain('TURN_SECRET must have at least 8 characters');
    expect(message).not.toContain('short');
  });
});
