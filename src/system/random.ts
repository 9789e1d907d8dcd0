/** Chance, as the rest of the program sees it: replaced in the simulation, so that a run can be replayed. */

export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

export const systemRandom: Random = { next: () => Math.random() };
