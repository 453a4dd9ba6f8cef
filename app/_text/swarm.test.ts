import { beforeAll, describe, expect, it } from 'vitest';
import './testing/words';
import type { PeerSnapshot } from '../../lib/index';
import {
  agentText,
  knownPart,
  linkKindOf,
  listed,
  nameOn,
  partText,
  peerSentence,
  pieceSentence,
  swarmSentence,
} from './swarm';
import { speak } from './words';

const peer = {
  agent: 'Firefox on Android',
  path: 'direct',
  near: true,
  completeness: 0.4,
  rateIn: 1.2e6,
  rateOut: 0,
} as PeerSnapshot;

/** Without the marks that keep the direction of what is not the page's. */
const plain = (text: string): string => text.replace(/[\u2068\u2069]/g, '');

describe('words of the swarm', () => {
  beforeAll(() => speak('en', 'en'));

  it('[UI102] a peer is called by its name and what it runs on', () => {
    expect(plain(nameOn('Amber Otter', 'Firefox on Android'))).toBe('Amber Otter on Firefox, Android');
    expect(plain(nameOn('Amber Otter', '<b>evil</b>'))).toBe('Amber Otter');
    expect(plain(peerSentence('Amber Otter', peer))).toBe(
      'Amber Otter on Firefox, Android: same network, has 40%, 1.2 MB/s from it',
    );
    // In a sentence of another direction it keeps its own.
    expect(peerSentence('Amber Otter', peer)).toMatch(/^\u2068Amber Otter\u2069 on \u2068Firefox/);
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

  it('[UI191] facts stand side by side, in no language joined by an "and"', async () => {
    expect(listed([])).toBe('');
    expect(listed(['a'])).toBe('a');
    const { default: german } = await import('./messages/de/swarm.json');
    speak('de', 'de', german);
    expect(listed(['a', 'b', 'c'])).toBe('a, b, c');
    const { default: arabic } = await import('./messages/ar/swarm.json');
    speak('ar', 'ar', arabic);
    expect(listed(['a', 'b', 'c'])).toBe('a، b، c');
    speak('en', 'en');
  });

  it('[UI100] only a direct link is called one of the same network', () => {
    expect(linkKindOf({ path: 'direct', near: true })).toBe('near');
    expect(linkKindOf({ path: 'direct', near: false })).toBe('direct');
    expect(linkKindOf({ path: 'relayed', near: true })).toBe('relayed');
    expect(linkKindOf({ path: 'unknown', near: false })).toBe('unknown');
  });

  it('[UI104] of a sender that has not shown all nobody is told how much it has', () => {
    const sender = { ...peer, isCreator: true };
    expect(plain(peerSentence('Amber Otter', sender))).toBe(
      'Amber Otter on Firefox, Android: same network, 1.2 MB/s from it',
    );
    expect([knownPart(sender), knownPart({ ...sender, completeness: 1 }), knownPart(peer)]).toEqual([
      null,
      1,
      0.4,
    ]);
    expect(swarmSentence({ linked: 2, whole: 0, sender: true, rateIn: 0, rateOut: 0 })).toBe(
      '2 browsers are connected.',
    );
    expect(swarmSentence({ linked: 2, whole: 0, sender: false, rateIn: 0, rateOut: 0 })).toMatch(
      /None of them/,
    );
    const none = { chunks: 8, have: 0.5, arriving: 0, fewest: 0 };
    expect(pieceSentence({ ...none, sender: true })).toBe('8 pieces. 50% here.');
    expect(pieceSentence({ ...none, sender: false })).toMatch(/nobody else here/);
  });

  it('[UI104] sentences tell what the picture shows, and 100 % only of all', () => {
    expect(swarmSentence({ linked: 0, whole: 0, sender: false, rateIn: 0, rateOut: 0 })).toMatch(/^Nobody/);
    expect(swarmSentence({ linked: 3, whole: 1, sender: true, rateIn: 2e6, rateOut: 10 })).toBe(
      '3 browsers are connected. 1 of them has everything. Receiving 2.0 MB/s.',
    );
    expect(partText(0.999)).toBe('99%');
    expect(pieceSentence({ chunks: 8, have: 0.5, arriving: 2, fewest: 1, sender: true })).toBe(
      '8 pieces. 50% here. More is arriving. Others here have at least 1 copy.',
    );
    expect(pieceSentence({ chunks: 0, have: 1, arriving: 0, fewest: 0, sender: false })).toBe(
      'Nothing in it.',
    );
  });
});
