/**
 * sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush, a few nanoseconds a draw.
 * The only source of chance in the core: same seed, same run. Not for keys.
 */
export interface Prng {
  /** Uniform in [0, 2^32). */
  uint32(): number;
  /** Uniform integer in [0, bound); bound in [1, 2^32]. */
  below(bound: number): number;
  /** Uniform in [0, 1). */
  unit(): number;
}

export function createPrng(seed: number): Prng {
  let a = seed | 0;
  let b = (seed / 0x1_0000_0000) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Seeds that differ in one bit must not give runs that look alike: the author's mixing of 12 rounds, with margin.
  for (let round = 0; round < 15; round++) uint32();
  return {
    uint32,
    // Multiply-shift: bias below 2^-32·bound, far under anything a scheduler could show.
    below: (bound) => Math.floor((uint32() / 0x1_0000_0000) * bound),
    unit: () => uint32() / 0x1_0000_0000,
  };
}
