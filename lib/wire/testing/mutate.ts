/**
 * For tests only: damages valid encodings the way chance and attackers do. Works on bytes alone; it knows just enough MessagePack to aim at
 * type bytes and lengths. Every draw comes from the given generator, so a seed names a run.
 */
import type { Prng } from '../../base/prng';

/** Type bytes that announce a length: containers, strings, binaries and extensions of all sizes. */
const announcers = [
  0x8f, 0x9f, 0xbf, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xd4, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf,
];
const values = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xc0, 0xc1, 0xca, 0xcb, 0xcf, 0xd3];
const lengths = [0xffff_ffff, 0x7fff_ffff, 0x8000_0000, 0x0001_0000, 0x0000_1000, 0];

const pick = <Item>(items: readonly Item[], prng: Prng): Item => {
  const item = items[prng.below(items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
};

/** `length` random bytes. */
export function randomBytes(length: number, prng: Prng): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = prng.below(256);
  return bytes;
}

function splice(
  bytes: Uint8Array,
  at: number,
  removed: number,
  inserted: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const end = Math.min(bytes.length, at + removed);
  const result = new Uint8Array(at + inserted.length + bytes.length - end);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(bytes.subarray(end), at + inserted.length);
  return result;
}

/** A type byte with a length of its size, perhaps absurd. */
function announcement(prng: Prng): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(5);
  bytes[0] = pick(announcers, prng);
  new DataView(bytes.buffer).setUint32(1, pick(lengths, prng));
  return bytes.slice(0, 1 + pick([0, 1, 2, 4], prng));
}

const mutations: readonly ((bytes: Uint8Array, other: Uint8Array, prng: Prng) => Uint8Array<ArrayBuffer>)[] =
  [
    function flipBits(bytes, _other, prng) {
      const copy = new Uint8Array(bytes);
      for (let flips = 1 + prng.below(4); flips > 0; flips--) {
        const at = prng.below(copy.length);
        copy[at] = (copy[at] ?? 0) ^ (1 << prng.below(8));
      }
      return copy;
    },
    function setByte(bytes, _other, prng) {
      const copy = new Uint8Array(bytes);
      copy[prng.below(copy.length)] = pick(values, prng);
      return copy;
    },
    function truncate(bytes, _other, prng) {
      return new Uint8Array(bytes.subarray(0, prng.below(bytes.length)));
    },
    function insert(bytes, _other, prng) {
      return splice(bytes, prng.below(bytes.length + 1), 0, randomBytes(1 + prng.below(8), prng));
    },
    function remove(bytes, _other, prng) {
      return splice(bytes, prng.below(bytes.length), 1 + prng.below(8), new Uint8Array(0));
    },
    function repeat(bytes, _other, prng) {
      const at = prng.below(bytes.length);
      return splice(bytes, at, 0, bytes.subarray(at, at + 1 + prng.below(32)));
    },
    function announceMore(bytes, _other, prng) {
      const inserted = announcement(prng);
      return splice(bytes, prng.below(bytes.length), prng.below(2) * inserted.length, inserted);
    },
    function nest(bytes, _other, prng) {
      const deep = new Uint8Array(3 * (1 + prng.below(50)));
      for (let i = 0; i < deep.length; i += 3) deep.set([0xdc, 0x10, 0x00], i);
      return splice(bytes, prng.below(bytes.length), prng.below(4), deep);
    },
    function overwriteLength(bytes, _other, prng) {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, pick(lengths, prng));
      return splice(bytes, prng.below(bytes.length), 4, length);
    },
    function crossOver(bytes, other, prng) {
      return splice(bytes, prng.below(bytes.length), bytes.length, other.subarray(prng.below(other.length)));
    },
    function random(bytes, _other, prng) {
      return randomBytes(prng.below(2 * bytes.length + 1), prng);
    },
  ];

/** One of `corpus`, none of which is empty, damaged once or, less often, a few times. */
export function mutate(corpus: readonly Uint8Array[], prng: Prng): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(pick(corpus, prng));
  for (let rounds = 1 + Math.max(0, prng.below(6) - 3); rounds > 0 && bytes.length > 0; rounds--)
    bytes = pick(mutations, prng)(bytes, pick(corpus, prng), prng);
  return bytes;
}
