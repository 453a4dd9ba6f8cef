import { describe, expect, it } from 'vitest';
import { iceGrant, turnPassword } from './turn';

describe('TURN credentials', () => {
  // RFC 2202 §3, case 2, in base64.
  it('[SG12] are HMAC-SHA1 of the username', () => {
    expect(turnPassword('Jefe', 'what do ya want for nothing?')).toBe('7/zfauXrL6LSdBbV8YTfnCWafHk=');
  });

  it('[SG12] carry their end in the username and tell the client when that is', () => {
    const grant = iceGrant(
      {
        stunUrls: ['stun:stun.example.org:3478'],
        turn: { urls: ['turn:turn.example.org:3478'], secret: 'a secret', ttlSeconds: 3600 },
        policy: 'relay',
      },
      1_700_000_000_500,
      'someone',
    );
    expect(grant).toEqual({
      iceServers: [
        { urls: ['stun:stun.example.org:3478'] },
        {
          urls: ['turn:turn.example.org:3478'],
          username: '1700003600:someone',
          credential: turnPassword('a secret', '1700003600:someone'),
        },
      ],
      icePolicy: 'relay',
      iceTtlMs: 3_600_000,
    });
  });

  it('[SG12] do not tell joins of one person apart from joins of two', () => {
    const config = {
      stunUrls: [],
      turn: { urls: ['turn:t'], secret: 'a secret', ttlSeconds: 60 },
      policy: 'all',
    } as const;
    const names = new Set(Array.from({ length: 50 }, () => iceGrant(config, 0).iceServers[0]?.username));
    expect(names.size).toBe(50);
  });

  it('[SG12] there are no servers unless some are named: nobody else hears of a peer', () => {
    expect(iceGrant({ stunUrls: [], turn: undefined, policy: 'all' }, 0)).toEqual({
      iceServers: [],
      icePolicy: 'all',
      iceTtlMs: null,
    });
  });
});
