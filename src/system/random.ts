/** Chance, as the rest of the program sees it: replaced in the simulation, so that a run can be replayed. */

export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

export const systemRandom: Random = { next: () => Math.random() };

/** The same numbers for the same seed, on every machine (mulberry32, by Tommy Ettinger; period 2^32). */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
