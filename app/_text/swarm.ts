/** What the swarm view says of links, peers and pieces, in sentences for who cannot see the picture. Ids: messages/…/swarm.json. */
import type { PeerSnapshot } from '../../lib/index';
import { formatPercent, formatRate, percentOf } from './format';
import { isolated } from './isolated';
import { t } from './words';

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
  return on === '' ? isolated(name) : t('swarm.name-on', { name: isolated(name), agent: isolated(on) });
}

/** Whole percent in the page's language; 100 only when all is there. */
export const partText = (part: number): string => formatPercent(percentOf(part, 1));

/**
 * 0…1 of the room that a peer holds; null where nobody can know: the sender shows its chunks one by one while it gives them out
 * (super-seeding, PROTOCOL.md TX), so what it has shown is not what it has.
 */
export const knownPart = ({
  completeness,
  isCreator,
}: Pick<PeerSnapshot, 'completeness' | 'isCreator'>): number | null =>
  isCreator && completeness < 1 ? null : completeness;

/** Rates under this are noise, bytes per second. */
export const movingRate = 500;

export interface SwarmSums {
  readonly linked: number;
  /** Of those, known to have everything. */
  readonly whole: number;
  /** The sender is among them. */
  readonly sender: boolean;
  readonly rateIn: number;
  readonly rateOut: number;
}

/** What the picture tells. */
export function swarmSentence({ linked, whole, sender, rateIn, rateOut }: SwarmSums): string {
  if (linked === 0) return t('swarm.nobody');
  const sentences = [t('swarm.linked', { count: linked })];
  if (whole > 0 || !sender) sentences.push(t('swarm.whole', { count: whole }));
  if (rateIn >= movingRate) sentences.push(t('swarm.receiving', { rate: formatRate(rateIn) }));
  if (rateOut >= movingRate) sentences.push(t('swarm.sending', { rate: formatRate(rateOut) }));
  return sentences.join(' ');
}

/** "Amber Otter on Firefox, Android: same network, has 40 %, 1.2 MB/s from it". */
export function peerSentence(name: string, peer: PeerSnapshot): string {
  const { agent, rateIn, rateOut } = peer;
  const facts = [kindText(peer), ...hasText(peer)];
  if (rateIn >= movingRate) facts.push(t('swarm.from-it', { rate: formatRate(rateIn) }));
  if (rateOut >= movingRate) facts.push(t('swarm.to-it', { rate: formatRate(rateOut) }));
  return `${nameOn(name, agent)}: ${listed(facts)}`;
}

/** What is told of a peer beside its name: its browser, and whether the share is its own. */
export function aboutPeer({ agent, isCreator }: Pick<PeerSnapshot, 'agent' | 'isCreator'>): string[] {
  const on = agentText(agent);
  return [...(on === '' ? [] : [isolated(on)]), ...(isCreator ? [t('swarm.made-this')] : [])];
}

/** 0…1: how far those who are linked are on average; 0 without any. */
export const othersPart = (peers: readonly PeerSnapshot[]): number =>
  peers.length === 0 ? 0 : peers.reduce((sum, { completeness }) => sum + completeness, 0) / peers.length;

/** "has 40 %"; nothing where that is not known. */
export function hasText(peer: PeerSnapshot): string[] {
  const part = knownPart(peer);
  return part === null ? [] : [t('swarm.has', { percent: partText(part) })];
}

/** Facts side by side. The platform's lists put "and" before the last in most languages, which reads as if two of them were one. */
export const listed = ([first = '', ...rest]: readonly string[]): string =>
  rest.reduce((before, second) => t('swarm.listed', { first: before, second }), first);

export interface PieceSums {
  readonly chunks: number;
  /** 0…1 of them here. */
  readonly have: number;
  readonly arriving: number;
  /** Copies known at others of the rarest chunk. */
  readonly fewest: number;
  /** Whoever made the share is linked, and has what nobody showed yet. */
  readonly sender: boolean;
}

/** What a map of pieces shows. */
export function pieceSentence({ chunks, have, arriving, fewest, sender }: PieceSums): string {
  if (chunks === 0) return t('swarm.nothing');
  const sentences = [
    t('swarm.piece-count', { count: chunks }),
    t('swarm.percent-here', { percent: partText(have) }),
  ];
  if (arriving > 0) sentences.push(t('swarm.more-arriving'));
  if (fewest > 0 || !sender) sentences.push(t('swarm.copies', { count: fewest }));
  return sentences.join(' ');
}
