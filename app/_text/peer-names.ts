/**
 * Names for peers that people can say to each other: made from the peer id alone, so that everybody sees the same one, in every language. They
 * prove nothing: a peer may try keys until it likes its name (THREATS).
 */
import type { PeerId } from '../../lib/index';
import { adjectives, animals } from './name-words';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** `count` letters of an id (base64url of a hash: six even bits each) from `from` on, as a number. */
const digits = (id: string, from: number, count: number): number => {
  let value = 0;
  for (const letter of id.slice(from, from + count))
    value = value * 64 + Math.max(0, letters.indexOf(letter));
  return value;
};

const plainName = (id: PeerId): string => {
  const value = digits(id, 0, 4);
  const adjective = adjectives[value % adjectives.length] ?? '';
  const animal = animals[Math.floor(value / adjectives.length) % animals.length] ?? '';
  return `${adjective} ${animal}`;
};

/** Tells two of one name apart: 2…99, made from the id too, so that it is the same for whoever sees both. */
const numberOf = (id: PeerId): number => 2 + (digits(id, 4, 4) % 98);

/** The names of the peers of one room, self among them; no two are the same. */
export function peerNames(ids: Iterable<PeerId>): ReadonlyMap<PeerId, string> {
  const all = [...new Set(ids)].sort();
  const alike = new Map<string, number>();
  for (const id of all) alike.set(plainName(id), (alike.get(plainName(id)) ?? 0) + 1);
  const names = new Map<PeerId, string>();
  const taken = new Set<string>();
  for (const id of all) {
    const plain = plainName(id);
    let number = numberOf(id);
    let name = alike.get(plain) === 1 ? plain : `${plain} ${number}`;
    while (taken.has(name)) name = `${plain} ${(number += 1)}`;
    taken.add(name);
    names.set(id, name);
  }
  return names;
}
