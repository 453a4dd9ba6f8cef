import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '../../lib/index';
import { adjectives, animals } from './name-words';
import { peerNames } from './peer-names';

const id = (text: string) => text.padEnd(22, 'A') as PeerId;
const anyId = fc
  .array(fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('')), {
    minLength: 22,
    maxLength: 22,
  })
  .map((letters) => letters.join('') as PeerId);

describe('names of peers', () => {
  it('[UI102] an id has one name, whoever else is there, unless another has it too', () => {
    expect(peerNames([id('AAAA')]).get(id('AAAA'))).toBe('Amber Albatross');
    fc.assert(
      fc.property(fc.uniqueArray(anyId, { minLength: 1, maxLength: 200 }), (ids) => {
        const names = peerNames(ids);
        expect(new Set(names.values()).size).toBe(ids.length);
        for (const one of ids) {
          const alone = peerNames([one]).get(one) ?? '';
          expect(alone).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
          expect(names.get(one)).toMatch(new RegExp(`^${alone}( \\d+)?$`));
        }
      }),
    );
  });

  it('[UI102] two of one name are both numbered, by their ids and not by who else is there', () => {
    const [one, two, other] = [id('AAAAx'), id('AAAAy'), id('zzzz')];
    const names = peerNames([two, other, one]);
    expect(names).toEqual(new Map([...peerNames([one, two]), ...peerNames([other])]));
    expect([names.get(one), names.get(two)].sort()).toEqual([names.get(one), names.get(two)]);
    for (const same of [one, two]) expect(names.get(same)).toMatch(/^Amber Albatross \d+$/);
    const close = peerNames([id('AAAAxxxxA'), id('AAAAxxxxB'), id('AAAAxxxxC')]);
    expect(new Set(close.values()).size).toBe(3);
  });

  it('[UI102] names are many and spread evenly', () => {
    expect(new Set(adjectives).size * new Set(animals).size).toBe(128 * 128);
    const counts = new Map<string, number>();
    for (const one of fc.sample(anyId, { numRuns: 4000, seed: 1 })) {
      const [adjective = ''] = (peerNames([one]).get(one) ?? '').split(' ');
      counts.set(adjective, (counts.get(adjective) ?? 0) + 1);
    }
    expect(counts.size).toBe(128);
    expect(Math.max(...counts.values())).toBeLessThan(80);
  });
});
