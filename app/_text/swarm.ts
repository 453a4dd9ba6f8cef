/** What the swarm view says of links, peers and pieces, in sentences for who cannot see the picture. Ids: messages/…/swarm.json. */
import type { PeerSnapshot } from '../../lib/index';
import { formatPercent, formatRate, percentOf } from './format';
import { t, wordsNow } from './words';

/** How a link's bytes travel, as people tell it. Each has its words (`swarm.kind-…`): a new path does not compile without. */
export type LinkKind = 'near' | PeerSnapshot['path'];

export const linkKindOf = ({ path, near }: Pick<PeerSnapshot, 'path' | 'near'>): LinkKind =>
  near && path === 'direct' ? 'near' : path;

export const kindText = (peer: Pick<PeerSnapshot, 'path' | 'near'>): string =>
  t(`swarm.kind-${linkKindOf(peer)}`);

/** "Firefox on Android" as told by a peer → "Firefox, Android". It is a peer's text: what is not two plain words is not shown. */
export function agentText(agent: string): string {
  const [, family, system] = /^([A-Za-z]{2,16})(?: on ([A-Za-z]{2,12}))?$/.exec(agent) ?? [];
  if (family === undefined || family === 'Browser') return system ?? '';
  return system === undefined ? family : `${family}, ${system}`;
}

/** "Amber Otter on Firefox, Android". */
export function nameOn(name: string, agent: string): string {
  const on = agentText(agent);
  return on === '' ? name : t('swarm.name-on', { name, agent: on });
}

/** Whole percent in the page's language; 100 only when all is there. */
export const partText = (part: number): string => formatPercent(percentOf(part, 1));

/** Rates under this are noise, bytes per second. */
export const movingRate = 500;

export interface SwarmSums {
  readonly linked: number;
  /** Of those, with everything. */
  readonly whole: number;
  readonly rateIn: number;
  readonly rateOut: number;
}

/** What the picture tells. */
export function swarmSentence({ linked, whole, rateIn, rateOut }: SwarmSums): string {
  if (linked === 0) return t('swarm.nobody');
  const sentences = [t('swarm.linked', { count: linked }), t('swarm.whole', { count: whole })];
  if (rateIn >= movingRate) sentences.push(t('swarm.receiving', { rate: formatRate(rateIn) }));
  if (rateOut >= movingRate) sentences.push(t('swarm.sending', { rate: formatRate(rateOut) }));
  return sentences.join(' ');
}

/** "Amber Otter on Firefox, Android: same network, has 40 %, 1.2 MB/s from it". */
export function peerSentence(name: string, peer: PeerSnapshot): string {
  const { agent, completeness, rateIn, rateOut } = peer;
  const facts = [kindText(peer), t('swarm.has', { percent: partText(completeness) })];
  if (rateIn >= movingRate) facts.push(t('swarm.from-it', { rate: formatRate(rateIn) }));
  if (rateOut >= movingRate) facts.push(t('swarm.to-it', { rate: formatRate(rateOut) }));
  return `${nameOn(name, agent)}: ${listed(facts)}`;
}

export const listed = (parts: readonly string[]): string =>
  new Intl.ListFormat(wordsNow().locale, { type: 'unit', style: 'short' }).format(parts);

export interface PieceSums {
  readonly chunks: number;
  /** 0…1 of them here. */
  readonly have: number;
  readonly arriving: number;
  /** Copies at others of the rarest chunk. */
  readonly fewest: number;
}

/** What a map of pieces shows. */
export function pieceSentence({ chunks, have, arriving, fewest }: PieceSums): string {
  if (chunks === 0) return t('swarm.nothing');
  const sentences = [
    t('swarm.piece-count', { count: chunks }),
    t('swarm.percent-here', { percent: partText(have) }),
  ];
  if (arriving > 0) sentences.push(t('swarm.more-arriving'));
  return [...sentences, t('swarm.copies', { count: fewest })].join(' ');
}
