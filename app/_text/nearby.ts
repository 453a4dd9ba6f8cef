/** Names of people nearby, made from their keys as peers' names are, so that both screens say the same; set apart in sentences of any direction. */
import { isolated } from './isolated';
import type { NearbySnapshot, PeerId } from '../../lib/index';
import { peerNames } from './peer-names';

/** `name(seed)` for everybody there, self among them. */
export function namesOf({ seed, people, outgoing, incoming }: NearbySnapshot): (seed: string) => string {
  const seeds = [seed, ...[...people, outgoing?.person, incoming?.person].flatMap((one) => one?.seed ?? [])];
  // A seed is what a peer id is: the first 16 bytes of the hash of a key.
  const names = peerNames(seeds as PeerId[]);
  return (of) => isolated(names.get(of as PeerId) ?? '');
}
