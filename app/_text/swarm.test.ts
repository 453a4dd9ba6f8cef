import { beforeAll, describe, expect, it } from 'vitest';
import './testing/words';
import type { PeerSnapshot } from '../../lib/index';
import { agentText, linkKindOf, nameOn, partText, peerSentence, pieceSentence, swarmSentence } from './swarm';
import { speak } from './words';

const peer = {
  agent: 'Firefox on Android',
  path: 'direct',
  near: true,
  completeness: 0.4,
  rateIn: 1.2e6,
  rateOut: 0,
} as PeerSnapshot;

describe('words of the swarm', () => {
  beforeAll(() => speak('en', 'en'));

  it('[UI102] a peer is called by its name and what it runs on', () => {
    expect(nameOn('Amber Otter', 'Firefox on Android')).toBe('Amber Otter on Firefox, Android');
    expect(nameOn('Amber Otter', '<b>evil</b>')).toBe('Amber Otter');
    expect(peerSentence('Amber Otter', peer)).toBe(
      'Amber Otter on Firefox, Android: same network, has 40%, 1.2 MB/s from it',
    );
  });

  it('[UI103] of what a peer says of its browser two plain words are shown at most', () => {
    expect(['Safari on iOS', 'Node', 'Browser on Linux', 'Browser', ''].map(agentText)).toEqual([
      'Safari, iOS',
      'Node',
      'Linux',
      '',
      '',
    ]);
    for (const hostile of [
      'Bob on 192.168.1.7',
      'your bank on Windows',
      'a'.repeat(64),
      'Fire\u202efox',
      'X on Y on Z',
    ])
      expect(agentText(hostile)).toBe('');
  });

  it('[UI100] only a direct link is called one of the same network', () => {
    expect(linkKindOf({ path: 'direct', near: true })).toBe('near');
    expect(linkKindOf({ path: 'direct', near: false })).toBe('direct');
    expect(linkKindOf({ path: 'relayed', near: true })).toBe('relayed');
    expect(linkKindOf({ path: 'unknown', near: false })).toBe('unknown');
  });

  it('[UI104] sentences tell what the picture shows, and 100 % only of all', () => {
    expect(swarmSentence({ linked: 0, whole: 0, rateIn: 0, rateOut: 0 })).toMatch(/^Nobody/);
    expect(swarmSentence({ linked: 3, whole: 1, rateIn: 2e6, rateOut: 10 })).toBe(
      '3 browsers are connected. 1 of them has everything. Receiving 2.0 MB/s.',
    );
    expect(partText(0.999)).toBe('99%');
    expect(pieceSentence({ chunks: 8, have: 0.5, arriving: 2, fewest: 1 })).toBe(
      '8 pieces. 50% here. More is arriving. Others here have at least 1 copy.',
    );
    expect(pieceSentence({ chunks: 0, have: 1, arriving: 0, fewest: 0 })).toBe('Nothing in it.');
  });
});
